/**
 * Who may do what: the roles that changes need, judged in the transaction of the change.
 * @module
 */

import { isDeepStrictEqual } from 'node:util'
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

/** Members of an app that say nothing about who it is or what it may do. All others count as its keys do. */
const HARMLESS: readonly string[] = ['label', 'lastUpdated', 'tokensNotBefore']

/**
 * Requires the right to a change as a whole, by what differs before and after it: the backstop behind what
 * each handler requires first. Grants and roles need a SUPER_ADMIN; whatever decides who can speak as the app
 * needs {@link requireKeyAuthority}; only the rest needs no more than {@link requireAppAuthority}.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireAuthority(
  actor: ServiceApp | undefined,
  before: ServiceApp | undefined,
  after: ServiceApp | undefined,
): void {
  const changed = changedMembers(before, after)
  if (changed.length === 0) return
  if (before === undefined) {
    const isGiven = after !== undefined && after.grants.length + after.roles.length > 0
    return requireRole(actor, ...(isGiven ? [] : ['APP_ADMIN' as const]), 'SUPER_ADMIN')
  }
  requireAdministratorLeft(actor, before, after)
  if (after === undefined) return requireKeyAuthority(actor, before)
  if (changed.includes('grants') || changed.includes('roles')) {
    return requireRole(actor, 'SUPER_ADMIN')
  }
  const isStopped = after.status === 'INACTIVE'
  const isHarmless = changed.every(
    (member) => HARMLESS.includes(member) || (member === 'status' && isStopped),
  )
  return isHarmless ? requireAppAuthority(actor, before) : requireKeyAuthority(actor, before)
}

/**
 * Requires that somebody is left who can give rights: only one who keeps that ability may take it from an
 * app, and nobody takes it from itself. So the last one stays, in whatever order changes arrive.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireAdministratorLeft(
  actor: ServiceApp | undefined,
  before: ServiceApp,
  after: ServiceApp | undefined,
): void {
  if (!canGiveRights(before) || (after !== undefined && canGiveRights(after))) return
  if (actor !== undefined && actor.clientId !== before.clientId && canGiveRights(actor)) return
  throw new ApiError('E0000006', {
    causes: [
      'This would take from an administrator what it needs to give rights to apps: the role SUPER_ADMIN, the scope okta.appGrants.manage, an active key. Another SUPER_ADMIN who has all three may do it, so that one is always left.',
    ],
  })
}

/** Whether an app can make itself and others able to do anything: then the server can be administered. */
function canGiveRights({ status, roles, grants, keys }: ServiceApp): boolean {
  return (
    status === 'ACTIVE' &&
    roles.some(({ role }) => role === 'SUPER_ADMIN') &&
    grants.some(({ scope }) => scope === 'okta.appGrants.manage') &&
    keys.some((key) => key.status === 'ACTIVE')
  )
}

function changedMembers(before: ServiceApp | undefined, after: ServiceApp | undefined): string[] {
  const from: Readonly<Record<string, unknown>> = { ...before }
  const to: Readonly<Record<string, unknown>> = { ...after }
  const members = new Set([...Object.keys(from), ...Object.keys(to)])
  return [...members].filter((member) => !isDeepStrictEqual(from[member], to[member]))
}

function isPrivileged({ grants, roles }: ServiceApp): boolean {
  return roles.length > 0 || grants.some(({ scope }) => isProtectedScope(scope))
}
