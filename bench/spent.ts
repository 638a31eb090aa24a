/**
 * What a server spends, told by itself, and figures of several rounds put together.
 * @module
 */

import type { ChildProcess } from 'node:child_process'
import { performance } from 'node:perf_hooks'

/** What a server has used up since it began. */
export interface Spent {
  /** CPU time of the whole process, in microseconds. */
  readonly cpu: number
  /** Milliseconds in which its event loop had work. */
  readonly active: number
  /** Milliseconds in which it waited. */
  readonly idle: number
  /** Memory that is resident now, in MB. */
  readonly rssMb: number
}

/** In the server's process: answers {@link spentBy} from now on. */
export function tellSpent(): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const { active, idle } = performance.eventLoopUtilization()
    const rssMb = process.memoryUsage.rss() / 2 ** 20
    process.send?.({ cpu: user + system, active, idle, rssMb } satisfies Spent)
  })
  process.on('disconnect', () => process.exit())
}

/** What a server has used up until now. */
export async function spentBy(child: ChildProcess): Promise<Spent> {
  child.send('spent')
  return (await nextMessage(child)) as Spent
}

/** What a process says next. */
export function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void => reject(new Error(`the server ended with ${code}`))
    child.once('exit', gone)
    child.once('message', (message) => {
      child.off('exit', gone)
      resolve(message)
    })
  })
}

/** The values that leave a quarter, a half and three quarters of all below them. */
export function quartiles(values: readonly number[]): readonly [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] as number
  return [at(0.25), at(0.5), at(0.75)]
}
