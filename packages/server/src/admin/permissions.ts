/**
 * Who may do what: the roles that changes need, judged in the transaction of the change.
 * @module
 */

import { isDeepStrictEqual } from 'node:util'
import { isProtectedScope } from '../scopes.ts'
import type { Role, RoleAssignment, ServiceApp, StoredRecord } from '../storage/ports.ts'
import { ApiError } from './api-error.ts'
import { type Person, readPerson } from './person.ts'

/** Who asks for a change, an app or a person, as it is at the moment of the change. */
export interface Actor {
  readonly id: string
  readonly isActive: boolean
  readonly roles: readonly Role[]
  /** Whether it can make itself and others able to do anything. */
  readonly canGiveRights: boolean
}

/** Any role: what reading needs. */
export const ANY_ROLE: readonly Role[] = ['READ_ONLY_ADMIN', 'APP_ADMIN', 'SUPER_ADMIN']

/** Who asks, out of what the store found under its identifier; `undefined` when it is there no more. */
export function actorOf(app: ServiceApp | undefined, person?: StoredRecord): Actor | undefined {
  if (app !== undefined) {
    return {
      id: app.clientId,
      isActive: app.status === 'ACTIVE',
      roles: app.roles.map(({ role }) => role),
      canGiveRights: appCanGiveRights(app),
    }
  }
  if (person === undefined) return undefined
  const found = readPerson(person)
  return {
    id: found.id,
    isActive: found.status === 'ACTIVE',
    roles: found.roles.map(({ role }) => role),
    canGiveRights: personCanGiveRights(found),
  }
}

/**
 * Requires that whoever asks is active and has one of the roles.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireRole(actor: Actor | undefined, ...roles: readonly Role[]): void {
  const isAllowed = actor?.isActive === true && actor.roles.some((role) => roles.includes(role))
  if (!isAllowed)
    throw new ApiError('E0000006', { causes: [`This needs the role ${roles.join(' or ')}.`] })
}

/**
 * Requires the right to change which keys are in force for an app: once it holds a protected grant or an
 * admin role, whoever controls its keys controls those, so that only a SUPER_ADMIN may.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireKeyAuthority(actor: Actor | undefined, app: ServiceApp): void {
  if (!isPrivileged(app)) return requireRole(actor, 'APP_ADMIN', 'SUPER_ADMIN')
  return requireRole(actor, 'SUPER_ADMIN')
}

/**
 * Requires the right to change an app without touching which keys are in force. An app that may change
 * something itself is changed by a SUPER_ADMIN alone.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireAppAuthority(actor: Actor | undefined, app: ServiceApp): void {
  const mayChangeThings = app.roles.some(({ role }) => role !== 'READ_ONLY_ADMIN')
  return mayChangeThings
    ? requireRole(actor, 'SUPER_ADMIN')
    : requireRole(actor, 'APP_ADMIN', 'SUPER_ADMIN')
}

/** Members of an app that say nothing about who it is or what it may do. All others count as its keys do. */
const HARMLESS: readonly string[] = ['label', 'lastUpdated', 'tokensNotBefore']

/**
 * Requires the right to a change as a whole, by what differs before and after it: the backstop behind what
 * each handler requires first. Grants, roles and leave to replace its own key need a SUPER_ADMIN; whatever
 * decides who can speak as the app needs {@link requireKeyAuthority}; only the rest needs no more than
 * {@link requireAppAuthority}.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireAuthority(
  actor: Actor | undefined,
  before: ServiceApp | undefined,
  after: ServiceApp | undefined,
): void {
  const changed = changedMembers(before, after)
  if (changed.length === 0) return
  if (isSelfRotationGiven(before, after)) requireRole(actor, 'SUPER_ADMIN')
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

/** What people change of themselves, whatever their role is. */
const OWN_MEMBERS: readonly string[] = ['passkeys', 'generation', 'lastUpdated']

/**
 * Requires the right to change a person: people are administrators, so that only a SUPER_ADMIN may. Their own
 * passkeys and sessions they manage themselves; a passkey is added by its holder alone.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requirePersonAuthority(
  actor: Actor | undefined,
  before: Person | undefined,
  after: Person | undefined,
): void {
  const changed = changedMembers(before, after)
  const isOwn = before !== undefined && actor?.id === before.id
  const isOwnMatter = isOwn && changed.every((member) => OWN_MEMBERS.includes(member))
  requireRole(actor, ...(isOwnMatter ? ANY_ROLE : (['SUPER_ADMIN'] as const)))
  if (!isOwn && hasNewPasskey(before, after)) {
    throw new ApiError('E0000006', { causes: ['A passkey is added by its holder alone.'] })
  }
  if (before === undefined || !personCanGiveRights(before)) return
  if (after === undefined || !personCanGiveRights(after)) requireAnother(actor, before.id)
}

/**
 * Requires the right to hand out access as a person who may do anything: the role SUPER_ADMIN, and all that it takes to
 * give rights. Nobody hands it out for themselves.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireRightsToGive(actor: Actor | undefined, personId: string): void {
  requireRole(actor, 'SUPER_ADMIN')
  if (actor?.canGiveRights === true && actor.id !== personId) return
  throw new ApiError('E0000006', {
    causes: ['This needs another SUPER_ADMIN, one who can give rights to apps.'],
  })
}

function requireAdministratorLeft(
  actor: Actor | undefined,
  before: ServiceApp,
  after: ServiceApp | undefined,
): void {
  if (!appCanGiveRights(before) || (after !== undefined && appCanGiveRights(after))) return
  requireAnother(actor, before.clientId)
}

/**
 * Requires that somebody is left who can give rights: only one who keeps that ability may take it from
 * another, and nobody takes it from itself. So the last one stays, in whatever order changes arrive.
 */
function requireAnother(actor: Actor | undefined, subjectId: string): void {
  if (actor?.canGiveRights === true && actor.id !== subjectId) return
  throw new ApiError('E0000006', {
    causes: [
      'This would take from an administrator what it needs to give rights to apps: the role SUPER_ADMIN, for an app the scope okta.appGrants.manage and an active key that does not expire, for a person a passkey. Another SUPER_ADMIN who has all of it may do it, so that one is always left.',
    ],
  })
}

function appCanGiveRights({ status, roles, grants, keys }: ServiceApp): boolean {
  return (
    status === 'ACTIVE' &&
    isSuperAdmin(roles) &&
    grants.some(({ scope }) => scope === 'okta.appGrants.manage') &&
    // One that ends some day would leave nobody on that day.
    keys.some((key) => key.status === 'ACTIVE' && key.expires === undefined)
  )
}

/** A person who never signed in may have no way to. */
function personCanGiveRights({
  status,
  roles,
  lastLogin,
  passkeys,
}: Pick<Person, 'status' | 'roles' | 'lastLogin' | 'passkeys'>): boolean {
  return status === 'ACTIVE' && lastLogin !== null && passkeys.length > 0 && isSuperAdmin(roles)
}

function hasNewPasskey(before: Person | undefined, after: Person | undefined): boolean {
  const known = new Set(before?.passkeys.map(({ credentialId }) => credentialId))
  return after?.passkeys.some(({ credentialId }) => !known.has(credentialId)) ?? false
}

function isSuperAdmin(roles: readonly RoleAssignment[]): boolean {
  return roles.some(({ role }) => role === 'SUPER_ADMIN')
}

function isSelfRotationGiven(
  before: ServiceApp | undefined,
  after: ServiceApp | undefined,
): boolean {
  return (
    after?.settings?.isSelfRotationAllowed === true &&
    before?.settings?.isSelfRotationAllowed !== true
  )
}

function changedMembers<T extends ServiceApp | Person>(
  before: T | undefined,
  after: T | undefined,
): string[] {
  const from: Readonly<Record<string, unknown>> = { ...before }
  const to: Readonly<Record<string, unknown>> = { ...after }
  const members = new Set([...Object.keys(from), ...Object.keys(to)])
  return [...members].filter((member) => !isDeepStrictEqual(from[member], to[member]))
}

/** What an app holds for which only a SUPER_ADMIN may change its keys. */
export function keyPrivileges({ grants, roles }: ServiceApp): Pick<ServiceApp, 'grants' | 'roles'> {
  return { grants: grants.filter(({ scope }) => isProtectedScope(scope)), roles }
}

function isPrivileged(app: ServiceApp): boolean {
  const { grants, roles } = keyPrivileges(app)
  return roles.length + grants.length > 0
}
