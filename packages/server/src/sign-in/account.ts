/**
 * The sessions, passkeys and invitations of people: one's own, or as a SUPER_ADMIN those of others.
 * @module
 */

import { ApiError, InputError, notFound } from '../admin/api-error.ts'
import { type AdminCall, changeEntry, pathParameter } from '../admin/call.ts'
import { changePerson, findPerson, routePersonId } from '../admin/people.ts'
import { actorOf, ANY_ROLE, requireRightsToGive, requireRole } from '../admin/permissions.ts'
import { newGeneration, type Passkey, type Person } from '../admin/person.ts'
import { date } from '../admin/wire.ts'
import type { Answer } from '../http/exchange.ts'
import type { AuditEntry, AuditEvent } from '../storage/ports.ts'
import type { ChallengePurpose } from './challenges.ts'
import { readBody, readName, type SignInEnvironment } from './environment.ts'
import {
  invitationOf,
  keepInvitation,
  LONG_MINUTES,
  SHORT_MINUTES,
  withdrawInvitation,
} from './invitations.ts'
import { creationOptions, makePasskey, MAX_PASSKEYS } from './passkeys.ts'
import { endedCookie, readSessionCookie } from './session-cookie.ts'
import { endSession, isLive, listSessions, sessionId } from './session.ts'
import { passkeyJson, sessionJson } from './wire.ts'

const MINUTE_MS = 60_000
const INVITATION_MINUTES = { min: 5, max: 10_080 } as const
const PASSKEY = 'Passkey'

/** Lists the sessions of a person that are not over. */
export async function listSessionsOf(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const person = await findOwnOrAnyAsSuperAdmin(environment, call)
  const sessions = await listSessions(environment.records, person.id)
  const currentId = currentSessionId(environment, call)
  const live = sessions.filter((session) => isLive(session, person, call.now))
  return { status: 200, body: live.map((session) => sessionJson(session, currentId)) }
}

/** Ends one session of a person. */
export async function endSessionOf(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const wanted = pathParameter(call, 'sessionId')
  const { records } = environment
  // Whose it is, is judged before whether there is one.
  const person = await findOwnOrAnyAsSuperAdmin(environment, call)
  const sessions = await listSessions(records, person.id)
  if (!sessions.some(({ id }) => id === wanted)) throw notFound(wanted, 'Session')
  await changePerson(environment, call, (current) => ({
    next: current,
    audit: [personEntry(call, 'session.ended', current, { sessionId: wanted })],
    answer: undefined,
  }))
  await endSession(records, person.id, wanted)
  const isCurrent = currentSessionId(environment, call) === wanted
  return { status: 204, ...(isCurrent ? { headers: endedCookie(environment.place) } : undefined) }
}

/** Ends all sessions of a person. */
export async function endSessionsOf(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => ({
    next: { ...person, generation: newGeneration() },
    audit: [personEntry(call, 'session.ended', person, { isAll: true })],
    answer: undefined,
  }))
  return { status: 204 }
}

/** Lists the passkeys of a person. */
export async function listPasskeys(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { passkeys } = await findOwnOrAnyAsSuperAdmin(environment, call)
  return { status: 200, body: passkeys.map(passkeyJson) }
}

/** Says what to ask a browser for when its person adds a passkey. */
export async function passkeyOptions(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const purpose = requireOwnSession(environment, call)
  const person = await findPerson(environment, call)
  const publicKey = await creationOptions(environment, person, purpose, call.now)
  return { status: 200, body: { publicKey } }
}

/** Adds a passkey to one's own. */
export async function addPasskey(environment: SignInEnvironment, call: AdminCall): Promise<Answer> {
  const purpose = requireOwnSession(environment, call)
  const { name, credential } = readBody(call, PASSKEY, 'name', 'credential')
  const made = await makePasskey(
    environment,
    { credential, name: readName(name ?? undefined, PASSKEY, PASSKEY) },
    purpose,
    call.now,
  )
  if (made === undefined) throw new InputError(PASSKEY, ['credential: this is no new passkey'])
  await changePerson(environment, call, (person) => {
    const { passkeys } = person
    if (passkeys.some(({ credentialId }) => credentialId === made.credentialId)) {
      throw new InputError(PASSKEY, ['credential: this passkey is there already'])
    }
    if (passkeys.length >= MAX_PASSKEYS) {
      throw new InputError(PASSKEY, [`A person has at most ${MAX_PASSKEYS} passkeys.`])
    }
    const next = { ...person, lastUpdated: call.now, passkeys: [...passkeys, made] }
    return { next, audit: [passkeyEntry(call, 'passkey.added', next, made)], answer: undefined }
  })
  return { status: 201, body: passkeyJson(made) }
}

/** Gives a passkey another name. */
export async function renamePasskey(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { name: sent } = readBody(call, PASSKEY, 'name')
  const name = readName(sent, PASSKEY)
  const renamed = await changePerson(environment, call, (person) => {
    const answer = { ...findPasskey(person, call), name }
    const passkeys = person.passkeys.map((each) => (each.id === answer.id ? answer : each))
    const next = { ...person, lastUpdated: call.now, passkeys }
    return { next, audit: [passkeyEntry(call, 'passkey.renamed', next, answer)], answer }
  })
  return { status: 200, body: passkeyJson(renamed) }
}

/** Removes a passkey, and with it the sessions that began with it. Nobody removes the own last one. */
export async function deletePasskey(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => {
    const removed = findPasskey(person, call)
    const passkeys = person.passkeys.filter(({ id }) => id !== removed.id)
    if (passkeys.length === 0 && person.id === call.actorId) {
      throw new InputError(PASSKEY, [
        'This is your last passkey: add another one first, so that you can sign in again.',
      ])
    }
    const next = { ...person, lastUpdated: call.now, passkeys }
    return {
      next,
      audit: [passkeyEntry(call, 'passkey.removed', next, removed)],
      answer: undefined,
    }
  })
  return { status: 204 }
}

/** Invites a person to enrol or, with passkeys that were lost, to enrol anew. The link is shown this once. */
export async function invite(environment: SignInEnvironment, call: AdminCall): Promise<Answer> {
  const { issuer, records } = environment
  const minutes = readMinutes(call)
  requireRole(call.actor, 'SUPER_ADMIN')
  const person = await findPerson(environment, call)
  if (person.status === 'STAGED' || person.status === 'DEPROVISIONED') {
    throw new InputError('User', ['The person is not active: activate them first.'])
  }
  const isRecovery = person.passkeys.length > 0
  const expiresAt = call.now + (minutes ?? (isRecovery ? SHORT_MINUTES : LONG_MINUTES)) * MINUTE_MS
  const { url } = await keepInvitation(
    { records, issuer },
    {
      personId: person.id,
      created: call.now,
      createdBy: call.actorId,
      expiresAt,
      statusChanged: person.statusChanged,
    },
    (app, administrator) => {
      requireRightsToGive(actorOf(app, administrator), person.id)
      return [personEntry(call, 'person.invited', person, { expiresAt, isRecovery })]
    },
  )
  return { status: 201, body: { url, expiresAt: date(expiresAt), isRecovery } }
}

/** Shows the invitation of a person, without its link. */
export async function showInvitationOf(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Answer> {
  requireRole(call.actor, 'SUPER_ADMIN')
  const person = await findPerson(environment, call)
  const invitation = await invitationOf(environment.records, person, call.now)
  if (invitation === undefined) throw notFound(person.id, 'Invitation')
  return {
    status: 200,
    body: {
      created: date(invitation.created),
      createdBy: invitation.createdBy,
      expiresAt: date(invitation.expiresAt),
      isRecovery: person.passkeys.length > 0,
    },
  }
}

/** Takes the invitation of a person back. */
export async function withdraw(environment: SignInEnvironment, call: AdminCall): Promise<Answer> {
  requireRole(call.actor, 'SUPER_ADMIN')
  const person = await findPerson(environment, call)
  const subjects = { personId: person.id, actorId: call.actorId }
  await withdrawInvitation(environment.records, subjects, (app, administrator) => {
    requireRole(actorOf(app, administrator), 'SUPER_ADMIN')
    return [personEntry(call, 'person.invitation_withdrawn', person)]
  })
  return { status: 204 }
}

/** The person of the route, for themselves and for a SUPER_ADMIN: nobody else learns whether there is one. */
function findOwnOrAnyAsSuperAdmin(
  environment: SignInEnvironment,
  call: AdminCall,
): Promise<Person> {
  const isOwn = routePersonId(call) === call.actorId
  requireRole(call.actor, ...(isOwn ? ANY_ROLE : (['SUPER_ADMIN'] as const)))
  return findPerson(environment, call)
}

/**
 * Requires that a person asks about themselves, in a browser: a passkey is made nowhere else.
 *
 * @returns what its challenge is for.
 */
function requireOwnSession(environment: SignInEnvironment, call: AdminCall): ChallengePurpose {
  const current = currentSessionId(environment, call)
  if (current !== undefined && routePersonId(call) === call.actorId) {
    return { ceremony: 'enrol', subject: `${call.actorId} ${current}` }
  }
  throw new ApiError('E0000006', { causes: ['A passkey is added by its holder alone.'] })
}

/** The session by which somebody asks; `undefined` for whoever asks with an access token. */
function currentSessionId(
  { place }: SignInEnvironment,
  { request }: AdminCall,
): string | undefined {
  if (request.headers['authorization'] !== undefined) return undefined
  const token = readSessionCookie(place, request)
  return token === undefined ? undefined : sessionId(token)
}

function findPasskey({ passkeys }: Person, call: AdminCall): Passkey {
  const wanted = pathParameter(call, 'passkeyId')
  const found = passkeys.find(({ id }) => id === wanted)
  if (found === undefined) throw notFound(wanted, PASSKEY)
  return found
}

function readMinutes(call: AdminCall): number | undefined {
  if (call.request.body.kind === 'none') return undefined
  const { expiresInMinutes: value } = readBody(call, 'User', 'expiresInMinutes')
  if (value === undefined || value === null) return undefined
  const { min, max } = INVITATION_MINUTES
  const isGood =
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
  if (isGood) return value
  throw new InputError('User', [
    `expiresInMinutes: a whole number of minutes from ${min} to ${max}`,
  ])
}

function passkeyEntry(call: AdminCall, event: AuditEvent, person: Person, passkey: Passkey) {
  return personEntry(call, event, person, { passkeyId: passkey.id, name: passkey.name })
}

function personEntry(
  call: AdminCall,
  event: AuditEvent,
  { id }: Person,
  detail: AuditEntry['detail'] = {},
): AuditEntry {
  return changeEntry(call, event, undefined, { personId: id, ...detail })
}
