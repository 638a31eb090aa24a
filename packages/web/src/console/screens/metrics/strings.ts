/**
 * The texts of the metrics.
 * @module
 */

/** The catalogue. */
export const metricStrings = {
  title: 'Metrics',
  what: 'the metrics',
  range: 'Time',
  ranges: { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days' },
  showTable: 'Show as table',
  csv: 'CSV',
  series: 'Prometheus series',
  noSeries: 'Not in Prometheus: one series for each app would be without bound.',
  copy: 'Copy',
  time: 'Time',
  total: 'Sum',
  tokens: {
    title: 'Token requests',
    issued: 'Issued',
    refused: 'Refused',
    prometheus: 'keygrant_tokens_issued_total, keygrant_token_requests_refused_total',
    none: 'There were no token requests.',
    caption: (issued: string, refused: string, share: string): string =>
      `${issued} tokens issued, ${refused} requests refused (${share}).`,
    compared: (before: string, after: string) =>
      `The share that is refused went from ${before} to ${after}.`,
    mostly: (share: string, reason: string) => `${share} of the refusals: ${reason}.`,
  },
  reasons: {
    title: 'Refusals by reason',
    reason: 'Reason',
    count: 'Refusals',
    prometheus: 'keygrant_token_requests_refused_total',
    none: 'Nothing was refused.',
    caption: (count: number): string =>
      count === 1 ? 'There is one reason.' : `There are ${count} reasons, the most frequent first.`,
  },
  latency: {
    title: 'Time to an answer',
    p50: 'p50',
    p95: 'p95',
    p99: 'p99',
    unit: 'ms',
    prometheus: 'keygrant_http_request_duration_seconds',
    none: 'There were no answers.',
    caption: (p50: string, p95: string, p99: string): string =>
      `Half of the token requests were answered within ${p50} ms, 95 % within ${p95} ms, 99 % within ${p99} ms.`,
  },
  apps: {
    title: 'By app',
    app: 'App',
    issued: 'Issued',
    refused: 'Refused',
    others: 'All others',
    none: 'No app asked for a token.',
    caption: (count: number, hour: string): string =>
      `${count === 1 ? 'The one app' : `The ${count} apps`} with the most requests, counted by whole hours from ${hour} on.`,
  },
  keys: {
    title: 'By key',
    key: 'Key',
    app: 'App',
    issued: 'Tokens',
    none: 'No key was used.',
    caption: (count: number): string =>
      count === 1 ? 'One key was used.' : `The ${count} keys that were used most.`,
  },
  replays: {
    title: 'Replay attempts',
    replayed: 'Assertions used twice',
    prometheus: 'keygrant_token_requests_refused_total{check="replay"}',
    none: 'No assertion was sent twice.',
    caption: (count: string): string =>
      `${count} assertions had been used before, and were refused.`,
    one: 'One assertion had been used before, and was refused.',
  },
  jwks: {
    title: 'Keys that clients publish',
    fetched: 'Read',
    unfetched: 'Failed',
    prometheus: 'keygrant_jwks_fetches_total',
    none: 'No JWK Set of a client was read.',
    caption: (fetched: string, unfetched: string): string =>
      `JWK Sets of clients were read ${fetched} times; ${unfetched} times that failed.`,
  },
} as const
