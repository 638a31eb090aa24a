/**
 * A clock that tests set.
 * @module
 */

/** The time of a test server: its judgement of every claim, and the `Date` of its answers. */
export interface TestClock {
  /** Milliseconds since 1970. Can be passed on as it is, like `Date.now`. */
  readonly now: () => number
  /** Moves the clock by seconds, forth or back. It stands or runs as before. */
  advance(seconds: number): void
  /** Sets the clock, in milliseconds since 1970, and stops it there. */
  set(milliseconds: number): void
  /** Sets the clock to the one of this machine, and lets it run. */
  reset(): void
}

/** Makes a clock: one that stands where it is told to, or else one that runs with this machine's. */
export function createTestClock(milliseconds?: number): TestClock {
  let standsAt = milliseconds
  let aheadMs = 0
  return {
    now: () => standsAt ?? Date.now() + aheadMs,
    advance(seconds) {
      if (standsAt === undefined) aheadMs += seconds * 1000
      else standsAt += seconds * 1000
    },
    set(time) {
      standsAt = time
    },
    reset() {
      standsAt = undefined
      aheadMs = 0
    },
  }
}
