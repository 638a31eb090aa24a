/**
 * Time buckets for what was used once: rows that end in the same hour lie together and are dropped
 * together, so that cleaning never looks at a row.
 * @module
 */

import { StorageError } from './ports.ts'

/** Octets of what a use is known by. */
export const REPLAY_KEY_OCTETS = 32

/** Seconds of one bucket. */
export const BUCKET_SECONDS = 3600

/** A clock may step back by this much without a use being forgotten too early. */
export const CLOCK_STEP_MARGIN_SECONDS = 300

/** The bucket of uses that expire at a NumericDate. */
export function bucketOf(expiresAt: number): number {
  return Math.floor(expiresAt / BUCKET_SECONDS)
}

/** The NumericDate before which every use of a bucket has expired. */
export function bucketEnd(bucket: number): number {
  return (bucket + 1) * BUCKET_SECONDS
}

/** Whether all that a bucket holds expired so long ago that it may be forgotten. */
export function isBucketOver(bucket: number, nowSeconds: number): boolean {
  return bucketEnd(bucket) + CLOCK_STEP_MARGIN_SECONDS <= nowSeconds
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
