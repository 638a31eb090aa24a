/**
 * New key pairs.
 * @module
 */

import { invalidArgumentValue } from '../errors.ts'
import { keyMaking } from '#primitives'
import { jwsAlgorithm, type JwsAlgorithmName } from './algorithms.ts'
import { parseJwk } from './jwk.ts'
import type { KeyKind } from './kinds.ts'
import { createPrivateKey, type PrivateKey } from './private-key.ts'

/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
  /** The one algorithm that the key is for. Default: that of its key type, such as ES256. */
  readonly alg?: JwsAlgorithmName
  /** Key ID. Default: the RFC 7638 thumbprint. */
  readonly kid?: string
}

/**
 * Makes a new key pair in this process, from the runtime's random source. RSA keys have the public
 * exponent 65537. The JWK gets `use` "sig" and, when asked for, `alg`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `alg` does not fit the kind of key.
 * @example
 * ```ts
 * const key = await generateKey({ kty: 'EC', crv: 'P-256' })
 * console.log(key.kid, key.publicKey.jwk)
 * ```
 */
export async function generateKey(
  kind: KeyKind,
  options: GenerateKeyOptions = {},
): Promise<PrivateKey> {
  const algorithm = jwsAlgorithm(options.alg)
  if (options.alg !== undefined) {
    const crv = 'crv' in kind ? kind.crv : undefined
    if (algorithm === undefined || algorithm.kty !== kind.kty || algorithm.crv !== crv) {
      throw invalidArgumentValue('options.alg', `an algorithm for ${crv ?? kind.kty} keys`)
    }
  }
  const generated = await keyMaking.generate(kind)
  return createPrivateKey(
    parseJwk({ ...generated, key_ops: undefined, use: 'sig', alg: options.alg, kid: options.kid }),
  )
}
