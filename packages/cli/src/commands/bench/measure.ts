/**
 * Measures work of one process: how much of it is done in a second, and what CPU each piece costs.
 * @module
 */

/** What came out. */
export interface Measured {
  readonly perSecond: number
  /** Microseconds of CPU for one piece: user and system, of the whole process. */
  readonly cpuMicroseconds: number
}

/** Pieces of work between two looks at the clock. */
const PIECES = 500

/**
 * Does pieces of work for some seconds, so many at a time. What `prepare` makes for each piece is not
 * measured; neither is the first round, in which the runtime compiles.
 */
export async function measure<T>(
  { seconds, inFlight }: { readonly seconds: number; readonly inFlight: number },
  prepare: () => Promise<T>,
  work: (prepared: T) => unknown,
): Promise<Measured> {
  let pieces = 0
  let milliseconds = 0
  let microseconds = 0
  for (let round = 0; milliseconds < seconds * 1000; round++) {
    const prepared = await Promise.all(Array.from({ length: PIECES }, prepare))
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let piece = prepared.pop(); piece !== undefined; piece = prepared.pop()) {
          await work(piece)
        }
      }),
    )
    if (round === 0) continue
    const { user, system } = process.cpuUsage(cpuBefore)
    milliseconds += performance.now() - began
    microseconds += user + system
    pieces += PIECES
  }
  return { perSecond: (pieces / milliseconds) * 1000, cpuMicroseconds: microseconds / pieces }
}
