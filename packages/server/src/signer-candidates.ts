/**
 * Which of all registered keys a signature is held against, and in what order: verifying costs too much to try them all.
 * @module
 */

import type { JwsAlgorithm } from '@keygrant/core/keys'
import type { RegisteredKey, RegisteredKeys } from './key-index.ts'

/** How likely a key is the signer: 0 is the likeliest, `undefined` is out of the question. */
export type SignerRank = (key: RegisteredKey) => 0 | 1 | 2 | undefined

/** The keys to try. */
export interface SignerCandidates {
  /** The likeliest first. */
  readonly candidates: readonly RegisteredKey[]
  /** Whether these are all that are registered and not out of the question. */
  readonly isAll: boolean
}

/**
 * Chooses so many keys at most. Of the least likely ones, those from `turn` on come first: who adds to it from one search
 * to the next gets at all of them in time.
 */
export function signerCandidates(
  known: Pick<RegisteredKeys, 'all' | 'isComplete'>,
  rank: SignerRank,
  limit: number,
  turn = 0,
): SignerCandidates {
  const ranked: Record<0 | 1 | 2, RegisteredKey[]> = { 0: [], 1: [], 2: [] }
  for (const key of known.all()) {
    const at = rank(key)
    if (at !== undefined) ranked[at].push(key)
  }
  const { 0: first, 1: second, 2: last } = ranked
  const likely = [...first, ...second].slice(0, limit)
  const room = limit - likely.length
  const from = last.length <= room ? 0 : turn % last.length
  return {
    candidates: [...likely, ...last.slice(from), ...last.slice(0, from)].slice(0, limit),
    isAll: known.isComplete && first.length + second.length + last.length <= limit,
  }
}

/** Whether a key is of the type that an algorithm needs. */
export function isOfType(
  { kty, crv }: { readonly kty: string; readonly crv?: string | undefined },
  algorithm: JwsAlgorithm,
): boolean {
  return kty === algorithm.kty && crv === algorithm.crv
}
