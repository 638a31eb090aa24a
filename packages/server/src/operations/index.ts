/**
 * What an operator needs of a server that others built: limits, an audit log that can't be flooded,
 * health, metrics and traces.
 * @module
 */

import type { Route } from '../http/exchange.ts'
import type { AuditStore } from '../storage/ports.ts'
import { boundAudit } from './audit-bound.ts'
import { createHealth, type Health } from './health.ts'
import { type AdmitClient, createLimits, type LimitSizes } from './limits.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { traceRoutes } from './tracing.ts'

export type { AdmitClient } from './limits.ts'

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
  /** What is to be done once a minute. */
  maintain(): void
  close(): void
}

/** Makes the operations of a server. */
export function createOperations(options: OperationsOptions): Operations {
  const { clock, version, isCounting, askStore, tooManyBody } = options
  const health = createHealth({ askStore, monotonic: () => performance.now() })
  const metrics = isCounting
    ? createMetrics({ version, isReady: () => health.isReady() })
    : undefined
  const audit = boundAudit(options.audit, {
    clock,
    onEntry: (entry, isOmitted) => metrics?.audited(entry, isOmitted),
  })
  const limits = createLimits({
    sizes: options.limits,
    clock,
    tooManyBody,
    onRefusal: (limit) => metrics?.limited(limit),
  })
  return {
    audit,
    health,
    metrics,
    admitToken: limits.admitToken,
    admitApi: limits.admitApi,
    surround: (routes) => traceRoutes(limits.routes(routes), version),
    watchRoutes: [...health.routes, ...(metrics === undefined ? [] : [metricsRoute(metrics)])],
    maintain: () => audit.summarize(),
    close() {
      audit.summarize()
      metrics?.close()
    },
  }
}

function metricsRoute(metrics: Metrics): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => {
      const { text, type } = await metrics.read()
      return { status: 200, headers: { 'content-type': type }, text }
    },
  }
}
