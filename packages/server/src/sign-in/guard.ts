/**
 * Who calls the admin API from a browser: the person of a session, and only from the console's own pages.
 * @module
 */

import { timingSafeEqual } from 'node:crypto'
import { ApiError } from '../admin/api-error.ts'
import type { RequireScope } from '../admin/bearer.ts'
import { type Actor, actorOf } from '../admin/permissions.ts'
import { type Person, readPerson } from '../admin/person.ts'
import type { IncomingRequest } from '../http/exchange.ts'
import type { RecordStore } from '../storage/ports.ts'
import type { ConsolePlace } from './place.ts'
import { endedCookie, readSessionCookie } from './session-cookie.ts'
import { csrfToken, findSession, isFresh, isLive, type Session, touchSession } from './session.ts'

/** The header field that bears the CSRF token of a session. */
export const CSRF_HEADER = 'x-csrf-token'

/** The header field by which a page says that nobody is before it: the request keeps no session alive. */
const UNATTENDED_HEADER = 'x-unattended'

/** What {@link createSessionGuard} needs. */
export interface SessionGuardOptions {
  readonly place: ConsolePlace
  readonly records: RecordStore
  /** Takes the request out of the budget of whoever proved who it is. */
  readonly admit: (request: IncomingRequest, actorId: string) => void
  /** Judges requests that bear an access token. */
  readonly requireToken: RequireScope
}

/** A session that a request proved, with what belongs to it. */
export interface ProvedSession {
  readonly session: Session
  readonly person: Person
  readonly actor: Actor
  readonly token: string
}

/** Judges who calls. */
export interface SessionGuard {
  /**
   * The guard of the admin API. A request with an `Authorization` header field is judged by its token alone; else the
   * session counts, and what its person may do follows from the role alone. Changes need a fresh passkey check.
   */
  readonly requireScope: RequireScope
  /**
   * Requires a session, whatever its person may do.
   *
   * @throws {@link ApiError} E0000005 without one, E0000006 when the request is not from the console's pages.
   */
  requireSession(request: IncomingRequest, now: number, isAgain?: boolean): Promise<ProvedSession>
}

/**
 * Ending sessions needs no passkey at hand: whoever lost it wants nothing more than that. An explanation and a preview
 * change nothing.
 */
const WITHOUT_FRESH_CHECK: readonly string[] = [
  '/api/v1/explain',
  '/api/v1/jwks/preview',
  '/api/v1/users/:userId/sessions',
  '/api/v1/users/:userId/sessions/:sessionId',
]

/** What a page asks for by itself, whether or not somebody sits before it: it keeps no session alive. */
const WITHOUT_PERSON: readonly string[] = ['/api/v1/logs/stream']

/** Makes the guard. */
export function createSessionGuard(options: SessionGuardOptions): SessionGuard {
  const { place, records, admit, requireToken } = options

  const requireSession = async (
    request: IncomingRequest,
    now: number,
    isAgain = false,
  ): Promise<ProvedSession> => {
    const token = readSessionCookie(place, request)
    if (token === undefined) throw new ApiError('E0000005')
    requireOwnOrigin(place, request)
    const session = await findSession(records, token)
    const record =
      session === undefined ? undefined : await records.find('person', session.personId)
    const person = record === undefined ? undefined : readPerson(record)
    if (session === undefined || person === undefined || !isLive(session, person, now)) {
      throw new ApiError('E0000005', { headers: endedCookie(place) })
    }
    if (!isReading(request) && !bearsCsrfToken(request, token)) {
      throw new ApiError('E0000006', {
        causes: [`This change must bear the CSRF token of the session as ${CSRF_HEADER}.`],
      })
    }
    if (!isAgain) admit(request, person.id)
    const isByPerson =
      !isAgain &&
      !WITHOUT_PERSON.includes(request.route) &&
      request.headers[UNATTENDED_HEADER] === undefined
    return {
      session: isByPerson ? await touchSession(records, session, now) : session,
      person,
      token,
      actor: actorOf(undefined, record) as Actor,
    }
  }

  return {
    requireSession,
    async requireScope(request, scopes, now, isAgain) {
      const isBySession =
        request.headers['authorization'] === undefined &&
        readSessionCookie(place, request) !== undefined
      if (!isBySession) return requireToken(request, scopes, now, isAgain)
      const { session, actor } = await requireSession(request, now, isAgain)
      const needsCheck = !isReading(request) && !WITHOUT_FRESH_CHECK.includes(request.route)
      if (needsCheck && !isFresh(session, now)) throw new ApiError('E0000470')
      return actor
    },
  }
}

/**
 * Requires that a browser sends a request for a page of the console itself. What no browser sends has neither of the
 * header fields, and nothing that a browser adds on its own.
 *
 * @throws {@link ApiError} E0000006.
 */
export function requireOwnOrigin(
  { origin }: Pick<ConsolePlace, 'origin'>,
  { headers }: Pick<IncomingRequest, 'headers'>,
): void {
  const site = headers['sec-fetch-site'] ?? 'none'
  const isOwn = (headers['origin'] ?? origin) === origin
  if (isOwn && (site === 'same-origin' || site === 'none')) return
  throw new ApiError('E0000006', {
    causes: [`This can be asked for by the pages at ${origin} alone.`],
  })
}

function isReading({ method }: IncomingRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function bearsCsrfToken({ headers }: IncomingRequest, token: string): boolean {
  const sent = headers[CSRF_HEADER]
  const expected = Buffer.from(csrfToken(token))
  const octets = Buffer.from(typeof sent === 'string' ? sent : '')
  return octets.length === expected.length && timingSafeEqual(octets, expected)
}
