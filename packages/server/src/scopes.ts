/**
 * The scopes of this server's own admin API, and what they include.
 * @module
 */

/** A scope of the admin API: Okta's name for it. */
export type AdminScope =
  | 'okta.apps.read'
  | 'okta.apps.manage'
  | 'okta.appGrants.read'
  | 'okta.appGrants.manage'
  | 'okta.clients.read'
  | 'okta.clients.manage'
  | 'okta.clients.register'
  | 'okta.roles.read'
  | 'okta.roles.manage'
  | 'okta.logs.read'
  | 'okta.users.read'
  | 'okta.users.manage'
  | 'okta.orgs.read'
  | 'okta.orgs.manage'
  | 'okta.authorizationServers.read'
  | 'okta.authorizationServers.manage'

/** Every scope, with what it is for. */
export const SCOPE_DESCRIPTIONS: Readonly<Record<AdminScope, string>> = {
  'okta.apps.read': 'Read service apps and their keys',
  'okta.apps.manage': 'Create, change and delete service apps and their keys',
  'okta.appGrants.read': 'Read which scopes are granted to service apps',
  'okta.appGrants.manage': 'Grant scopes to service apps, and take them back',
  'okta.clients.read': 'Read service apps as OAuth clients',
  'okta.clients.manage': 'Create, change and delete service apps as OAuth clients',
  'okta.clients.register': 'Register service apps as OAuth clients',
  'okta.roles.read': 'Read the admin roles of service apps',
  'okta.roles.manage': 'Assign admin roles to service apps, and take them back',
  'okta.logs.read': 'Read the audit log',
  'okta.users.read': 'Read the people who administer this server',
  'okta.users.manage': 'Add, change and remove people who administer this server',
  'okta.orgs.read': 'Read the settings of this server',
  'okta.orgs.manage': 'Change the settings of this server',
  'okta.authorizationServers.read': 'Read resources and their scopes, and the signing keys',
  'okta.authorizationServers.manage':
    'Create, change and delete resources and their scopes, and rotate the signing keys',
}

/** All scopes that can be granted and asked for. */
export const SCOPES: readonly AdminScope[] = Object.keys(SCOPE_DESCRIPTIONS) as AdminScope[]

/** Whether a scope exists. */
export function isKnownScope(scope: string): scope is AdminScope {
  return Object.hasOwn(SCOPE_DESCRIPTIONS, scope)
}

/** Whether a scope gives power over this server: then only a SUPER_ADMIN changes the keys of its holder. */
export function isProtectedScope(scope: string): boolean {
  return scope.startsWith('okta.')
}

/** Whether the scopes of a token include one; `manage` includes `read`, and for clients `register`. */
export function includesScope(held: ReadonlySet<string>, wanted: AdminScope): boolean {
  if (held.has(wanted)) return true
  const resource = wanted.slice(0, wanted.lastIndexOf('.'))
  return !wanted.endsWith('.manage') && held.has(`${resource}.manage`)
}

/** Scopes of OpenID Connect, which are about people. */
const OPENID_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
  'groups',
])

/** Whether a scope is one of OpenID Connect: about people, and so of no use to a service. */
export function isOpenIdScope(scope: string): boolean {
  return OPENID_SCOPES.has(scope)
}
