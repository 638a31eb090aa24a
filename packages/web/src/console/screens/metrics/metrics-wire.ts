/**
 * What the metrics screen reads of `GET /api/v1/metrics`.
 * @module
 */

/** Sums over a time. */
export interface Sums {
  readonly issued: number
  readonly refused: number
  readonly replayed: number
  readonly fetched: number
  readonly unfetched: number
  readonly latency: {
    readonly p50: number | null
    readonly p95: number | null
    readonly p99: number | null
  }
}

/** What was measured. Each series has a value for each step. */
export interface Metrics {
  readonly range: string
  readonly since: string
  readonly stepSeconds: number
  readonly series: {
    readonly issued: readonly number[]
    readonly refused: readonly number[]
    readonly replayed: readonly number[]
    readonly fetched: readonly number[]
    readonly unfetched: readonly number[]
    readonly p50: readonly (number | null)[]
    readonly p95: readonly (number | null)[]
    readonly p99: readonly (number | null)[]
  }
  readonly sums: Sums
  readonly previous: Sums | null
  readonly reasons: readonly {
    readonly error: string
    readonly check: string | null
    readonly reason: string | null
    readonly count: number
  }[]
  readonly apps: readonly {
    readonly clientId: string
    readonly label: string
    readonly issued: number
    readonly refused: number
  }[]
  readonly otherApps: { readonly issued: number; readonly refused: number }
  readonly keys: readonly {
    readonly clientId: string
    readonly label: string
    readonly kid: string
    readonly issued: number
  }[]
}
