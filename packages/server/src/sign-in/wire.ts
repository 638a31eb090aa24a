/**
 * Sessions, passkeys and invitations on the wire.
 * @module
 */

import type { Passkey, Person } from '../admin/person.ts'
import { date } from '../admin/wire.ts'
import { ABSOLUTE_MS, csrfToken, endOf, FRESH_MS, IDLE_MS, type Session } from './session.ts'
import type { OwnSessionJson, PasskeyJson, SessionJson } from '../admin/wire-types.ts'

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
