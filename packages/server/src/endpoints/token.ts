/**
 * The token endpoint (RFC 6749, section 3.2): a list of named steps.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import type { IssueAccessToken } from '../access-token.ts'
import { lifetimeSeconds, profileOf } from '../app-policy.ts'
import {
  type AuthenticateClient,
  type AuthenticatedClient,
  type Place,
  readClientCredentials,
} from '../client-auth.ts'
import type { ScopeRequest } from '../grants/client-credentials.ts'
import { type Answer, type IncomingRequest, JSON_TYPE, type Route } from '../http/exchange.ts'
import type { FormParameters } from '../http/form.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Registry } from '../registry.ts'
import type { Resources, TargetFault, TokenTarget } from '../resources.ts'
import { chooseTarget, grantedScopes, requireTarget, ungrantedScopes } from '../scope-decision.ts'
import type { SigningKeyStore } from '../signing-key-store.ts'
import type { ServiceApp } from '../storage/ports.ts'
import { PATHS, RESOURCE_PATHS } from './discovery.ts'
import { type DpopBinding, proofWasUsed, type ReadDpopBinding } from './dpop.ts'
import { asClient, type ProtocolEnvironment, protocolRoute, sender } from './protocol-route.ts'
import { findResource } from './resource-place.ts'

/** What the token endpoint needs. */
export interface TokenEndpointOptions extends ProtocolEnvironment {
  readonly issuer: string
  readonly profile: AssertionProfile
  readonly registry: Registry
  readonly resources: Resources
  readonly authenticateClient: AuthenticateClient
  readonly readDpopBinding: ReadDpopBinding
  /** Whether the signing keys changed and are being read again. */
  readonly signingKeys: Pick<SigningKeyStore, 'reading'>
  readonly issueAccessToken: IssueAccessToken
  /** What each `grant_type` gives: the scopes of the access token. */
  readonly grants: ReadonlyMap<string, (request: ScopeRequest) => readonly string[]>
  /** Is told of each use of a client's key. */
  readonly countUse: (clientId: string, kid: string, at: number) => void
}

/** Answers a token request that came in at one place. */
type IssueAt = (
  request: IncomingRequest,
  parameters: FormParameters,
  place: Place,
  at: TokenTarget | undefined,
) => Promise<Answer>

/** The server's own token endpoint, and that of each resource, as routes. */
export function tokenRoutes(options: TokenEndpointOptions): readonly Route[] {
  const { issuer, resources } = options
  const issue = createIssue(options)
  const own = { issuer, endpoint: issuer + PATHS.token }
  return [
    protocolRoute(options, {
      path: PATHS.token,
      refused: 'token.refused',
      answer: (request, parameters) => issue(request, parameters, own, undefined),
    }),
    protocolRoute(options, {
      path: RESOURCE_PATHS.token,
      refused: 'token.refused',
      answer: async (request, parameters) => {
        const { target, issuer: ofResource } = findResource(resources, request)
        const place = { issuer: ofResource, endpoint: `${ofResource}/v1/token` }
        return issue(request, parameters, place, target)
      },
    }),
  ]
}

function createIssue(options: TokenEndpointOptions): IssueAt {
  const { registry, resources, audit, clock, authenticateClient, readDpopBinding } = options

  return async (request, parameters, place, at) => {
    const grantScopes = selectGrant(parameters, options.grants)
    const credentials = readClientCredentials(parameters, request)
    const scope = parameters.get('scope')
    const chosen = chooseTarget({ resource: parameters.get('resource'), scope }, resources, at)
    const now = Math.floor(clock() / 1000)
    let binding: DpopBinding | undefined
    const client = await authenticateClient(credentials, place, now, ({ app }) => {
      options.admit(request, app.clientId)
      const reading = readDpopBinding(request, {
        clientId: app.clientId,
        isRequired: app.settings?.isDpopRequired === true || isDpopRequired(chosen),
        profile: profileOf(app, options.profile),
        endpoint: place.endpoint,
        now,
      })
      return reading?.then((read) => {
        binding = read
        return read && { use: read.use, refuse: () => proofWasUsed(read) }
      })
    })
    // A key that was revoked signs no more: not even what was under way.
    const reading = options.signingKeys.reading()
    if (reading !== undefined) await reading
    // From here to the answer nothing else runs: what was taken away by now gives no token.
    const app = await requireStillActive(registry, client)
    const { clientId, kid } = client
    const profile = profileOf(app, options.profile)
    const { target, scopes } = asClient(clientId, kid, () => {
      const found = requireTarget(chosen)
      const ungranted = ungrantedScopes(profile)
      const granted = grantedScopes(app, found)
      return { target: found, scopes: grantScopes({ scope, target: found, granted, ungranted }) }
    })
    const expiresIn = lifetimeSeconds(app, target.policy.tokenLifetimeSeconds, profile)
    const token = await options.issueAccessToken({
      issuer: place.issuer,
      audience: target.audience,
      lifetimeSeconds: expiresIn,
      clientId,
      clientKid: kid,
      scopes,
      jkt: binding?.jkt,
      now,
    })
    const scopeText = scopes.join(' ')
    const atMs = clock()
    options.countUse(clientId, kid, atMs)
    audit.append({
      event: 'token.issued',
      outcome: 'SUCCESS',
      at: atMs,
      requestId: request.id,
      actorId: clientId,
      clientId,
      keyId: kid,
      detail: {
        kid,
        scope: scopeText,
        tokenId: token.tokenId,
        iat: now,
        exp: now + expiresIn,
        ...(target.resourceId === undefined ? undefined : { resource: target.resourceId }),
        ...(binding === undefined ? undefined : { jkt: binding.jkt }),
        ...sender(request),
      },
    })
    const { accessToken } = token
    return tokenResponse({ accessToken, expiresIn, scope: scopeText }, binding)
  }
}

/**
 * The access token response (RFC 6749, section 5.1). Put together as text, because JSON.stringify would look at each
 * character of the token: neither a token nor a scope can have one that JSON escapes.
 */
function tokenResponse(
  { accessToken, expiresIn, scope }: { accessToken: string; expiresIn: number; scope: string },
  binding: DpopBinding | undefined,
): Answer {
  const type = binding === undefined ? 'Bearer' : 'DPoP'
  const headers = binding === undefined ? JSON_TYPE : { ...JSON_TYPE, 'dpop-nonce': binding.nonce }
  const text = `{"token_type":"${type}","expires_in":${expiresIn},"access_token":"${accessToken}","scope":"${scope}"}`
  return { status: 200, headers, text }
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

function isDpopRequired(chosen: TokenTarget | TargetFault): boolean {
  return typeof chosen !== 'string' && chosen.policy.isDpopRequired === true
}

async function requireStillActive(
  registry: Registry,
  { clientId, kid, registered }: AuthenticatedClient,
): Promise<ServiceApp> {
  const now = await registry.findAgain(registered)
  if (now !== undefined && registry.isInForce(now, kid)) return now.app
  throw new OAuthError('invalid_client', {
    clientId,
    detail: { changed: 'the app or its key was deactivated while the request was on its way' },
  })
}
