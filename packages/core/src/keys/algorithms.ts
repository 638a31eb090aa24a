/**
 * The JWS signature algorithms (RFC 7518, section 3; RFC 8037; RFC 9864; ML-DSA) as one table.
 * @module
 */

/** A JWS `alg` that this package signs and verifies with. HMAC and `none` do not exist here. */
export type JwsAlgorithmName =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519'
  | MlDsaName

/** The parameter sets of ML-DSA (FIPS 204), each of them an `alg` and a kind of key. */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

/** JWK `kty` of the keys that can sign. */
export type KeyType = 'RSA' | 'EC' | 'OKP' | 'AKP'

/** JWK `crv` of the curves that can sign. */
export type Curve = 'P-256' | 'P-384' | 'P-521' | 'Ed25519'

/** A row of the table: what `alg` means. */
export interface JwsAlgorithm {
  readonly alg: JwsAlgorithmName
  readonly kty: KeyType
  /** The one curve that `alg` may be used with. Absent for RSA and ML-DSA. */
  readonly crv?: Curve
  readonly scheme: 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'ECDSA' | 'Ed25519' | 'ML-DSA'
  /** Absent for Ed25519 and ML-DSA, which hash for themselves. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** Octets of the salt. RSA-PSS only; RFC 7518, section 3.5: as long as the hash. */
  readonly saltLength?: number
}

const rows: readonly JwsAlgorithm[] = [
  { alg: 'RS256', kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  { alg: 'RS384', kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' },
  { alg: 'RS512', kty: 'RSA', scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' },
  { alg: 'PS256', kty: 'RSA', scheme: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 },
  { alg: 'PS384', kty: 'RSA', scheme: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 },
  { alg: 'PS512', kty: 'RSA', scheme: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 },
  { alg: 'ES256', kty: 'EC', crv: 'P-256', scheme: 'ECDSA', hash: 'SHA-256' },
  { alg: 'ES384', kty: 'EC', crv: 'P-384', scheme: 'ECDSA', hash: 'SHA-384' },
  { alg: 'ES512', kty: 'EC', crv: 'P-521', scheme: 'ECDSA', hash: 'SHA-512' },
  { alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', scheme: 'Ed25519' },
  { alg: 'Ed25519', kty: 'OKP', crv: 'Ed25519', scheme: 'Ed25519' },
  { alg: 'ML-DSA-44', kty: 'AKP', scheme: 'ML-DSA' },
  { alg: 'ML-DSA-65', kty: 'AKP', scheme: 'ML-DSA' },
  { alg: 'ML-DSA-87', kty: 'AKP', scheme: 'ML-DSA' },
]

const table: ReadonlyMap<string, JwsAlgorithm> = new Map(rows.map((row) => [row.alg, row]))

/**
 * The names of all algorithms, in the order of the table. ML-DSA is not in every runtime: ask
 * `supportedAlgorithms` for those that work here.
 */
export const JWS_ALGORITHMS: readonly JwsAlgorithmName[] = rows.map((row) => row.alg)

/** The row for an `alg` header or JWK member of any type, or `undefined`. */
export function jwsAlgorithm(alg: unknown): JwsAlgorithm | undefined {
  return typeof alg === 'string' ? table.get(alg) : undefined
}

/** Whether two `alg` names mean one algorithm; `EdDSA` and `Ed25519` do on an Ed25519 key. */
export function isSameAlgorithm(a: JwsAlgorithm, b: JwsAlgorithm): boolean {
  return a.alg === b.alg || (a.scheme === 'Ed25519' && b.scheme === 'Ed25519')
}

/**
 * The algorithm that a key signs with: its own `alg` (an ML-DSA key always has one), else RS256,
 * ES256, ES384, ES512 or EdDSA by its type.
 */
export function signingAlgorithm(key: {
  readonly kty: KeyType
  readonly crv?: Curve
  readonly alg?: JwsAlgorithmName
}): JwsAlgorithm {
  return (jwsAlgorithm(key.alg) ??
    rows.find((row) => row.kty === key.kty && row.crv === key.crv)) as JwsAlgorithm
}
