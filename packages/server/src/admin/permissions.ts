/**
 * Who may do what: the roles that changes need, judged in the transaction of the change.
 * @module
 */

import { isProtectedScope } from '../scopes.ts'
import type { Role, ServiceApp } from '../storage/ports.ts'
import { ApiError } from './api-error.ts'

/**
 * Requires that the app which asks is active and has one of the roles.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireRole(actor: ServiceApp | undefined, ...roles: readonly Role[]): void {
  const isAllowed =
    actor?.status === 'ACTIVE' && actor.roles.some(({ role }) => roles.includes(role))
  if (!isAllowed)
    throw new ApiError('E0000006', { causes: [`This needs the role ${roles.join(' or ')}.`] })
}

/**
 * Requires the right to change which keys are in force for an app: once it holds a protected grant or an
 * admin role, whoever controls its keys controls those, so that only a SUPER_ADMIN may.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireKeyAuthority(actor: ServiceApp | undefined, app: ServiceApp): void {
  if (!isPrivileged(app)) return requireRole(actor, 'APP_ADMIN', 'SUPER_ADMIN')
  return requireRole(actor, 'SUPER_ADMIN')
}

/**
 * Requires the right to change an app without touching which keys are in force. An app with an admin role
 * is changed by a SUPER_ADMIN alone.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireAppAuthority(actor: ServiceApp | undefined, app: ServiceApp): void {
  if (app.roles.length === 0) return requireRole(actor, 'APP_ADMIN', 'SUPER_ADMIN')
  return requireRole(actor, 'SUPER_ADMIN')
}

function isPrivileged({ grants, roles }: ServiceApp): boolean {
  return roles.length > 0 || grants.some(({ scope }) => isProtectedScope(scope))
}
