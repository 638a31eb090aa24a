/**
 * Sessions, passkeys and invitations on the wire.
 * @module
 */

import type { Passkey, Person } from '../admin/person.ts'
import type { Role } from '../storage/ports.ts'
import { date } from '../admin/wire.ts'
import { ABSOLUTE_MS, csrfToken, endOf, FRESH_MS, IDLE_MS, type Session } from './session.ts'

/** A session, as its person or a SUPER_ADMIN sees it. */
export interface SessionJson {
  readonly id: string
  readonly userId: string
  readonly status: 'ACTIVE'
  readonly createdAt: string
  readonly lastSeen: string
  /** When it ends if nothing happens any more. */
  readonly expiresAt: string
  /** When it ends whatever happens. */
  readonly endsAt: string
  readonly lastFactorVerification: string
  readonly passkeyId: string
  readonly ipAddress: string
  readonly userAgent: string
  /** Whether it is the one that asks. */
  readonly isCurrent: boolean
}

/** One's own session: what the pages of the console need to know. */
export interface OwnSessionJson extends SessionJson {
  readonly login: string
  readonly profile: { readonly firstName: string | null; readonly lastName: string | null }
  readonly roles: readonly Role[]
  /** Until when changes are taken without another passkey check. */
  readonly freshUntil: string
  readonly idleSeconds: number
  /** Goes back with every change, in the header field X-CSRF-Token. */
  readonly csrfToken: string
}

/** A passkey, without its key. */
export interface PasskeyJson {
  readonly id: string
  readonly name: string
  readonly created: string
  readonly lastUsed: string | null
  readonly transports: readonly string[]
  readonly isBackedUp: boolean
  readonly aaguid: string
}

/** Writes a session. */
export function sessionJson(session: Session, currentId: string | undefined): SessionJson {
  const { id, personId, created, lastSeen, confirmed, passkeyId, ipAddress, userAgent } = session
  return {
    id,
    userId: personId,
    status: 'ACTIVE',
    createdAt: date(created),
    lastSeen: date(lastSeen),
    expiresAt: date(endOf(session)),
    endsAt: date(created + ABSOLUTE_MS),
    lastFactorVerification: date(confirmed),
    passkeyId,
    ipAddress,
    userAgent,
    isCurrent: id === currentId,
  }
}

/** Writes one's own session. */
export function ownSessionJson(session: Session, person: Person, token: string): OwnSessionJson {
  const { login, firstName, lastName } = person.profile
  return {
    ...sessionJson(session, session.id),
    login,
    profile: { firstName, lastName },
    roles: person.roles.map(({ role }) => role),
    freshUntil: date(session.confirmed + FRESH_MS),
    idleSeconds: IDLE_MS / 1000,
    csrfToken: csrfToken(token),
  }
}

/** Writes a passkey. */
export function passkeyJson(passkey: Passkey): PasskeyJson {
  const { id, name, created, lastUsed, transports, isBackedUp, aaguid } = passkey
  return {
    id,
    name,
    created: date(created),
    lastUsed: lastUsed === null ? null : date(lastUsed),
    transports,
    isBackedUp,
    aaguid,
  }
}
