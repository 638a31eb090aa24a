/**
 * A public key, ready to verify.
 * @module
 */

import { KeyError } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { primitives } from '#primitives'
import {
  type Curve,
  isSameAlgorithm,
  type JwsAlgorithm,
  jwsAlgorithm,
  type KeyType,
} from './algorithms.ts'
import type { ParsedJwk, PublicJwk } from './jwk.ts'
import type { PublicHandle } from './primitives.ts'
import { jwkThumbprint } from './thumbprint.ts'

/** A public key, checked and ready to verify. Made by `importPublicKey`. */
export class PublicKey {
  /** Key ID: the JWK's own, else its RFC 7638 thumbprint. */
  readonly kid: string
  /** The public JWK, always with `kid`. */
  readonly jwk: PublicJwk & { readonly kid: string }
  /** Bits of an RSA modulus; `undefined` for other keys. */
  readonly modulusBits: number | undefined
  readonly #handle: PublicHandle

  /** @internal */
  constructor(
    jwk: PublicJwk & { readonly kid: string },
    modulusBits: number | undefined,
    handle: PublicHandle,
  ) {
    this.kid = jwk.kid
    this.jwk = jwk
    this.modulusBits = modulusBits
    this.#handle = handle
  }

  get kty(): KeyType {
    return this.jwk.kty
  }

  /** The curve; `undefined` for RSA and ML-DSA. */
  get crv(): Curve | undefined {
    return 'crv' in this.jwk ? this.jwk.crv : undefined
  }

  /**
   * Whether this key may verify signatures of an algorithm: its type and curve fit, its `alg` (when
   * it has one) is the same, its `use` is absent or "sig", its `key_ops` absent or with "verify".
   */
  fits(algorithm: JwsAlgorithm): boolean {
    if (algorithm.kty !== this.kty || algorithm.crv !== this.crv) return false
    const { alg, use, key_ops: keyOps } = this.jwk
    const own = jwsAlgorithm(alg)
    if (own !== undefined && !isSameAlgorithm(own, algorithm)) return false
    if (use !== undefined && use !== 'sig') return false
    return keyOps === undefined || keyOps.includes('verify') || keyOps.includes('sign')
  }

  /** Verifies a signature in its JWS form. Does not ask whether the key {@link fits}. */
  verify(
    algorithm: JwsAlgorithm,
    signature: Uint8Array,
    signingInput: Uint8Array,
  ): MaybePromise<boolean> {
    return primitives.verify(algorithm, this.#handle, signature, signingInput)
  }
}

/** Makes a {@link PublicKey} of a JWK that was read. */
export async function createPublicKey(parsed: ParsedJwk): Promise<PublicKey> {
  const { publicJwk } = parsed
  const jwk = { ...publicJwk, kid: publicJwk.kid ?? (await jwkThumbprint(publicJwk)) }
  try {
    return new PublicKey(jwk, parsed.modulusBits, await primitives.importPublic(jwk))
  } catch (cause) {
    // All members of an ML-DSA key have the right length, and there is nothing else to be wrong.
    if (jwk.kty === 'AKP') throw notInThisRuntime(jwk.alg, jwk.kid)
    throw new KeyError(
      'ERR_KEY_MALFORMED',
      'the public members make no valid key: the point is not on its curve',
      { kid: jwk.kid, cause, fix: 'copy the key again, whole and unchanged' },
    )
  }
}

/** The refusal of an algorithm that this runtime does not have. */
export function notInThisRuntime(alg: string, kid?: string): KeyError {
  return new KeyError('ERR_KEY_UNSUPPORTED', `this runtime has no ${alg}`, {
    kid,
    fix: 'run it on Node.js 24.7 or later, or use a P-256 or Ed25519 key',
  })
}
