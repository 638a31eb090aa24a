/**
 * Invitations: links by which a person makes the first passkey, or a new one in place of those that were lost. Each is good
 * once, and for a short time.
 * @module
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Person } from '../admin/person.ts'
import type { AuditEntry, Decide, RecordStore, Storage, StoredRecord } from '../storage/ports.ts'
import { consolePlace } from './place.ts'

/** What the store keeps of an invitation. */
export interface Invitation {
  /** The person; `undefined` for the first administrator, who says at the end of the link who they are. */
  readonly personId: string | undefined
  /** A digest of the secret part of the link. */
  readonly digest: string
  /** Milliseconds since 1970, as all times here. */
  readonly created: number
  readonly createdBy: string
  readonly expiresAt: number
  /** When the status of the person had changed last: the invitation ends when it changes again. */
  readonly statusChanged: number
}

/** An invitation with its link. */
export interface NewInvitation {
  readonly url: string
  readonly expiresAt: number
}

const MINUTE_MS = 60_000
/** Minutes for which the link of the first administrator is good, and one that replaces lost passkeys. */
export const SHORT_MINUTES = 15
/** Minutes for which the link for somebody new is good. */
export const LONG_MINUTES = 1440
const FIRST = 'first'
const KIND = 'invitation'
const TOKEN = /^(first|00u[0-9A-Za-z]{17})\.([\w-]{43})$/
/** Where the console takes a link up. Behind `#`, where no server and no log sees it. */
const PAGE = '/console#invitation='

/** Options of {@link inviteFirstAdministrator}. */
export interface InviteFirstOptions {
  readonly storage: Pick<Storage, 'records'>
  readonly issuer: string
  /** The time, in milliseconds since 1970. Default: the clock of this machine. */
  readonly clock?: () => number
}

/**
 * Makes the link by which the first administrator signs up, while there is nobody yet. It is good once, for 15 minutes, and
 * until the next one is made.
 *
 * @returns `undefined` when there are people already: then an administrator invites.
 */
export async function inviteFirstAdministrator({
  storage: { records },
  issuer,
  clock = Date.now,
}: InviteFirstOptions): Promise<NewInvitation | undefined> {
  const [somebody] = await records.list('person', { limit: 1 })
  if (somebody !== undefined) return undefined
  const at = clock()
  const invitation = {
    personId: undefined,
    createdBy: 'start',
    statusChanged: 0,
    created: at,
    expiresAt: at + SHORT_MINUTES * MINUTE_MS,
  }
  return keepInvitation({ records, issuer }, invitation, () => [
    {
      event: 'person.invited',
      outcome: 'SUCCESS',
      at,
      requestId: 'start',
      detail: { expiresAt: invitation.expiresAt },
    },
  ])
}

/** Keeps an invitation in place of an earlier one for the same person. `judge` throws, or says what is logged. */
export async function keepInvitation(
  { records, issuer }: { readonly records: RecordStore; readonly issuer: string },
  invitation: Omit<Invitation, 'digest'>,
  judge: (...actors: ActorsOf) => readonly AuditEntry[],
): Promise<NewInvitation> {
  const id = invitation.personId ?? FIRST
  const secret = randomBytes(32).toString('base64url')
  const next = invitationRecord({ ...invitation, digest: digestOf(secret) })
  const subjects = { kind: KIND, id, actorId: invitation.createdBy } as const
  await records.change(subjects, (_current, ...actors) => ({
    next,
    audit: judge(...actors),
    answer: undefined,
  }))
  const { expiresAt } = invitation
  return { url: `${consolePlace(issuer).origin}${PAGE}${id}.${secret}`, expiresAt }
}

type ActorsOf =
  Parameters<Decide<unknown, StoredRecord>> extends [unknown, ...infer Actors] ? Actors : never

/** The invitation of a link, while it is good. Whether the person still is who was invited is not looked at. */
export async function findInvitation(
  records: RecordStore,
  token: string,
  now: number,
): Promise<Invitation | undefined> {
  const [, id, secret] = TOKEN.exec(token) ?? []
  if (id === undefined || secret === undefined) return undefined
  const record = await records.find(KIND, id)
  return record === undefined ? undefined : goodInvitation(record, digestOf(secret), now)
}

/** Uses an invitation up: `true` for the first who does. */
export function consumeInvitation(
  records: RecordStore,
  { personId, digest }: Invitation,
  now: number,
): Promise<boolean> {
  const id = personId ?? FIRST
  const subjects = { kind: KIND, id, actorId: id } as const
  return records.change(subjects, (record) => {
    const isGood = record !== undefined && goodInvitation(record, digest, now) !== undefined
    return { next: isGood ? undefined : record, audit: [], answer: isGood }
  })
}

/** The invitation that a person has, while it is good. */
export async function invitationOf(
  records: RecordStore,
  person: Person,
  now: number,
): Promise<Invitation | undefined> {
  const record = await records.find(KIND, person.id)
  const invitation = record === undefined ? undefined : readInvitation(record)
  const isGood =
    invitation !== undefined && now < invitation.expiresAt && isAbout(invitation, person)
  return isGood ? invitation : undefined
}

/** Takes an invitation back. `judge` throws, or says what is logged. */
export function withdrawInvitation(
  records: RecordStore,
  { personId, actorId }: { readonly personId: string; readonly actorId: string },
  judge: (...actors: ActorsOf) => readonly AuditEntry[],
): Promise<void> {
  return records.change({ kind: KIND, id: personId, actorId }, (_current, ...actors) => ({
    next: undefined,
    audit: judge(...actors),
    answer: undefined,
  }))
}

/** Whether a person may still take up an invitation: nobody stopped, or deleted, or made them anew since. */
export function isAbout({ statusChanged }: Invitation, person: Person): boolean {
  const mayEnrol = person.status === 'PROVISIONED' || person.status === 'ACTIVE'
  return mayEnrol && person.statusChanged === statusChanged
}

function goodInvitation(record: StoredRecord, digest: string, now: number): Invitation | undefined {
  const invitation = readInvitation(record)
  const [expected, actual] = [Buffer.from(invitation.digest), Buffer.from(digest)]
  const isSame = expected.length === actual.length && timingSafeEqual(expected, actual)
  return isSame && now < invitation.expiresAt ? invitation : undefined
}

function digestOf(secret: string): string {
  return createHash('sha256').update(`keygrant invitation ${secret}`).digest('base64url')
}

function invitationRecord({ personId, expiresAt, ...content }: Invitation): StoredRecord {
  return { kind: KIND, id: personId ?? FIRST, content, expiresAt }
}

function readInvitation({ id, content, expiresAt = 0 }: StoredRecord): Invitation {
  return {
    digest: '',
    created: 0,
    createdBy: '',
    statusChanged: 0,
    ...(content as Partial<Invitation>),
    personId: id === FIRST ? undefined : id,
    expiresAt,
  }
}
