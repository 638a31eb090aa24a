/**
 * The token endpoint (RFC 6749, section 3.2): a list of named steps.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import type { IssueAccessToken } from '../access-token.ts'
import { bounded } from '../audit.ts'
import { type AuthenticateClient, readClientCredentials } from '../client-auth.ts'
import type { ScopeRequest } from '../grants/client-credentials.ts'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import type { FormFault, FormParameters } from '../http/form.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Registry } from '../registry.ts'
import { type AuditStore, type ServiceApp, StorageError } from '../storage/ports.ts'
import { PATHS } from './discovery.ts'

/** What the token endpoint needs. */
export interface TokenEndpointOptions {
  readonly issuer: string
  readonly profile: AssertionProfile
  readonly registry: Registry
  readonly audit: AuditStore
  readonly authenticateClient: AuthenticateClient
  /** Takes the request out of the client's budget, once the client has proved who it is. */
  readonly admit: (request: IncomingRequest, clientId: string) => void
  readonly issueAccessToken: IssueAccessToken
  /** What each `grant_type` gives: the scopes of the access token. */
  readonly grants: ReadonlyMap<string, (request: ScopeRequest) => readonly string[]>
  /** Whether a refusal carries its whole report. */
  readonly isDevelopment: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** The access token response (RFC 6749, section 5.1). */
export interface TokenResponse {
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly access_token: string
  readonly scope: string
}

const RETRY_AFTER_SECONDS = 5

/** The token endpoint as a route. */
export function tokenRoute(options: TokenEndpointOptions): Route {
  const { registry, authenticateClient, issueAccessToken, clock } = options
  const endpoint = options.issuer + PATHS.token
  const ungranted = options.profile.name === 'okta' ? 'left_out' : 'refused'

  const issue = async (request: IncomingRequest): Promise<Answer> => {
    refuseQuery(request.query)
    const parameters = readParameters(request)
    const grantScopes = selectGrant(parameters, options.grants)
    const credentials = readClientCredentials(parameters, request.headers['authorization'])
    const now = Math.floor(clock() / 1000)
    const { clientId, kid } = await authenticateClient(credentials, endpoint, now, (client) =>
      options.admit(request, client),
    )
    // From here to the answer nothing else runs: what was taken away by now gives no token.
    const app = await requireStillActive(registry, clientId, kid)
    const granted = new Set(app.grants.map(({ scope }) => scope))
    const scopes = asClient(clientId, () =>
      grantScopes({ scope: parameters.get('scope'), granted, ungranted }),
    )
    const token = await issueAccessToken({ clientId, clientKid: kid, scopes, now })
    const scope = scopes.join(' ')
    options.audit.append({
      event: 'token.issued',
      outcome: 'SUCCESS',
      at: clock(),
      requestId: request.id,
      actorId: clientId,
      clientId,
      keyId: kid,
      detail: { kid, scope, tokenId: token.tokenId, ...sender(request) },
    })
    const body: TokenResponse = {
      token_type: 'Bearer',
      expires_in: token.expiresInSeconds,
      access_token: token.accessToken,
      scope,
    }
    return { status: 200, body }
  }

  const refuse = (request: IncomingRequest, failure: unknown): Answer => {
    const error = toOAuthError(failure)
    const { code, description, detail, clientId } = error
    request.notes.error = code
    options.audit.append({
      event: 'token.refused',
      outcome: error.status < 500 ? 'DENY' : 'FAILURE',
      at: clock(),
      requestId: request.id,
      actorId: clientId,
      clientId,
      detail: { error: code, description, ...detail, ...sender(request) },
    })
    const body = {
      error: code,
      error_description: description,
      ...(options.isDevelopment ? { report: detail } : undefined),
    }
    return { status: error.status, headers: error.headers, body }
  }

  return {
    method: 'POST',
    path: PATHS.token,
    accepts: 'form',
    handle: async (request) => {
      try {
        return await issue(request)
      } catch (failure) {
        return refuse(request, failure)
      }
    },
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
  if (!form.ok)
    throw new OAuthError('invalid_request', { description: describeFormFault(form.fault) })
  for (const name of ['grant_type', 'client_assertion_type', 'client_assertion', 'client_id']) {
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

function selectGrant<Grant>(parameters: FormParameters, grants: ReadonlyMap<string, Grant>): Grant {
  const grantType = parameters.get('grant_type')
  if (grantType === undefined) {
    const names = [...grants.keys()].join(', ')
    throw new OAuthError('invalid_request', {
      description: `The token request must specify a 'grant_type'. Valid values: [${names}]`,
    })
  }
  const grant = grants.get(grantType)
  if (grant === undefined) throw new OAuthError('unsupported_grant_type')
  return grant
}

async function requireStillActive(
  registry: Registry,
  clientId: string,
  kid: string,
): Promise<ServiceApp> {
  const registered = await registry.find(clientId)
  if (registered?.activeKeys.some((key) => key.kid === kid) === true) return registered.app
  throw new OAuthError('invalid_client', {
    clientId,
    detail: { changed: 'the app or its key was deactivated while the request was on its way' },
  })
}

/** Refusals from here on are about a client that is known. */
function asClient<T>(clientId: string, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const { code, description, detail } = error
    throw new OAuthError(code, { description, detail, clientId })
  }
}

function toOAuthError(failure: unknown): OAuthError {
  if (failure instanceof OAuthError) return failure
  if (failure instanceof StorageError) {
    return new OAuthError('temporarily_unavailable', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
      detail: { cause: failure.code },
      cause: failure,
    })
  }
  throw failure
}

function sender({ remoteAddress, headers }: IncomingRequest) {
  return { ipAddress: remoteAddress, userAgent: bounded(headers['user-agent'] ?? '') }
}
