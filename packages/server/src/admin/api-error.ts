/**
 * The admin API's errors, in Okta's form.
 * @module
 */

import { newIdentifier } from '../identifiers.ts'

/** Okta's error codes that this server answers with: each with its status and summary. */
const TABLE = {
  E0000001: { status: 400, summary: 'Api validation failed' },
  E0000003: { status: 400, summary: 'The request body was not well-formed.' },
  E0000004: { status: 401, summary: 'Authentication failed' },
  E0000005: { status: 401, summary: 'Invalid session' },
  E0000006: {
    status: 403,
    summary: 'You do not have permission to perform the requested action',
  },
  E0000007: { status: 404, summary: 'Not found: Resource not found' },
  E0000009: { status: 500, summary: 'Internal Server Error' },
  E0000011: { status: 401, summary: 'Invalid token provided' },
  E0000021: {
    status: 400,
    summary:
      'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  },
  E0000022: {
    status: 405,
    summary: 'The endpoint does not support the provided HTTP method',
  },
  E0000047: { status: 429, summary: 'API call exceeded rate limit due to too many requests.' },
  E0000090: { status: 409, summary: 'Duplicate role assignment exception.' },
  E0000157: { status: 403, summary: 'The app must be inactive for this operation.' },
  // Ours: Okta has no code for a precondition that does not hold.
  E0000412: {
    status: 412,
    summary:
      'The resource was changed since it was read. Read it again, then send the change anew.',
  },
  // Ours: the session needs a passkey check that is not so old (RFC 9470 says it to bearers of tokens).
  E0000470: {
    status: 403,
    summary: 'Confirm with a passkey that it is you, then send the change anew.',
  },
  E0000176: { status: 503, summary: 'The service is temporarily unavailable.' },
} as const

/** One of Okta's error codes. */
export type ApiErrorCode = keyof typeof TABLE

/** The JSON of an error. */
export interface ApiErrorBody {
  readonly errorCode: ApiErrorCode
  readonly errorSummary: string
  readonly errorLink: ApiErrorCode
  readonly errorId: string
  readonly errorCauses: readonly { readonly errorSummary: string }[]
}

/** How an {@link ApiError} differs from the table. */
export interface ApiErrorOptions {
  readonly summary?: string
  readonly causes?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer of the admin API that is an error; thrown anywhere, caught once. */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  readonly status: number
  readonly summary: string
  readonly causes: readonly string[]
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ApiErrorCode, options: ApiErrorOptions = {}) {
    super(code)
    this.name = 'ApiError'
    this.code = code
    this.status = TABLE[code].status
    this.summary = options.summary ?? TABLE[code].summary
    this.causes = options.causes ?? []
    this.headers = options.headers ?? {}
  }
}

/** The input of an administrator is not acceptable: every problem with it, in sentences. */
export class InputError extends Error {
  /** What the input describes, in Okta's word, such as `JsonWebKey`. */
  readonly subject: string
  readonly problems: readonly string[]

  constructor(subject: string, problems: readonly string[]) {
    super(`invalid ${subject}`)
    this.name = 'InputError'
    this.subject = subject
    this.problems = problems
  }
}

/** The body of an error. */
export function apiErrorBody(
  code: ApiErrorCode,
  summary: string = TABLE[code].summary,
  causes: readonly string[] = [],
): ApiErrorBody {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: newIdentifier('oae'),
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  }
}

/** There is no such thing. An identifier that is none of ours is not repeated. */
export function notFound(id: string, type: string): ApiError {
  const name = /^[A-Za-z0-9]{1,40}$/.test(id) ? id : '?'
  return new ApiError('E0000007', {
    summary: `Not found: Resource not found: ${name} (${type})`,
  })
}
