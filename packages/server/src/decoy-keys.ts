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
  /** The key of nobody for an algorithm, if there is one. */
  keyFor(algorithm: JwsAlgorithm): Promise<PublicKey | undefined>
}

let keysOfNobody: ReadonlyMap<string, Promise<PublicKey>> | undefined

/**
 * Begins to make the decoys in the background, once in a process; a verification waits for its own until
 * it is there.
 */
export function createDecoyKeys(): DecoyKeys {
  const decoys = (keysOfNobody ??= new Map(DECOY_KINDS.map(makeDecoy)))
  const keyFor = async ({ crv, kty }: JwsAlgorithm): Promise<PublicKey | undefined> =>
    decoys.get(crv ?? kty)
  return {
    async verify(algorithm, signature, signingInput) {
      const decoy = await keyFor(algorithm)
      await decoy?.verify(algorithm, signature, signingInput)
    },
    keyFor,
  }
}

const DECOY_KINDS = ['P-256', 'RSA-2048', 'P-384', 'P-521', 'Ed25519']

function makeDecoy(name: string): [name: string, key: Promise<PublicKey>] {
  const kind = KEY_KINDS[name] as KeyKind
  const decoy = generateKey(kind).then(({ publicKey }) => publicKey)
  // Whoever waits for it gets the failure.
  decoy.catch(() => undefined)
  return ['crv' in kind ? kind.crv : kind.kty, decoy]
}
