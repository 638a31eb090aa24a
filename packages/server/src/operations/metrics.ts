/**
 * Metrics for Prometheus. No label has a value that a stranger, or the number of apps, could multiply.
 * @module
 */

import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client'
import type { Route } from '../http/exchange.ts'
import type { AuditEntry } from '../storage/ports.ts'
import type { Limit } from './limits.ts'

/** Metrics as values: what one process passes to another. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[]

/** What is counted. */
export interface Metrics {
  /** An answer was sent. */
  answered(answer: {
    readonly method: string
    /** The route that was found, with its parameters as `:name`. */
    readonly route: string | undefined
    readonly status: number
    readonly milliseconds: number
  }): void
  limited(limit: Limit): void
  /** Something was audited: with an entry of its own, or in a number alone. */
  audited(entry: AuditEntry, isOmitted: boolean): void
  /** The keys that a client publishes were fetched, or could not be. */
  fetched(isGood: boolean): void
  /** Sets the time at which the TLS certificate ends, in milliseconds since 1970. */
  certificateEnds(at: number): void
  /** Sets how many keys of clients end within so many days. */
  keysExpire(counts: ReadonlyMap<number, number>): void
  /** What was counted, to be added to what other processes counted. */
  values(): Promise<MetricValues>
  /** The text that Prometheus reads, and its media type. */
  read(): Promise<{ readonly text: string; readonly type: string }>
  /** Stops what watches the process. */
  close(): void
}

/** What {@link createMetrics} needs. */
export interface MetricsOptions {
  readonly version: string
  /** Whether the server should get requests. */
  isReady(): Promise<boolean>
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Makes the metrics of one server. */
export function createMetrics({ version, isReady }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'keygrant_http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const issued = new Counter({
    name: 'keygrant_tokens_issued_total',
    help: 'Access tokens issued.',
    registers,
  })
  const refused = new Counter({
    name: 'keygrant_token_requests_refused_total',
    help: 'Token requests refused, by the code of the error and the first check that failed.',
    labelNames: ['error', 'check'],
    registers,
  })
  const denied = new Counter({
    name: 'keygrant_admin_requests_denied_total',
    help: 'Requests to the admin API that were denied.',
    registers,
  })
  const omitted = new Counter({
    name: 'keygrant_audit_omitted_total',
    help: 'Refusals that are in the audit log as a number alone, because there were too many.',
    registers,
  })
  const limits = new Counter({
    name: 'keygrant_rate_limited_total',
    help: 'Requests answered 429, by the limit that was reached.',
    labelNames: ['limit'],
    registers,
  })
  const fetches = new Counter({
    name: 'keygrant_jwks_fetches_total',
    help: 'Fetches of the keys that clients publish; "failed": they could not be had or used.',
    labelNames: ['outcome'],
    registers,
  })
  const certificate = new Gauge({
    name: 'keygrant_tls_certificate_end_seconds',
    help: 'When the TLS certificate ends, in seconds since 1970. Absent without TLS.',
    aggregator: 'min',
    registers: [],
  })
  const expiring = new Gauge({
    name: 'keygrant_client_keys_expiring',
    help: 'Active keys of service apps that end within so many days; 0: that have ended.',
    labelNames: ['days'],
    aggregator: 'max',
    registers,
  })
  const ready: Gauge = new Gauge({
    name: 'keygrant_ready',
    help: '1 when the server answers requests, 0 while it starts, stops or its store fails.',
    aggregator: 'max',
    registers,
    collect: async () => ready.set((await isReady()) ? 1 : 0),
  })
  const build = new Gauge({
    name: 'keygrant_build_info',
    help: 'Always 1; the labels say what runs.',
    aggregator: 'first',
    labelNames: ['version', 'node'],
    registers,
  })
  build.set({ version, node: process.versions.node }, 1)
  // So that a rate can be told from the first scrape on.
  for (const limit of ['token', 'api', 'failure'] as const) limits.inc({ limit }, 0)

  for (const outcome of ['good', 'failed'] as const) fetches.inc({ outcome }, 0)

  return {
    fetched: (isGood) => fetches.inc({ outcome: isGood ? 'good' : 'failed' }),
    answered({ method, route = 'none', status, milliseconds }) {
      durations.observe(
        { method: route === 'none' ? 'any' : method, route, status },
        milliseconds / 1000,
      )
    },
    limited: (limit) => limits.inc({ limit }),
    audited({ event, detail }, isOmitted) {
      if (event === 'token.issued') issued.inc()
      else if (event === 'token.refused') {
        refused.inc({ error: textOf(detail['error']), check: firstFailure(detail['checks']) })
      } else if (event === 'admin.denied') denied.inc()
      if (isOmitted) omitted.inc()
    },
    certificateEnds(at) {
      if (registry.getSingleMetric('keygrant_tls_certificate_end_seconds') === undefined) {
        registry.registerMetric(certificate)
      }
      certificate.set(at / 1000)
    },
    keysExpire(counts) {
      for (const [days, count] of counts) expiring.set({ days }, count)
    },
    values: () => registry.getMetricsAsJSON(),
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    close: () => registry.clear(),
  }
}

/** `/metrics`, whatever is behind it. */
export function metricsRoute({ read }: Pick<Metrics, 'read'>): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle: async () => {
      const { text, type } = await read()
      return { status: 200, headers: { 'content-type': type }, text }
    },
  }
}

function firstFailure(checks: unknown): string {
  if (!Array.isArray(checks)) return 'none'
  const failed = (checks as { readonly check?: unknown; readonly status?: unknown }[]).find(
    ({ status }) => status === 'fail',
  )
  return textOf(failed?.check)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'none'
}
