/**
 * How long answers took, in a table that does not grow with their number.
 * @module
 */

/** Latencies in milliseconds. */
export interface Latencies {
  readonly count: number
  readonly longest: number
  add(milliseconds: number): void
  /** What the given share of them did not exceed, to 2 %. */
  quantile(share: number): number
}

/** Each row reaches 2 % further than the one before. */
const STEP = 1.02
const SHORTEST_MS = 0.01
/** The last one is that of days. */
const ROWS = 1200

/** Makes an empty table. */
export function createLatencies(): Latencies {
  const rows = new Uint32Array(ROWS)
  let count = 0
  let longest = 0
  return {
    get count() {
      return count
    },
    get longest() {
      return longest
    },
    add(milliseconds) {
      const row = Math.ceil(Math.log(milliseconds / SHORTEST_MS) / Math.log(STEP))
      const place = Math.min(ROWS - 1, Math.max(0, row))
      rows[place] = (rows[place] as number) + 1
      count++
      longest = Math.max(longest, milliseconds)
    },
    quantile(share) {
      let left = share * count
      const row = rows.findIndex((each) => (left -= each) <= 0)
      return SHORTEST_MS * STEP ** row
    },
  }
}
