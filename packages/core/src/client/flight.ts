/**
 * One piece of work that many may wait for.
 * @module
 */

/**
 * Work under way, shared by all who want its result. Who gives up does so alone; only when nobody is
 * left, and nothing else wants the work done, is it told to stop.
 */
export class Flight<T> {
  readonly #stop = new AbortController()
  readonly #result: Promise<T>
  #waiting = 0
  readonly #isWantedAnyway: boolean

  /** @param isWantedAnyway Whether it goes on though nobody waits. */
  constructor(work: (signal: AbortSignal) => Promise<T>, isWantedAnyway: boolean) {
    this.#isWantedAnyway = isWantedAnyway
    this.#result = work(this.#stop.signal)
    // Whoever waits gets the failure; that nobody does is no reason to end the process.
    this.#result.catch(() => undefined)
  }

  /** Whether everybody has given up: it ends soon, and nobody should begin to wait. */
  get isAbandoned(): boolean {
    return this.#stop.signal.aborted
  }

  /** Waits for the result, or until `signal` says not to. */
  async wait(signal: AbortSignal | undefined): Promise<T> {
    this.#waiting++
    try {
      return await (signal === undefined ? this.#result : raceSignal(this.#result, signal))
    } finally {
      this.#waiting--
      if (this.#waiting === 0 && !this.#isWantedAnyway) this.#stop.abort(signal?.reason)
    }
  }
}

async function raceSignal<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([result, aborted])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
  }
}
