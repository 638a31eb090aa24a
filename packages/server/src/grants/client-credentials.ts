/**
 * The client credentials grant (RFC 6749, section 4.4): which of the scopes asked for a client gets.
 * @module
 */

import { OAuthError } from '../oauth-error.ts'
import type { TokenTarget } from '../resources.ts'
import { isOpenIdScope } from '../scopes.ts'

/** The `grant_type` of this grant. */
export const CLIENT_CREDENTIALS = 'client_credentials'

/** What decides about scopes. */
export interface ScopeRequest {
  /** The `scope` parameter. */
  readonly scope: string | undefined
  /** The resource that the token will be for. */
  readonly target: TokenTarget
  /** The scopes of that resource that are granted to the client. */
  readonly granted: ReadonlySet<string>
  /** Whether scopes that were not granted are left out, as Okta does, or refused. */
  readonly ungranted: 'left_out' | 'refused'
}

const SCOPE = /^[\u0021\u0023-\u005b\u005d-\u007e]+(?: [\u0021\u0023-\u005b\u005d-\u007e]+)*$/
const MAX_SCOPES = 100
/**
 * The scopes of the access token, in the order asked for, each once.
 *
 * @throws {@link OAuthError} `invalid_scope`, or one of Okta's own codes.
 * @see RFC 6749, section 3.3, Access Token Scope
 */
export function grantScopes(request: ScopeRequest): readonly string[] {
  const { scope, target, granted, ungranted } = request
  const wanted = parseScope(scope, target.defaultScopes)
  if (wanted.some(isOpenIdScope)) {
    throw new OAuthError('invalid_scope', {
      description: "Cannot request 'openid' scopes using client credentials.",
    })
  }
  if (wanted.some((name) => name.startsWith('okta.') && name.endsWith('.self'))) {
    throw new OAuthError('client_credentials_self_scope_requested')
  }
  if (!wanted.every((name) => target.isKnown(name))) {
    throw new OAuthError('invalid_scope', {
      description: 'One or more scopes are not configured for the authorization server resource.',
    })
  }
  const allowed = wanted.filter((name) => granted.has(name))
  if (allowed.length === wanted.length) return wanted
  const detail = { granted: allowed, notGranted: wanted.filter((name) => !granted.has(name)) }
  if (ungranted === 'refused') throw new OAuthError('invalid_scope', { detail })
  if (allowed.length === 0) throw new OAuthError('consent_required', { detail })
  return allowed
}

function parseScope(
  scope: string | undefined,
  defaultScopes: readonly string[],
): readonly string[] {
  const trimmed = scope?.replace(/^ +| +$/g, '')
  if (scope === undefined && defaultScopes.length > 0) return defaultScopes
  if (scope === undefined || trimmed === undefined || trimmed === '') {
    throw new OAuthError('invalid_scope', { description: 'No scopes were requested.' })
  }
  if (trimmed !== scope) {
    throw new OAuthError('invalid_scope', {
      description:
        "The value of 'scope' begins or ends with blanks. Send each parameter without blanks around it.",
    })
  }
  if (!SCOPE.test(scope)) {
    throw new OAuthError('invalid_scope', {
      description: "The value of 'scope' must be names of scopes, separated by one blank each.",
    })
  }
  const names = [...new Set(scope.split(' '))]
  if (names.length <= MAX_SCOPES) return names
  throw new OAuthError('invalid_scope', {
    description: `The value of 'scope' has more than ${MAX_SCOPES} scopes.`,
  })
}
