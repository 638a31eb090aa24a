/**
 * What is written down of an exchange on the wire.
 * @module
 */

import type { JsonObject } from '../json.ts'

/** One exchange on the wire, without secrets. */
export interface TracedExchange {
  /** NumericDate of this machine, with a fraction. */
  readonly startedAt: number
  readonly durationMs: number
  readonly method: string
  /** Without its query. */
  readonly url: string
  readonly requestHeaders: readonly TracedField[]
  /** Parameters of a form. */
  readonly form: readonly TracedField[]
  /** Absent when no answer came. */
  readonly status?: number
  /** Those that tell something about tokens, times and requests. */
  readonly responseHeaders: readonly TracedField[]
  /** Of a token request, and of metadata: the JSON, with `[redacted]` for what is secret; or the beginning of another text. */
  readonly body?: JsonObject | string
  /** Why no answer came. */
  readonly error?: string
}

/** A header field or a parameter. A JWT is taken apart and its signature left out; another secret is `[redacted]`. */
export interface TracedField {
  readonly name: string
  readonly value: string
  readonly jwt?: TracedJwt
}

/** A JWT without its signature: it is of no use to anybody. */
export interface TracedJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
  readonly signatureOctets: number
}
