/**
 * Keys: make, read, write and name them; sign and verify octets with them.
 * @module
 */

export {
  type Curve,
  JWS_ALGORITHMS,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
  type KeyType,
} from './algorithms.ts'
export { concatenatedSignature } from './ecdsa-der.ts'
export {
  exportJwkSet,
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  type JwkSet,
} from './export.ts'
export { generateKey, type GenerateKeyOptions } from './generate.ts'
export {
  importJwkSet,
  type ImportKeyOptions,
  importPrivateKey,
  importPublicKey,
  type KeyInput,
  MAX_KEY_INPUT,
} from './import.ts'
export {
  type EcPublicJwk,
  hasPrivateMember,
  type JwkMetadata,
  MAX_RSA_BITS,
  MIN_RSA_BITS,
  type OkpPublicJwk,
  type PrivateJwk,
  type PublicJwk,
  type RsaPrivateMembers,
  type RsaPublicJwk,
} from './jwk.ts'
export { KEY_KINDS, type KeyKind } from './kinds.ts'
export type { PrivateKey } from './private-key.ts'
export type { PublicKey } from './public-key.ts'
export { createSigner, type CreateSignerOptions, type Signer } from './signer.ts'
export { jwkThumbprint } from './thumbprint.ts'
