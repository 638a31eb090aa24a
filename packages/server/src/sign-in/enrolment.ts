/**
 * Taking up an invitation: the first passkey of a person, or a new one in place of those that were lost.
 * @module
 */

import { ApiError, InputError } from '../admin/api-error.ts'
import { type Members, readProfileInput } from '../admin/input.ts'
import {
  newGeneration,
  type Passkey,
  type Person,
  personId,
  personRecord,
  readPerson,
} from '../admin/person.ts'
import { date } from '../admin/wire.ts'
import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type { AuditEntry, Decision, StoredRecord } from '../storage/ports.ts'
import type { ChallengePurpose } from './challenges.ts'
import {
  type AnonymousCall,
  personalEntry,
  readBody,
  readName,
  type SignInEnvironment,
} from './environment.ts'
import { requireOwnOrigin } from './guard.ts'
import { consumeInvitation, findInvitation, type Invitation, isAbout } from './invitations.ts'
import { creationOptions, makePasskey } from './passkeys.ts'
import { withNewSession } from './sign-in.ts'

const SUBJECT = 'invitation'

/** Says what an invitation is for. */
export async function showInvitation(
  environment: SignInEnvironment,
  call: AnonymousCall,
): Promise<Answer> {
  requireOwnOrigin(environment.place, call.request)
  const { invitation, person } = await requireInvitation(
    environment,
    call,
    readBody(call, SUBJECT, 'token'),
  )
  return {
    status: 200,
    body: {
      kind: kindOf(person),
      expiresAt: date(invitation.expiresAt),
      login: person?.profile.login ?? null,
      profile: person?.profile ?? null,
      roles: person === undefined ? ['SUPER_ADMIN'] : person.roles.map(({ role }) => role),
    },
  }
}

/** Says what to ask a browser for when an invitation is taken up. */
export async function enrolmentOptions(
  environment: SignInEnvironment,
  call: AnonymousCall,
): Promise<Answer> {
  requireOwnOrigin(environment.place, call.request)
  const body = readBody(call, SUBJECT, 'token', 'profile')
  const { invitation, person } = await requireInvitation(environment, call, body)
  const invited = person ?? (await firstPerson(environment, call, body))
  const purpose = enrolment(invitation, invited)
  // Those that were lost are replaced, so that an authenticator that was found again may make another.
  const options = await creationOptions(
    environment,
    { ...invited, passkeys: [] },
    purpose,
    call.now,
  )
  return { status: 200, body: { publicKey: options } }
}

/**
 * Takes an invitation up: the person has the new passkey, and no other, and is signed in. All sessions of before end.
 */
export async function enrol(environment: SignInEnvironment, call: AnonymousCall): Promise<Answer> {
  const { place, records } = environment
  requireOwnOrigin(place, call.request)
  const body = readBody(call, SUBJECT, 'token', 'profile', 'name', 'credential')
  const { invitation, person } = await requireInvitation(environment, call, body)
  const invited = person ?? (await firstPerson(environment, call, body))
  const passkey = await makePasskey(
    environment,
    {
      credential: body['credential'],
      name: readName(body['name'] ?? undefined, SUBJECT, 'Passkey'),
    },
    enrolment(invitation, invited),
    call.now,
  )
  if (passkey === undefined) throw new InputError(SUBJECT, ['credential: this is no new passkey'])
  if (!(await consumeInvitation(records, invitation, call.now))) throw new ApiError('E0000011')
  const subjects = { kind: 'person', id: invited.id, actorId: invited.id } as const
  const enrolled = await records.change(subjects, (record) =>
    person === undefined
      ? firstDecision(call, record, invited, passkey)
      : decision(call, record, invitation, passkey),
  )
  return withNewSession(environment, call, { person: enrolled, passkeyId: passkey.id })
}

async function requireInvitation(
  { records }: SignInEnvironment,
  { now }: AnonymousCall,
  { token }: Members,
): Promise<{ readonly invitation: Invitation; readonly person: Person | undefined }> {
  const invitation =
    typeof token === 'string' ? await findInvitation(records, token, now) : undefined
  if (invitation === undefined) throw new ApiError('E0000011')
  if (invitation.personId === undefined) return { invitation, person: undefined }
  const record = await records.find('person', invitation.personId)
  const person = record === undefined ? undefined : readPerson(record)
  if (person === undefined || !isAbout(invitation, person)) throw new ApiError('E0000011')
  return { invitation, person }
}

/** The first administrator, as they call themselves. */
async function firstPerson(
  { records }: SignInEnvironment,
  { now }: AnonymousCall,
  { profile: sent }: Members,
): Promise<Person> {
  const profile = readProfileInput({ profile: sent }, undefined, 'replace')
  const id = personId(profile.login)
  if ((await records.find('person', id)) !== undefined) throw isThereAlready()
  return {
    id,
    status: 'ACTIVE',
    created: now,
    activated: now,
    statusChanged: now,
    lastLogin: now,
    lastUpdated: now,
    profile,
    roles: [{ id: newIdentifier('ra1'), role: 'SUPER_ADMIN', created: now }],
    passkeys: [],
    generation: newGeneration(),
  }
}

function firstDecision(
  call: AnonymousCall,
  record: StoredRecord | undefined,
  first: Person,
  passkey: Passkey,
): Decision<Person, StoredRecord> {
  if (record !== undefined) throw isThereAlready()
  const next = { ...first, passkeys: [passkey] }
  const { id, profile, roles } = next
  const audit = [
    personalEntry(call, 'person.created', id, { login: profile.login }),
    ...roles.map(({ id: assignmentId, role }) =>
      personalEntry(call, 'role.assigned', id, { assignmentId, role }),
    ),
    ...enrolmentEntries(call, id, passkey),
  ]
  return { next: personRecord(next), audit, answer: next }
}

function decision(
  call: AnonymousCall,
  record: StoredRecord | undefined,
  invitation: Invitation,
  passkey: Passkey,
): Decision<Person, StoredRecord> {
  const { now } = call
  const current = record === undefined ? undefined : readPerson(record)
  if (current === undefined || !isAbout(invitation, current)) throw new ApiError('E0000011')
  const next: Person = {
    ...current,
    status: 'ACTIVE',
    statusChanged: current.status === 'ACTIVE' ? current.statusChanged : now,
    lastLogin: now,
    lastUpdated: now,
    passkeys: [passkey],
    generation: newGeneration(),
  }
  const audit = [
    ...current.passkeys.map(({ id }) =>
      personalEntry(call, 'passkey.removed', current.id, { passkeyId: id }),
    ),
    ...enrolmentEntries(call, current.id, passkey),
  ]
  return { next: personRecord(next), audit, answer: next }
}

function enrolmentEntries(call: AnonymousCall, id: string, passkey: Passkey): AuditEntry[] {
  const detail = { passkeyId: passkey.id }
  return [
    personalEntry(call, 'passkey.added', id, { ...detail, name: passkey.name }),
    personalEntry(call, 'session.started', id, detail),
  ]
}

function enrolment({ digest }: Invitation, { id }: Person): ChallengePurpose {
  return { ceremony: 'enrol', subject: `${digest} ${id}` }
}

function kindOf(person: Person | undefined): 'first' | 'enrolment' | 'recovery' {
  if (person === undefined) return 'first'
  return person.passkeys.length === 0 ? 'enrolment' : 'recovery'
}

function isThereAlready(): InputError {
  return new InputError(SUBJECT, ['login: there is a person with this login already'])
}
