/**
 * What stands before the server in a test: it listens, takes down each request, and makes the faults.
 * @module
 */

import { randomBytes } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { InjectedAnswer, InjectedRequest } from '../index.ts'
import type { TestClock } from './clock.ts'
import type { Endpoint, Fault, FaultQueue } from './faults.ts'
import { type ReceivedRequest, type RecordedRequest, recordRequest } from './recorded-request.ts'

/** What a {@link Front} needs. */
export interface FrontOptions {
  readonly clock: TestClock
  readonly faults: FaultQueue
  readonly requests: RecordedRequest[]
  /** The server behind. */
  readonly answer: (request: InjectedRequest) => Promise<InjectedAnswer>
  /** A JWK Set whose keys sign nothing. */
  readonly wrongJwkSet: object
}

/** The front of a test server. */
export interface Front {
  readonly url: string
  /** Answers requests from now on. */
  open(options: FrontOptions): void
  close(): Promise<void>
}

const MAX_BODY_OCTETS = 1_048_576

/** Certificate and private key, in PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** Listens on a free port of 127.0.0.1, with TLS when there is a certificate. */
export async function listen(tls: TlsFiles | undefined): Promise<Front> {
  let options: FrontOptions | undefined
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (options === undefined) request.socket.destroy()
    // The client went away.
    else serve(options, request, response).catch(() => request.socket.destroy())
  }
  const server: Server =
    tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    open(given) {
      options = given
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Which part of the server a path is. */
export function endpointOf(url: string): Endpoint {
  const path = url.split('?', 1)[0] as string
  if (path.startsWith('/.well-known/')) return 'metadata'
  if (path.startsWith('/api/') || path.startsWith('/oauth2/v1/clients')) return 'admin'
  switch (/^\/oauth2(?:\/[^/]+)?\/v1\/([a-z]+)$/.exec(path)?.[1]) {
    case 'token':
      return 'token'
    case 'keys':
      return 'keys'
    case 'introspect':
      return 'introspection'
    case 'revoke':
      return 'revocation'
    default:
      return 'other'
  }
}

async function serve(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { clock, faults, requests } = options
  const received = await receive(request)
  const endpoint = endpointOf(received.url)
  const fault = faults.take(endpoint)
  const record = recordRequest(received, { endpoint, at: clock.now(), fault: fault?.kind })
  const place = requests.push(record) - 1
  response.sendDate = false
  response.once('finish', () => {
    // The list may have been emptied meanwhile.
    if (requests[place] === record) requests[place] = { ...record, status: response.statusCode }
  })
  await answerWith(fault, options, received, response)
}

async function answerWith(
  fault: Fault | undefined,
  options: FrontOptions,
  request: ReceivedRequest,
  response: ServerResponse,
): Promise<void> {
  const { clock } = options
  const answer = (): Promise<InjectedAnswer> => options.answer(injected(request))
  const send = (given: InjectedAnswer, skewSeconds = 0): void => {
    const date = new Date(clock.now() + skewSeconds * 1000).toUTCString()
    response.writeHead(given.status, { ...endToEnd(given.headers), date })
    response.end(given.body)
  }
  switch (fault?.kind) {
    case undefined:
      return send(await answer())
    case 'use_dpop_nonce':
      return send(demandNonce())
    case '429':
    case '500':
    case '502':
    case '503':
      return send(failing(Number(fault.kind), fault.retryAfter))
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref())
      return send(await answer())
    case 'no_answer':
      return undefined
    case 'lost_answer':
      await answer()
      return reset(response)
    case 'reset':
      return reset(response)
    case 'truncated':
      return truncate(await answer(), response)
    case 'proxy_page':
      return send({ status: 200, headers: { 'content-type': 'text/html' }, body: PROXY_PAGE })
    case 'redirect':
      return send({ status: 302, headers: { location: fault.location }, body: '' })
    case 'replayed':
      await answer()
      return send(await answer())
    case 'wrong_jwks':
      return send(json(200, options.wrongJwkSet))
    case 'skewed_date':
      return send(await answer(), fault.dateSkewSeconds)
  }
}

const PROXY_PAGE =
  '<!doctype html>\n<title>Sign in to the network</title>\n<p>Accept the terms to go on.</p>\n'

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}) {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  }
}

function failing(status: number, retryAfter: number | Date | undefined): InjectedAnswer {
  const body = {
    error: status === 500 ? 'server_error' : 'temporarily_unavailable',
    error_description: `This fault of status ${status} was ordered by a test.`,
  }
  if (retryAfter === undefined) return json(status, body)
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter)
  return json(status, body, { 'retry-after': value })
}

function demandNonce(): InjectedAnswer {
  const body = {
    error: 'use_dpop_nonce',
    error_description: 'The DPoP proof must hold the nonce that is in the DPoP-Nonce header.',
  }
  return json(400, body, { 'dpop-nonce': randomBytes(16).toString('base64url') })
}

/** Ends the connection as a machine does that has never heard of it. */
function reset(response: ServerResponse): undefined {
  const { socket } = response
  if (socket !== null && 'resetAndDestroy' in socket) socket.resetAndDestroy()
  else response.destroy()
}

function truncate({ status, headers, body }: InjectedAnswer, response: ServerResponse): undefined {
  const octets = Buffer.from(body)
  response.writeHead(status, { ...endToEnd(headers), 'content-length': octets.length })
  response.write(octets.subarray(0, Math.floor(octets.length / 2)), () => response.destroy())
}

/** Header fields without those of the one connection that there was not. */
function endToEnd(headers: InjectedAnswer['headers']): OutgoingHttpHeaders {
  const kept = Object.entries(headers).filter(
    ([name, value]) =>
      value !== undefined &&
      !['date', 'connection', 'keep-alive', 'transfer-encoding'].includes(name),
  )
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  ) as OutgoingHttpHeaders
}

function injected({ method, url, headers, body }: ReceivedRequest): InjectedRequest {
  // The server behind answers whatever is asked, and refuses methods by itself.
  const known = method as NonNullable<InjectedRequest['method']>
  // Answers come as text here: one that was compressed would not survive that.
  const { 'accept-encoding': _, ...rest } = headers
  return { method: known, url, headers: rest, ...(body.length === 0 ? undefined : { body }) }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > MAX_BODY_OCTETS) throw new Error('the body is too large for a test server')
    chunks.push(chunk as Buffer)
  }
  const headers = Object.entries(request.headers).map(
    ([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const,
  )
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  }
}
