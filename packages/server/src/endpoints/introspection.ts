/**
 * Token introspection (RFC 7662): what an access token of this server is worth now.
 * @module
 */

import { type AuthenticateClient, type Place, readClientCredentials } from '../client-auth.ts'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import type { FormParameters } from '../http/form.ts'
import type { JudgeIssuedToken, LiveToken } from '../issued-token.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Resources } from '../resources.ts'
import { PATHS, RESOURCE_PATHS } from './discovery.ts'
import { type ProtocolEnvironment, protocolRoute } from './protocol-route.ts'
import { findResource } from './resource-place.ts'

/** What introspection and revocation need. */
export interface TokenStateOptions extends ProtocolEnvironment {
  readonly issuer: string
  readonly resources: Resources
  readonly authenticateClient: AuthenticateClient
  readonly judgeToken: JudgeIssuedToken
}

/** The answer for every token that does not count, or that is no business of whoever asks. */
const INACTIVE: Answer = { status: 200, body: { active: false } }

/**
 * The introspection endpoint, of the server and of each resource, as routes. A client sees its own
 * tokens, and those for a resource that it acts for; of all others it learns nothing.
 *
 * @see RFC 7662, section 2, Introspection Endpoint
 */
export function introspectionRoutes(options: TokenStateOptions): readonly Route[] {
  const answer = async (
    request: IncomingRequest,
    parameters: FormParameters,
    place: Place,
  ): Promise<Answer> => {
    const { clientId, token, now } = await readTokenQuestion(options, request, parameters, place)
    const live = await options.judgeToken(token, place.issuer, now)
    if (live === undefined || !isConcerned(clientId, live, options.resources)) return INACTIVE
    return { status: 200, body: describeToken(live) }
  }
  return tokenStateRoutes(options, 'introspection', answer)
}

/** An endpoint that is asked about a token: at the server, and at each resource. */
export function tokenStateRoutes(
  options: TokenStateOptions,
  name: 'introspection' | 'revocation',
  answer: (request: IncomingRequest, parameters: FormParameters, place: Place) => Promise<Answer>,
): readonly Route[] {
  const { issuer, resources } = options
  const refused = `${name}.refused` as const
  const own = { issuer, endpoint: issuer + PATHS[name] }
  const last = PATHS[name].slice(PATHS[name].lastIndexOf('/'))
  return [
    protocolRoute(options, {
      path: PATHS[name],
      refused,
      answer: (request, parameters) => answer(request, parameters, own),
    }),
    protocolRoute(options, {
      path: RESOURCE_PATHS[name],
      refused,
      answer: async (request, parameters) => {
        const { issuer: of } = findResource(resources, request)
        return answer(request, parameters, { issuer: of, endpoint: `${of}/v1${last}` })
      },
    }),
  ]
}

/** Who asks, and about which token. */
export async function readTokenQuestion(
  { authenticateClient, admit, clock }: TokenStateOptions,
  request: IncomingRequest,
  parameters: FormParameters,
  place: Place,
): Promise<{ readonly clientId: string; readonly token: string; readonly now: number }> {
  const credentials = readClientCredentials(parameters, request)
  const token = parameters.get('token')
  if (token === undefined) {
    throw new OAuthError('invalid_request', { description: "The 'token' parameter is required." })
  }
  const now = Math.floor(clock() / 1000)
  const { clientId } = await authenticateClient(credentials, place, now, ({ app }) => {
    admit(request, app.clientId)
    return undefined
  })
  return { clientId, token, now }
}

function isConcerned(
  clientId: string,
  { claims, target }: LiveToken,
  resources: Resources,
): boolean {
  if (claims.client_id === clientId) return true
  const { resourceId } = target
  if (resourceId === undefined) return false
  return resources.find(resourceId)?.resource.introspectionClients.includes(clientId) === true
}

function describeToken({ claims }: LiveToken) {
  const { scope, client_id, sub, aud, iss, exp, iat, jti, cnf } = claims
  return {
    active: true,
    ...(scope === undefined ? undefined : { scope }),
    client_id,
    token_type: cnf === undefined ? 'Bearer' : 'DPoP',
    exp,
    iat,
    sub,
    aud,
    iss,
    jti,
    ...(cnf === undefined ? undefined : { cnf }),
  }
}
