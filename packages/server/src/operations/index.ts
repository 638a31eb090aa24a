/**
 * What an operator needs of a server that others built: limits, an audit log that can't be flooded,
 * health, metrics and traces.
 * @module
 */

import type { Route } from '../http/exchange.ts'
import type { Siblings } from '../options.ts'
import type { AuditEntry, AuditStore } from '../storage/ports.ts'
import { boundAudit } from './audit-bound.ts'
import { createHealth, type Health } from './health.ts'
import type { ProcessReport } from './fleet-watch.ts'
import { type AdmitClient, createLimits, type LimitSizes, type LimitUse } from './limits.ts'
import { createMetrics, type Metrics, metricsRoute } from './metrics.ts'
import { traceRoutes } from './tracing.ts'

export { createAuditRetention } from './audit-retention.ts'
export { startChores } from './chores.ts'
export {
  createFleetWatch,
  type FleetWatch,
  type FleetWatchOptions,
  type ProcessReport,
} from './fleet-watch.ts'
export type { AdmitClient } from './limits.ts'

/** How soon the others hear what was used up here. */
const TELL_EVERY_MS = 100

/** What {@link createOperations} needs. */
export interface OperationsOptions {
  readonly audit: AuditStore
  readonly limits: LimitSizes
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Of this software. */
  readonly version: string
  /** Whether to count for {@link Operations.watchRoutes}. */
  readonly isCounting: boolean
  /** Told of each entry of the audit log, written or left out. */
  onAudited(entry: AuditEntry): void
  /** Other processes of this server that share its limits. */
  readonly siblings?: Siblings | undefined
  /** Asks the store something small; rejects when it does not answer as it should. */
  askStore(): Promise<unknown>
  /** The body of the answer to a request that is one too many. */
  tooManyBody(path: string, requestId: string): unknown
}

/** A server's operations. */
export interface Operations {
  /** The audit log, counted and bounded. */
  readonly audit: AuditStore
  readonly health: Health
  readonly admitToken: AdmitClient
  readonly admitApi: AdmitClient
  /** Nothing without counting. */
  readonly metrics: Metrics | undefined
  /** The same routes, with limits and traces. */
  surround(routes: readonly Route[]): readonly Route[]
  /** Routes for who watches the server, not for the public. */
  readonly watchRoutes: readonly Route[]
  /** What this process says of itself to the one that watches all of them. */
  report(): Promise<ProcessReport>
  /** What is to be done once a minute. */
  maintain(): void
  close(): void
}

/** Makes the operations of a server. */
export function createOperations(options: OperationsOptions): Operations {
  const { clock, version, isCounting, askStore, tooManyBody, siblings } = options
  const health = createHealth({ askStore, monotonic: () => performance.now() })
  const metrics = isCounting
    ? createMetrics({ version, isReady: () => health.isReady() })
    : undefined
  const audit = boundAudit(options.audit, {
    clock,
    onEntry: (entry, isOmitted) => {
      metrics?.audited(entry, isOmitted)
      options.onAudited(entry)
    },
  })
  const limits = createLimits({
    sizes: options.limits,
    clock,
    tooManyBody,
    isShared: siblings !== undefined,
    onRefusal: (limit) => metrics?.limited(limit),
  })
  const telling =
    siblings === undefined
      ? undefined
      : setInterval(() => tellUses(siblings), TELL_EVERY_MS).unref()
  const tellUses = ({ send }: Siblings): void => {
    const uses = limits.takeUses()
    if (uses.length > 0) send({ uses })
  }
  siblings?.onMessage((message) => {
    const { uses } = message as { readonly uses?: readonly LimitUse[] }
    if (uses !== undefined) limits.addUses(uses)
  })
  return {
    audit,
    health,
    metrics,
    admitToken: limits.admitToken,
    admitApi: limits.admitApi,
    surround: (routes) => traceRoutes(limits.routes(routes), version),
    watchRoutes: [...health.routes, ...(metrics === undefined ? [] : [metricsRoute(metrics)])],
    report: async () => ({
      isReady: await health.isReady(),
      metrics: (await metrics?.values()) ?? [],
    }),
    maintain: () => audit.summarize(),
    close() {
      clearInterval(telling)
      audit.summarize()
      metrics?.close()
    },
  }
}
