/**
 * Roles that come with a grant, so that the scope is of use: Okta's setting "Public client app admins", but
 * with the least role in place of SUPER_ADMIN.
 * @module
 */

import { newIdentifier } from '../identifiers.ts'
import { isProtectedScope } from '../scopes.ts'
import type { AuditEntry, Role, ServiceApp } from '../storage/ports.ts'
import { type AdminCall, changeEntry } from './call.ts'

/** Scopes whose use needs no more than an APP_ADMIN. */
const OF_APP_ADMINS: ReadonlySet<string> = new Set([
  'okta.apps.manage',
  'okta.clients.manage',
  'okta.clients.register',
])

/**
 * The app with the role that a scope is of no use without, unless it has one that does as well. A scope that
 * only a SUPER_ADMIN can use brings no role: that one is given by hand.
 */
export function withRoleFor(app: ServiceApp, scope: string, now: number): ServiceApp {
  const role = leastRole(scope)
  if (role === undefined || app.roles.some((held) => isEnough(held.role, role))) return app
  const added = { id: newIdentifier('ra1'), role, created: now, isAutomatic: true }
  return { ...app, roles: [...app.roles, added] }
}

/** The app without the roles that came with grants, when it has no protected grant any more. */
export function withoutIdleRoles(app: ServiceApp): ServiceApp {
  if (app.grants.some(({ scope }) => isProtectedScope(scope))) return app
  return { ...app, roles: app.roles.filter(({ isAutomatic }) => isAutomatic !== true) }
}

/** The audit entries of roles that came or went with a grant. */
export function roleEntries(
  call: AdminCall,
  { clientId, roles: before }: ServiceApp,
  { roles: after }: ServiceApp,
): AuditEntry[] {
  return [
    ...after
      .filter((role) => !before.includes(role))
      .map((role) => ['role.assigned', role] as const),
    ...before
      .filter((role) => !after.includes(role))
      .map((role) => ['role.removed', role] as const),
  ].map(([event, { id: assignmentId, role }]) =>
    changeEntry(call, event, clientId, { assignmentId, role, automatic: true }),
  )
}

function leastRole(scope: string): Role | undefined {
  if (!isProtectedScope(scope)) return undefined
  if (scope.endsWith('.read')) return 'READ_ONLY_ADMIN'
  return OF_APP_ADMINS.has(scope) ? 'APP_ADMIN' : undefined
}

function isEnough(held: Role, wanted: Role): boolean {
  return held === wanted || held === 'SUPER_ADMIN' || wanted === 'READ_ONLY_ADMIN'
}
