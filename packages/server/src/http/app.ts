/**
 * The HTTP server: Fastify, and as little of it as can be. Routes and their answers are plain values.
 * @module
 */

import { Readable } from 'node:stream'
import type { SecureContextOptions } from 'node:tls'
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { createAnswering, type Exchange } from './answering.ts'
import { followConnections } from './close.ts'
import type { Answer, HttpFault, RequestNotes, Route } from './exchange.ts'
import { handle } from './incoming.ts'
import { newRequestId } from './request-id.ts'
import { type AnswerAt, openShortCut } from './short-cut.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What an endpoint learned about the request; nothing when none was reached. */
    notes: RequestNotes | undefined
  }
}

/** A certificate with its chain, and its private key, as PEM. */
export interface TlsFiles {
  readonly certificate: string | Buffer
  readonly key: string | Buffer
}

/** The least that is logged, and what takes the lines. */
export interface LogTarget {
  readonly level: string
  readonly stream?: { write(line: string): void }
}

/** An answer that was sent. */
export interface SentAnswer {
  readonly requestId: string
  readonly method: string
  /** The route that was found, with its parameters as `:name`. */
  readonly route: string | undefined
  readonly status: number
  readonly milliseconds: number
  /** Whether its content came little by little, for as long as somebody wanted it. */
  readonly isStream: boolean
  readonly notes: RequestNotes | undefined
}

/** What {@link createHttpApp} needs. */
export interface HttpAppOptions {
  readonly routes: readonly Route[]
  readonly issuer: string
  /** The body of the answer to a request that no endpoint answered. */
  faultBody(fault: HttpFault, requestId: string): unknown
  /** Where to log: `true` for standard output, a pino logger, a level and a stream, or `false`. */
  readonly log: boolean | FastifyBaseLogger | LogTarget
  /** Told of each answer. */
  onAnswer?(answer: SentAnswer): void
  /** Whether the server is about to end: connections then end with the answer. */
  isStopping?(): boolean
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Speaks TLS. Default: plain HTTP. */
  readonly tls?: TlsFiles | undefined
}

const MAX_HEADER_OCTETS = 16_384
const REQUEST_TIMEOUT_MS = 10_000
const HEADERS_TIMEOUT_MS = 5000
const KEEP_ALIVE_TIMEOUT_MS = 72_000
const TLS_HANDSHAKE_TIMEOUT_MS = 5000
/** Connections beyond these are closed at once, so that the process keeps files for its store. */
const MAX_CONNECTIONS = 10_000
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** No route has a schema. Unless it is given others, Fastify loads two compilers of them, which takes longer than making the server. */
const NO_SCHEMAS = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas }

function refuseSchemas(): never {
  throw new Error('no route has a schema')
}

/** Makes the server; it does not listen yet. */
export function createHttpApp(options: HttpAppOptions): FastifyInstance {
  const { routes, issuer, faultBody, log, onAnswer, isStopping, tls } = options
  const trustedProxies = options.trustedProxies ?? []
  const { fieldsOf, write } = createAnswering(issuer, isStopping)
  const app = fastify({
    ...loggerOptions(log),
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    ...serverOptions(tls),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // What came on a connection that was open is finished, not refused.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: newRequestId,
    frameworkErrors: (_error, request, reply) => {
      answerFault(request, reply, { status: 400, kind: 'bad_request' })
    },
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 200 },
    schemaController: { compilersFactory: NO_SCHEMAS },
  }) as FastifyInstance
  app.server.maxConnections = MAX_CONNECTIONS
  followConnections(app.server)
  app.decorateRequest('notes', undefined)

  /** A stream is left to Fastify. */
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: Answer,
  ): FastifyReply | undefined => {
    const exchange = {
      id: request.id,
      request: request.raw,
      response: reply.raw,
      notes: request.notes,
    }
    const { status, body, text, stream } = answer
    if (stream !== undefined && body === undefined && text === undefined) {
      const fields = fieldsOf(exchange, answer)
      for (let at = 0; at < fields.length; at += 2) {
        reply.header(fields[at] as string, fields[at + 1])
      }
      return sendStream(request, reply.code(status), stream)
    }
    reply.hijack()
    write(exchange, answer)
    return undefined
  }
  const streams = new Set<AbortController>()
  const streamed = new WeakSet<FastifyRequest>()
  const sendStream = (
    request: FastifyRequest,
    reply: FastifyReply,
    stream: NonNullable<Answer['stream']>,
  ): FastifyReply => {
    if (request.method === 'HEAD') return reply.send()
    streamed.add(request)
    const ending = new AbortController()
    streams.add(ending)
    reply.raw.once('close', () => {
      streams.delete(ending)
      ending.abort()
    })
    return reply.send(Readable.from(stream(ending.signal), { objectMode: false }))
  }
  // They would go on for as long as somebody listens.
  app.addHook('preClose', (done) => {
    for (const ending of streams) ending.abort()
    done()
  })
  const faultAnswer = (
    { status, kind }: Fault,
    { url, id }: { readonly url: string; readonly id: string },
  ): Answer => {
    const path = url.split('?', 1)[0] as string
    return { status, body: faultBody({ status, kind, path }, id) }
  }
  const answerFault = (
    request: FastifyRequest,
    reply: FastifyReply,
    fault: Fault,
    headers: Readonly<Record<string, string>> = {},
  ): void => {
    send(request, reply, { ...faultAnswer(fault, request), headers })
  }
  const faultOf = (error: unknown, requestLog: FastifyBaseLogger): Fault => {
    const { statusCode } = error as { statusCode?: unknown }
    const fault = typeof statusCode === 'number' ? clientFault(statusCode) : undefined
    if (fault !== undefined) return fault
    requestLog.error({ err: error }, 'request failed')
    return { status: 500, kind: 'failed' }
  }

  // The route says whether a body is read, and how: Fastify is told that there is none.
  for (const method of METHODS) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.setNotFoundHandler((request, reply) =>
    answerFault(request, reply, { status: 404, kind: 'not_found' }),
  )
  app.setErrorHandler((error, request, reply) =>
    answerFault(request, reply, faultOf(error, request.log)),
  )
  const tell = (sent: SentAnswer): void => {
    onAnswer?.(sent)
    if (log !== false) app.log.info({ requestId: sent.requestId, ...logLine(sent) })
  }
  if (log !== false || onAnswer !== undefined) {
    app.addHook('onResponse', (request, reply, done) => {
      tell({
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
        isStream: streamed.has(request),
        notes: request.notes,
      })
      done()
    })
  }

  const methodsByPath = new Map<string, string[]>()
  for (const route of routes) {
    methodsByPath.set(route.path, [...(methodsByPath.get(route.path) ?? []), route.method])
    app.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const notes: RequestNotes = {}
        request.notes = notes
        const { id, raw, ip: remoteAddress } = request
        const parameters = request.params as Record<string, string>
        return send(
          request,
          reply,
          await handle(route, raw, { id, parameters, remoteAddress, notes }),
        )
      },
    })
  }
  for (const [url, methods] of methodsByPath) {
    const allowed = methods.includes('GET') ? [...methods, 'HEAD'] : methods
    app.route({
      method: METHODS.filter((method) => !allowed.includes(method)),
      url,
      handler: (request, reply) =>
        answerFault(
          request,
          reply,
          { status: 405, kind: 'method_not_allowed' },
          { allow: allowed.join(', ') },
        ),
    })
  }
  const answerAt: AnswerAt = (route, request, response) => {
    const startedAt = performance.now()
    const id = newRequestId()
    const notes: RequestNotes = {}
    const exchange: Exchange = { id, request, response, notes }
    const onEnd = (): void => {
      response.removeListener('finish', onEnd)
      response.removeListener('error', onEnd)
      tell({
        requestId: id,
        method: route.method,
        route: route.path,
        status: response.statusCode,
        milliseconds: performance.now() - startedAt,
        isStream: false,
        notes,
      })
    }
    response.on('finish', onEnd)
    response.on('error', onEnd)
    const remoteAddress = request.socket.remoteAddress ?? ''
    handle(route, request, { id, parameters: NO_PARAMETERS, remoteAddress, notes })
      .catch((error: unknown) =>
        faultAnswer(faultOf(error, app.log.child({ requestId: id })), { url: route.path, id }),
      )
      .then((answer) => write(exchange, answer))
      .catch((error: unknown) => {
        app.log.error({ requestId: id, err: error }, 'request failed')
        response.destroy()
      })
  }
  // Who is behind a proxy is told by Fastify.
  if (trustedProxies.length === 0) openShortCut(app.server, routes, answerAt)
  return app
}

const NO_PARAMETERS = {}

type Fault = Omit<HttpFault, 'path'>

/** A logger of its own, for a process that has no server. */
export function createLogger(target: LogTarget | false): FastifyBaseLogger {
  return fastify({ logger: false, ...(target === false ? undefined : loggerOptions(target)) }).log
}

function loggerOptions(log: HttpAppOptions['log']): object {
  if (typeof log === 'boolean') return { logger: log }
  if ('info' in log) return { loggerInstance: log }
  const { level, stream = process.stdout } = log
  return { logger: { level, stream } }
}

function serverOptions(tls: TlsFiles | undefined): object {
  const limits = { maxHeaderSize: MAX_HEADER_OCTETS, headersTimeout: HEADERS_TIMEOUT_MS }
  if (tls === undefined) return { http: limits }
  return { https: { ...limits, ...secureContext(tls), handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS } }
}

/** The options of a TLS server; TLS 1.2 is the oldest version (RFC 9325, section 3.1.1). */
export function secureContext({ certificate, key }: TlsFiles): SecureContextOptions {
  return { cert: certificate, key, minVersion: 'TLSv1.2' }
}

/** What is logged of a request, beside its ID: nothing that its sender chose. */
function logLine({ method, route, status, milliseconds, notes }: SentAnswer): object {
  return {
    method,
    route,
    status,
    ms: Math.round(milliseconds * 10) / 10,
    clientId: notes?.clientId,
    error: notes?.error,
  }
}

/** What a status of Fastify's own errors means; `undefined` when the failure is ours. */
function clientFault(statusCode: number): Fault | undefined {
  if (statusCode < 400 || statusCode >= 500) return undefined
  if (statusCode === 413) return { status: 413, kind: 'too_large' }
  if (statusCode === 415) return { status: 400, kind: 'content_type' }
  return { status: statusCode, kind: 'bad_request' }
}
