/**
 * Measures operations beside each other in one run: slices in turn, the best slice of each counts.
 * @module
 */

/** One operation; `run` does it once. */
export interface Operation {
  readonly name: string
  readonly run: () => unknown
}

/** CPU time of one operation in microseconds, by name. */
export type Measured = ReadonlyMap<string, number>

const SLICES = 180
const SLICE_MS = 5

/**
 * Runs each operation in slices, in turn, so that a slow spell of the machine meets all of them,
 * and keeps the CPU time per operation of the best slice: user and system, of the whole process.
 */
export async function measure(operations: readonly Operation[]): Promise<Measured> {
  const best = new Map<string, number>()
  for (const { run } of operations) for (let warm = 0; warm < 50; warm++) await run()
  for (let slice = 0; slice < SLICES; slice++) {
    for (const { name, run } of operations) {
      const end = performance.now() + SLICE_MS
      const start = process.cpuUsage()
      let count = 0
      while (performance.now() < end) {
        for (let burst = 0; burst < 8; burst++) {
          const result = run()
          if (result instanceof Promise) await result
        }
        count += 8
      }
      const { user, system } = process.cpuUsage(start)
      best.set(name, Math.min(best.get(name) ?? Infinity, (user + system) / count))
    }
  }
  return best
}

/** Prints a table: a row per peer, a column per algorithm, in microseconds and over the primitive. */
export function printTable(
  title: string,
  base: string,
  columns: ReadonlyMap<string, Measured>,
): void {
  const names = [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))]
  const width = Math.max(...names.map((name) => name.length)) + 2
  console.log(`\n${title}: CPU per operation in us (over ${base}), best of ${SLICES} slices\n`)
  console.log(''.padEnd(width) + [...columns.keys()].map((alg) => alg.padStart(20)).join(''))
  for (const name of names) {
    const cells = [...columns.values()].map((column) => {
      const time = column.get(name)
      const floor = column.get(base)
      if (time === undefined || floor === undefined) return '-'.padStart(20)
      const over = name === base ? '' : ` (+${(time - floor).toFixed(1)})`
      return `${time.toFixed(1)}${over}`.padStart(20)
    })
    console.log(name.padEnd(width) + cells.join(''))
  }
  const perSecond = [...columns].map(([alg, column]) => {
    const ours = column.get('keygrant') ?? Number.NaN
    return `${alg} ${Math.round(1_000_000 / ours)}/s`
  })
  console.log(`\nkeygrant, a CPU-second: ${perSecond.join('  ')}`)
}
