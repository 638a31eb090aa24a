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
  type MlDsaName,
} from './algorithms.ts'
export { concatenatedSignature } from './ecdsa-der.ts'
export {
  exportJwkSet,
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  type JwkSet,
} from './export.ts'
export { generateKey, type GenerateKeyOptions, supportedAlgorithms } from './generate.ts'
export { MAX_KEY_INPUT, MAX_KID_LENGTH } from './forms/limits.ts'
export {
  importPrivateKey,
  type ImportPrivateKeyOptions,
  importPublicKey,
  type KeyReading,
  type PrivateKeyReading,
  type PublicKeyReading,
  readKey,
} from './import.ts'
export {
  type ImportKeyOptions,
  importPrivateJwk,
  importPublicJwk,
  type KeyInput,
} from './import-jwk.ts'
export {
  type AkpPublicJwk,
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
export { importJwkSet, type JwkSetReading, readJwkSet, type RefusedKey } from './key-set.ts'
export { KEY_KINDS, type KeyKind } from './kinds.ts'
export type { PrivateKey } from './private-key.ts'
export type { PublicKey } from './public-key.ts'
export { createSigner, type CreateSignerOptions, type Signer } from './signer.ts'
export { checkKeyForRegistration, lintJwkSet } from './registration.ts'
export { jwkThumbprint } from './thumbprint.ts'
