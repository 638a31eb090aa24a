/**
 * A key that nobody uses is dropped, after a warning in good time (WCAG 2.2.1).
 * @module
 */

/** What is done when time runs out. */
export interface IdleClock {
  /** The key was used, or a person said that it is still needed. */
  touch(): void
  /** There is no key. */
  stop(): void
}

/** A key is dropped after this long without use. */
const IDLE_MS: number = 15 * 60_000
/** The warning comes this long before. */
const WARNING_MS: number = 2 * 60_000

/** Makes the clock. */
export function createIdleClock(warn: () => void, drop: () => void): IdleClock {
  let warning: ReturnType<typeof setTimeout> | undefined
  let end: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => {
    clearTimeout(warning)
    clearTimeout(end)
  }
  return {
    stop,
    touch() {
      stop()
      warning = setTimeout(warn, IDLE_MS - WARNING_MS)
      end = setTimeout(drop, IDLE_MS)
    },
  }
}
