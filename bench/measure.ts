/**
 * Measures operations beside each other in one run, by what each costs more than the first of them.
 *
 * An RSA signature takes the better part of a millisecond, and what a library adds to it some microseconds: a difference of
 * two large numbers that a busy machine moves about by tens. So the operations come in short slices, in random order within
 * each round, so that none always runs behind the same other, and each round gives one difference. Of those, the median counts,
 * with its 99.9 % confidence interval by order statistics, which no round that was disturbed can move far. The first
 * operation takes part twice: its second row says how far apart two equal things come out.
 *
 * What collecting garbage costs meets whichever slice it falls into, whosever garbage it was; medians leave it out.
 * @module
 */

import { type Difference, difference, shuffled } from './paired-differences.ts'
import { quartiles } from './spent.ts'

/** One operation; `run` does it once. */
export interface Operation {
  readonly name: string
  readonly run: () => unknown
}

/** CPU time of each operation in microseconds, of the whole process, round by round. */
export type Measured = ReadonlyMap<string, readonly number[]>

const ROUNDS = 1000
/** More rounds where the first operation takes long, so that it is measured so many times at least. */
const TIMES = 16_000
const SLICE_MS = 1.5
/** In a slice at least, however long each takes. */
const LEAST_TIMES = 8
/**
 * Before each slice, without looking: the caches of the processor still hold what ran before. After one RSA signature they hold
 * little of what surrounds it.
 */
const REFILL = 4
/** So many that the runtime has compiled what all of them run, also where each takes long. */
const WARM_UP = 4000

/** Measures each operation in every round. */
export async function measure(operations: readonly [Operation, ...Operation[]]): Promise<Measured> {
  const [base] = operations
  const all = [...operations, { name: `${base.name} again`, run: base.run }]
  const counts = new Map<Operation, number>()
  for (const operation of all) counts.set(operation, await warmUp(operation))
  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  const rounds = Math.max(ROUNDS, Math.ceil(TIMES / (counts.get(base) as number)))
  for (let round = 0; round < rounds; round++) {
    for (const operation of shuffled(all)) {
      await repeat(operation, REFILL)
      const count = counts.get(operation) as number
      const start = process.cpuUsage()
      await repeat(operation, count)
      const { user, system } = process.cpuUsage(start)
      times.get(operation.name)?.push((user + system) / count)
    }
  }
  return times
}

async function repeat({ run }: Operation, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    const result = run()
    if (result instanceof Promise) await result
  }
}

/** Runs it until the runtime has compiled it, and tells how many times make a slice. */
async function warmUp(operation: Operation): Promise<number> {
  await repeat(operation, WARM_UP)
  const start = performance.now()
  await repeat(operation, WARM_UP / 10)
  const inTime = ((WARM_UP / 10) * SLICE_MS) / (performance.now() - start)
  return Math.max(LEAST_TIMES, Math.ceil(inTime))
}

/** Rows whose name begins with it are ours; the one of that name has to keep within the goal. */
const OURS = 'keygrant'
const COLUMN = 22

/**
 * Prints a table: a row for each operation, a column for each algorithm. Then whether ours keeps within the goal over the
 * first operation, and what it costs less than each peer.
 */
export function printTable(
  title: string,
  columns: ReadonlyMap<string, Measured>,
  goalUs: number,
): void {
  const names = [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))]
  const [base = ''] = names
  const peers = names.filter((name) => !name.startsWith(OURS) && !name.startsWith(base))
  const line = (label: string, cell: (column: Measured) => string): void => {
    const cells = [...columns.values()].map((column) => cell(column).padStart(COLUMN))
    console.log(label.padEnd(26) + cells.join(''))
  }
  const apart = (column: Measured, one: string, other: string): Difference | undefined => {
    const [first, second] = [column.get(one), column.get(other)]
    return first && second && difference(first, second)
  }

  console.log(`\n${title}, Node ${process.version}`)
  console.log(`CPU of an operation in us: median of ${ROUNDS} rounds or more, and over ${base}\n`)
  console.log(''.padEnd(26) + [...columns.keys()].map((alg) => alg.padStart(COLUMN)).join(''))
  for (const name of names) {
    line(name, (column) => {
      const over = apart(column, name, base)
      if (over === undefined) return '-'
      const time = medianOf(column, name).toFixed(1)
      return name === base ? time : `${time} (${interval(over)})`
    })
  }
  console.log('')
  line(`over ${base} <= ${goalUs}`, (column) => {
    const over = apart(column, OURS, base)
    return over === undefined ? '-' : verdict(over.to <= goalUs, over.from > goalUs)
  })
  for (const peer of peers) {
    line(`faster than ${peer}`, (column) => {
      const more = apart(column, OURS, peer)
      return more === undefined ? '-' : `${verdict(more.to < 0, more.from > 0)} (${interval(more)})`
    })
  }
  const perSecond = [...columns].map(
    ([alg, column]) => `${alg} ${Math.round(1_000_000 / medianOf(column, OURS))}`,
  )
  console.log(`\n${OURS}, operations of a CPU-second: ${perSecond.join('  ')}`)
}

function medianOf(column: Measured, name: string): number {
  return quartiles(column.get(name) ?? [])[1]
}

function interval({ median: middle, from, to }: Difference): string {
  const sign = middle < 0 ? '' : '+'
  return `${sign}${middle.toFixed(1)} ±${((to - from) / 2).toFixed(1)}`
}

/** By the whole interval; where it holds the limit, this run can not tell. */
function verdict(isMet: boolean, isMissed: boolean): string {
  return isMet ? 'yes' : isMissed ? 'NO' : 'open'
}
