/**
 * What the protocol's endpoints have in common: a form comes in, and every refusal goes out in the form of
 * RFC 6749 and into the audit log.
 * @module
 */

import { UnavailableError } from '@keygrant/core/errors'
import { bounded, claimedKid, requestEvidence } from '../audit.ts'
import { errorUri } from '../error-topics.ts'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import type { FormFault, FormParameters } from '../http/form.ts'
import { OAuthError } from '../oauth-error.ts'
import type { SignerTrace } from '../signer-trace.ts'
import { NO_RESOURCE, UnknownResourceError } from './resource-place.ts'
import {
  type AuditEvent,
  type AuditStore,
  type AuditValue,
  StorageError,
} from '../storage/ports.ts'

/** What every endpoint of the protocol needs. */
export interface ProtocolEnvironment {
  readonly issuer: string
  readonly audit: Pick<AuditStore, 'append'>
  /** Takes the request out of the client's budget, once the client has proved who it is. */
  readonly admit: (request: IncomingRequest, clientId: string) => void
  /** Is told of each refusal, to find out who it was once it is answered. */
  readonly traceSigner: SignerTrace['note']
  /** Whether a refusal carries its whole report. */
  readonly isDevelopment: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** One endpoint. */
export interface ProtocolEndpoint {
  readonly path: string
  /** The audit event of a refusal. */
  readonly refused: AuditEvent
  answer(request: IncomingRequest, parameters: FormParameters): Promise<Answer>
}

const RETRY_AFTER_SECONDS = 5

/** An endpoint as a route. */
export function protocolRoute(environment: ProtocolEnvironment, endpoint: ProtocolEndpoint): Route {
  const { issuer, audit, clock, isDevelopment, traceSigner } = environment
  const refuse = (request: IncomingRequest, failure: unknown): Answer => {
    const error = toOAuthError(failure)
    const { body: sent } = request
    const { code, description, detail, clientId } = error
    const form = sent.kind === 'form' && sent.form.ok ? sent.form.parameters : undefined
    request.notes.error = code
    audit.append({
      event: endpoint.refused,
      outcome: error.status < 500 ? 'DENY' : 'FAILURE',
      at: clock(),
      requestId: request.id,
      actorId: clientId,
      clientId,
      keyId: claimedKid(detail),
      detail: {
        error: code,
        description,
        ...detail,
        ...(form === undefined ? undefined : { parameters: requestEvidence(form) }),
        ...sender(request),
      },
    })
    traceSigner({
      requestId: request.id,
      remoteAddress: request.remoteAddress,
      clientId,
      assertion: form?.get('client_assertion'),
      checks: detail['checks'],
    })
    const body = {
      error: code,
      error_description: description,
      error_uri: errorUri(issuer, error.topic, request.id),
      ...(isDevelopment ? { report: detail } : undefined),
    }
    return { status: error.status, headers: error.headers, body }
  }

  return {
    method: 'POST',
    path: endpoint.path,
    accepts: 'form',
    handle: async (request) => {
      try {
        refuseQuery(request.query)
        return await endpoint.answer(request, readParameters(request))
      } catch (failure) {
        if (failure instanceof UnknownResourceError) return NO_RESOURCE
        return refuse(request, failure)
      }
    },
  }
}

/** Refusals by this step are about a client that is known, and the key that it used. */
export function asClient<T>(clientId: string, kid: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw error instanceof OAuthError ? error.about(clientId, kid) : error
  }
}

/** Who sent a request, and how long it took up to its entry, for the audit log. */
export function sender({ remoteAddress, headers, receivedAt }: IncomingRequest): {
  readonly ipAddress: string
  readonly userAgent: AuditValue
  readonly tookMs: number
} {
  return {
    ipAddress: remoteAddress,
    userAgent: bounded(headers['user-agent'] ?? ''),
    tookMs: Math.round((performance.now() - receivedAt) * 10) / 10,
  }
}

/** Parameters come in the body alone (RFC 6749, section 2.3.1). */
function refuseQuery(query: URLSearchParams): void {
  if (query.size === 0) return
  for (const name of ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']) {
    if (query.has(name)) {
      throw new OAuthError('invalid_request', {
        description: 'Client credentials cannot be supplied via query parameters.',
      })
    }
  }
  throw new OAuthError('invalid_request', {
    description: 'Parameters must be in the body of the request, not in the query.',
  })
}

/** Values in which a blank at either end is a slip. */
const TRIMMED = [
  'grant_type',
  'client_assertion_type',
  'client_assertion',
  'client_id',
  'resource',
  'token',
]

function readParameters({ body }: IncomingRequest): FormParameters {
  if (body.kind !== 'form') {
    throw new OAuthError('invalid_request', {
      description:
        body.kind === 'unreadable' && body.fault === 'content_encoding'
          ? 'The body must not have a Content-Encoding.'
          : "The request must have a body of the Content-Type 'application/x-www-form-urlencoded'.",
    })
  }
  const { form } = body
  if (!form.ok) {
    const code = form.fault === 'several_resources' ? 'invalid_target' : 'invalid_request'
    throw new OAuthError(code, { description: describeFormFault(form.fault) })
  }
  for (const name of TRIMMED) {
    const value = form.parameters.get(name)
    if (value !== undefined && value.trim() !== value) {
      throw new OAuthError('invalid_request', {
        description: `The value of '${name}' begins or ends with blanks. A shell leaves them behind when a quoted body goes on over several lines; send each parameter without blanks around it.`,
      })
    }
  }
  return form.parameters
}

function describeFormFault(fault: FormFault): string {
  switch (fault) {
    case 'duplicate':
      return 'The request contained multiple parameters with the same name.'
    case 'several_resources':
      return "A token is for one resource. Send the parameter 'resource' once, and ask again for another token."
    case 'too_many':
      return 'The request contained too many parameters.'
    case 'bad_name':
      return "The request contained a parameter name with characters other than letters, digits and '_.:~-'."
    case 'bad_encoding':
      return 'The body must be percent-encoded UTF-8.'
    case 'control_character':
      return 'The request contained a parameter value with a control character.'
  }
}

function toOAuthError(failure: unknown): OAuthError {
  if (failure instanceof OAuthError) return failure
  if (failure instanceof StorageError || failure instanceof UnavailableError) {
    return new OAuthError('temporarily_unavailable', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      detail: { cause: failure.code },
      cause: failure,
    })
  }
  throw failure
}
