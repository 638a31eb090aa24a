/**
 * Writing PKCS#8 private keys (RFC 5208, RFC 8410, RFC 9881) and SPKI public keys (RFC 5280,
 * section 4.1.2.7) from the members of a JWK.
 * @module
 */

import { decodeBase64url } from '../base64url.ts'
import { encodeBits, encodeDer, encodeObjectIdentifier, encodeUnsigned, Tag } from './der.ts'
import type {
  AkpPublicJwk,
  EcPublicJwk,
  OkpPublicJwk,
  PrivateJwk,
  PublicJwk,
  RsaPublicJwk,
} from './jwk.ts'
import { CURVE_OIDS, ML_DSA_OIDS, OID_EC, OID_ED25519, OID_RSA } from './oids.ts'

const VERSION_0 = Uint8Array.of(Tag.integer, 1, 0)
const VERSION_1 = Uint8Array.of(Tag.integer, 1, 1)
const NULL = Uint8Array.of(Tag.null, 0)

/** The private members of a key that is not RSA: its public ones may still be unknown. */
export type SecretMembers =
  | (Pick<EcPublicJwk, 'kty' | 'crv'> & { readonly d: string })
  | (Pick<OkpPublicJwk, 'kty' | 'crv'> & { readonly d: string })
  | (Pick<AkpPublicJwk, 'kty' | 'alg'> & { readonly priv: string })

/** Writes a public JWK as `SubjectPublicKeyInfo`. */
export function spkiFromJwk(jwk: PublicJwk): Uint8Array {
  return encodeDer(Tag.sequence, algorithmIdentifier(jwk), encodeBits(publicOctets(jwk)))
}

/** Writes a private JWK as PKCS#8 `PrivateKeyInfo`; ML-DSA keys as their seed. */
export function pkcs8FromJwk(jwk: PrivateJwk): Uint8Array {
  if (jwk.kty === 'RSA') {
    const { n, e, d, p, q, dp, dq, qi } = jwk
    const numbers = [n, e, d, p, q, dp, dq, qi].map((member) => encodeUnsigned(octets(member)))
    return privateKeyInfo(jwk, encodeDer(Tag.sequence, VERSION_0, ...numbers))
  }
  if (jwk.kty !== 'EC') return pkcs8FromSecret(jwk)
  const point = encodeDer(Tag.context1, encodeBits(publicOctets(jwk)))
  const secret = encodeDer(Tag.octetString, octets(jwk.d))
  return privateKeyInfo(jwk, encodeDer(Tag.sequence, VERSION_1, secret, point))
}

/** Writes a PKCS#8 `PrivateKeyInfo` without public members, for a runtime that computes them. */
export function pkcs8FromSecret(secret: SecretMembers): Uint8Array {
  if (secret.kty === 'AKP') {
    return privateKeyInfo(secret, encodeDer(Tag.primitive0, octets(secret.priv)))
  }
  const d = encodeDer(Tag.octetString, octets(secret.d))
  return privateKeyInfo(secret, secret.kty === 'OKP' ? d : encodeDer(Tag.sequence, VERSION_1, d))
}

type Kind =
  | Pick<RsaPublicJwk, 'kty'>
  | Pick<EcPublicJwk, 'kty' | 'crv'>
  | Pick<OkpPublicJwk, 'kty'>
  | Pick<AkpPublicJwk, 'kty' | 'alg'>

function privateKeyInfo(kind: Kind, inner: Uint8Array): Uint8Array {
  return encodeDer(
    Tag.sequence,
    VERSION_0,
    algorithmIdentifier(kind),
    encodeDer(Tag.octetString, inner),
  )
}

function algorithmIdentifier(kind: Kind): Uint8Array {
  switch (kind.kty) {
    case 'RSA':
      return encodeDer(Tag.sequence, encodeObjectIdentifier(OID_RSA), NULL)
    case 'EC':
      return encodeDer(
        Tag.sequence,
        encodeObjectIdentifier(OID_EC),
        encodeObjectIdentifier(CURVE_OIDS[kind.crv]),
      )
    case 'OKP':
      return encodeDer(Tag.sequence, encodeObjectIdentifier(OID_ED25519))
    case 'AKP':
      return encodeDer(Tag.sequence, encodeObjectIdentifier(ML_DSA_OIDS[kind.alg]))
  }
}

function publicOctets(jwk: PublicJwk): Uint8Array {
  switch (jwk.kty) {
    case 'RSA':
      return encodeDer(Tag.sequence, encodeUnsigned(octets(jwk.n)), encodeUnsigned(octets(jwk.e)))
    case 'EC':
      return Uint8Array.of(4, ...octets(jwk.x), ...octets(jwk.y))
    case 'OKP':
      return octets(jwk.x)
    case 'AKP':
      return octets(jwk.pub)
  }
}

function octets(member: string): Uint8Array {
  return decodeBase64url(member) as Uint8Array
}
