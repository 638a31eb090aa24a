import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { anApp, anAssertion, aServer, postToken, tokenForm } from '../a-server.ts'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(new W3CTraceContextPropagator())

suite('traces, with the SDK of OpenTelemetry', () => {
  after(() => provider.shutdown())

  test('a token request is a span that continues the trace of its sender', async (t) => {
    exporter.reset()
    const server = await aServer(t)
    const app = await anApp(server)
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await postToken(server, tokenForm(await anAssertion(app)), {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    })
    const [span] = exporter.getFinishedSpans()
    assert.equal(span?.name, 'POST /oauth2/v1/token')
    assert.equal(span.spanContext().traceId, traceId)
    assert.equal(span.attributes['http.response.status_code'], 200)
    assert.equal(span.attributes['keygrant.client_id'], app.clientId)
  })

  test('a token request is inside the span of whatever instruments the server around it', async (t) => {
    exporter.reset()
    const server = await aServer(t)
    const around = trace.getTracer('test').startSpan('around')
    await context.with(trace.setSpan(context.active(), around), () =>
      postToken(server, 'grant_type=client_credentials', {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      }),
    )
    const [span] = exporter.getFinishedSpans()
    assert.equal(span?.parentSpanContext?.spanId, around.spanContext().spanId)
    assert.equal(span.spanContext().traceId, around.spanContext().traceId)
  })

  test('[AUDI-001] a span holds no assertion, no token and no query', async (t) => {
    exporter.reset()
    const server = await aServer(t)
    const app = await anApp(server)
    const assertion = await anAssertion(app)
    const { body } = await postToken(server, tokenForm(assertion))
    await postToken(server, tokenForm(assertion))
    await postToken(server, tokenForm(assertion), {}, `/oauth2/v1/token?secret=canary`)
    const spans = exporter.getFinishedSpans()
    assert.equal(spans.length, 3)
    assert.equal(spans[1]?.attributes['keygrant.error'], 'invalid_client')
    const text = JSON.stringify(
      spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    )
    for (const secret of [assertion, body.access_token as string, 'canary']) {
      assert.equal(text.includes(secret), false)
      assert.equal(text.includes(secret.slice(-40)), false)
    }
  })
})
