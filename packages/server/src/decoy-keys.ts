/**
 * Keys of nobody. When no key of a client fits, the signature is verified with one of these all the
 * same, so that the time of a refusal does not tell what is registered.
 * @module
 */

import {
  type JwsAlgorithm,
  generateKey,
  KEY_KINDS,
  type KeyKind,
  type PublicKey,
} from '@keygrant/core/keys'

/** Verifies in vain. */
export interface DecoyKeys {
  verify(algorithm: JwsAlgorithm, signature: Uint8Array, signingInput: Uint8Array): Promise<void>
}

/** Makes the decoys in the background; a verification waits for its own until it is there. */
export function createDecoyKeys(): DecoyKeys {
  const decoys = new Map<string, Promise<PublicKey>>()
  for (const name of ['P-256', 'RSA-2048', 'P-384', 'P-521', 'Ed25519']) {
    const kind = KEY_KINDS[name] as KeyKind
    const decoy = generateKey(kind).then(({ publicKey }) => publicKey)
    decoy.catch(() => undefined)
    decoys.set('crv' in kind ? kind.crv : kind.kty, decoy)
  }
  return {
    async verify(algorithm, signature, signingInput) {
      const decoy = await decoys.get(algorithm.crv ?? algorithm.kty)
      await decoy?.verify(algorithm, signature, signingInput)
    },
  }
}
