/**
 * The one seam for everything that signs: a key in this process, or one that is elsewhere.
 * @module
 */

import { invalidArgumentType, KeyError } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import {
  type JwsAlgorithm,
  type JwsAlgorithmName,
  jwsAlgorithm,
  signingAlgorithm,
} from './algorithms.ts'
import { PublicKey } from './public-key.ts'
import { readings } from './signature-form.ts'

/** Signs with one private key, wherever that is. */
export interface Signer {
  /** Key ID for the `kid` header parameter. */
  readonly kid: string
  /** The algorithm of every signature that it makes. */
  readonly alg: JwsAlgorithmName
  /** The public half. */
  readonly publicKey: PublicKey
  /** Signs the JWS Signing Input. The answer is in its JWS form: r || s for ECDSA. */
  sign(signingInput: Uint8Array): MaybePromise<Uint8Array>
}

/** What {@link createSigner} needs: the public half, and the way to the private one. */
export interface CreateSignerOptions {
  /** The public half of the key that is elsewhere. Its `kid` becomes that of the signer. */
  readonly publicKey: PublicKey
  /** The algorithm to sign with. Default: the key's own `alg`, else that of its type, such as ES256. */
  readonly alg?: JwsAlgorithmName
  /**
   * Has the octets signed where the key is. The answer may be r || s or DER for ECDSA. Where only a
   * digest may go there, compute it here.
   */
  readonly sign: (signingInput: Uint8Array) => MaybePromise<Uint8Array>
}

/**
 * Makes a {@link Signer} of a key that is elsewhere: an HSM, a key management service, an agent.
 *
 * Every signature that comes back is turned into its JWS form and verified with the public key
 * before it is used, so that a wrong key, padding or hash is found here and not by the server.
 * Does not limit the time that `sign` takes, and passes on what it throws.
 *
 * @throws {@link KeyError} `ERR_KEY_UNSUPPORTED` when the key can not sign with `alg`. `Signer.sign`
 * rejects with `ERR_KEY_WRONG_SIGNATURE`, whose message says what came back instead.
 * @example
 * ```ts
 * const signer = createSigner({ publicKey, sign: (signingInput) => hsm.sign(signingInput) })
 * const assertion = await signAssertion({}, signer, { clientId, audience })
 * ```
 */
export function createSigner(options: CreateSignerOptions): Signer {
  const { publicKey, sign } = options
  if (!(publicKey instanceof PublicKey)) {
    throw invalidArgumentType('options.publicKey', 'a PublicKey, as importPublicKey makes it')
  }
  if (typeof sign !== 'function') throw invalidArgumentType('options.sign', 'a function')
  const algorithm = algorithmFor(publicKey, options.alg)
  return {
    kid: publicKey.kid,
    alg: algorithm.alg,
    publicKey,
    async sign(signingInput) {
      const answer: unknown = await sign(signingInput)
      if (answer instanceof Uint8Array) {
        for (const signature of readings(algorithm, publicKey, answer)) {
          if (await publicKey.verify(algorithm, signature, signingInput)) return signature
        }
      }
      const { whatCameBack } = await import('./wrong-signature.ts')
      throw await whatCameBack(algorithm, publicKey, answer, signingInput)
    },
  }
}

function algorithmFor(publicKey: PublicKey, alg: string | undefined): JwsAlgorithm {
  const algorithm = alg === undefined ? signingAlgorithm(publicKey.jwk) : jwsAlgorithm(alg)
  if (algorithm !== undefined && publicKey.fits(algorithm)) return algorithm
  const kind = publicKey.jwk.alg ?? publicKey.crv ?? publicKey.kty
  throw new KeyError(
    'ERR_KEY_UNSUPPORTED',
    alg === undefined
      ? 'the key is not for signatures, by its "use" or "key_ops"'
      : `the key can not sign with "alg" "${algorithm?.alg ?? 'unknown'}"; it is ${kind}`,
    { kid: publicKey.kid },
  )
}
