/**
 * PKCS#8 private keys (RFC 5208, RFC 8410) and SPKI public keys (RFC 5280, section 4.1.2.7),
 * between DER and JWK members.
 * @module
 */

import { decodeBase64url, encodeBase64url } from '../base64url.ts'
import { KeyError } from '../errors.ts'
import { primitives } from '#primitives'
import {
  DerFault,
  DerReader,
  encodeBits,
  encodeDer,
  encodeObjectIdentifier,
  encodeUnsigned,
  Tag,
} from './der.ts'
import type { PrivateJwk, PublicJwk, RsaPrivateMembers } from './jwk.ts'
import type { KeyKind } from './kinds.ts'

const RSA = '1.2.840.113549.1.1.1'
const EC = '1.2.840.10045.2.1'
const CURVES = {
  'P-256': '1.2.840.10045.3.1.7',
  'P-384': '1.3.132.0.34',
  'P-521': '1.3.132.0.35',
} as const
const ED25519 = '1.3.101.112'

const VERSION_0 = Uint8Array.of(Tag.integer, 1, 0)
const VERSION_1 = Uint8Array.of(Tag.integer, 1, 1)
const NULL = Uint8Array.of(Tag.null, 0)

/**
 * Reads a PKCS#8 `PrivateKeyInfo` into the members of a private JWK.
 *
 * @throws {@link KeyError} `ERR_KEY_MALFORMED`, or `ERR_KEY_UNSUPPORTED` for another kind of key.
 */
export async function jwkFromPkcs8(der: Uint8Array): Promise<object> {
  const kind = readDer('PKCS#8', () => {
    const info = new DerReader(der).inside(Tag.sequence)
    if (info.unsigned().length !== 1) throw new DerFault('version')
    const algorithm = readAlgorithm(info)
    const octets = info.content(Tag.octetString)
    if (algorithm.kty !== 'RSA') return algorithm
    return rsaMembers(new DerReader(octets).inside(Tag.sequence))
  })
  if ('n' in kind) return kind
  try {
    return await primitives.privateJwkFromPkcs8(der, kind as KeyKind)
  } catch {
    throw new KeyError(
      'ERR_KEY_MALFORMED',
      'the PKCS#8 key is damaged: its private value is no key of its curve',
    )
  }
}

/**
 * Reads a `SubjectPublicKeyInfo` into the members of a public JWK.
 *
 * @throws {@link KeyError} `ERR_KEY_MALFORMED`, or `ERR_KEY_UNSUPPORTED` for another kind of key.
 */
export function jwkFromSpki(der: Uint8Array): object {
  return readDer('SPKI', () => {
    const reader = new DerReader(der)
    const info = reader.inside(Tag.sequence)
    reader.end()
    const algorithm = readAlgorithm(info)
    const key = info.bits()
    info.end()
    if (algorithm.kty === 'RSA') {
      const members = new DerReader(key).inside(Tag.sequence)
      return { kty: 'RSA', n: text(members.unsigned()), e: text(members.unsigned()) }
    }
    if (algorithm.kty === 'OKP') return { ...algorithm, x: text(key) }
    const half = (key.length - 1) / 2
    if (key[0] !== 4) {
      throw new KeyError(
        'ERR_KEY_UNSUPPORTED',
        'the EC public key holds a compressed point; convert it to the uncompressed form',
      )
    }
    return { ...algorithm, x: text(key.subarray(1, 1 + half)), y: text(key.subarray(1 + half)) }
  })
}

/** Writes a public JWK as `SubjectPublicKeyInfo`. */
export function spkiFromJwk(jwk: PublicJwk): Uint8Array {
  const key =
    jwk.kty === 'RSA'
      ? encodeDer(Tag.sequence, encodeUnsigned(octets(jwk.n)), encodeUnsigned(octets(jwk.e)))
      : publicPoint(jwk)
  return encodeDer(Tag.sequence, algorithmIdentifier(jwk), encodeBits(key))
}

/** Writes a private JWK as PKCS#8 `PrivateKeyInfo`. */
export function pkcs8FromJwk(jwk: PrivateJwk): Uint8Array {
  return encodeDer(
    Tag.sequence,
    VERSION_0,
    algorithmIdentifier(jwk),
    encodeDer(Tag.octetString, innerPrivateKey(jwk)),
  )
}

function innerPrivateKey(jwk: PrivateJwk): Uint8Array {
  if (jwk.kty === 'RSA') {
    const { n, e, d, p, q, dp, dq, qi } = jwk
    const numbers = [n, e, d, p, q, dp, dq, qi].map((member) => encodeUnsigned(octets(member)))
    return encodeDer(Tag.sequence, VERSION_0, ...numbers)
  }
  const secret = encodeDer(Tag.octetString, octets(jwk.d))
  if (jwk.kty === 'OKP') return secret
  return encodeDer(
    Tag.sequence,
    VERSION_1,
    secret,
    encodeDer(Tag.context1, encodeBits(publicPoint(jwk))),
  )
}

function algorithmIdentifier(jwk: PublicJwk): Uint8Array {
  if (jwk.kty === 'RSA') return encodeDer(Tag.sequence, encodeObjectIdentifier(RSA), NULL)
  if (jwk.kty === 'OKP') return encodeDer(Tag.sequence, encodeObjectIdentifier(ED25519))
  return encodeDer(
    Tag.sequence,
    encodeObjectIdentifier(EC),
    encodeObjectIdentifier(CURVES[jwk.crv]),
  )
}

function publicPoint(jwk: Exclude<PublicJwk, { kty: 'RSA' }>): Uint8Array {
  if (jwk.kty === 'OKP') return octets(jwk.x)
  return Uint8Array.of(4, ...octets(jwk.x), ...octets(jwk.y))
}

function readAlgorithm(
  info: DerReader,
): { kty: 'RSA' } | { kty: 'EC'; crv: string } | { kty: 'OKP'; crv: string } {
  const identifier = info.inside(Tag.sequence)
  const algorithm = identifier.objectIdentifier()
  if (algorithm === RSA) return { kty: 'RSA' }
  if (algorithm === ED25519) return { kty: 'OKP', crv: 'Ed25519' }
  if (algorithm !== EC) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      `the key is of a kind that can not sign a JWT here (algorithm ${algorithm}); make an RSA, P-256 or Ed25519 key`,
    )
  }
  if (identifier.nextTag === Tag.sequence) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      'the EC key spells out its curve parameters instead of naming the curve; make it again with a named curve',
    )
  }
  const curve = identifier.objectIdentifier()
  const crv = Object.entries(CURVES).find(([, oid]) => oid === curve)?.[0]
  if (crv === undefined) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      `the EC key is on a curve (${curve}) that is not P-256, P-384 or P-521`,
    )
  }
  return { kty: 'EC', crv }
}

function rsaMembers(sequence: DerReader): { kty: 'RSA'; n: string; e: string } & RsaPrivateMembers {
  if (sequence.unsigned()[0] !== 0) {
    throw new KeyError('ERR_KEY_UNSUPPORTED', 'the RSA key has more than two primes')
  }
  const next = (): string => text(sequence.unsigned())
  const [n, e, d, p, q, dp, dq, qi] = [
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
    next(),
  ]
  sequence.end()
  return { kty: 'RSA', n, e, d, p, q, dp, dq, qi }
}

function readDer<T>(form: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DerFault)) throw error
    throw new KeyError('ERR_KEY_MALFORMED', `the ${form} key is damaged: ${error.message}`)
  }
}

function text(member: Uint8Array): string {
  return encodeBase64url(member)
}

function octets(member: string): Uint8Array {
  return decodeBase64url(member) as Uint8Array
}
