/**
 * What may be used once: a DPoP proof.
 * @module
 */

import { primitives } from '#primitives'
import { encodeBase64url } from '../base64url.ts'
import { invalidArgumentValue, UnavailableError } from '../errors.ts'

/** One use of a DPoP proof, to be recorded if it is the first. */
export interface DpopProofUse {
  /** SHA-256 of method, normalised URL, key and `jti`: 32 octets, without structure. */
  readonly replayKey: Uint8Array
  /** JWK Thumbprint of the key of the proof. */
  readonly jkt: string
  /** NumericDate after which the proof is refused anyway. */
  readonly expiresAt: number
}

/**
 * Records a use if it is the first, in one atomic act: `true` for the first, `false` for any other.
 * It must throw when it can't tell; then nothing is accepted.
 */
export type RecordFirstProof = (use: DpopProofUse) => boolean | Promise<boolean>

/** From what was expected, not from how the proof spells it: two spellings are one use. */
export async function proofReplayKey(
  method: string,
  htu: string,
  jkt: string,
  jti: string,
): Promise<Uint8Array> {
  return primitives.sha256(primitives.encodeUtf8(JSON.stringify([method, htu, jkt, jti])))
}

/** Options of {@link createProofMemory}. */
export interface ProofMemoryOptions {
  /** Proofs that are remembered at once; beyond it nothing is accepted. Default: 100000. */
  readonly maxEntries?: number
  /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
  readonly clock?: () => number
}

const BUCKET_SECONDS = 30

/**
 * Remembers the proofs that were used in the memory of this process, until they have expired.
 *
 * Does not know what other processes saw: where several serve one API, record uses in a store that
 * they share.
 *
 * @throws {@link UnavailableError} `ERR_REPLAY_UNAVAILABLE`, from the function returned, when it is full.
 */
export function createProofMemory(
  options: ProofMemoryOptions = {},
): (use: DpopProofUse) => boolean {
  const { maxEntries = 100_000, clock = () => Date.now() / 1000 } = options
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw invalidArgumentValue('options.maxEntries', 'a positive integer')
  }
  const buckets = new Map<number, Set<string>>()
  return ({ replayKey, expiresAt }) => {
    const now = clock()
    const entry = encodeBase64url(replayKey)
    let size = 0
    for (const [end, entries] of buckets) {
      if (end < now) buckets.delete(end)
      else if (entries.has(entry)) return false
      else size += entries.size
    }
    if (size >= maxEntries) {
      throw new UnavailableError(
        'ERR_REPLAY_UNAVAILABLE',
        `more than ${maxEntries} DPoP proofs arrived within their lifetime; record them in a store with more room, or raise "maxEntries"`,
        { retryAfterSeconds: BUCKET_SECONDS },
      )
    }
    const end = Math.ceil(expiresAt / BUCKET_SECONDS) * BUCKET_SECONDS
    const bucket = buckets.get(end)
    if (bucket === undefined) buckets.set(end, new Set([entry]))
    else bucket.add(entry)
    return true
  }
}
