/**
 * What the client needs of every runtime besides `fetch`: a timer, a clock that is never set, and a
 * place for warnings. The one file of this package that may use these globals.
 * @module
 */

/** Milliseconds that pass as they do in the world, whatever is done to the clock of the machine. */
export function monotonicMs(): number {
  return performance.now()
}

/** Ends after `ms` milliseconds, or earlier with the reason of `signal`. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** Where warnings go when nobody says. */
export function warnOnConsole(message: string): void {
  console.warn(message)
}
