/**
 * Keys from a JWK that is an object already: all that a bundle needs that holds its key so.
 * @module
 */

import { invalidArgumentType, KeyError } from '../errors.ts'
import { isSameAlgorithm, type JwsAlgorithmName, jwsAlgorithm } from './algorithms.ts'
import type { FoundKey } from './forms/found-key.ts'
import { assertFoundHalf } from './forms/wrong-half.ts'
import { hasPrivateMember, type ParsedJwk, parseJwk } from './jwk.ts'
import { createPrivateKey, type PrivateKey } from './private-key.ts'
import { createPublicKey, type PublicKey } from './public-key.ts'

/** A key as text or octets in any form, or as an object already (a JWK or a JWK Set). */
export type KeyInput = string | Uint8Array | object

/** Which key to take, and what to add to it. */
export interface ImportKeyOptions {
  /** Key ID. It picks the key out of a JWK Set; a single key takes it as its own. */
  readonly kid?: string
  /** The algorithm that the key is for, when the key itself does not say. */
  readonly alg?: JwsAlgorithmName
}

/**
 * Reads a private JWK that is an object with all of its members, and proves that it signs for its
 * public half. Where nothing else has to be read, bundles stay small: this does not bring in the
 * reader of {@link importPrivateKey}.
 *
 * @throws {@link KeyError} that names what is wrong with the JWK, and the fix.
 */
export async function importPrivateJwk(
  jwk: object,
  options: ImportKeyOptions = {},
): Promise<PrivateKey> {
  assertObject(jwk)
  return createPrivateKey(judgeKey(describeJwk(jwk), options))
}

/**
 * Reads a public JWK that is an object. Refuses a private one.
 *
 * @throws {@link KeyError}, `ERR_KEY_WRONG_HALF` for a private key.
 */
export async function importPublicJwk(
  jwk: object,
  options: ImportKeyOptions = {},
): Promise<PublicKey> {
  assertObject(jwk)
  const found = describeJwk(jwk)
  assertFoundHalf(found, { want: 'public' })
  return createPublicKey(judgeKey(found, options))
}

/** A JWK as a key that was found. */
export function describeJwk(jwk: object): FoundKey {
  const members = jwk as Readonly<Record<string, unknown>>
  return { half: hasPrivateMember(jwk) ? 'private' : 'public', form: 'JWK', members }
}

/** Judges a key that was found, with the `kid` and `alg` that the caller adds. */
export function judgeKey(found: FoundKey, options: ImportKeyOptions): ParsedJwk {
  return parseJwk(withOptions(found.members, options), found.form)
}

function assertObject(jwk: unknown): void {
  if (typeof jwk !== 'object' || jwk === null) throw invalidArgumentType('jwk', 'an object')
}

function withOptions(jwk: FoundKey['members'], options: ImportKeyOptions): FoundKey['members'] {
  const own = jwsAlgorithm(jwk['alg'])
  const wanted = jwsAlgorithm(options.alg)
  if (own !== undefined && wanted !== undefined && !isSameAlgorithm(own, wanted)) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      `the key is for "alg" "${own.alg}", not "${wanted.alg}"`,
      { kid: options.kid, fix: 'use that, or make another key' },
    )
  }
  return { ...jwk, kid: options.kid ?? jwk['kid'], alg: jwk['alg'] ?? options.alg }
}
