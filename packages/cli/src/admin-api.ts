/**
 * The admin API in Okta's shapes: what can be read, and what can be changed. A change is a value until
 * it is sent, so that it can be shown first.
 * @module
 */

import type { PublicJwk } from '@keygrant/core/keys'
import type { AuditLink, AuditPlace } from '@keygrant/server'
import {
  type AdminCallerOptions,
  type AdminRequest,
  createAdminCaller,
  type Read,
} from './admin-call.ts'
import {
  isApp,
  isAppGrant,
  isAppKey,
  isAppRole,
  isInvitation,
  isIssuedToken,
  isLogChain,
  isLogEntry,
  isPerson,
  isResource,
  isResourceScope,
  isSigningKey,
  isUsedAppKey,
  listOf,
  type Shape,
} from './admin-shapes.ts'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'

/** Whether an app may authenticate, or a key may verify. */
export type Status = 'ACTIVE' | 'INACTIVE'

/** A key of a service app. */
export interface AppKey {
  readonly id: string
  readonly kid: string
  readonly kty: string
  readonly alg: string | null
  readonly status: Status
  readonly created: string
  readonly lastUpdated?: string
  readonly expires_at?: string | null
  readonly firstUsed?: string
  readonly lastUsed?: string
  readonly createdBy?: { readonly id: string } | null
  readonly crv?: string
  readonly [member: string]: unknown
}

/** How often a key was used in one hour, which is named by its beginning. */
export interface KeyUse {
  readonly hour: string
  readonly count: number
}

/** A key with its uses, the latest first. */
export interface UsedAppKey extends AppKey {
  readonly uses?: readonly KeyUse[] | null
}

/** A service app. */
export interface App {
  readonly id: string
  readonly label: string
  readonly status: Status
  readonly created: string
  readonly lastUpdated?: string
  readonly settings: {
    readonly oauthClient: {
      readonly jwks?: { readonly keys: readonly AppKey[] }
      readonly [member: string]: unknown
    }
  }
  readonly [member: string]: unknown
}

/** A granted scope. */
export interface AppGrant {
  readonly id: string
  readonly scopeId: string
  /** Whose scope it is: the server's, or that of a resource. */
  readonly issuer: string
  readonly created: string
}

/** An API that tokens are for. */
export interface Resource {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly audiences: readonly string[]
  readonly issuer: string
  readonly status: Status
  readonly created: string
  readonly access_token_lifetime_seconds?: number
  readonly dpop_bound_access_tokens?: boolean
  readonly [member: string]: unknown
}

/** A scope of a resource. */
export interface ResourceScope {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly default: boolean
}

/** A key that the server signs access tokens with. */
export interface SigningKey {
  readonly kid: string
  readonly alg?: string
  readonly status: 'ACTIVE' | 'NEXT' | 'EXPIRED'
  readonly created?: string
  readonly activated?: string
  readonly activatesFrom?: string
  readonly nextRotation?: string
  readonly retired?: string
  readonly revoked?: string
}

/** An admin role that is assigned to a service app. */
export interface AppRole {
  readonly id: string
  readonly type: string
  readonly label: string
  readonly created: string
}

/** A person who administers. */
export interface Person {
  readonly id: string
  readonly status: 'STAGED' | 'PROVISIONED' | 'ACTIVE' | 'DEPROVISIONED'
  readonly lastLogin: string | null
  readonly profile: { readonly login: string; readonly [member: string]: unknown }
}

/** A link by which a person makes a passkey. */
export interface Invitation {
  readonly url: string
  readonly expiresAt: string
  readonly isRecovery: boolean
}

/** An entry of the audit log. */
export interface LogEntry {
  readonly uuid: string
  readonly published: string
  readonly eventType: string
  readonly displayMessage: string
  readonly severity: string
  readonly actor: { readonly id: string }
  readonly client: { readonly ipAddress: unknown; readonly userAgent: unknown }
  readonly outcome: { readonly result: string; readonly reason: unknown }
  readonly target: readonly { readonly id: string }[]
  readonly transaction: { readonly id: string }
  readonly debugContext: { readonly debugData: Readonly<Record<string, unknown>> }
}

/** What to read of the log. */
export interface LogQuery {
  /** Conditions that the server judges. */
  readonly filter?: string
  /** Only entries of changes; Keygrant alone knows it. */
  readonly kind?: 'changes'
  /** From when on, and before when, as NumericDates. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Entries of one page. */
  readonly pageSize: number
}

/** A change that is known and not made yet. */
export interface AdminChange<T> extends AdminRequest {
  /** Makes it. */
  send(): Promise<T>
}

/** The admin API of one server. */
export interface AdminApi {
  readonly issuer: string
  /** Every service app, page by page; with a name, those whose name begins with it. */
  listApps(name?: string): Promise<readonly App[]>
  getApp(appId: string): Promise<App>
  /** Reads an app that is to be replaced. */
  readApp(appId: string): Promise<Read<App>>
  /** Creates an app, with members of the client beyond its keys. */
  addApp(
    label: string,
    keys: readonly PublicJwk[],
    settings?: Readonly<Record<string, unknown>>,
  ): AdminChange<App>
  /** Replaces an app by what is given, whole; with the tag of what was read, only if it still is that. */
  replaceApp(app: App, etag?: string): AdminChange<App>
  setAppStatus(appId: string, status: Status): AdminChange<unknown>
  deleteApp(appId: string): AdminChange<unknown>
  listKeys(appId: string): Promise<readonly AppKey[]>
  /** Registers a key, which ceases to be good at a time if one is given (RFC 3339). */
  addKey(appId: string, jwk: PublicJwk, expiresAt?: string): AdminChange<AppKey>
  getKey(appId: string, keyId: string): Promise<UsedAppKey>
  setKeyStatus(appId: string, keyId: string, status: Status): AdminChange<AppKey>
  /** Sets when a key ceases to be good (RFC 3339), or with `null` that it does not. */
  setKeyEnd(appId: string, keyId: string, expiresAt: string | null): AdminChange<AppKey>
  deleteKey(appId: string, keyId: string): AdminChange<unknown>
  listGrants(appId: string): Promise<readonly AppGrant[]>
  /** Grants a scope of the server, or of a resource. */
  addGrant(appId: string, scope: string, resourceId?: string): AdminChange<AppGrant>
  removeGrant(appId: string, grantId: string): AdminChange<unknown>
  listRoles(appId: string): Promise<readonly AppRole[]>
  assignRole(appId: string, type: string): AdminChange<AppRole>
  removeRole(appId: string, assignmentId: string): AdminChange<unknown>
  /** Everybody, or whoever has a login. */
  findPeople(login?: string): Promise<readonly Person[]>
  addPerson(login: string): AdminChange<Person>
  activatePerson(idOrLogin: string): AdminChange<unknown>
  /** Deactivates; of one that is deactivated already, deletes. */
  deletePerson(idOrLogin: string): AdminChange<unknown>
  listPersonRoles(idOrLogin: string): Promise<readonly AppRole[]>
  assignPersonRole(idOrLogin: string, type: string): AdminChange<AppRole>
  invitePerson(idOrLogin: string): AdminChange<Invitation>
  listResources(): Promise<readonly Resource[]>
  getResource(id: string): Promise<Resource>
  /** Reads a resource that is to be replaced. */
  readResource(id: string): Promise<Read<Resource>>
  addResource(resource: Partial<Resource>): AdminChange<Resource>
  /** Replaces a resource by what is given, whole; with the tag of what was read, only if it still is that. */
  replaceResource(resource: Resource, etag?: string): AdminChange<Resource>
  setResourceStatus(id: string, status: Status): AdminChange<unknown>
  deleteResource(id: string): AdminChange<unknown>
  listResourceScopes(id: string): Promise<readonly ResourceScope[]>
  addResourceScope(id: string, scope: Partial<ResourceScope>): AdminChange<ResourceScope>
  deleteResourceScope(id: string, scopeId: string): AdminChange<unknown>
  listSigningKeys(): Promise<readonly SigningKey[]>
  /** Lets the next key take over; with an algorithm, a key of that one after a while. */
  rotateSigningKey(alg?: string): AdminChange<readonly SigningKey[]>
  revokeSigningKey(kid: string): AdminChange<readonly SigningKey[]>
  /** Takes a key out of use for good, with every token that it got. */
  revokeKey(appId: string, keyId: string): AdminChange<unknown>
  /** The tokens that an app got, newest first. */
  listTokens(appId: string, query: TokenQuery): Promise<readonly IssuedToken[]>
  /** Voids one token, those of a key, or all that an app got. */
  revokeTokens(
    appId: string,
    which: { readonly keyId?: string; readonly tokenId?: string },
  ): AdminChange<unknown>
  /** Entries of the log that fit a filter, newest first, page by page. */
  readLog(query: LogQuery): AsyncIterable<readonly LogEntry[]>
  /** Where the log begins and ends, and entries with their hashes, oldest first: those after a place. */
  readLogChain(after: number, limit: number): Promise<LogChain>
}

/** Which tokens are meant. */
export interface TokenQuery {
  readonly kid?: string | undefined
  /** NumericDate. Default: those that may not have ended yet. */
  readonly since?: number | undefined
  readonly limit: number
}

/** An access token that an app got. */
export interface IssuedToken {
  readonly id: string
  readonly status: 'ACTIVE' | 'REVOKED' | 'EXPIRED'
  readonly created: string
  readonly expiresAt: string
  readonly kid: string
  readonly scopes: readonly string[]
}

/** A part of the log as the chain of hashes that it is. */
export interface LogChain {
  readonly start: AuditPlace
  readonly end: AuditPlace
  readonly links: readonly AuditLink[]
}

/** It as it is sent. */
export interface LogChainAnswer {
  readonly start: AuditPlace
  readonly end: AuditPlace
  readonly entries: readonly unknown[]
}

const PAGE_SIZE = 200
const RESOURCES = '/api/v1/authorizationServers'
const PEOPLE = '/api/v1/users'

/** Makes the admin API of a server. Nothing is sent before the first call. */
export function createAdminApi(options: AdminCallerOptions): AdminApi {
  const caller = createAdminCaller(options)
  const { issuer } = caller
  const get = async <T>(path: string, shape: Shape<T>): Promise<T> => {
    return required(await caller.call({ method: 'GET', path }), shape, path)
  }
  const read = async <T>(path: string, shape: Shape<T>): Promise<Read<T>> => {
    const { record, etag } = await caller.read(path)
    return { record: required(record, shape, path), etag }
  }
  const change = <T = unknown>(
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    shape?: Shape<T>,
    ifMatch?: string,
  ): AdminChange<T> => {
    const request: AdminRequest = {
      method,
      path,
      ...(body === undefined ? undefined : { body }),
      ...(ifMatch === undefined ? undefined : { ifMatch }),
    }
    return {
      ...request,
      async send() {
        const answer = await caller.call(request)
        return shape === undefined ? (answer as T) : required(answer, shape, path)
      },
    }
  }
  const pages = async function* <T>(path: string, each: Shape<T>): AsyncIterable<readonly T[]> {
    const shape = listOf(each)
    for await (const page of caller.pages(path)) yield required(page, shape, path)
  }
  const all = async <T>(path: string, each: Shape<T>): Promise<readonly T[]> => {
    const found: T[] = []
    for await (const page of pages(path, each)) found.push(...page)
    return found
  }
  const app = (appId: string): string => `/api/v1/apps/${segment(appId)}`
  const keys = (appId: string): string => `${app(appId)}/credentials/jwks`
  const roles = (appId: string): string => `/oauth2/v1/clients/${segment(appId)}/roles`
  const person = (id: string): string => `${PEOPLE}/${segment(id)}`
  const resource = (id: string): string => `${RESOURCES}/${segment(id)}`
  // All resources have the same keys.
  const credentials = `${resource('default')}/credentials`
  const verb = (status: Status): string => (status === 'ACTIVE' ? 'activate' : 'deactivate')

  return {
    issuer,
    listApps: (name) =>
      all(
        `/api/v1/apps?limit=${PAGE_SIZE}${name === undefined ? '' : `&q=${encodeURIComponent(name)}`}`,
        isApp,
      ),
    getApp: (appId) => get(app(appId), isApp),
    readApp: (appId) => read(app(appId), isApp),
    addApp: (label, jwks, settings) =>
      change('POST', '/api/v1/apps', newApp(label, jwks, settings), isApp),
    replaceApp: (next, etag) => change('PUT', app(next.id), next, isApp, etag),
    setAppStatus: (appId, status) => change('POST', `${app(appId)}/lifecycle/${verb(status)}`),
    deleteApp: (appId) => change('DELETE', app(appId)),
    listKeys: async (appId) => {
      const path = keys(appId)
      const answer = await caller.call({ method: 'GET', path })
      return required(keysIn(answer), listOf(isAppKey), path)
    },
    addKey: (appId, jwk, expiresAt) =>
      change(
        'POST',
        keys(appId),
        expiresAt === undefined ? jwk : { ...jwk, expires_at: expiresAt },
        isAppKey,
      ),
    setKeyStatus: (appId, keyId, status) =>
      change(
        'POST',
        `${keys(appId)}/${segment(keyId)}/lifecycle/${verb(status)}`,
        undefined,
        isAppKey,
      ),
    getKey: (appId, keyId) => get(`${keys(appId)}/${segment(keyId)}`, isUsedAppKey),
    setKeyEnd: (appId, keyId, expiresAt) =>
      change(
        'POST',
        `${keys(appId)}/${segment(keyId)}/lifecycle/expire`,
        { expires_at: expiresAt },
        isAppKey,
      ),
    deleteKey: (appId, keyId) => change('DELETE', `${keys(appId)}/${segment(keyId)}`),
    listGrants: (appId) => all(`${app(appId)}/grants`, isAppGrant),
    addGrant: (appId, scopeId, resourceId) =>
      change(
        'POST',
        `${app(appId)}/grants`,
        {
          scopeId,
          issuer: resourceId === undefined ? issuer : `${issuer}/oauth2/${resourceId}`,
        },
        isAppGrant,
      ),
    removeGrant: (appId, grantId) => change('DELETE', `${app(appId)}/grants/${segment(grantId)}`),
    listRoles: (appId) => all(roles(appId), isAppRole),
    assignRole: (appId, type) => change('POST', roles(appId), { type }, isAppRole),
    removeRole: (appId, assignmentId) =>
      change('DELETE', `${roles(appId)}/${segment(assignmentId)}`),
    findPeople: (login) => {
      const search = login === undefined ? '' : `&search=${segment(`profile.login eq "${login}"`)}`
      return all(`${PEOPLE}?limit=${PAGE_SIZE}${search}`, isPerson)
    },
    addPerson: (login) => change('POST', PEOPLE, { profile: { login, email: login } }, isPerson),
    activatePerson: (id) => change('POST', `${person(id)}/lifecycle/activate`),
    deletePerson: (id) => change('DELETE', person(id)),
    listPersonRoles: (id) => all(`${person(id)}/roles`, isAppRole),
    assignPersonRole: (id, type) => change('POST', `${person(id)}/roles`, { type }, isAppRole),
    invitePerson: (id) => change('POST', `${person(id)}/invitation`, undefined, isInvitation),
    listResources: () => all(`${RESOURCES}?limit=${PAGE_SIZE}`, isResource),
    getResource: (id) => get(resource(id), isResource),
    addResource: (added) => change('POST', RESOURCES, added, isResource),
    readResource: (id) => read(resource(id), isResource),
    replaceResource: (next, etag) => change('PUT', resource(next.id), next, isResource, etag),
    setResourceStatus: (id, status) => change('POST', `${resource(id)}/lifecycle/${verb(status)}`),
    deleteResource: (id) => change('DELETE', resource(id)),
    listResourceScopes: (id) => all(`${resource(id)}/scopes`, isResourceScope),
    addResourceScope: (id, scope) =>
      change('POST', `${resource(id)}/scopes`, scope, isResourceScope),
    deleteResourceScope: (id, scopeId) =>
      change('DELETE', `${resource(id)}/scopes/${segment(scopeId)}`),
    listSigningKeys: () => all(`${credentials}/keys`, isSigningKey),
    rotateSigningKey: (alg) =>
      change(
        'POST',
        `${credentials}/lifecycle/keyRotate`,
        { use: 'sig', ...(alg === undefined ? undefined : { alg }) },
        listOf(isSigningKey),
      ),
    revokeSigningKey: (kid) =>
      change(
        'POST',
        `${credentials}/keys/${segment(kid)}/lifecycle/revoke`,
        undefined,
        listOf(isSigningKey),
      ),
    revokeKey: (appId, keyId) =>
      change('POST', `${keys(appId)}/${segment(keyId)}/lifecycle/revoke`),
    listTokens: async (appId, { kid, since, limit }) => {
      const query = new URLSearchParams({ limit: String(Math.min(limit, PAGE_SIZE)) })
      if (kid !== undefined) query.set('kid', kid)
      if (since !== undefined) query.set('since', dateOf(since))
      const found: IssuedToken[] = []
      for await (const page of pages(`${app(appId)}/tokens?${query.toString()}`, isIssuedToken)) {
        found.push(...page)
        if (found.length >= limit) break
      }
      return found.slice(0, limit)
    },
    revokeTokens: (appId, { keyId, tokenId }) => {
      if (keyId !== undefined) return change('DELETE', `${keys(appId)}/${segment(keyId)}/tokens`)
      const one = tokenId === undefined ? '' : `/${segment(tokenId)}`
      return change('DELETE', `${app(appId)}/tokens${one}`)
    },
    readLog: ({ filter, kind, since, until, pageSize }) => {
      const query = new URLSearchParams({ sortOrder: 'DESCENDING', limit: String(pageSize) })
      if (filter !== undefined) query.set('filter', filter)
      if (kind !== undefined) query.set('kind', kind)
      if (since !== undefined) query.set('since', dateOf(since))
      if (until !== undefined) query.set('until', dateOf(until))
      return pages(`/api/v1/logs?${query.toString()}`, isLogEntry)
    },
    readLogChain: async (after, limit) => {
      const path = `/api/v1/logs/chain?after=${after}&limit=${limit}`
      const { readExported } = await import('@keygrant/server/audit-log')
      const { start, end, entries } = await get(path, isLogChain)
      return { start, end, links: entries.map((entry) => requireLink(readExported(entry))) }
    },
  }
}

function requireLink(link: AuditLink | undefined): AuditLink {
  if (link !== undefined) return link
  throw new CommandError(
    ExitCode.unreachable,
    'the server answered with something that is no entry of the audit log',
    'is it a Keygrant of the same version?',
  )
}

/** A NumericDate as Okta wants it. */
function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function newApp(
  label: string,
  keys: readonly PublicJwk[],
  settings: Readonly<Record<string, unknown>> = {},
): object {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        ...(keys.length === 0 ? undefined : { jwks: { keys } }),
        ...settings,
      },
    },
  }
}

/**
 * The answer, when it is what was asked for.
 *
 * @throws {@link CommandError} for anything else: no command goes on with half of it.
 */
function required<T>(answer: unknown, shape: Shape<T>, path: string): T {
  if (shape(answer)) return answer
  throw new CommandError(
    ExitCode.unreachable,
    `the answer to ${path.split('?', 1)[0] as string} is not as the admin API gives it`,
    'is --issuer the address of the server, and nothing on the way changes its answers?',
  )
}

/** Okta's documents show three forms of this answer. */
function keysIn(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  const { keys, jwks } = body as { readonly keys?: unknown; readonly jwks?: unknown }
  if (keys !== undefined) return keys
  return jwks === undefined ? [] : keysIn(jwks)
}

function segment(id: string): string {
  return encodeURIComponent(id)
}
