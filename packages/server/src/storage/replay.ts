/**
 * Time buckets for what was used once: rows that expire at about the same time lie together and are
 * dropped together, so that cleaning never looks at a row.
 * @module
 */

import { StorageError } from './ports.ts'

/** Octets of what a use is known by. */
export const REPLAY_KEY_OCTETS = 32

/** A clock may step back by this much without a use being forgotten too early. */
export const CLOCK_STEP_MARGIN_SECONDS = 300

/** Buckets of one length, by number. */
export interface TimeBuckets {
  /** The bucket of uses that expire at a NumericDate. */
  of(expiresAt: number): number
  /** The NumericDate before which every use of a bucket has expired. */
  end(bucket: number): number
  /** Whether all that a bucket holds expired so long ago that it may be forgotten. */
  isOver(bucket: number, nowSeconds: number): boolean
}

/** Buckets of so many seconds each. */
export function timeBuckets(seconds: number): TimeBuckets {
  const end = (bucket: number): number => (bucket + 1) * seconds
  return {
    of: (expiresAt) => Math.floor(expiresAt / seconds),
    end,
    isOver: (bucket, nowSeconds) => end(bucket) + CLOCK_STEP_MARGIN_SECONDS <= nowSeconds,
  }
}

/**
 * The answer, when there is one.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` when it can't be told any more.
 */
export function proved(answer: boolean | undefined): boolean {
  if (answer !== undefined) return answer
  throw new StorageError(
    'ERR_STORAGE_UNAVAILABLE',
    'single use can not be proved for this time any more: the clock was set back',
  )
}
