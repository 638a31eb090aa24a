/**
 * What a command waits for, told on a terminal when it takes longer than a second.
 * @module
 */

import type { TextStream } from './output.ts'

/** Shows what is waited for. */
export interface Waiting {
  /** Waits for work. What began first is shown, with its seconds, until it is done. */
  during<T>(what: string, work: Promise<T>): Promise<T>
  /** Takes the line away, so that something else can be written. It comes back with the next second. */
  clear(): void
}

const SECOND_MS = 1000
/** Back to the start of the line, and nothing on it. */
const CLEAR_LINE = '\r\u{1b}[K'

/** Makes what shows the waiting on a stream: on a terminal a line, elsewhere nothing. */
export function createWaiting(stream: TextStream): Waiting {
  let isBusy = false
  let isShown = false
  const clear = (): void => {
    if (isShown) stream.write(CLEAR_LINE)
    isShown = false
  }
  return {
    clear,
    async during(what, work) {
      if (stream.isTTY !== true || isBusy) return work
      isBusy = true
      let seconds = 0
      const timer = setInterval(() => {
        seconds++
        clear()
        stream.write(`… ${what}, ${seconds} s`)
        isShown = true
      }, SECOND_MS)
      try {
        return await work
      } finally {
        clearInterval(timer)
        clear()
        isBusy = false
      }
    },
  }
}
