/**
 * The protocol's errors: each code with its status and its public description, in one table.
 * @module
 */

import type { ErrorTopic } from './error-topics.ts'
import type { AuditValue } from './storage/ports.ts'

/** An error code of the token endpoint, with the RFC or the catalogue that it is from. */
export type OAuthErrorCode =
  // RFC 6749, section 5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'invalid_grant'
  // RFC 8707, section 2
  | 'invalid_target'
  // RFC 9449, sections 5 and 8
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  // RFC 7591, section 3.2.2
  | 'invalid_client_metadata'
  // Okta's own
  | 'consent_required'
  | 'client_credentials_self_scope_requested'

const TABLE: Readonly<Record<OAuthErrorCode, { status: number; description: string }>> = {
  invalid_request: { status: 400, description: 'The request can not be read.' },
  invalid_client: {
    status: 401,
    description:
      'Client authentication failed. Either the client or the client credentials are invalid.',
  },
  unauthorized_client: {
    status: 400,
    description: 'The client is not authorized to use the provided grant type.',
  },
  unsupported_grant_type: {
    status: 400,
    description:
      'The authorization grant type is not supported by the authorization server. Configured grant types: [client_credentials].',
  },
  invalid_scope: {
    status: 400,
    description:
      'The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.',
  },
  server_error: {
    status: 500,
    description:
      'The authorization server encountered an unexpected condition that prevented it from fulfilling the request.',
  },
  temporarily_unavailable: {
    status: 503,
    description:
      'The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.',
  },
  invalid_grant: {
    status: 400,
    description: 'The provided token is invalid, or was issued to another client.',
  },
  invalid_target: {
    status: 400,
    description: 'The requested resource is invalid, missing, unknown, or malformed.',
  },
  invalid_dpop_proof: { status: 400, description: 'The DPoP proof JWT is invalid.' },
  use_dpop_nonce: {
    status: 400,
    description: 'Authorization server requires nonce in DPoP proof.',
  },
  invalid_client_metadata: { status: 400, description: 'The client metadata is invalid.' },
  consent_required: {
    status: 400,
    description: 'You are not allowed any of the requested scopes.',
  },
  client_credentials_self_scope_requested: {
    status: 400,
    description: "The 'client_credentials' grant type may not request .self scopes.",
  },
}

/** What the audit log and, in development mode, the answer say beyond the public description. */
export type RefusalDetail = { readonly [name: string]: AuditValue }

/** How an {@link OAuthError} differs from the table. */
export interface OAuthErrorOptions {
  /** Public; never repeats input. Default: that of the code. */
  readonly description?: string
  /** What `error_uri` leads to. Default: the page of the code. */
  readonly topic?: ErrorTopic | undefined
  /** For the audit log alone. */
  readonly detail?: RefusalDetail
  /** The client that asked: verified, or merely claimed. */
  readonly clientId?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An answer that is an error, thrown wherever it is found and caught once, by the endpoint. */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly status: number
  readonly description: string
  readonly topic: ErrorTopic
  readonly detail: RefusalDetail
  readonly clientId: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: OAuthErrorCode, options: OAuthErrorOptions = {}) {
    const { status, description } = TABLE[code]
    super(code, { cause: options.cause })
    this.name = 'OAuthError'
    this.code = code
    this.status = status
    this.description = toErrorDescription(options.description ?? description)
    this.topic = options.topic ?? code
    this.detail = options.detail ?? {}
    this.clientId = options.clientId
    this.headers = options.headers ?? {}
  }

  /** The same error, about a client that is known and, if it authenticated, the key that it used. */
  about(clientId: string, kid?: string): OAuthError {
    const { code, description, topic, headers, cause } = this
    const detail = kid === undefined ? this.detail : { kid, ...this.detail }
    return new OAuthError(code, { description, topic, detail, headers, cause, clientId })
  }
}

/** Keeps to the characters that `error_description` may have (RFC 6749, section 5.2). */
function toErrorDescription(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\u0020\u0021\u0023-\u005b\u005d-\u007e]/g, '?')
}
