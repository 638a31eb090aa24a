/**
 * The `AlgorithmIdentifier` of a key (RFC 5280, RFC 5480, RFC 8410): which kind of key it is.
 * @module
 */

import { KeyError } from '../../errors.ts'
import { Tag } from '../der.ts'
import type { JwsAlgorithmName, MlDsaName } from '../algorithms.ts'
import { CURVE_OIDS, ML_DSA_OIDS, OID_EC, OID_ED25519, OID_RSA } from '../oids.ts'
import { unsupported } from '../refusal.ts'
import { DerReader } from './der-reader.ts'
import type { EcCurve } from './member.ts'

const OID_RSA_PSS = '1.2.840.113549.1.1.10'
const OID_MGF1 = '1.2.840.113549.1.1.8'

/** The `cause` of the error for an EC key that spells out its curve. */
export const EXPLICIT_PARAMETERS = 'explicit EC parameters'

/** A kind of key, in the members of a JWK. */
export type KeyKindMembers =
  | { readonly kty: 'RSA'; readonly alg?: JwsAlgorithmName }
  | { readonly kty: 'EC'; readonly crv: EcCurve }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519' }
  | { readonly kty: 'AKP'; readonly alg: MlDsaName }

const FIX = 'make an RSA, P-256 or Ed25519 key pair'

const OTHER_KINDS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.7': 'an RSA-OAEP key, for encryption',
  '1.2.840.10040.4.1': 'a DSA key',
  '1.2.840.113549.1.3.1': 'a Diffie-Hellman key',
  '1.2.840.10046.2.1': 'a Diffie-Hellman key',
  '1.3.132.1.12': 'an ECDH key, for key agreement',
  '1.3.101.110': 'an X25519 key, for key agreement',
  '1.3.101.111': 'an X448 key, for key agreement',
  '1.3.101.113': 'an Ed448 key',
}

const OTHER_CURVES: Readonly<Record<string, string>> = {
  '1.3.132.0.10': 'secp256k1',
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.1': 'P-192',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
  '1.2.156.10197.1.301': 'SM2',
}

const PSS_HASHES: Readonly<Record<string, readonly [JwsAlgorithmName, number]>> = {
  '2.16.840.1.101.3.4.2.1': ['PS256', 32],
  '2.16.840.1.101.3.4.2.2': ['PS384', 48],
  '2.16.840.1.101.3.4.2.3': ['PS512', 64],
}

/** Reads an `AlgorithmIdentifier`, which is next, and refuses every kind that can not sign here. */
export function readKind(reader: DerReader, form: string): KeyKindMembers {
  const identifier = reader.inside(Tag.sequence)
  const algorithm = identifier.objectIdentifier()
  if (algorithm === OID_RSA) return { kty: 'RSA' }
  if (algorithm === OID_RSA_PSS) return readPss(identifier, form)
  if (algorithm === OID_EC) return { kty: 'EC', crv: readCurve(identifier, form) }
  if (algorithm === OID_ED25519) return { kty: 'OKP', crv: 'Ed25519' }
  const mlDsa = Object.entries(ML_DSA_OIDS).find(([, oid]) => oid === algorithm)
  if (mlDsa !== undefined) return { kty: 'AKP', alg: mlDsa[0] as MlDsaName }
  const kind = OTHER_KINDS[algorithm] ?? `a key of an unknown kind (${oidText(algorithm)})`
  throw unsupported(`the ${form} holds ${kind}; it can not sign a JWT here`, FIX)
}

/** Reads the name of a curve, which is next. */
export function readCurve(reader: DerReader, form: string): EcCurve {
  if (reader.nextTag === Tag.sequence) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      `the ${form} holds an EC key that spells out its curve parameters instead of naming the curve`,
      {
        cause: EXPLICIT_PARAMETERS,
        fix: 'make the key again with a named curve, such as: openssl ecparam -name prime256v1 -genkey',
      },
    )
  }
  const curve = reader.objectIdentifier()
  const crv = Object.entries(CURVE_OIDS).find(([, oid]) => oid === curve)?.[0]
  if (crv !== undefined) return crv as EcCurve
  const name = OTHER_CURVES[curve] ?? `an unknown curve (${oidText(curve)})`
  throw unsupported(
    `the ${form} holds an EC key on ${name}, which is not P-256, P-384 or P-521`,
    'make a P-256 key pair',
  )
}

/**
 * `id-RSASSA-PSS` (RFC 4055): a key that may sign with PSS alone. Its hash names the algorithm, and
 * its smallest salt must not be longer than JWS has it; without parameters it is for PS256.
 */
function readPss(identifier: DerReader, form: string): KeyKindMembers {
  const parameters = identifier.optional(Tag.sequence)
  if (parameters === undefined || parameters.length === 0) return { kty: 'RSA', alg: 'PS256' }
  const reader = new DerReader(parameters)
  const hash = reader.nextTag === Tag.context0 ? reader.inside(Tag.context0) : undefined
  const oid = hash?.inside(Tag.sequence).objectIdentifier()
  const [alg, octets] = PSS_HASHES[oid ?? ''] ?? []
  const mgf = reader.nextTag === Tag.context1 ? reader.inside(Tag.context1) : undefined
  const generator = mgf?.inside(Tag.sequence)
  const isMgf1 = generator?.objectIdentifier() === OID_MGF1
  const mgfHash = isMgf1 ? generator?.inside(Tag.sequence).objectIdentifier() : undefined
  const salt = reader.nextTag === Tag.context2 ? reader.inside(Tag.context2).smallNumber(1024) : 20
  if (alg !== undefined && mgfHash === oid && salt <= (octets as number)) return { kty: 'RSA', alg }
  throw unsupported(
    `the ${form} holds an RSA-PSS key whose parameters fit none of PS256, PS384 and PS512`,
    'make an ordinary RSA key, or an RSA-PSS key for SHA-256 with a salt of 32 octets',
  )
}

function oidText(oid: string): string {
  return oid.length > 60 ? 'with a long identifier' : oid
}
