/**
 * Traces: a span for each request, for whichever OpenTelemetry SDK the process has loaded; nothing
 * without one.
 * @module
 */

import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'

/**
 * The same routes, each in a span that continues the sender's trace. The span says which route it was,
 * how it ended and which client it was for; nothing of the query, the body or the header fields.
 *
 * @see OpenTelemetry semantic conventions for HTTP spans
 */
export function traceRoutes(routes: readonly Route[], version: string): readonly Route[] {
  // Looked up when it is used: an SDK may come after the server.
  const tracer = trace.getTracer('@keygrant/server', version)

  const handle = (
    route: Route,
    name: string,
    request: IncomingRequest,
  ): Answer | Promise<Answer> => {
    // A span that is under way, such as that of an instrumented node:http, has the sender's trace already.
    const active = context.active()
    const parent =
      trace.getSpan(active) === undefined ? propagation.extract(active, request.headers) : active
    const attributes = { 'http.request.method': request.method, 'http.route': route.path }
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
    if (!span.isRecording()) return route.handle(request)
    return context.with(trace.setSpan(parent, span), () => inSpan(span, route, request))
  }

  return routes.map((route) => {
    const name = `${route.method} ${route.path}`
    return { ...route, handle: (request) => handle(route, name, request) }
  })
}

async function inSpan(span: Span, route: Route, request: IncomingRequest): Promise<Answer> {
  try {
    const answer = await route.handle(request)
    span.setAttribute('http.response.status_code', answer.status)
    if (answer.status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    return answer
  } catch (error) {
    // Not its message: what failed may have had a secret in hand.
    span.setStatus({ code: SpanStatusCode.ERROR })
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    const { clientId, error } = request.notes
    span.setAttribute('keygrant.request_id', request.id)
    if (clientId !== undefined) span.setAttribute('keygrant.client_id', clientId)
    if (error !== undefined) span.setAttribute('keygrant.error', error)
    span.end()
  }
}
