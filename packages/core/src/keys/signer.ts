/**
 * The one seam for everything that signs: a key in this process, or one that is elsewhere.
 * @module
 */

import type { JwsAlgorithmName } from './algorithms.ts'
import type { MaybePromise } from './primitives.ts'
import type { PublicKey } from './public-key.ts'

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
