/**
 * The kinds of key pair that can be made.
 * @module
 */

import type { MlDsaName } from './algorithms.ts'

/** Which key to make, in the members of a JWK. */
export type KeyKind =
  | { readonly kty: 'RSA'; readonly modulusBits: 2048 | 3072 | 4096 }
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'P-384' | 'P-521' }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519' }
  | { readonly kty: 'AKP'; readonly alg: MlDsaName }

/** The names of key kinds, as people write them. ML-DSA needs a runtime that has it. */
export const KEY_KINDS: Readonly<Record<string, KeyKind>> = Object.freeze({
  'RSA-2048': { kty: 'RSA', modulusBits: 2048 },
  'RSA-3072': { kty: 'RSA', modulusBits: 3072 },
  'RSA-4096': { kty: 'RSA', modulusBits: 4096 },
  'P-256': { kty: 'EC', crv: 'P-256' },
  'P-384': { kty: 'EC', crv: 'P-384' },
  'P-521': { kty: 'EC', crv: 'P-521' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  'ML-DSA-44': { kty: 'AKP', alg: 'ML-DSA-44' },
  'ML-DSA-65': { kty: 'AKP', alg: 'ML-DSA-65' },
  'ML-DSA-87': { kty: 'AKP', alg: 'ML-DSA-87' },
})
