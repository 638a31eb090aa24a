/**
 * New key pairs.
 * @module
 */

import { invalidArgumentValue } from '../errors.ts'
import { keyMaking } from '#primitives'
import {
  JWS_ALGORITHMS,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
} from './algorithms.ts'
import { parseJwk } from './jwk.ts'
import type { KeyKind } from './kinds.ts'
import { createPrivateKey, type PrivateKey } from './private-key.ts'
import { notInThisRuntime } from './public-key.ts'

/** Options of {@link generateKey}. */
export interface GenerateKeyOptions {
  /** The one algorithm that the key is for. Default: that of its key type, such as ES256. */
  readonly alg?: JwsAlgorithmName
  /** Key ID. Default: the RFC 7638 thumbprint. */
  readonly kid?: string
}

/**
 * The algorithms that this runtime can sign and verify with: all of {@link JWS_ALGORITHMS}, but
 * ML-DSA only where the runtime has it (Node.js from 24.7).
 */
export function supportedAlgorithms(): readonly JwsAlgorithmName[] {
  return JWS_ALGORITHMS.filter((alg) => keyMaking.supports(jwsAlgorithm(alg) as JwsAlgorithm))
}

/**
 * Makes a new key pair in this process, from the runtime's random source. RSA keys have the public
 * exponent 65537. The JWK gets `use` "sig" and, when asked for, `alg`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `alg` does not fit the kind of key;
 * {@link KeyError} `ERR_KEY_UNSUPPORTED` for ML-DSA where the runtime does not have it.
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
    const only = kind.kty === 'AKP' ? kind.alg : options.alg
    const fits = algorithm?.kty === kind.kty && algorithm.crv === crv && algorithm.alg === only
    if (!fits) throw invalidArgumentValue('options.alg', `an algorithm for ${crv ?? kind.kty} keys`)
  }
  if (kind.kty === 'AKP' && !supportedAlgorithms().includes(kind.alg)) {
    throw notInThisRuntime(kind.alg)
  }
  const generated = await keyMaking.generate(kind)
  const { alg, kid } = { ...('alg' in kind ? { alg: kind.alg } : undefined), ...options }
  return createPrivateKey(parseJwk({ ...generated, key_ops: undefined, use: 'sig', alg, kid }))
}
