/**
 * What a token client tells about itself, as spans and metrics of OpenTelemetry. Asks for the shape of
 * `@opentelemetry/api` and not for the package.
 * @module
 */

import type { TokenAttempt, TokenRequestError } from '../errors.ts'
import type { OnTokenClientEvent, TokenClientEvent } from './events.ts'

/** The part of OpenTelemetry's `Span` that is used. */
export interface TelemetrySpan {
  setStatus(status: { code: number }): unknown
  end(endTime?: number): void
}

/** The part of OpenTelemetry's `Tracer` that is used. */
export interface TelemetryTracer<Context, Span extends TelemetrySpan> {
  startSpan(
    name: string,
    options?: { kind?: number; startTime?: number; attributes?: Record<string, string | number> },
    context?: Context,
  ): Span
}

/** The part of OpenTelemetry's `Counter`, of which `add` is used. */
export interface TelemetryCounter {
  add(value: number, attributes?: Record<string, string | number | boolean>): void
}

/** The part of OpenTelemetry's `Histogram` and `Gauge`, of which `record` is used. */
export interface TelemetryRecorder {
  record(value: number, attributes?: Record<string, string | number | boolean>): void
}

/** The part of OpenTelemetry's `Meter` that is used. */
export interface TelemetryMeter {
  createCounter(name: string, options?: { description?: string; unit?: string }): TelemetryCounter
  createHistogram(
    name: string,
    options?: { description?: string; unit?: string },
  ): TelemetryRecorder
  createGauge(name: string, options?: { description?: string; unit?: string }): TelemetryRecorder
}

/** The part of `@opentelemetry/api` that is used: pass the module itself. */
export interface TelemetryApi<Context, Span extends TelemetrySpan> {
  readonly context: { active(): Context }
  readonly trace: {
    getTracer(name: string): TelemetryTracer<Context, Span>
    setSpan(context: Context, span: Span): Context
  }
  readonly metrics: { getMeter(name: string): TelemetryMeter }
}

const NAME = '@keygrant/core'
/** Values of OpenTelemetry's `SpanKind` and `SpanStatusCode`, which are part of its stable API. */
const SPAN_KIND = { internal: 0, client: 2 } as const
const STATUS_ERROR = 2

/**
 * Makes the `onEvent` of a token client that reports to OpenTelemetry.
 *
 * A token request is a span `keygrant.token_request`, a child of what was active when the request began,
 * with a span `POST` for each attempt on the wire. The metrics are named in docs/client.md. What is
 * recorded holds no token, assertion or key.
 *
 * Does not pass trace headers on to the authorization server, and does nothing without an SDK.
 *
 * @param api The module `@opentelemetry/api`.
 * @example
 * ```ts
 * import * as api from '@opentelemetry/api'
 *
 * const client = createTokenClient({ issuer, clientId, key, onEvent: openTelemetryEvents(api) })
 * ```
 * @see OpenTelemetry semantic conventions for HTTP spans, and for errors
 */
export function openTelemetryEvents<Context, Span extends TelemetrySpan>(
  api: TelemetryApi<Context, Span>,
): OnTokenClientEvent {
  const tracer = api.trace.getTracer(NAME)
  const meters = makeMeters(api.metrics.getMeter(NAME))
  return (event) => {
    if (event.type === 'token_request') recordSpans(api, tracer, event)
    measure(meters, event)
  }
}

type TokenRequestEvent = Extract<TokenClientEvent, { readonly type: 'token_request' }>

function recordSpans<Context, Span extends TelemetrySpan>(
  api: TelemetryApi<Context, Span>,
  tracer: TelemetryTracer<Context, Span>,
  { startedAt, durationMs, attempts, error }: TokenRequestEvent,
): void {
  const active = api.context.active()
  const startTime = startedAt * 1000
  const parent = tracer.startSpan(
    'keygrant.token_request',
    {
      kind: SPAN_KIND.internal,
      startTime,
      attributes: { 'keygrant.attempts': attempts.length, ...errorAttributes(error) },
    },
    active,
  )
  const inside = api.trace.setSpan(active, parent)
  for (const attempt of attempts) {
    const span = tracer.startSpan(
      'POST',
      {
        kind: SPAN_KIND.client,
        startTime: attempt.startedAt * 1000,
        attributes: attemptAttributes(attempt),
      },
      inside,
    )
    if (attempt.error !== undefined) span.setStatus({ code: STATUS_ERROR })
    span.end(attempt.startedAt * 1000 + attempt.durationMs)
  }
  if (error !== undefined) parent.setStatus({ code: STATUS_ERROR })
  parent.end(startTime + durationMs)
}

function attemptAttributes(attempt: TokenAttempt): Record<string, string | number> {
  const { url, number, status, error, retried, kid, requestId } = attempt
  return {
    'http.request.method': 'POST',
    ...(url === '' ? undefined : serverAttributes(url)),
    ...(number === 1 ? undefined : { 'http.request.resend_count': number - 1 }),
    ...(status === undefined ? undefined : { 'http.response.status_code': status }),
    ...(error === undefined ? undefined : { 'error.type': error }),
    ...(retried === undefined ? undefined : { 'keygrant.retry_reason': retried }),
    ...(kid === undefined ? undefined : { 'keygrant.kid': kid }),
    ...(requestId === undefined ? undefined : { 'keygrant.request_id': requestId }),
  }
}

function serverAttributes(url: string): Record<string, string | number> {
  const { protocol, hostname, port } = new URL(url)
  return {
    'url.full': url,
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
  }
}

/** What was refused: the RFC's code, else ours; and the rule of the likeliest cause. */
function errorAttributes(error: TokenRequestError | undefined): Record<string, string> {
  if (error === undefined) return {}
  const [first] = error.findings
  return {
    'error.type': error.error ?? error.code,
    ...(first === undefined ? undefined : { 'keygrant.check': first.rule }),
  }
}

interface Meters {
  readonly calls: TelemetryCounter
  readonly obtained: TelemetryCounter
  readonly duration: TelemetryRecorder
  readonly retries: TelemetryCounter
  readonly refusals: TelemetryCounter
  readonly renewalFailures: TelemetryCounter
  readonly keyFallbacks: TelemetryCounter
  readonly storeFailures: TelemetryCounter
  readonly clockSkew: TelemetryRecorder
}

function makeMeters(meter: TelemetryMeter): Meters {
  const counter = (name: string, unit: string, description: string): TelemetryCounter =>
    meter.createCounter(`keygrant.client.${name}`, { unit, description })
  return {
    calls: counter('token.calls', '{call}', 'Tokens asked of the client'),
    obtained: counter('tokens', '{token}', 'Tokens that came, from the server or a store'),
    duration: meter.createHistogram('keygrant.client.token_request.duration', {
      unit: 's',
      description: 'Duration of token requests, with all attempts',
    }),
    retries: counter('retries', '{attempt}', 'Attempts that another one followed'),
    refusals: counter('refusals', '{request}', 'Token requests that gave no token'),
    renewalFailures: counter('renewal_failures', '{request}', 'Renewals ahead that failed'),
    keyFallbacks: counter('key_fallbacks', '{request}', 'Keys that were refused for another one'),
    storeFailures: counter('store_failures', '{call}', 'Failures of the token store'),
    clockSkew: meter.createGauge('keygrant.client.clock_skew', {
      unit: 's',
      description: "How far the server's clock is ahead",
    }),
  }
}

function measure(meters: Meters, event: TokenClientEvent): void {
  switch (event.type) {
    case 'token_asked':
      meters.calls.add(1, { 'keygrant.cache': event.answered === 'fresh' ? 'hit' : 'miss' })
      return
    case 'attempt':
      if (event.attempt.retried !== undefined) {
        meters.retries.add(1, { 'keygrant.retry_reason': event.attempt.retried })
      }
      return
    case 'token_request': {
      const attributes = errorAttributes(event.error)
      meters.duration.record(event.durationMs / 1000, attributes)
      if (event.error !== undefined) meters.refusals.add(1, attributes)
      return
    }
    case 'token_obtained':
      meters.obtained.add(1, { 'keygrant.source': event.from })
      return
    case 'renewal_failed':
      meters.renewalFailures.add(1)
      return
    case 'key_fallback':
      meters.keyFallbacks.add(1)
      return
    case 'store_failed':
      meters.storeFailures.add(1)
      return
    case 'clock_skew':
      meters.clockSkew.record(event.skewSeconds, { 'keygrant.is_corrected': event.isCorrected })
      return
    default:
      event satisfies never
  }
}
