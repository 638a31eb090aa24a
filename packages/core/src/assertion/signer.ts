/**
 * Which key a JWT is really signed with, whatever its header says.
 * @module
 */

import {
  concatenatedSignature,
  JWS_ALGORITHMS,
  type JwsAlgorithm,
  jwsAlgorithm,
  type PublicKey,
} from '../keys/index.ts'
import { type ParsedJwt, parseJwt } from './jws.ts'

/** A key that a signature fits. */
export interface FoundSigner {
  readonly key: PublicKey
  /** The algorithm that it was made with. */
  readonly algorithm: JwsAlgorithm
  /** Whether that is the one that the header names. */
  readonly isNamed: boolean
  /** Whether an ECDSA signature is in DER, which no JWS may be. */
  readonly isDer: boolean
}

/** `findSigner` of `diagnose.ts`, once this is loaded. */
export function findSigner(
  jwt: string,
  keys: readonly PublicKey[],
): Promise<FoundSigner | undefined> {
  return signerOf(parseJwt(jwt), keys)
}

/** The same of a JWT that was taken apart. */
export async function signerOf(
  { header, signature, signingInput }: ParsedJwt,
  keys: readonly PublicKey[],
): Promise<FoundSigner | undefined> {
  if (header === undefined || signature === undefined) return undefined
  for (const key of keys) {
    for (const name of JWS_ALGORITHMS) {
      const algorithm = jwsAlgorithm(name)
      if (algorithm === undefined || !hasTypeOf(key, algorithm)) continue
      const concatenated = concatenatedSignature(algorithm, signature)
      if (!(await key.verify(algorithm, concatenated ?? signature, signingInput))) continue
      const isNamed = isOne(algorithm, jwsAlgorithm(header['alg']))
      return { key, algorithm, isNamed, isDer: concatenated !== undefined }
    }
  }
  return undefined
}

/** `EdDSA` and `Ed25519` are two names of one. */
function isOne(algorithm: JwsAlgorithm, named: JwsAlgorithm | undefined): boolean {
  return algorithm === named || (algorithm.scheme === 'Ed25519' && named?.scheme === 'Ed25519')
}

function hasTypeOf(key: PublicKey, { kty, crv }: JwsAlgorithm): boolean {
  return key.kty === kty && key.crv === crv
}
