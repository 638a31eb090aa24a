/**
 * What a token client and a server say to each other, written down without secrets: for a ticket, and for a script that asks
 * again without us.
 * @module
 */

import { decodeBase64url } from '../base64url.ts'
import { isJsonObject, type JsonObject, parseJsonOctets } from '../json.ts'
import { monotonicMs } from './runtime.ts'
import { requestScript } from './trace-script.ts'
import { describeExchange } from './trace-text.ts'
import type { TracedExchange, TracedField, TracedJwt } from './traced-exchange.ts'

export type { TracedExchange, TracedField, TracedJwt }

/** What was said, as long as the trace is kept. Made by {@link createTrace}. */
export interface Trace {
  /** Pass it as the option `fetch` of a token client, or of `authorizedFetch`. */
  readonly fetch: typeof fetch
  /** The oldest first; of more than 100 the first are forgotten. */
  readonly exchanges: readonly TracedExchange[]
  /** All of it as text for people. */
  toText(): string
  /**
   * A shell script that makes the last token request again with openssl and curl: it signs a new assertion with the key in
   * the file that `KEY` names, sends it, and shows the answer without the token. `undefined` when there was no token request.
   */
  toScript(): string | undefined
}

/** Options of {@link createTrace}. */
export interface TraceOptions {
  /** What sends. Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch
}

const MAX_EXCHANGES = 100
const MAX_OCTETS = 65_536
const MAX_TEXT = 300
const REDACTED = '[redacted]'
const REQUEST_HEADERS = new Set(['accept', 'content-type', 'dpop', 'if-none-match', 'user-agent'])
const RESPONSE_HEADERS =
  /^(?:age|cache-control|content-type|date|dpop-nonce|location|retry-after|server|via|www-authenticate|x-rate-limit-.*|(?:x-okta-|x-ms-|x-)request-id|x-correlation-id)$/
/** Members and parameters that are worth something to a thief, whatever they look like. */
const SECRET = /token$|secret|password|assertion$|^code$/i
const NO_SECRET = new Set(['issued_token_type', 'token_type', 'requested_token_type'])

/**
 * Makes a trace: a `fetch` that writes down what is sent through it, and what comes back.
 *
 * Assertions and DPoP proofs are taken apart, so that every claim can be seen, and lose their signatures; tokens and
 * secrets are left out. Bodies of an API are not written down, nor is what a body holds beyond 64 KiB.
 *
 * Does not leave out who asks whom: client IDs, scopes and host names are what a trace is for.
 *
 * @example
 * ```ts
 * const trace = createTrace()
 * const client = createTokenClient({ issuer, clientId, keyFile: 'key.json', fetch: trace.fetch })
 * await client.getToken().catch(() => undefined)
 * console.log(trace.toText())
 * ```
 */
export function createTrace(options: TraceOptions = {}): Trace {
  const exchanges: TracedExchange[] = []
  return {
    exchanges,
    async fetch(input, init) {
      const request = describeRequest(input, init)
      const startedAt = Date.now() / 1000
      const startedMs = monotonicMs()
      const finish = (rest: Partial<TracedExchange>): void => {
        const durationMs = monotonicMs() - startedMs
        exchanges.push({ startedAt, durationMs, responseHeaders: [], ...request, ...rest })
        if (exchanges.length > MAX_EXCHANGES) exchanges.shift()
      }
      try {
        const response = await (options.fetch ?? fetch)(input, init)
        const { status, headers } = response
        const responseHeaders = [...headers].flatMap(([name, value]) => responseField(name, value))
        const body = hasPublicBody(request) ? await readBody(response) : undefined
        finish({ status, responseHeaders, ...(body === undefined ? undefined : { body }) })
        return response
      } catch (error) {
        finish({ error: reasonOf(error) })
        throw error
      }
    },
    toText: () => exchanges.map(describeExchange).join('\n'),
    toScript() {
      const requests = exchanges.filter(isTokenRequest)
      const last = requests[requests.length - 1]
      return last === undefined ? undefined : requestScript(last)
    },
  }
}

type TracedRequest = Pick<TracedExchange, 'method' | 'url' | 'requestHeaders' | 'form'>

function describeRequest(
  input: Parameters<typeof fetch>[0],
  init: Parameters<typeof fetch>[1],
): TracedRequest {
  const given = input instanceof Request ? input : undefined
  const headers = new Headers(init?.headers ?? given?.headers)
  const body = init?.body
  const url = input instanceof Request ? input.url : input.toString()
  return {
    method: init?.method ?? given?.method ?? 'GET',
    url: url.split(/[?#]/, 1)[0] as string,
    requestHeaders: [...headers].map(([name, value]) => {
      return REQUEST_HEADERS.has(name) ? field(name, value) : { name, value: REDACTED }
    }),
    form:
      body instanceof URLSearchParams ? [...body].map(([name, value]) => field(name, value)) : [],
  }
}

function responseField(name: string, value: string): readonly TracedField[] {
  if (!RESPONSE_HEADERS.test(name)) return []
  return [{ name, value: name === 'location' ? (value.split(/[?#]/, 1)[0] as string) : value }]
}

function field(name: string, value: string): TracedField {
  const jwt = readJwt(value)
  if (jwt !== undefined && /^(?:dpop|(?:client_)?assertion)$/i.test(name)) {
    return { name, value: '[a JWT]', jwt }
  }
  return { name, value: isSecret(name) || jwt !== undefined ? REDACTED : value }
}

function isSecret(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.has(name)
}

/** The header and the claims of a signed JWT. */
function readJwt(text: string): TracedJwt | undefined {
  const parts = text.split('.')
  if (parts.length !== 3) return undefined
  const [header, claims] = parts.map((part) => {
    const octets = decodeBase64url(part)
    const json = octets === undefined ? undefined : parseJsonOctets(octets)
    return json?.ok === true && isJsonObject(json.value) ? json.value : undefined
  })
  if (header === undefined || claims === undefined) return undefined
  return { header, claims, signatureOctets: Math.floor(((parts[2] as string).length * 3) / 4) }
}

/** A token response and metadata are of a form that is known; what an API answers is nobody's business. */
function hasPublicBody({ url, form }: TracedRequest): boolean {
  return url.includes('/.well-known/') || isTokenRequest({ form })
}

function isTokenRequest({ form }: Pick<TracedRequest, 'form'>): boolean {
  return form.some(({ name }) => name === 'grant_type')
}

/** Reads a copy of the body, and no more of it than makes sense. */
async function readBody(response: Response): Promise<JsonObject | string | undefined> {
  const reader = response.clone().body?.getReader()
  const chunks: number[] = []
  try {
    for (;;) {
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) break
      for (const octet of chunk.value) chunks.push(octet)
      if (chunks.length > MAX_OCTETS) {
        void reader?.cancel().catch(() => undefined)
        return `[more than ${MAX_OCTETS} octets]`
      }
    }
  } catch (error) {
    return `[cut off after ${chunks.length} octets: ${reasonOf(error)}]`
  }
  if (chunks.length === 0) return undefined
  const octets = Uint8Array.from(chunks)
  const json = parseJsonOctets(octets)
  if (json.ok && isJsonObject(json.value)) return withoutSecrets(json.value)
  // What is no JSON is a page of somebody else; a token has no business there, and may be there.
  const text = new TextDecoder().decode(octets).replaceAll(/[\w-]{40,}/g, REDACTED)
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

function withoutSecrets(body: JsonObject): JsonObject {
  const entries = Object.entries(body).map(([name, value]) => [
    name,
    isSecret(name) || (typeof value === 'string' && readJwt(value) !== undefined)
      ? REDACTED
      : value,
  ])
  return Object.fromEntries(entries) as JsonObject
}

/** `fetch` says "fetch failed" and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  const { cause } = error
  if (!(cause instanceof Error)) return error.message
  return 'code' in cause ? `${error.message} (${String(cause.code)})` : cause.message
}
