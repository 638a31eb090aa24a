/**
 * The DPoP key of a client and the nonces that servers gave it (RFC 9449).
 * @module
 */

import type { KeyInput, Signer } from '../keys/index.ts'
import { isSigner } from './key-source.ts'

const MAX_ORIGINS = 64

/** A request that a proof is for. */
export interface ProofRequest {
  readonly method: string
  readonly url: string
  readonly accessToken?: string
  /** NumericDate of the server that it goes to, in seconds. */
  readonly now: number
}

/** Makes proofs with one key, each with the last nonce of the server that it goes to. */
export class DpopBinding {
  readonly #input: true | KeyInput | Signer
  readonly #nonces = new Map<string, string>()
  #key: Promise<Signer> | undefined

  /** @param input `true` makes a P-256 key for the life of the client. */
  constructor(input: true | KeyInput | Signer) {
    this.#input = input
  }

  /** JWK Thumbprint of the key, to which tokens are bound. */
  async thumbprint(): Promise<string> {
    const { thumbprintOf } = await import('./key-reading.ts')
    return thumbprintOf(await this.#signer())
  }

  /** Makes a proof, a new one for each attempt. */
  async proof(request: ProofRequest): Promise<string> {
    const [{ makeProof }, key] = await Promise.all([import('./dpop-proof.ts'), this.#signer()])
    const nonce = this.#nonces.get(new URL(request.url).origin)
    return makeProof({ ...request, key, ...(nonce === undefined ? undefined : { nonce }) })
  }

  /** Takes the nonce of an answer. Says whether there is one that was not known. */
  learn(url: string, headers: Headers): boolean {
    const nonce = headers.get('dpop-nonce')
    const { origin } = new URL(url)
    // NQCHAR of RFC 9449, section 8.1; anything else could not stand in a proof.
    if (nonce === null || !/^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/.test(nonce)) return false
    const isNew = this.#nonces.get(origin) !== nonce
    this.#nonces.delete(origin)
    if (this.#nonces.size >= MAX_ORIGINS) {
      const [oldest] = this.#nonces.keys()
      this.#nonces.delete(oldest as string)
    }
    this.#nonces.set(origin, nonce)
    return isNew
  }

  async #signer(): Promise<Signer> {
    this.#key ??= makeKey(this.#input)
    try {
      return await this.#key
    } catch (error) {
      this.#key = undefined
      throw error
    }
  }
}

async function makeKey(input: true | KeyInput | Signer): Promise<Signer> {
  if (isSigner(input)) return input
  const { makeDpopKey, readPrivateKey } = await import('./key-reading.ts')
  return input === true ? makeDpopKey() : readPrivateKey(input)
}
