/**
 * The forms in which a signature comes back from where the key is.
 * @module
 */

import type { JwsAlgorithm } from './algorithms.ts'
import { concatenatedSignature, SCALAR_OCTETS } from './ecdsa-der.ts'
import type { PublicKey } from './public-key.ts'

/** The signature in its JWS form, in each way that the octets can be read; the first that verifies counts. */
export function readings(
  algorithm: JwsAlgorithm,
  publicKey: PublicKey,
  answer: Uint8Array,
): readonly Uint8Array[] {
  const length = signatureLength(algorithm, publicKey)
  const asIs = length === undefined || answer.length === length ? [answer] : []
  const fromDer = concatenatedSignature(algorithm, answer)
  return fromDer === undefined ? asIs : [...asIs, fromDer]
}

/** Octets of every signature in its JWS form; `undefined` where verifying tells as well. */
export function signatureLength(algorithm: JwsAlgorithm, publicKey: PublicKey): number | undefined {
  switch (algorithm.scheme) {
    case 'RSASSA-PKCS1-v1_5':
    case 'RSA-PSS':
      return Math.ceil((publicKey.modulusBits as number) / 8)
    case 'ECDSA':
      return 2 * SCALAR_OCTETS[algorithm.crv as keyof typeof SCALAR_OCTETS]
    case 'Ed25519':
      return 64
    default:
      return undefined
  }
}
