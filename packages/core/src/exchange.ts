/**
 * One HTTP exchange whose answer is JSON, with a deadline, a size limit and no redirects.
 * @module
 */

import { parseChallenges } from './challenge.ts'
import { ChallengeError, HttpError } from './errors.ts'
import { type JsonValue, parseJsonOctets } from './json.ts'

/** How to reach the server. */
export interface ExchangeOptions {
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch
  /** For the whole exchange, in milliseconds. Default: 10000. */
  readonly timeoutMs?: number
  /** Ends the exchange early. */
  readonly signal?: AbortSignal
}

/** What to send. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly form?: URLSearchParams | Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The `ETag` of what is held already; then 304 is an answer too, with the body `null`. */
  readonly etag?: string | undefined
  /** Octets of the answer beyond which it is not read. Default: 1048576. */
  readonly maxOctets?: number
}

/** An answer with a JSON body, of whatever status. */
export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonValue
}

const DEFAULT_TIMEOUT_MS = 10_000
const MAX_ANSWER_OCTETS = 1_048_576

/**
 * Sends a request and reads the answer as strict JSON. Redirects are refused: a token request that
 * follows one would carry its assertion to somewhere else.
 *
 * @throws {@link HttpError} for no answer, a late one, a redirect, or one that is not JSON;
 * {@link ChallengeError} for a 401 that is not JSON and has a `WWW-Authenticate`.
 */
export async function exchangeJson(
  request: HttpRequest,
  options: ExchangeOptions,
): Promise<JsonAnswer> {
  const { method, url, form, etag, maxOctets = MAX_ANSWER_OCTETS } = request
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const deadline = AbortSignal.timeout(timeoutMs)
  const signals = options.signal === undefined ? [deadline] : [deadline, options.signal]
  let response: Response
  let octets: Uint8Array
  try {
    response = await (options.fetch ?? fetch)(url, {
      method,
      headers: {
        accept: 'application/json',
        ...request.headers,
        ...(etag === undefined ? undefined : { 'if-none-match': etag }),
      },
      ...(form === undefined ? undefined : { body: new URLSearchParams(form) }),
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    })
    octets = await readCapped(response, maxOctets)
  } catch (cause) {
    if (cause instanceof TooLarge) {
      const message = `${bare(url)} gave no usable answer: ${cause.message}; is it the right address?`
      throw new HttpError('ERR_HTTP_NOT_JSON', message, { method, url })
    }
    if (deadline.aborted) {
      const message = `${bare(url)} did not answer within ${timeoutMs} ms`
      throw new HttpError('ERR_HTTP_TIMEOUT', message, { method, url, cause })
    }
    const message = `${bare(url)} could not be reached: ${reasonOf(cause)}`
    throw new HttpError('ERR_HTTP_NETWORK', message, { method, url, cause })
  }
  const { status, headers } = response
  if (status === 304 && etag !== undefined) return { status, headers, body: null }
  if (status === 0 || (status >= 300 && status < 400)) {
    const message = `${bare(url)} answered with a redirect, which is not followed`
    throw new HttpError('ERR_HTTP_UNEXPECTED_STATUS', message, { method, url, status })
  }
  const json = parseJsonOctets(octets)
  if (json.ok) return { status, headers, body: json.value }
  const wanted = headers.get('www-authenticate')
  if (status === 401 && wanted !== null) {
    throw new ChallengeError({ status, url, challenges: parseChallenges(wanted) })
  }
  const type = headers.get('content-type') ?? 'no content type'
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    const fault = `${json.fault.replaceAll('_', ' ')}, at ${json.position}`
    const message = `${bare(url)} answered HTTP ${status} with JSON that can not be used: ${fault}`
    const cause = new SyntaxError(fault)
    throw new HttpError('ERR_HTTP_NOT_JSON', message, { method, url, status, cause })
  }
  const message = `${bare(url)} answered HTTP ${status} with ${type} instead of JSON; is it the right address?`
  throw new HttpError('ERR_HTTP_NOT_JSON', message, { method, url, status })
}

/** An answer that is no answer to what was asked: to ask again would bring the same. */
class TooLarge extends Error {}

async function readCapped(response: Response, maxOctets: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.done) break
    size += chunk.value.length
    if (size > maxOctets) {
      await reader?.cancel()
      throw new TooLarge(`the answer is larger than ${maxOctets} octets`)
    }
    chunks.push(chunk.value)
  }
  const octets = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    octets.set(chunk, at)
    at += chunk.length
  }
  return octets
}

/** `fetch` says "fetch failed" and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  const { cause } = error
  // OpenSSL names its source file and line; its code says as much.
  if (cause instanceof Error && 'code' in cause && /^ERR_SSL_|^EPROTO/.test(String(cause.code))) {
    return `no TLS could be agreed on (${String(cause.code)})`
  }
  if (cause instanceof Error && cause.message !== '') return cause.message
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return error.message
}

function bare(url: string): string {
  return url.split('?')[0] as string
}
