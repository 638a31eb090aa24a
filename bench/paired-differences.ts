/**
 * Two kinds of measurements that were taken beside each other, round by round, compared by their differences.
 * @module
 */

import { randomInt } from 'node:crypto'

/** A difference: its median, and the interval that holds it. */
export interface Difference {
  readonly median: number
  readonly from: number
  readonly to: number
  /** What so many rounds find with a probability of about 90 %. */
  readonly detectable: number
}

/** Quantiles of the normal distribution: of how many of hundreds of differences lie on one side of their median. */
const Z_CONFIDENCE = 3.29
const Z_POWER = 1.2816

/**
 * The median of the differences, one for each round, with its 99.9 % confidence interval by order statistics, which no
 * round that was disturbed can move far.
 */
export function difference(one: readonly number[], other: readonly number[]): Difference {
  const differences = one
    .map((value, round) => value - (other[round] as number))
    .toSorted((a, b) => a - b)
  const last = differences.length - 1
  const at = (place: number): number =>
    differences[Math.min(Math.max(Math.round(place), 0), last)] as number
  const reach = (Z_CONFIDENCE * Math.sqrt(differences.length)) / 2
  const [from, to] = [at(last / 2 - reach), at(last / 2 + reach)]
  return {
    median: at(last / 2),
    from,
    to,
    detectable: ((to - from) / 2) * (1 + Z_POWER / Z_CONFIDENCE),
  }
}

/** In random order, so that none always comes behind the same other. */
export function shuffled<T>(values: readonly T[]): T[] {
  const from = [...values]
  return values.map(() => from.splice(randomInt(from.length), 1)[0] as T)
}
