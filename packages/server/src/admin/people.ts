/**
 * The people who administer: Okta's `/api/v1/users`. How they sign in is in the room `sign-in`.
 * @module
 */

import type { PersonStatus } from './wire-types.ts'
import type { Answer } from '../http/exchange.ts'
import type { AuditEntry, AuditEvent } from '../storage/ports.ts'
import { InputError, notFound } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeEntry,
  jsonBody,
  pathParameter,
} from './call.ts'
import { requireMatch, taggedAnswer } from './entity-tag.ts'
import { readProfileInput } from './input.ts'
import { linkHeader, readLimit } from './paging.ts'
import { personJson } from './people-wire.ts'
import { actorOf, requirePersonAuthority } from './permissions.ts'
import {
  foldLogin,
  isPersonId,
  newGeneration,
  type Person,
  personId,
  personRecord,
  readPerson,
} from './person.ts'

const PAGE = { byDefault: 200, max: 200 }
/** A page that is searched reads no more than this many people; the next page goes on. */
const MAX_READ = 1000
const SUBJECT = 'User'
const CONDITION =
  /^(status|id|profile\.(?:login|email|firstName|lastName)) (eq|sw) "([^"\\]{1,256})"$/

/**
 * Lists people in the order of their identifiers. `q` is the beginning of a first name, last name, login or
 * email; `filter` and `search` take `status`, `id` and members of `profile` with `eq` or `sw`, joined by `and`.
 */
export async function listPeople(
  { records, issuer }: AdminEnvironment,
  { request: { query } }: AdminCall,
): Promise<Answer> {
  const limit = readLimit(query, PAGE)
  const fits = readConditions(query)
  const found: Person[] = []
  let after = readAfter(query)
  let isMore = true
  for (let read = 0; isMore && read < MAX_READ && found.length < limit; read += PAGE.max) {
    const page = await records.list('person', { limit: PAGE.max + 1, after })
    isMore = page.length > PAGE.max
    for (const record of page.slice(0, PAGE.max)) {
      if (found.length === limit) {
        isMore = true
        break
      }
      after = record.id
      const person = readPerson(record)
      if (fits(person)) found.push(person)
    }
  }
  const headers = linkHeader(`${issuer}/api/v1/users`, query, isMore ? after : undefined)
  return { status: 200, headers, body: found.map((person) => personJson(person, issuer)) }
}

/** Shows one person, by identifier or login. */
export async function getPerson(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return shown(environment, await findPerson(environment, call))
}

/** Adds a person, who may enrol unless `activate=false`. */
export async function createPerson(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const profile = readProfileInput(jsonBody(call), undefined, 'replace')
  const { now, actorId } = call
  const isStaged = call.request.query.get('activate') === 'false'
  const id = personId(profile.login)
  const subjects = { kind: 'person', id, actorId } as const
  const person = await environment.records.change(subjects, (current, app, administrator) => {
    const added: Person = {
      id,
      status: isStaged ? 'STAGED' : 'PROVISIONED',
      created: now,
      activated: isStaged ? null : now,
      statusChanged: now,
      lastLogin: null,
      lastUpdated: now,
      profile,
      roles: [],
      passkeys: [],
      generation: newGeneration(),
    }
    requirePersonAuthority(actorOf(app, administrator), undefined, added)
    if (current !== undefined) {
      throw new InputError(SUBJECT, [
        'login: An object with this field already exists in the current organization',
      ])
    }
    const audit = [personEntry(call, 'person.created', added)]
    return { next: personRecord(added), audit, answer: added }
  })
  return shown(environment, person)
}

/** Changes the members of the profile that are sent. */
export function updatePerson(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return changeProfile(environment, call, 'merge')
}

/** Replaces the profile. */
export function replacePerson(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return changeProfile(environment, call, 'replace')
}

/** Lets a person enrol. */
export async function activatePerson(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => {
    const isOut = person.status === 'STAGED' || person.status === 'DEPROVISIONED'
    return statusChange(call, person, isOut ? 'PROVISIONED' : person.status, 'person.activated')
  })
  return { status: 200, body: {} }
}

/** Lets a person do nothing any more. */
export async function deactivatePerson(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => deactivation(call, person))
  return { status: 200, body: {} }
}

/** Deactivates a person; deletes one that is deactivated already. */
export async function deletePerson(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => {
    if (person.status !== 'DEPROVISIONED') return deactivation(call, person)
    const audit = [personEntry(call, 'person.deleted', person)]
    return { next: undefined, audit, answer: undefined }
  })
  return { status: 204 }
}

/** What becomes of a person. */
export interface PersonDecision<T> {
  readonly next: Person | undefined
  readonly audit: readonly AuditEntry[]
  readonly answer: T
}

/**
 * Changes the person of the route, as a SUPER_ADMIN, in one transaction.
 *
 * @throws {@link ApiError} E0000007 when there is none, E0000006 when the actor may not.
 */
export function changePerson<T>(
  { records }: AdminEnvironment,
  call: AdminCall,
  change: (current: Person) => PersonDecision<T>,
): Promise<T> {
  const id = routePersonId(call)
  const subjects = { kind: 'person', id, actorId: call.actorId } as const
  return records.change(subjects, (record, app, administrator) => {
    const actor = actorOf(app, administrator)
    const current = record === undefined ? undefined : readPerson(record)
    requirePersonAuthority(actor, current, current)
    if (current === undefined) throw notFound(pathParameter(call, 'userId'), SUBJECT)
    requireMatch(call.request, current)
    const { next, audit, answer } = change(current)
    requirePersonAuthority(actor, current, next)
    return { next: next === undefined ? undefined : personRecord(next), audit, answer }
  })
}

/**
 * Reads the person of the route.
 *
 * @throws {@link ApiError} E0000007 when there is none.
 */
export async function findPerson({ records }: AdminEnvironment, call: AdminCall): Promise<Person> {
  const record = await records.find('person', routePersonId(call))
  if (record === undefined) throw notFound(pathParameter(call, 'userId'), SUBJECT)
  return readPerson(record)
}

/** The identifier of the person of the route; `me` is whoever asks. */
export function routePersonId(call: AdminCall): string {
  const idOrLogin = pathParameter(call, 'userId')
  if (idOrLogin === 'me') return call.actorId
  return isPersonId(idOrLogin) ? idOrLogin : personId(idOrLogin)
}

async function changeProfile(
  environment: AdminEnvironment,
  call: AdminCall,
  how: 'merge' | 'replace',
): Promise<Answer> {
  const body = jsonBody(call)
  const person = await changePerson(environment, call, (current) => {
    const profile = readProfileInput(body, current.profile, how)
    const next = { ...current, lastUpdated: call.now, profile }
    return { next, audit: [personEntry(call, 'person.updated', next)], answer: next }
  })
  return shown(environment, person)
}

/** Whoever is activated again enrols again, with a new passkey. */
function deactivation(call: AdminCall, person: Person): PersonDecision<undefined> {
  const { next, ...rest } = statusChange(call, person, 'DEPROVISIONED', 'person.deactivated')
  return { next: next === undefined ? undefined : { ...next, passkeys: [] }, ...rest }
}

function statusChange(
  call: AdminCall,
  person: Person,
  status: PersonStatus,
  event: AuditEvent,
): PersonDecision<undefined> {
  if (person.status === status) return { next: person, audit: [], answer: undefined }
  const { now } = call
  const activated = status === 'PROVISIONED' ? now : person.activated
  const next: Person = {
    ...person,
    status,
    activated,
    statusChanged: now,
    lastUpdated: now,
    generation: newGeneration(),
  }
  return { next, audit: [personEntry(call, event, next)], answer: undefined }
}

function shown({ issuer }: AdminEnvironment, person: Person): Answer {
  return taggedAnswer(200, personJson(person, issuer), person)
}

function personEntry(call: AdminCall, event: AuditEvent, person: Person): AuditEntry {
  return changeEntry(call, event, undefined, {
    personId: person.id,
    login: person.profile.login,
  })
}

function readConditions(query: URLSearchParams): (person: Person) => boolean {
  const start = foldLogin(query.get('q') ?? '')
  const texts = [query.get('filter'), query.get('search')].filter((text) => text !== null)
  const conditions = texts.filter((text) => text !== '').flatMap((text) => text.split(' and '))
  const tests = conditions.map(readCondition)
  return (person) => {
    const { login, email, firstName, lastName } = person.profile
    const names = [firstName, lastName, login, email].map((name) => foldLogin(name ?? ''))
    return (
      (start === '' || names.some((name) => name.startsWith(start))) &&
      tests.every((isMet) => isMet(person))
    )
  }
}

function readCondition(text: string): (person: Person) => boolean {
  const [, member = '', operator, value = ''] = CONDITION.exec(text) ?? []
  if (member === '') {
    throw new InputError('filter', [
      'filter and search must be conditions like status eq "ACTIVE" or profile.login sw "a", with status, id, profile.login, profile.email, profile.firstName or profile.lastName, joined by and.',
    ])
  }
  const wanted = foldLogin(value)
  return ({ id, status, profile }) => {
    const members: Readonly<Record<string, string | null>> = { id, status, ...profile }
    const actual = foldLogin(members[member.replace('profile.', '')] ?? '')
    return operator === 'sw' ? actual.startsWith(wanted) : actual === wanted
  }
}

function readAfter(query: URLSearchParams): string | undefined {
  const after = query.get('after')
  if (after === null || after === '') return undefined
  if (isPersonId(after)) return after
  throw new InputError('after', ["'after' must be taken from the Link header field of a page."])
}
