/**
 * Sessions of people: what the store keeps of one, and how long it is good.
 * @module
 */

import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Person } from '../admin/person.ts'
import type { RecordStore, StoredRecord } from '../storage/ports.ts'

/** A session, without the token that its browser holds. */
export interface Session {
  /** A digest of the token: who knows it can name the session, and not use it. */
  readonly id: string
  readonly personId: string
  /** That of the person when it began: it ends when the person has another one. */
  readonly generation: string
  /** The passkey that it began with: it ends with that. */
  readonly passkeyId: string
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  readonly lastSeen: number
  /** When its person last proved to be there with a passkey. */
  readonly confirmed: number
  readonly ipAddress: string
  readonly userAgent: string
}

/** A session that begins, with the token for its browser. */
export interface NewSession {
  readonly session: Session
  readonly token: string
}

const MINUTE_MS = 60_000
/** A session that is not used for so long ends. */
export const IDLE_MS: number = 30 * MINUTE_MS
/** However it is used, a session ends after this. */
export const ABSOLUTE_MS: number = 12 * 60 * MINUTE_MS
/** For so long after a passkey check changes can be made. */
export const FRESH_MS: number = 5 * MINUTE_MS
/** How exactly is remembered when a session was used last. */
const SEEN_EVERY_MS = MINUTE_MS
const KIND = 'session'
/** A person has no more sessions than this; the next one ends the one that was used least recently. */
const MAX_SESSIONS = 50

/** Makes a session. It is in no store yet. */
export function newSession(
  person: Pick<Person, 'id' | 'generation'>,
  from: Pick<Session, 'passkeyId' | 'ipAddress' | 'userAgent'>,
  now: number,
): NewSession {
  const token = `${person.id}.${randomBytes(32).toString('base64url')}`
  const { passkeyId, ipAddress, userAgent } = from
  const session: Session = {
    id: sessionId(token),
    personId: person.id,
    generation: person.generation,
    passkeyId,
    created: now,
    lastSeen: now,
    confirmed: now,
    ipAddress,
    userAgent,
  }
  return { session, token }
}

/** The identifier of the session of a token. */
export function sessionId(token: string): string {
  return createHash('sha256').update(`keygrant session ${token}`).digest('base64url')
}

/** What pages of the console send back with every change: nobody makes it up without the token. */
export function csrfToken(token: string): string {
  return createHmac('sha256', token).update('keygrant csrf').digest('base64url')
}

/** When a session ends if nothing happens any more. */
export function endOf({ lastSeen, created }: Pick<Session, 'lastSeen' | 'created'>): number {
  return Math.min(lastSeen + IDLE_MS, created + ABSOLUTE_MS)
}

/** Whether a session is one of its person, now. */
export function isLive(session: Session, person: Person | undefined, now: number): boolean {
  return (
    person?.status === 'ACTIVE' &&
    session.generation === person.generation &&
    person.passkeys.some(({ id }) => id === session.passkeyId) &&
    now < endOf(session)
  )
}

/** Whether the person of a session proved to be there a short while ago. */
export function isFresh({ confirmed }: Session, now: number): boolean {
  return now - confirmed < FRESH_MS
}

/** The session of a token. */
export async function findSession(
  records: RecordStore,
  token: string,
): Promise<Session | undefined> {
  const [personId = ''] = token.split('.', 1)
  const record = await records.find(KIND, recordId(personId, sessionId(token)))
  return record === undefined ? undefined : readSession(record)
}

/** The sessions of a person, also those that are over; the one that was used last comes first. */
export async function listSessions(
  records: RecordStore,
  personId: string,
): Promise<readonly Session[]> {
  const start = `${personId}.`
  // One page: a person has no more.
  const page = await records.list(KIND, { limit: 2 * MAX_SESSIONS, after: start })
  const sessions = page.filter(({ id }) => id.startsWith(start)).map(readSession)
  // oxlint-disable-next-line unicorn/no-array-sort -- ES2022 has no toSorted, and the array is new.
  return sessions.sort((one, other) => other.lastSeen - one.lastSeen)
}

/** Keeps a session that begins. */
export async function beginSession(records: RecordStore, session: Session): Promise<void> {
  const others = await listSessions(records, session.personId)
  const surplus = others.slice(MAX_SESSIONS - 1)
  for (const { id } of surplus) await endSession(records, session.personId, id)
  await change(records, session.personId, session.id, () => session)
}

/**
 * Notes that a session is in use, if that was not noted a moment ago. One that was ended stays ended.
 *
 * @returns the session as it is kept now.
 */
export async function touchSession(
  records: RecordStore,
  session: Session,
  now: number,
): Promise<Session> {
  if (now - session.lastSeen < SEEN_EVERY_MS) return session
  const touched = await change(records, session.personId, session.id, (current) =>
    current === undefined ? undefined : { ...current, lastSeen: now },
  )
  return touched ?? session
}

/** Notes a passkey check. One that was ended meanwhile stays ended. */
export function confirmSession(
  records: RecordStore,
  { personId, id }: Session,
  now: number,
): Promise<Session | undefined> {
  return change(records, personId, id, (current) =>
    current === undefined ? undefined : { ...current, lastSeen: now, confirmed: now },
  )
}

/** Ends a session. */
export async function endSession(
  records: RecordStore,
  personId: string,
  id: string,
): Promise<void> {
  await change(records, personId, id, () => undefined)
}

function change(
  records: RecordStore,
  personId: string,
  id: string,
  decide: (current: Session | undefined) => Session | undefined,
): Promise<Session | undefined> {
  const subjects = { kind: KIND, id: recordId(personId, id), actorId: personId } as const
  return records.change(subjects, (record) => {
    const next = decide(record === undefined ? undefined : readSession(record))
    return {
      next: next === undefined ? undefined : sessionRecord(next),
      audit: [],
      answer: next,
    }
  })
}

/** The sessions of one person lie together in the order of the records. */
function recordId(personId: string, id: string): string {
  return `${personId}.${id}`
}

function readSession({ id, content }: StoredRecord): Session {
  const [personId = '', digest = ''] = id.split('.')
  return {
    generation: '',
    passkeyId: '',
    created: 0,
    lastSeen: 0,
    confirmed: 0,
    ipAddress: '',
    userAgent: '',
    ...(content as Partial<Session>),
    id: digest,
    personId,
  }
}

function sessionRecord(session: Session): StoredRecord {
  const { id, personId, ...content } = session
  return { kind: KIND, id: recordId(personId, id), content, expiresAt: endOf(session) }
}
