/**
 * What is answered to who watches a server of several processes: one health and one set of metrics for
 * all of them.
 * @module
 */

import { AggregatorRegistry, Gauge, Registry } from 'prom-client'
import { createHttpApp } from '../http/app.ts'
import { closeConnections } from '../http/close.ts'
import { createHealth } from './health.ts'
import { metricsRoute, type MetricValues } from './metrics.ts'

/** What one process says of itself. */
export interface ProcessReport {
  /** Whether it should get requests. */
  readonly isReady: boolean
  /** What it counted; empty when it does not count. */
  readonly metrics: MetricValues
}

/** What {@link createFleetWatch} needs. */
export interface FleetWatchOptions {
  /** Processes that there should be. */
  readonly size: number
  /** Asks every process that is there; those that do not answer in time are left out. */
  reports(): Promise<readonly ProcessReport[]>
}

/** Who watches the processes of one server is answered here. */
export interface FleetWatch {
  /**
   * Listens, and gives the address.
   *
   * @throws Node's error as it is, such as one with the code `EADDRINUSE`.
   */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>
  /** Keeps what a process counted that is no more, so that no sum falls. */
  keep(metrics: MetricValues): void
  /** Says from now on that no more requests should come. */
  stopping(): void
  close(): Promise<void>
}

/** Makes what answers `/livez`, `/readyz` and `/metrics` for several processes. */
export function createFleetWatch({ size, reports }: FleetWatchOptions): FleetWatch {
  const registry = new Registry()
  const registers = [registry]
  const ready = new Gauge({
    name: 'keygrant_workers_ready',
    help: 'Processes that answer requests.',
    registers,
  })
  new Gauge({
    name: 'keygrant_workers',
    help: 'Processes that there should be.',
    registers,
  }).set(size)
  let departed: Promise<MetricValues> = Promise.resolve([])
  const health = createHealth({
    monotonic: () => performance.now(),
    askStore: async () => {
      if (!(await reports()).some(({ isReady }) => isReady)) throw new Error('no process is ready')
    },
  })
  const read = async () => {
    const all = await reports()
    ready.set(all.filter(({ isReady }) => isReady).length)
    const own = await registry.getMetricsAsJSON()
    const sum = sumOf([own, await departed, ...all.map(({ metrics }) => metrics)])
    return { text: await sum.metrics(), type: sum.contentType }
  }
  const app = createHttpApp({
    issuer: 'http://127.0.0.1',
    log: false,
    isStopping: () => health.phase === 'stopping',
    faultBody: () => ({ error: 'there are /livez, /readyz and /metrics' }),
    routes: [...health.routes, metricsRoute({ read })],
  })
  health.phase = 'running'

  return {
    async listen(at) {
      await app.listen(at)
      return app.listeningOrigin
    },
    keep(metrics) {
      const counts = metrics.filter(({ type }) => COUNTS.has(String(type)))
      departed = departed.then((before) => sumOf([before, counts]).getMetricsAsJSON())
    },
    stopping() {
      health.phase = 'stopping'
    },
    close: () => closeConnections(app, { lingerMs: 0, deadlineMs: 0 }),
  }
}

/** What only grows; the rest of what a process said is over when it ends. */
const COUNTS = new Set(['counter', 'histogram'])

function sumOf(values: readonly MetricValues[]): Registry {
  return AggregatorRegistry.aggregate(values.map((each) => [...each]))
}
