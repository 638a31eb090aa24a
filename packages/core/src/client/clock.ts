/**
 * How far the clock of this machine is from a server's, learned from the `Date` of its answers.
 * @module
 */

/** Differences up to this are the resolution of `Date` and the time on the way, in seconds. */
const TOLERANCE_SECONDS = 2

/**
 * How far the server's clock is ahead of this machine's, in seconds; 0 when they agree as far as an
 * answer can tell. Of the possible values it is the earliest time of the server, so that an `iat`
 * made with it is not in the server's future.
 *
 * @param sentMs Time of this machine when the request was sent, in milliseconds since 1970.
 * @param receivedMs The same when the answer was there.
 * @returns `undefined` when the answer tells nothing: no `Date`, or an answer out of a cache.
 */
export function clockSkewSeconds(
  headers: Headers,
  sentMs: number,
  receivedMs: number,
): number | undefined {
  const date = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(date) || Number(headers.get('age') ?? 0) > 0) return undefined
  const least = (date - receivedMs) / 1000
  const most = (date + 1000 - sentMs) / 1000
  return least <= TOLERANCE_SECONDS && most >= -TOLERANCE_SECONDS ? 0 : least
}

/** What {@link ServerClock.observe} made of an answer. */
export interface SkewObservation {
  readonly skewSeconds: number
  /** Whether it is used; one beyond the bound is not. */
  readonly isCorrected: boolean
}

/** The time of one server, as far as its answers tell it. */
export class ServerClock {
  readonly #now: () => number
  readonly #maxSkewSeconds: number
  readonly #base: ServerClock | undefined
  #skewSeconds: number | undefined
  #observed = 0

  /**
   * @param now NumericDate of this machine, in seconds.
   * @param maxSkewSeconds Differences beyond this are not believed.
   * @param base The clock to go by until this server has told something.
   */
  constructor(now: () => number, maxSkewSeconds: number, base?: ServerClock) {
    this.#now = now
    this.#maxSkewSeconds = maxSkewSeconds
    this.#base = base
  }

  /** The correction in use, in seconds: the server's clock is ahead by this. */
  get skewSeconds(): number {
    return this.#skewSeconds ?? this.#base?.skewSeconds ?? 0
  }

  /** The last difference seen, whether it is corrected or too large for that. */
  get observedSkewSeconds(): number {
    return this.#observed
  }

  /** NumericDate of the server, in whole seconds. */
  now(): number {
    return Math.floor(this.#now() + this.skewSeconds)
  }

  /** Learns from an answer. Gives the difference when it is another one than before. */
  observe(headers: Headers, sentMs: number, receivedMs: number): SkewObservation | undefined {
    const skewSeconds = clockSkewSeconds(headers, sentMs, receivedMs)
    if (skewSeconds === undefined) return undefined
    const isCorrected = Math.abs(skewSeconds) <= this.#maxSkewSeconds + TOLERANCE_SECONDS
    const isKnown = Math.abs(skewSeconds - this.#observed) <= TOLERANCE_SECONDS
    this.#observed = skewSeconds
    if (isCorrected) this.#skewSeconds = skewSeconds
    return isKnown ? undefined : { skewSeconds, isCorrected }
  }
}
