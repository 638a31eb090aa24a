import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import * as api from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { openTelemetryEvents } from '@keygrant/core/telemetry'
import type { PrivateKey } from '@keygrant/core/keys'
import {
  aClient,
  aKey,
  aServer,
  CLIENT_ID,
  ENDPOINT,
  type FakeServer,
  refusal,
} from './fixtures.ts'

describe('openTelemetryEvents, with the real SDK', () => {
  const spans = new InMemorySpanExporter()
  const metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA)
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: 3_600_000,
  })
  let key: PrivateKey
  let server: FakeServer

  before(async () => {
    key = await aKey('k1')
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    api.trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    )
    api.metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  })
  beforeEach(async () => {
    server = aServer(key)
    await reader.forceFlush()
    spans.reset()
    metrics.reset()
  })

  /** Sums of counters and counts of histograms, by name and attributes. */
  async function measured(): Promise<Record<string, number>> {
    await reader.forceFlush()
    const all = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
    return Object.fromEntries(
      all.flatMap((scope) =>
        scope.metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => [
            [descriptor.name, ...Object.values(attributes)].join(' '),
            typeof value === 'number' ? value : value.count,
          ]),
        ),
      ),
    )
  }

  test('a token request with a second attempt is a span with two below it, where the caller is', async () => {
    server.fault = (_request, count) =>
      count === 1 ? refusal('slow_down', 'busy', 503, { 'retry-after': '0' }) : undefined
    const client = aClient(server, { key, onEvent: openTelemetryEvents(api) })
    await api.trace.getTracer('test').startActiveSpan('caller', async (span) => {
      await client.getToken()
      await client.getToken()
      span.end()
    })
    const [first, second, request, caller] = spans.getFinishedSpans()
    assert.deepEqual(
      [first, second, request, caller].map((span) => [span?.name, span?.kind]),
      [
        ['POST', api.SpanKind.CLIENT],
        ['POST', api.SpanKind.CLIENT],
        ['keygrant.token_request', api.SpanKind.INTERNAL],
        ['caller', api.SpanKind.INTERNAL],
      ],
    )
    assert.equal(request?.parentSpanContext?.spanId, caller?.spanContext().spanId)
    assert.equal(second?.parentSpanContext?.spanId, request?.spanContext().spanId)
    assert.equal(first?.status.code, api.SpanStatusCode.ERROR)
    assert.deepEqual(first?.attributes, {
      'http.request.method': 'POST',
      'url.full': ENDPOINT,
      'server.address': 'as.example',
      'server.port': 443,
      'http.response.status_code': 503,
      'error.type': 'slow_down',
      'keygrant.retry_reason': 'busy',
      'keygrant.kid': 'k1',
      'keygrant.request_id': 'req-1',
    })
    assert.equal(second?.status.code, api.SpanStatusCode.UNSET)
    assert.equal(second?.attributes['http.request.resend_count'], 1)
    assert.deepEqual(await measured(), {
      'keygrant.client.token.calls miss': 1,
      'keygrant.client.token.calls hit': 1,
      'keygrant.client.tokens server': 1,
      'keygrant.client.token_request.duration': 1,
      'keygrant.client.retries busy': 1,
    })
  })

  test('a refusal is counted by its code and by the check that tells why', async () => {
    const client = aClient(server, {
      key,
      audience: 'https://elsewhere.example',
      onEvent: openTelemetryEvents(api),
    })
    await assert.rejects(client.getToken(), { error: 'invalid_client' })
    const found = await measured()
    assert.equal(
      found['keygrant.client.refusals invalid_client aud-differs'] ?? 0,
      1,
      JSON.stringify(found),
    )
    const request = spans.getFinishedSpans().at(-1)
    assert.equal(request?.attributes['error.type'], 'invalid_client')
    assert.equal(request?.status.code, api.SpanStatusCode.ERROR)
  })

  test('a clock that is off is a gauge', async () => {
    server.clock = () => Date.now() / 1000 + 300
    await aClient(server, { key, onEvent: openTelemetryEvents(api) }).getToken()
    const found = await measured()
    const [skew] = Object.entries(found).filter(([name]) => name.includes('clock_skew'))
    assert.ok(Math.abs((skew?.[1] ?? 0) - 300) < 5, JSON.stringify(found))
  })

  test('nothing that is recorded holds an assertion, a signature or a token', async () => {
    const client = aClient(server, { key, onEvent: openTelemetryEvents(api) })
    const { accessToken } = await client.getToken()
    const signature = server.requests[0]?.assertion.split('.')[2] ?? ''
    assert.ok(signature.length > 40)
    const recorded = JSON.stringify([
      spans
        .getFinishedSpans()
        .map(({ name, attributes, events }) => ({ name, attributes, events })),
      await measured(),
    ])
    assert.ok(!recorded.includes(signature))
    assert.ok(!recorded.includes(accessToken))
    assert.ok(!recorded.includes(CLIENT_ID))
  })
})
