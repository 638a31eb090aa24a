/**
 * A private key that signs and can't be printed by accident.
 * @module
 */

import { KeyError } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { primitives } from '#primitives'
import {
  type JwsAlgorithm,
  type JwsAlgorithmName,
  jwsAlgorithm,
  signingAlgorithm,
} from './algorithms.ts'
import type { ParsedJwk, PrivateJwk } from './jwk.ts'
import type { PrivateHandle } from './primitives.ts'
import { createPublicKey, type PublicKey } from './public-key.ts'
import type { Signer } from './signer.ts'

type KeyWithId = PrivateJwk & { readonly kid: string }

let revealPrivateJwk: (key: PrivateKey) => KeyWithId

/**
 * A private key, checked and ready to sign. Printing, logging or serializing it shows
 * `[private key kid=…]`; only `exportPrivateJwk` and `exportPkcs8Pem` give its members away.
 */
export class PrivateKey implements Signer {
  /** The public half. */
  readonly publicKey: PublicKey
  readonly #jwk: KeyWithId
  readonly #handle: PrivateHandle
  readonly #algorithm: JwsAlgorithm

  static {
    revealPrivateJwk = (key) => key.#jwk
    const inspect = Symbol.for('nodejs.util.inspect.custom')
    Object.defineProperty(PrivateKey.prototype, inspect, { value: PrivateKey.prototype.toString })
  }

  /** @internal */
  constructor(jwk: KeyWithId, publicKey: PublicKey, handle: PrivateHandle) {
    this.publicKey = publicKey
    this.#jwk = jwk
    this.#handle = handle
    this.#algorithm = signingAlgorithm(jwk)
  }

  get kid(): string {
    return this.publicKey.kid
  }

  /** The algorithm that this key signs with: its own `alg`, else the default of its type. */
  get alg(): JwsAlgorithmName {
    return this.#algorithm.alg
  }

  /** The same key for another algorithm that fits it, such as PS256 for an RSA key without `alg`. */
  withAlgorithm(alg: JwsAlgorithmName): PrivateKey {
    const algorithm = jwsAlgorithm(alg)
    if (algorithm === undefined || !this.publicKey.fits(algorithm)) {
      throw new KeyError(
        'ERR_KEY_UNSUPPORTED',
        `the key can not sign with "alg" "${alg}"; it is ${this.publicKey.jwk.alg ?? this.publicKey.crv ?? this.publicKey.kty}`,
        { kid: this.kid },
      )
    }
    return new PrivateKey({ ...this.#jwk, alg } as KeyWithId, this.publicKey, this.#handle)
  }

  /** Signs octets; the signature is in its JWS form. */
  sign(signingInput: Uint8Array): MaybePromise<Uint8Array> {
    return primitives.sign(this.#algorithm, this.#handle, signingInput)
  }

  toString(): string {
    return `[private key kid=${this.kid}]`
  }

  toJSON(): string {
    return this.toString()
  }
}

/** The members of a private key, for `exportPrivateJwk` and `exportPkcs8Pem` alone. */
export function privateMembers(key: PrivateKey): PrivateJwk & { readonly kid: string } {
  return revealPrivateJwk(key)
}

/** Makes a {@link PrivateKey} of a JWK that was read, and proves that its two halves belong together. */
export async function createPrivateKey(parsed: ParsedJwk): Promise<PrivateKey> {
  if (parsed.privateJwk === undefined) {
    throw new KeyError(
      'ERR_KEY_WRONG_HALF',
      'this is a public key; signing needs the private one',
      { kid: parsed.publicJwk.kid },
    )
  }
  const publicKey = await createPublicKey(parsed)
  const jwk = { ...parsed.privateJwk, kid: publicKey.kid }
  let cause = 'the signature does not fit'
  try {
    const key = new PrivateKey(jwk, publicKey, await primitives.importPrivate(jwk))
    const probe = new Uint8Array(32)
    if (await publicKey.verify(signingAlgorithm(jwk), await key.sign(probe), probe)) return key
  } catch (error) {
    cause = withoutInput(error)
  }
  throw new KeyError(
    'ERR_KEY_MALFORMED',
    'the private members make no valid key, or do not belong to the public ones',
    { kid: publicKey.kid, cause, fix: 'export the key pair again, both halves at once' },
  )
}

/** Node puts the rejected input into some errors, and a private key must not travel in a `cause`. */
function withoutInput(cause: unknown): string {
  return cause instanceof Error ? cause.name : 'unknown'
}
