/**
 * Requests and answers as values: what an endpoint is given, and what it gives back.
 * @module
 */

import type { FormResult } from './form.ts'

/** A body may have this many octets. */
export const MAX_BODY_OCTETS = 65_536

/** The body of a request, as far as it could be read. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly form: FormResult }
  | { readonly kind: 'unreadable'; readonly fault: 'content_type' | 'content_encoding' | 'json' }

/**
 * What is learned about a request on its way, for limits, logs, metrics and traces. Never a secret, and
 * never text that a stranger chose.
 */
export interface RequestNotes {
  /** The client that proved to be itself. */
  clientId?: string
  /** Why the request was refused: a code of ours. */
  error?: string
  /** Header fields that the answer gets, whatever it is. */
  headers?: Readonly<Record<string, string>>
}

/** A request, taken apart. */
export interface IncomingRequest {
  /** The server's own name for this request. */
  readonly id: string
  /** The route that was found, such as `/api/v1/apps/:appId`. */
  readonly route: string
  readonly method: string
  /** Header fields by their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Values of the route's parameters, percent-decoded. */
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly query: URLSearchParams
  readonly body: RequestBody
  /** Who sent it; behind trusted proxies, what they say. */
  readonly remoteAddress: string
  /** When its body began to be read, in milliseconds of the clock that never goes back (`performance.now`). */
  readonly receivedAt: number
  readonly notes: RequestNotes
}

/** An answer. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Becomes JSON; without it and `text` the answer has no content. */
  readonly body?: unknown
  /** Content that is text already. `headers` has its type. */
  readonly text?: string
  /**
   * Content that comes little by little, until the signal is aborted: by the other side, or because the server stops.
   * `headers` has its type.
   */
  readonly stream?: (signal: AbortSignal) => AsyncIterable<string>
}

/** The header field of JSON as text. It has no charset (RFC 8259, section 11). */
export const JSON_TYPE = { 'content-type': 'application/json' } as const

/** A path, and what to do there. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With parameters as `:name`. */
  readonly path: string
  /** How the body is read. Default: it is not. */
  readonly accepts?: 'form' | 'json'
  /** The scopes of which an access token needs one. Default: no access token is asked for. */
  readonly scopes?: readonly string[]
  /** Whether it is a document for everybody, which costs next to nothing. Default: false. */
  readonly isPublic?: boolean
  handle(request: IncomingRequest): Answer | Promise<Answer>
}

/** A request that reached no endpoint, or an endpoint that failed. */
export interface HttpFault {
  readonly status: number
  readonly kind:
    | 'not_found'
    | 'method_not_allowed'
    | 'bad_request'
    | 'content_type'
    | 'too_large'
    | 'too_many_requests'
    | 'failed'
  /** Without the query. */
  readonly path: string
}
