/**
 * The HTTP server: Fastify, and as little of it as can be. Routes and their answers are plain values.
 * @module
 */

import type { IncomingMessage } from 'node:http'
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
import { followConnections } from './close.ts'
import {
  type Answer,
  type HttpFault,
  type IncomingRequest,
  JSON_TYPE,
  MAX_BODY_OCTETS,
  type RequestBody,
  type RequestNotes,
  type Route,
} from './exchange.ts'
import { parseForm } from './form.ts'
import { readOctets } from './octets.ts'
import { newRequestId } from './request-id.ts'
import { NO_STORE, securityHeaders } from './security-headers.ts'

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
  const headers = Object.entries(securityHeaders(issuer)).flat()
  const uncached = [...headers, ...Object.entries(NO_STORE).flat()]
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

  /**
   * Writes an answer to Node's response itself: Fastify would look at each header field again, and would add
   * a charset to JSON, which has none (RFC 8259, section 11). A stream is left to Fastify.
   */
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    answer: Answer,
  ): FastifyReply | undefined => {
    const { status, body, stream } = answer
    const text = answer.text ?? (body === undefined ? undefined : JSON.stringify(body))
    const fields = answer.headers?.['cache-control'] === undefined ? [...uncached] : [...headers]
    fields.push('x-request-id', request.id, 'x-okta-request-id', request.id)
    addFields(fields, answer.headers)
    addFields(fields, request.notes?.headers)
    if (body !== undefined) addFields(fields, JSON_TYPE)
    if (isStopping?.() === true || isBodyLeft(request.raw)) addFields(fields, CLOSE)
    if (text === undefined && stream !== undefined) {
      for (let at = 0; at < fields.length; at += 2) {
        reply.header(fields[at] as string, fields[at + 1])
      }
      return sendStream(request, reply.code(status), stream)
    }
    if (hasLength(status)) {
      fields.push('content-length', text === undefined ? '0' : String(Buffer.byteLength(text)))
    }
    reply.raw.writeHead(status, fields)
    reply.hijack()
    reply.raw.end(text)
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
  const answerFault = (
    request: FastifyRequest,
    reply: FastifyReply,
    fault: Omit<HttpFault, 'path'>,
    faultHeaders: Readonly<Record<string, string>> = {},
  ): void => {
    const path = request.url.split('?', 1)[0] as string
    const body = faultBody({ ...fault, path }, request.id)
    send(request, reply, { status: fault.status, headers: faultHeaders, body })
  }

  // The route says whether a body is read, and how: Fastify is told that there is none.
  for (const method of METHODS) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true })
  }
  app.setNotFoundHandler((request, reply) =>
    answerFault(request, reply, { status: 404, kind: 'not_found' }),
  )
  app.setErrorHandler((error, request, reply) => {
    const { statusCode } = error as { statusCode?: unknown }
    const fault = typeof statusCode === 'number' ? clientFault(statusCode) : undefined
    if (fault !== undefined) {
      return answerFault(request, reply, fault)
    }
    request.log.error({ err: error }, 'request failed')
    return answerFault(request, reply, { status: 500, kind: 'failed' })
  })
  if (log !== false || onAnswer !== undefined) {
    app.addHook('onResponse', (request, reply, done) => {
      const sent: SentAnswer = {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: reply.elapsedTime,
        isStream: streamed.has(request),
        notes: request.notes,
      }
      onAnswer?.(sent)
      if (log !== false) request.log.info(logLine(sent))
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
        const receivedAt = performance.now()
        const octets =
          route.accepts === undefined ? NO_OCTETS : await readOctets(request.raw, MAX_BODY_OCTETS)
        const answer = await route.handle(incoming(request, route, octets, { notes, receivedAt }))
        return send(request, reply, answer)
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
  return app
}

/** Whether an answer of this status says how long its content is (RFC 9110, section 8.6). */
function hasLength(status: number): boolean {
  return status !== 204 && status !== 304
}

/** Whether a request has more of a body than was read: its sender may go on sending for ever. */
function isBodyLeft({ headers, complete }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers
  return !complete && (coding !== undefined || length !== '0')
}

const CLOSE = { connection: 'close' } as const

/** Adds header fields to a list of names and values, in place of those of the same name. */
function addFields(fields: string[], added: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(added)) {
    let at = 0
    while (at < fields.length && fields[at] !== name) at += 2
    fields[at] = name
    fields[at + 1] = added[name] as string
  }
}

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
function clientFault(statusCode: number): Omit<HttpFault, 'path'> | undefined {
  if (statusCode < 400 || statusCode >= 500) return undefined
  if (statusCode === 413) return { status: 413, kind: 'too_large' }
  if (statusCode === 415) return { status: 400, kind: 'content_type' }
  return { status: statusCode, kind: 'bad_request' }
}

function incoming(
  request: FastifyRequest,
  { path, accepts }: Route,
  octets: Buffer,
  own: Pick<IncomingRequest, 'notes' | 'receivedAt'>,
): IncomingRequest {
  const { url } = request
  const mark = url.indexOf('?')
  return {
    id: request.id,
    route: path,
    method: request.method,
    headers: request.headers,
    parameters: request.params as Record<string, string>,
    query: mark === -1 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1)),
    body: accepts === undefined ? NO_BODY : readBody(request, octets, accepts),
    remoteAddress: request.ip,
    ...own,
  }
}

const NO_QUERY = new URLSearchParams()
const NO_OCTETS = Buffer.alloc(0)
const NO_BODY: RequestBody = { kind: 'none' }
const MEDIA_TYPES = {
  form: /^application\/x-www-form-urlencoded *(?:; *charset="?utf-8"? *)?$/i,
  json: /^application\/(?:json|[\w.]+\+json) *(?:; *charset="?utf-8"? *)?$/i,
} as const
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readBody(request: FastifyRequest, octets: Buffer, accepts: 'form' | 'json'): RequestBody {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return { kind: 'unreadable', fault: 'content_encoding' }
  }
  if (octets.length === 0) return NO_BODY
  if (!MEDIA_TYPES[accepts].test(request.headers['content-type'] ?? '')) {
    return { kind: 'unreadable', fault: 'content_type' }
  }
  if (accepts === 'form') return { kind: 'form', form: parseForm(octets) }
  try {
    return { kind: 'json', value: JSON.parse(utf8.decode(octets)) as unknown }
  } catch {
    return { kind: 'unreadable', fault: 'json' }
  }
}
