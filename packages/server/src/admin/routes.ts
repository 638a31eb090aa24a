/**
 * The admin API as a table: method, path, scope, handler.
 * @module
 */

import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import { bounded } from '../audit.ts'
import { OAuthError } from '../oauth-error.ts'
import type { AdminScope } from '../scopes.ts'
import { type AuditEntry, StorageError } from '../storage/ports.ts'
import { ApiError, apiErrorBody, InputError } from './api-error.ts'
import { InsufficientScopeError, type RequireScope } from './bearer.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { explainAssertion } from './explanation.ts'
import { addGrant, deleteGrant, getGrant, listGrants } from './grants.ts'
import {
  activateKey,
  addKey,
  deactivateKey,
  deleteKey,
  expireKey,
  getKey,
  listKeys,
  revokeKey,
  showKeyAuthority,
} from './keys.ts'
import { listReasons } from './log-reasons.ts'
import { streamLogs } from './log-stream.ts'
import { getLoggedRequest } from './logged-request.ts'
import { listLogs, readLogChain } from './logs.ts'
import { readMetrics } from './metrics.ts'
import { getOrganization } from './organization.ts'
import {
  activatePerson,
  createPerson,
  deactivatePerson,
  deletePerson,
  getPerson,
  listPeople,
  replacePerson,
  updatePerson,
} from './people.ts'
import { type Actor, ANY_ROLE, requireRole } from './permissions.ts'
import { addScope, deleteScope, getScope, listScopes, replaceScope } from './resource-scopes.ts'
import {
  activateResource,
  createResource,
  deactivateResource,
  deleteResource,
  getResource,
  listResourcesOf,
  replaceResource,
} from './resources.ts'
import {
  addPersonRole,
  addRole,
  deletePersonRole,
  deleteRole,
  getPersonRole,
  getRole,
  listPersonRoles,
  listRoles,
} from './roles.ts'
import { previewJwksUri } from './published-keys.ts'
import {
  activateApp,
  createApp,
  createClient,
  deactivateApp,
  deleteApp,
  deleteClient,
  getApp,
  getClient,
  listApps,
  listClients,
  replaceApp,
  replaceClient,
} from './service-apps.ts'
import {
  getSigningKey,
  listSigningKeys,
  revokeSigningKey,
  rotateSigningKey,
} from './signing-keys.ts'
import { getToken, listTokens, revokeToken, revokeTokens, revokeTokensOfKey } from './tokens.ts'
import { getClientPrivileges, setClientPrivileges } from './settings.ts'

type Handler<E extends AdminEnvironment> = (environment: E, call: AdminCall) => Promise<Answer>

/** A row of the table. */
export type AdminRow<E extends AdminEnvironment = AdminEnvironment> = readonly [
  route: `${Route['method']} ${string}`,
  scopes: readonly AdminScope[],
  handler: Handler<E>,
]

const APP = '/api/v1/apps/:appId'
const KEYS = `${APP}/credentials/jwks`
const TOKENS = `${APP}/tokens`
const GRANTS = `${APP}/grants`
const CLIENTS = '/oauth2/v1/clients'
const ROLES = `${CLIENTS}/:clientId/roles`
const PERSON = '/api/v1/users/:userId'
const PERSON_ROLES = `${PERSON}/roles`
const RESOURCES = '/api/v1/authorizationServers'
const RESOURCE = `${RESOURCES}/:resourceId`
const SIGNING_KEYS = `${RESOURCE}/credentials/keys`
const CLIENT_PRIVILEGES = '/api/v1/org/settings/clientPrivilegesSetting'

const READ_RESOURCES = 'okta.authorizationServers.read'
const MANAGE_RESOURCES = 'okta.authorizationServers.manage'

const TABLE: readonly AdminRow[] = [
  ['GET /api/v1/apps', ['okta.apps.read'], listApps],
  ['POST /api/v1/apps', ['okta.apps.manage'], createApp],
  [`GET ${APP}`, ['okta.apps.read'], getApp],
  [`PUT ${APP}`, ['okta.apps.manage'], replaceApp],
  [`DELETE ${APP}`, ['okta.apps.manage'], deleteApp],
  [`POST ${APP}/lifecycle/activate`, ['okta.apps.manage'], activateApp],
  [`POST ${APP}/lifecycle/deactivate`, ['okta.apps.manage'], deactivateApp],
  [`GET ${KEYS}`, ['okta.apps.read'], listKeys],
  [`POST ${KEYS}`, ['okta.apps.manage'], addKey],
  [`GET ${KEYS}/:keyId`, ['okta.apps.read'], getKey],
  [`DELETE ${KEYS}/:keyId`, ['okta.apps.manage'], deleteKey],
  [`POST ${KEYS}/:keyId/lifecycle/activate`, ['okta.apps.manage'], activateKey],
  [`POST ${KEYS}/:keyId/lifecycle/deactivate`, ['okta.apps.manage'], deactivateKey],
  [`POST ${KEYS}/:keyId/lifecycle/revoke`, ['okta.apps.manage'], revokeKey],
  [`DELETE ${KEYS}/:keyId/tokens`, ['okta.apps.manage'], revokeTokensOfKey],
  ['POST /api/v1/jwks/preview', ['okta.apps.manage'], previewJwksUri],
  [`GET ${TOKENS}`, ['okta.apps.read'], listTokens],
  [`DELETE ${TOKENS}`, ['okta.apps.manage'], revokeTokens],
  [`GET ${TOKENS}/:tokenId`, ['okta.apps.read'], getToken],
  [`DELETE ${TOKENS}/:tokenId`, ['okta.apps.manage'], revokeToken],
  [`POST ${KEYS}/:keyId/lifecycle/expire`, ['okta.apps.manage'], expireKey],
  [`GET ${APP}/credentials/authority`, ['okta.apps.read'], showKeyAuthority],
  [`GET ${GRANTS}`, ['okta.appGrants.read'], listGrants],
  [`POST ${GRANTS}`, ['okta.appGrants.manage'], addGrant],
  [`GET ${GRANTS}/:grantId`, ['okta.appGrants.read'], getGrant],
  [`DELETE ${GRANTS}/:grantId`, ['okta.appGrants.manage'], deleteGrant],
  [`GET ${CLIENTS}`, ['okta.clients.read'], listClients],
  [`POST ${CLIENTS}`, ['okta.clients.register'], createClient],
  [`GET ${CLIENTS}/:clientId`, ['okta.clients.read'], getClient],
  [`PUT ${CLIENTS}/:clientId`, ['okta.clients.manage'], replaceClient],
  [`DELETE ${CLIENTS}/:clientId`, ['okta.clients.manage'], deleteClient],
  [`GET ${ROLES}`, ['okta.roles.read'], listRoles],
  [`POST ${ROLES}`, ['okta.roles.manage'], addRole],
  [`GET ${ROLES}/:roleAssignmentId`, ['okta.roles.read'], getRole],
  [`DELETE ${ROLES}/:roleAssignmentId`, ['okta.roles.manage'], deleteRole],
  ['GET /api/v1/users', ['okta.users.read'], listPeople],
  ['POST /api/v1/users', ['okta.users.manage'], createPerson],
  [`GET ${PERSON}`, ['okta.users.read'], getPerson],
  [`POST ${PERSON}`, ['okta.users.manage'], updatePerson],
  [`PUT ${PERSON}`, ['okta.users.manage'], replacePerson],
  [`DELETE ${PERSON}`, ['okta.users.manage'], deletePerson],
  [`POST ${PERSON}/lifecycle/activate`, ['okta.users.manage'], activatePerson],
  [`POST ${PERSON}/lifecycle/deactivate`, ['okta.users.manage'], deactivatePerson],
  [`GET ${PERSON_ROLES}`, ['okta.roles.read'], listPersonRoles],
  [`POST ${PERSON_ROLES}`, ['okta.roles.manage'], addPersonRole],
  [`GET ${PERSON_ROLES}/:roleAssignmentId`, ['okta.roles.read'], getPersonRole],
  [`DELETE ${PERSON_ROLES}/:roleAssignmentId`, ['okta.roles.manage'], deletePersonRole],
  [`GET ${RESOURCES}`, [READ_RESOURCES], listResourcesOf],
  [`POST ${RESOURCES}`, [MANAGE_RESOURCES], createResource],
  [`GET ${RESOURCE}`, [READ_RESOURCES], getResource],
  [`PUT ${RESOURCE}`, [MANAGE_RESOURCES], replaceResource],
  [`DELETE ${RESOURCE}`, [MANAGE_RESOURCES], deleteResource],
  [`POST ${RESOURCE}/lifecycle/activate`, [MANAGE_RESOURCES], activateResource],
  [`POST ${RESOURCE}/lifecycle/deactivate`, [MANAGE_RESOURCES], deactivateResource],
  [`GET ${RESOURCE}/scopes`, [READ_RESOURCES], listScopes],
  [`POST ${RESOURCE}/scopes`, [MANAGE_RESOURCES], addScope],
  [`GET ${RESOURCE}/scopes/:scopeId`, [READ_RESOURCES], getScope],
  [`PUT ${RESOURCE}/scopes/:scopeId`, [MANAGE_RESOURCES], replaceScope],
  [`DELETE ${RESOURCE}/scopes/:scopeId`, [MANAGE_RESOURCES], deleteScope],
  [`GET ${SIGNING_KEYS}`, [READ_RESOURCES], listSigningKeys],
  [`GET ${SIGNING_KEYS}/:keyId`, [READ_RESOURCES], getSigningKey],
  [`POST ${SIGNING_KEYS}/:keyId/lifecycle/revoke`, [MANAGE_RESOURCES], revokeSigningKey],
  [`POST ${RESOURCE}/credentials/lifecycle/keyRotate`, [MANAGE_RESOURCES], rotateSigningKey],
  ['GET /api/v1/org', ['okta.orgs.read'], getOrganization],
  [`GET ${CLIENT_PRIVILEGES}`, ['okta.orgs.read'], getClientPrivileges],
  [`PUT ${CLIENT_PRIVILEGES}`, ['okta.orgs.manage'], setClientPrivileges],
  ['GET /api/v1/logs', ['okta.logs.read'], listLogs],
  ['GET /api/v1/logs/chain', ['okta.logs.read'], readLogChain],
  ['GET /api/v1/logs/stream', ['okta.logs.read'], streamLogs],
  ['GET /api/v1/logs/reasons', ['okta.logs.read'], listReasons],
  ['GET /api/v1/logs/requests/:requestId', ['okta.logs.read'], getLoggedRequest],
  ['GET /api/v1/metrics', ['okta.logs.read'], readMetrics],
  ['POST /api/v1/explain', ['okta.logs.read'], explainAssertion],
]

/** What {@link adminRoutes} needs. */
export interface AdminOptions extends AdminEnvironment {
  readonly requireScope: RequireScope
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** The admin API as routes. */
export function adminRoutes(options: AdminOptions): readonly Route[] {
  return TABLE.map((row) => adminRoute(options, row))
}

/** A row as a route. */
export function adminRoute<E extends AdminEnvironment>(
  options: E & AdminOptions,
  [route, scopes, handler]: AdminRow<E>,
): Route {
  const [method, path] = route.split(' ') as [Route['method'], string]
  const respond = path.startsWith(CLIENTS) && !path.startsWith(ROLES) ? oauthAnswer : answerOf
  return {
    method,
    path,
    scopes,
    ...(method === 'POST' || method === 'PUT' ? { accepts: 'json' as const } : undefined),
    handle: (request) => handle(options, request, scopes, handler, respond),
  }
}

async function handle<E extends AdminEnvironment>(
  options: E & AdminOptions,
  request: IncomingRequest,
  scopes: readonly AdminScope[],
  handler: Handler<E>,
  respond: (failure: unknown) => Answer,
): Promise<Answer> {
  const now = options.clock()
  let actorId: string | undefined
  try {
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const judge = async (at: number, isAgain = false): Promise<Actor> => {
      const caller = await options.requireScope(request, scopes, at, isAgain)
      actorId = caller.id
      // Changes are judged in their transaction.
      if (isReading) requireRole(caller, ...ANY_ROLE)
      return caller
    }
    const actor = await judge(now)
    const requireAgain = async (): Promise<void> => void (await judge(options.clock(), true))
    return await handler(options, { request, actorId: actor.id, actor, now, requireAgain })
  } catch (failure) {
    const answer = respond(failure)
    // A caller without any token is not worth an entry.
    const isRecorded = answer.status === 401 && request.headers['authorization'] !== undefined
    if (isRecorded || answer.status === 403) {
      const { status } = answer
      options.audit.append(denialEntry(request, failure, { status, actorId, now }))
    }
    return answer
  }
}

/** The audit entry of a call that was denied. */
export function denialEntry(
  { id, method, route, parameters, headers, remoteAddress }: IncomingRequest,
  failure: unknown,
  {
    status,
    actorId,
    now,
  }: { readonly status: number; readonly actorId: string | undefined; readonly now: number },
): AuditEntry {
  const target = parameters['appId'] ?? parameters['clientId']
  const isScope = failure instanceof InsufficientScopeError
  const description = describeDenial(failure)
  return {
    event: 'admin.denied',
    outcome: 'DENY',
    at: now,
    requestId: id,
    actorId: actorId ?? (isScope ? failure.actorId : undefined),
    clientId: target?.slice(0, 40),
    detail: {
      method,
      route,
      status,
      ...(description === undefined ? undefined : { description: bounded(description) }),
      ipAddress: remoteAddress,
      userAgent: bounded(headers['user-agent'] ?? ''),
    },
  }
}

function describeDenial(failure: unknown): string | undefined {
  if (failure instanceof InsufficientScopeError) return failure.headers['www-authenticate']
  if (failure instanceof ApiError) return [failure.summary, ...failure.causes].join(' ')
  return undefined
}

/** The answer to a failure, in Okta's form. */
export function answerOf(failure: unknown): Answer {
  if (failure instanceof InsufficientScopeError) {
    const { headers, body } = failure
    return { status: 403, headers, ...(body === undefined ? undefined : { body }) }
  }
  if (failure instanceof ApiError) {
    const { status, headers, code, summary, causes } = failure
    return { status, headers, body: apiErrorBody(code, summary, causes) }
  }
  if (failure instanceof InputError) {
    const summary = `Api validation failed: ${failure.subject}`
    return { status: 400, body: apiErrorBody('E0000001', summary, failure.problems) }
  }
  if (failure instanceof StorageError) {
    return { status: 503, headers: { 'retry-after': '5' }, body: apiErrorBody('E0000176') }
  }
  throw failure
}

/** A failure of `/oauth2/v1/clients`: about the client in the form of RFC 7591, else in Okta's. */
function oauthAnswer(failure: unknown): Answer {
  if (failure instanceof InputError) {
    return errorAnswer(
      new OAuthError('invalid_client_metadata', { description: failure.problems.join(' ') }),
    )
  }
  if (failure instanceof ApiError && failure.code === 'E0000007') {
    return errorAnswer(
      new OAuthError('invalid_client', { description: "Invalid value for 'client_id' parameter." }),
    )
  }
  return answerOf(failure)
}

function errorAnswer({ status, code, description }: OAuthError): Answer {
  return { status, body: { error: code, error_description: description } }
}
