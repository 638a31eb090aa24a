/**
 * The admin API on the wire: our records as Okta's JSON.
 * @module
 */

import type { PublicJwk } from '@keygrant/core/keys'
import type {
  AuditEvent,
  AuditPlace,
  ClientKey,
  Grant,
  KeySource,
  Role,
  RoleAssignment,
  ServiceApp,
  StoredAuditEntry,
  UsageCount,
} from '../storage/ports.ts'
import type { ExportedEntry } from '../audit-log.ts'
import { issuerOf } from '../resources.ts'
import { settingsJson } from './app-settings.ts'
import { isPersonId } from './person.ts'
import type {
  AppJson,
  ClientJson,
  GrantJson,
  KeyJson,
  LogEventJson,
  RoleJson,
  UseJson,
} from './wire-types.ts'

/** The log with its hashes, as `/api/v1/logs/chain` shows it. */
export interface LogChainJson {
  /** The place after which the log begins: 0, or the last entry that retention removed. */
  readonly start: AuditPlace
  readonly end: AuditPlace
  readonly entries: readonly ExportedEntry[]
}

/** Okta's event type for each event, or one of our own where Okta has none, and the words for people. */
export const EVENT_TYPES: Readonly<Record<AuditEvent, readonly [type: string, message: string]>> = {
  'token.issued': ['app.oauth2.token.grant.access_token', 'Access token issued'],
  'token.refused': ['app.oauth2.token.grant', 'Token request refused'],
  'signer.traced': ['keygrant.signer.trace', 'Signature of a refused assertion traced'],
  'token.revoked': ['app.oauth2.token.revoke', 'Access token revoked'],
  'introspection.refused': ['keygrant.introspection.refused', 'Introspection request refused'],
  'revocation.refused': ['keygrant.revocation.refused', 'Revocation request refused'],
  'jwks.refused': ['keygrant.jwks.refused', "A client's published keys can not be used"],
  'jwks.key_replaced': ['keygrant.jwks.key_replaced', 'A published key changed under its kid'],
  'app.created': ['application.lifecycle.create', 'Service app created'],
  'app.updated': ['application.lifecycle.update', 'Service app updated'],
  'app.deleted': ['application.lifecycle.delete', 'Service app deleted'],
  'app.activated': ['application.lifecycle.activate', 'Service app activated'],
  'app.deactivated': ['application.lifecycle.deactivate', 'Service app deactivated'],
  'key.created': ['app.oauth2.credentials.lifecycle.create', 'Public key registered'],
  'key.activated': ['app.oauth2.credentials.lifecycle.activate', 'Public key activated'],
  'key.deactivated': ['app.oauth2.credentials.lifecycle.deactivate', 'Public key deactivated'],
  'key.deleted': ['app.oauth2.credentials.lifecycle.delete', 'Public key deleted'],
  'key.revoked': ['app.oauth2.credentials.lifecycle.revoke', 'Public key revoked'],
  'key.updated': ['app.oauth2.credentials.lifecycle.update', 'End of a public key changed'],
  'key.rotated': ['keygrant.credentials.rotate', 'Public key registered by the app itself'],
  'rotation.refused': ['keygrant.rotation.refused', 'Self-service rotation refused'],
  'key.expiring': ['keygrant.key.expiring', 'Public key of a service app ends soon'],
  'key.expired': ['keygrant.key.expired', 'Public key of a service app has ended'],
  'grant.created': ['app.oauth2.admin.consent.grant', 'Scope granted'],
  'grant.deleted': ['app.oauth2.admin.consent.revoke', 'Scope taken back'],
  'role.assigned': ['app.oauth2.client.privilege.grant', 'Admin role assigned'],
  'role.removed': ['app.oauth2.client.privilege.revoke', 'Admin role taken back'],
  'person.created': ['user.lifecycle.create', 'Administrator added'],
  'person.updated': ['user.account.update_profile', 'Administrator changed'],
  'person.activated': ['user.lifecycle.activate', 'Administrator activated'],
  'person.deactivated': ['user.lifecycle.deactivate', 'Administrator deactivated'],
  'person.deleted': ['user.lifecycle.delete.completed', 'Administrator removed'],
  'person.invited': ['keygrant.person.invite', 'Administrator invited'],
  'person.invitation_withdrawn': ['keygrant.person.invitation.withdraw', 'Invitation taken back'],
  'passkey.added': ['user.mfa.factor.activate', 'Passkey added'],
  'passkey.renamed': ['user.mfa.factor.update', 'Passkey renamed'],
  'passkey.removed': ['user.mfa.factor.deactivate', 'Passkey removed'],
  'session.started': ['user.session.start', 'Administrator signed in'],
  'session.refused': ['keygrant.session.refused', 'Sign-in or passkey check refused'],
  'session.confirmed': ['user.authentication.verify', 'Administrator confirmed with a passkey'],
  'session.ended': ['user.session.end', 'Session ended'],
  'setting.changed': ['keygrant.setting.update', 'Setting changed'],
  'resource.created': ['oauth2.as.created', 'Resource created'],
  'resource.updated': ['oauth2.as.updated', 'Resource changed'],
  'resource.activated': ['oauth2.as.activated', 'Resource activated'],
  'resource.deactivated': ['oauth2.as.deactivated', 'Resource deactivated'],
  'resource.deleted': ['oauth2.as.deleted', 'Resource deleted'],
  'scope.created': ['oauth2.scope.created', 'Scope of a resource created'],
  'scope.updated': ['oauth2.scope.updated', 'Scope of a resource changed'],
  'scope.deleted': ['oauth2.scope.deleted', 'Scope of a resource deleted'],
  'signing_key.created': ['keygrant.signing_key.create', 'Signing key of the server published'],
  'signing_key.activated': ['keygrant.signing_key.activate', 'Signing key of the server in use'],
  'signing_key.retired': ['keygrant.signing_key.retire', 'Signing key of the server out of use'],
  'signing_key.revoked': ['keygrant.signing_key.revoke', 'Signing key of the server revoked'],
  'signing_key.removed': ['keygrant.signing_key.remove', 'Signing key of the server removed'],
  'admin.denied': ['keygrant.admin.denied', 'Admin request denied'],
  'audit.omitted': ['keygrant.audit.omitted', 'Refusals that were too many for an entry each'],
  'audit.pruned': ['keygrant.audit.pruned', 'Old entries of the log removed by retention'],
  'server.restored': ['keygrant.server.restore', 'Store put back to an earlier time'],
}

const HOUR_MS = 3_600_000

const ROLE_LABELS: Readonly<Record<Role, string>> = {
  SUPER_ADMIN: 'Super Administrator',
  APP_ADMIN: 'Application Administrator',
  READ_ONLY_ADMIN: 'Read-only Administrator',
}

const SEVERITIES = { SUCCESS: 'INFO', DENY: 'WARN', FAILURE: 'ERROR' } as const

/** Writes a service app for `/api/v1/apps`; with what it may do and when it last got a token, where that is given. */
export function appJson(app: ServiceApp, issuer: string, lastUsed?: number | null): AppJson {
  const url = appUrl(issuer, app.clientId)
  const isActive = app.status === 'ACTIVE'
  return {
    id: app.clientId,
    orn: `orn:keygrant:apps:oidc_client:${app.clientId}`,
    name: 'oidc_client',
    label: app.label,
    status: app.status,
    created: date(app.created),
    lastUpdated: date(app.lastUpdated),
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: {
        client_id: app.clientId,
        token_endpoint_auth_method: 'private_key_jwt',
        autoKeyRotation: true,
        pkce_required: false,
      },
    },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks: { keys: app.keys.map((key) => keyJson(key, app.clientId, issuer)) },
        consent_method: 'TRUSTED',
        issuer_mode: 'ORG_URL',
        ...settingsJson(app),
      },
    },
    ...(lastUsed === undefined
      ? undefined
      : {
          _embedded: {
            privileges: privilegesJson(app),
            use: { lastUsed: lastUsed === null ? null : date(lastUsed) },
          },
        }),
    _links: {
      self: link(url, 'GET', 'PUT', ...(isActive ? [] : ['DELETE'])),
      ...(isActive
        ? { deactivate: link(`${url}/lifecycle/deactivate`, 'POST') }
        : { activate: link(`${url}/lifecycle/activate`, 'POST') }),
    },
  }
}

function privilegesJson({ grants, roles }: ServiceApp) {
  return { scopes: grants.map(({ scope }) => scope), roles: roles.map(({ role }) => role) }
}

const KEY_SOURCES = {
  console: 'CONSOLE',
  admin_api: 'ADMIN_API',
  registration: 'REGISTRATION',
  rotation: 'ROTATION',
  data_directory: 'DATA_DIRECTORY',
} as const satisfies Readonly<Record<KeySource, string>>

/** Writes a key of an app. */
export function keyJson(key: ClientKey, clientId: string, issuer: string): KeyJson {
  const url = `${appUrl(issuer, clientId)}/credentials/jwks/${key.id}`
  const { kid, kty, alg = null, use = null } = key.jwk
  return {
    id: key.id,
    kid,
    kty,
    alg,
    use,
    ...publicMembers(key.jwk),
    status: key.status,
    created: date(key.created),
    lastUpdated: date(key.lastUpdated),
    ...(key.createdBy === undefined ? undefined : { createdBy: creatorJson(key.createdBy) }),
    ...(key.source === undefined ? undefined : { source: KEY_SOURCES[key.source] }),
    expires_at: key.expires === undefined ? null : date(key.expires),
    ...(key.firstUsed === undefined ? undefined : { firstUsed: date(key.firstUsed) }),
    ...(key.lastUsed === undefined ? undefined : { lastUsed: date(key.lastUsed) }),
    ...(key.revoked === undefined ? undefined : { revoked: date(key.revoked) }),
    _links:
      key.status === 'ACTIVE'
        ? {
            deactivate: link(`${url}/lifecycle/deactivate`, 'POST'),
            revoke: link(`${url}/lifecycle/revoke`, 'POST'),
          }
        : {
            ...(key.revoked === undefined
              ? { activate: link(`${url}/lifecycle/activate`, 'POST') }
              : undefined),
            delete: link(url, 'DELETE'),
          },
  }
}

/** Writes the uses of a key by the hour, the latest first. */
export function usesJson(
  counts: readonly UsageCount[],
  { jwk }: Pick<ClientKey, 'jwk'>,
): readonly UseJson[] {
  return counts
    .filter(({ keyId }) => keyId === jwk.kid)
    .map(({ hour, count }) => ({ hour: date(hour * HOUR_MS), count }))
}

function creatorJson(id: string): { readonly id: string; readonly type: 'Client' | 'User' } {
  return { id, type: isPersonId(id) ? 'User' : 'Client' }
}

/** Writes a service app for `/oauth2/v1/clients`. Its inactive keys are not part of it. */
export function clientJson(app: ServiceApp): ClientJson {
  return {
    client_id: app.clientId,
    client_id_issued_at: Math.floor(app.created / 1000),
    client_name: app.label,
    client_uri: null,
    logo_uri: null,
    redirect_uris: [],
    response_types: ['token'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    application_type: 'service',
    ...settingsJson(app),
    jwks: {
      keys: app.keys
        .filter(({ status }) => status === 'ACTIVE')
        .map(({ jwk }) => ({
          kty: jwk.kty,
          kid: jwk.kid,
          use: jwk.use ?? null,
          ...(jwk.alg === undefined ? undefined : { alg: jwk.alg }),
          ...publicMembers(jwk),
        })),
    },
  }
}

/** Writes a grant, with its scope embedded or not. */
export function grantJson(
  grant: Grant,
  app: ServiceApp,
  issuer: string,
  isScopeEmbedded: boolean,
): GrantJson {
  const url = appUrl(issuer, app.clientId)
  return {
    id: grant.id,
    status: 'ACTIVE',
    created: date(grant.created),
    createdBy: creatorJson(grant.createdBy),
    lastUpdated: date(grant.created),
    issuer: grant.resource === undefined ? issuer : issuerOf(issuer, grant.resource),
    clientId: app.clientId,
    scopeId: grant.scope,
    source: 'ADMIN',
    ...(isScopeEmbedded ? { _embedded: { scope: { id: grant.scope } } } : undefined),
    _links: {
      app: { href: url, title: app.label },
      self: link(`${url}/grants/${grant.id}`, 'GET', 'DELETE'),
      client: { href: clientUrl(issuer, app.clientId), title: app.label },
    },
  }
}

/** Writes a role assignment of the app or the person at a URL. */
export function roleJson(
  assignment: RoleAssignment,
  assignmentType: RoleJson['assignmentType'],
  assignee: string,
): RoleJson {
  return {
    id: assignment.id,
    label: ROLE_LABELS[assignment.role],
    type: assignment.role,
    status: 'ACTIVE',
    created: date(assignment.created),
    lastUpdated: date(assignment.created),
    assignmentType,
    _links: { assignee: { href: assignee } },
  }
}

/** Writes an entry of the audit log. */
export function logEventJson(entry: StoredAuditEntry): LogEventJson {
  const { ipAddress = null, userAgent = null, ...debugData } = entry.detail
  const [eventType, displayMessage] = EVENT_TYPES[entry.event]
  return {
    uuid: String(entry.id),
    published: date(entry.at),
    eventType,
    version: '0',
    severity: SEVERITIES[entry.outcome],
    displayMessage,
    actor:
      entry.actorId === undefined
        ? { id: 'unknown', type: 'Unknown' }
        : { id: entry.actorId, type: principalType(entry.actorId) },
    client: { ipAddress, userAgent },
    outcome: { result: entry.outcome, reason: debugData['description'] ?? null },
    target: [entry.clientId, debugData['personId']]
      .filter((id) => typeof id === 'string')
      .map((id) => ({ id, type: principalType(id) })),
    transaction: { type: 'WEB', id: entry.requestId },
    debugContext: { debugData },
  }
}

function principalType(id: string): 'PublicClientApp' | 'User' {
  return isPersonId(id) ? 'User' : 'PublicClientApp'
}

/** What makes the key, such as `n` and `e`: all but the members that any JWK may have. */
export function publicMembers(jwk: PublicJwk): object {
  const { kty: _kty, kid: _kid, use: _use, key_ops: _keyOps, alg: _alg, ...members } = jwk
  return members
}

function appUrl(issuer: string, clientId: string): string {
  return `${issuer}/api/v1/apps/${clientId}`
}

/** Where a service app is as an OAuth client. */
export function clientUrl(issuer: string, clientId: string): string {
  return `${issuer}/oauth2/v1/clients/${clientId}`
}

/** A link, with the methods that are allowed there. */
export function link(href: string, ...allow: readonly string[]): object {
  return { href, hints: { allow } }
}

/** A time as Okta writes it. */
export function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
