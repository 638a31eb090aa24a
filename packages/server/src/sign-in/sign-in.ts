/**
 * Signing in with a passkey, proving to be there once more, and signing out.
 * @module
 */

import { ApiError } from '../admin/api-error.ts'
import { isPersonId, type Person, personRecord, readPerson } from '../admin/person.ts'
import type { Answer } from '../http/exchange.ts'
import type { AuditEvent } from '../storage/ports.ts'
import {
  type AnonymousCall,
  origin,
  personalEntry,
  readBody,
  type SignInEnvironment,
} from './environment.ts'
import type { ChallengePurpose } from './challenges.ts'
import { type ProvedSession, requireOwnOrigin } from './guard.ts'
import { provePasskey, readClaim, requestOptions, usedPasskey } from './passkeys.ts'
import { endedCookie, readSessionCookie, sessionCookie } from './session-cookie.ts'
import { beginSession, confirmSession, endSession, newSession, sessionId } from './session.ts'
import { ownSessionJson } from './wire.ts'

const SIGN_IN: ChallengePurpose = { ceremony: 'sign in', subject: '' }

/** Says what to ask a browser for when somebody signs in. */
export async function signInOptions(
  environment: SignInEnvironment,
  { request, now }: AnonymousCall,
): Promise<Answer> {
  requireOwnOrigin(environment.place, request)
  return { status: 200, body: { publicKey: await requestOptions(environment, SIGN_IN, now) } }
}

/** Signs a person in: always with a new session. The one that the browser had before ends. */
export async function signIn(environment: SignInEnvironment, call: AnonymousCall): Promise<Answer> {
  requireOwnOrigin(environment.place, call.request)
  const { credential } = readBody(call, 'authn', 'credential')
  const { personId } = readClaim(credential) ?? {}
  const record =
    personId !== undefined && isPersonId(personId)
      ? await environment.records.find('person', personId)
      : undefined
  const person = record === undefined ? undefined : readPerson(record)
  const used = await usePasskey(environment, call, {
    person,
    credential,
    purpose: SIGN_IN,
    event: 'session.started',
  })
  return withNewSession(environment, call, used)
}

/** Begins a session and answers with it. */
export async function withNewSession(
  { place, records, admit }: SignInEnvironment,
  { request, now }: AnonymousCall,
  { person, passkeyId }: UsedPasskey,
): Promise<Answer> {
  admit(request, person.id)
  const before = readSessionCookie(place, request)
  const { session, token } = newSession(person, { passkeyId, ...origin(request) }, now)
  await beginSession(records, session)
  if (before !== undefined) {
    const [personId = ''] = before.split('.', 1)
    await endSession(records, personId, sessionId(before))
  }
  const body = ownSessionJson(session, person, token)
  return { status: 200, headers: sessionCookie(place, token), body }
}

/** Shows one's own session. */
export async function showSession(
  _environment: SignInEnvironment,
  _call: AnonymousCall,
  { session, person, token }: ProvedSession,
): Promise<Answer> {
  return { status: 200, body: ownSessionJson(session, person, token) }
}

/** Signs out. */
export async function signOut(
  { place, records, audit }: SignInEnvironment,
  call: AnonymousCall,
  { session }: ProvedSession,
): Promise<Answer> {
  await endSession(records, session.personId, session.id)
  audit.append(personalEntry(call, 'session.ended', session.personId, { sessionId: session.id }))
  return { status: 204, headers: endedCookie(place) }
}

/** Says what to ask a browser for when its person is to prove to be there. */
export async function confirmOptions(
  environment: SignInEnvironment,
  { now }: AnonymousCall,
  { session, person }: ProvedSession,
): Promise<Answer> {
  const purpose = { ceremony: 'confirm', subject: session.id } as const
  const publicKey = await requestOptions(environment, purpose, now, person.passkeys)
  return { status: 200, body: { publicKey } }
}

/** Takes a passkey check of the person of the session: changes are taken for a while again. */
export async function confirm(
  environment: SignInEnvironment,
  call: AnonymousCall,
  { session, person, token }: ProvedSession,
): Promise<Answer> {
  const { credential } = readBody(call, 'session', 'credential')
  const { person: current } = await usePasskey(environment, call, {
    person,
    credential,
    purpose: { ceremony: 'confirm', subject: session.id },
    event: 'session.confirmed',
  })
  const confirmed = await confirmSession(environment.records, session, call.now)
  if (confirmed === undefined) throw new ApiError('E0000005')
  return { status: 200, body: ownSessionJson(confirmed, current, token) }
}

/** A person who just used a passkey. */
export interface UsedPasskey {
  readonly person: Person
  readonly passkeyId: string
}

interface PasskeyAttempt {
  /** Whose passkey it has to be; `undefined` when there is no such person. */
  readonly person: Person | undefined
  readonly credential: unknown
  readonly purpose: ChallengePurpose
  /** What it is when it is good. */
  readonly event: AuditEvent
}

/** Why an attempt failed: for the audit log alone. */
type Refusal =
  'no such passkey' | 'the passkey did not prove it' | 'the person may not sign in' | 'a copy'

/**
 * Takes the use of a passkey of a person. Whatever is wrong, the answer is the same.
 *
 * @throws {@link ApiError} E0000004.
 */
async function usePasskey(
  environment: SignInEnvironment,
  call: AnonymousCall,
  { person, credential, purpose, event }: PasskeyAttempt,
): Promise<UsedPasskey> {
  const { records, audit } = environment
  const refuse = (reason: Refusal): ApiError => {
    const detail = { reason, ceremony: purpose.ceremony }
    audit.append(personalEntry(call, 'session.refused', person?.id, detail, 'DENY'))
    return new ApiError('E0000004')
  }
  const claim = readClaim(credential)
  const passkey = person?.passkeys.find(({ credentialId }) => credentialId === claim?.credentialId)
  if (person === undefined || passkey === undefined) throw refuse('no such passkey')
  const use = await provePasskey(environment, credential, passkey, purpose, call.now)
  if (use === undefined) throw refuse('the passkey did not prove it')
  const subjects = { kind: 'person', id: person.id, actorId: person.id } as const
  const result = await records.change<UsedPasskey | Refusal>(subjects, (record) => {
    const current = record === undefined ? undefined : readPerson(record)
    const found = current?.passkeys.find(({ id }) => id === passkey.id)
    if (current?.status !== 'ACTIVE' || found === undefined) {
      return { next: record, audit: [], answer: 'the person may not sign in' }
    }
    const used = usedPasskey(found, use, call.now)
    if (used === undefined) return { next: record, audit: [], answer: 'a copy' }
    const next: Person = {
      ...current,
      lastLogin: event === 'session.started' ? call.now : current.lastLogin,
      passkeys: current.passkeys.map((each) => (each.id === used.id ? used : each)),
    }
    const entry = personalEntry(call, event, current.id, { passkeyId: used.id })
    const answer = { person: next, passkeyId: used.id }
    return { next: personRecord(next), audit: [entry], answer }
  })
  if (typeof result === 'string') throw refuse(result)
  return result
}
