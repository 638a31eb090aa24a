/**
 * Object identifiers of the keys that can sign, in dotted form.
 * @module
 */

/** `rsaEncryption` (RFC 8017). */
export const OID_RSA = '1.2.840.113549.1.1.1'
/** `id-ecPublicKey` (RFC 5480). */
export const OID_EC = '1.2.840.10045.2.1'
/** `id-Ed25519` (RFC 8410). */
export const OID_ED25519 = '1.3.101.112'

/** The named curves (RFC 5480). */
export const CURVE_OIDS = {
  'P-256': '1.2.840.10045.3.1.7',
  'P-384': '1.3.132.0.34',
  'P-521': '1.3.132.0.35',
} as const

/** The parameter sets of ML-DSA (RFC 9881). */
export const ML_DSA_OIDS = {
  'ML-DSA-44': '2.16.840.1.101.3.4.3.17',
  'ML-DSA-65': '2.16.840.1.101.3.4.3.18',
  'ML-DSA-87': '2.16.840.1.101.3.4.3.19',
} as const
