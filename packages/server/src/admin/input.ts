/**
 * What administrators send, read strictly: members that are not read here never take effect.
 * @module
 */

import { KeyError } from '@keygrant/core/errors'
import {
  checkKeyForRegistration,
  hasPrivateMember,
  importPublicKey,
  type JwsAlgorithm,
  jwsAlgorithm,
  type JwsAlgorithmName,
} from '@keygrant/core/keys'
import type { ClientKey, Role, Status } from '../storage/ports.ts'
import { issuerOf, resourceIdOf } from '../resources.ts'
import { InputError } from './api-error.ts'
import { readSettings, type SentSettings } from './app-settings.ts'
import { foldLogin, type PersonProfile } from './person.ts'
import { isUnprintable } from './unprintable.ts'

/** A key to register. */
export interface KeyInput {
  readonly jwk: ClientKey['jwk']
  readonly status: Status
  /** Milliseconds since 1970. */
  readonly expires?: number
}

/** What an administrator may say about a service app. */
export interface AppInput {
  readonly label: string
  /** `undefined` when nothing is said about keys. */
  readonly keys: readonly KeyInput[] | undefined
  /** What is said about settings. */
  readonly settings: SentSettings
}

/** Algorithms that this server accepts from clients: each key has to fit one of them. */
export type Algorithms = readonly JwsAlgorithmName[]

/** An app may have this many keys. */
export const MAX_KEYS = 50
const MAX_LABEL_LENGTH = 100
const MAX_KID_LENGTH = 255
const ROLES: readonly string[] = ['SUPER_ADMIN', 'APP_ADMIN', 'READ_ONLY_ADMIN'] satisfies Role[]

/**
 * Reads a service app in the form of `/api/v1/apps`. `clientId` is the app that a PUT is about.
 *
 * @throws {@link InputError} with all problems.
 */
export async function readAppInput(
  body: unknown,
  algorithms: Algorithms,
  clientId?: string,
): Promise<AppInput> {
  const app = object(body, 'AppInstance')
  const credentials = innerObject(innerObject(app, 'credentials'), 'oauthClient')
  const settings = innerObject(innerObject(app, 'settings'), 'oauthClient')
  const problems: string[] = []
  fixed(problems, app, 'name', 'oidc_client')
  fixed(problems, app, 'signOnMode', 'OPENID_CONNECT')
  const members = { ...settings, ...credentials }
  checkClientMembers(problems, members, clientId)
  const ofApp = readSettings(problems, members, algorithms)
  const label = readLabel(problems, app, 'label')
  const keys = await readJwks(problems, own(settings, 'jwks'), algorithms)
  if (problems.length > 0) throw new InputError('AppInstance', problems)
  return { label, keys, settings: ofApp }
}

/**
 * Reads a service app in the form of `/oauth2/v1/clients`. `clientId` is the client that a PUT is about.
 *
 * @throws {@link InputError} with all problems.
 */
export async function readClientInput(
  body: unknown,
  algorithms: Algorithms,
  clientId?: string,
): Promise<AppInput> {
  const client = object(body, 'PublicClientApp')
  const problems: string[] = []
  checkClientMembers(problems, client, clientId)
  const settings = readSettings(problems, client, algorithms)
  const label = readLabel(problems, client, 'client_name')
  const keys = await readJwks(problems, own(client, 'jwks'), algorithms)
  if (problems.length > 0) throw new InputError('PublicClientApp', problems)
  return { label, keys, settings }
}

/**
 * Reads one key in the form of `/api/v1/apps/{id}/credentials/jwks`, where a status may be given.
 *
 * @throws {@link InputError} with the problem.
 */
export async function readKeyInput(
  body: unknown,
  algorithms: Algorithms,
  now: number,
): Promise<KeyInput> {
  const problems: string[] = []
  const members = object(body, 'JsonWebKey')
  const { status = 'ACTIVE' } = members
  const expires = readExpiry(problems, members, now)
  if (status !== 'ACTIVE' && status !== 'INACTIVE') {
    problems.push("'status' must be 'ACTIVE' or 'INACTIVE'.")
  }
  const jwk = await readKey(problems, body, algorithms)
  if (jwk === undefined || problems.length > 0) throw new InputError('JsonWebKey', problems)
  return { jwk, status: status as Status, ...(expires === undefined ? undefined : { expires }) }
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
/** A key may be said to end in ten years, and no later: a slip of the pen is longer. */
const MAX_KEY_LIFE_MS = 3653 * 86_400_000

function readExpiry(problems: string[], members: Members, now: number): number | undefined {
  const text = own(members, 'expires_at')
  if (text === undefined) return undefined
  const time = typeof text === 'string' && TIME.test(text) ? Date.parse(text) : Number.NaN
  if (time > now && time <= now + MAX_KEY_LIFE_MS) return time
  problems.push(
    "'expires_at' must be a time in the next ten years, such as 2027-01-31T00:00:00Z, or null.",
  )
  return undefined
}

/**
 * Reads when a key is to end; `undefined` for never.
 *
 * @throws {@link InputError}
 */
export function readKeyEnd(body: unknown, now: number): number | undefined {
  const members = object(body, 'JsonWebKey')
  const problems: string[] = []
  if (!Object.hasOwn(members, 'expires_at') || Object.keys(members).length !== 1) {
    problems.push("The body must have the member 'expires_at', a time or null, and no other.")
  }
  const expires = readExpiry(problems, members, now)
  if (problems.length > 0) throw new InputError('JsonWebKey', problems)
  return expires
}

/** A grant that is asked for. */
export interface GrantInput {
  readonly scope: string
  /** The ID of the resource that has the scope; `undefined` for the server itself. */
  readonly resourceId: string | undefined
}

/**
 * Reads the scope of a grant, and whose scope it is.
 *
 * @throws {@link InputError} when `scopeId` is missing, or `issuer` is neither this server nor a resource of it.
 */
export function readGrantInput(body: unknown, issuer: string): GrantInput {
  const grant = object(body, 'OAuth2ScopeConsentGrant')
  const problems: string[] = []
  const scope = own(grant, 'scopeId')
  if (typeof scope !== 'string' || scope === '') {
    problems.push("'scopeId' must be the name of a scope, such as okta.apps.read.")
  }
  const named = own(grant, 'issuer') ?? issuer
  const resourceId = typeof named === 'string' ? resourceIdOf(issuer, named) : undefined
  if (named !== issuer && resourceId === undefined) {
    problems.push(
      `'issuer' must be the issuer identifier of this server, ${issuer}, or of one of its resources, such as ${issuerOf(issuer, 'default')}`,
    )
  }
  if (problems.length > 0) throw new InputError('OAuth2ScopeConsentGrant', problems)
  return { scope: scope as string, resourceId }
}

/**
 * Reads the role to assign.
 *
 * @throws {@link InputError} when it is none.
 */
export function readRoleInput(body: unknown): Role {
  const type = own(object(body, 'Role'), 'type')
  if (typeof type === 'string' && ROLES.includes(type)) return type as Role
  throw new InputError('Role', [`'type' must be one of ${ROLES.join(', ')}.`])
}

const PROFILE_MEMBERS = ['login', 'email', 'firstName', 'lastName'] as const
/** Members that Okta shows and that hold nothing here: they may be said, to be empty. */
const EMPTY_MEMBERS: readonly string[] = ['mobilePhone', 'secondEmail']
const MAX_NAME_LENGTH = 100
const ADDRESS = /^[^\s@]{1,64}@[^\s@]{1,200}$/

/**
 * Reads the profile of a person; `current` is the one that there is. What is not sent is taken from it, or is
 * empty when the profile is replaced.
 *
 * @throws {@link InputError} with all problems.
 */
export function readProfileInput(
  body: unknown,
  current: PersonProfile | undefined,
  how: 'merge' | 'replace',
): PersonProfile {
  const subject = 'User'
  const person = object(body, subject)
  const problems: string[] = []
  if (own(person, 'credentials') !== undefined) {
    problems.push("'credentials' can't be set: there are no passwords here.")
  }
  const profile = innerObject(person, 'profile')
  for (const name of Object.keys(profile)) {
    const isEmpty = EMPTY_MEMBERS.includes(name) && own(profile, name) === undefined
    if (!isEmpty && !PROFILE_MEMBERS.some((known) => known === name)) {
      problems.push(`'profile' has a member that is none of ${PROFILE_MEMBERS.join(', ')}.`)
      break
    }
  }
  const previous = how === 'merge' ? current : undefined
  const text = (name: keyof PersonProfile): string | null => {
    const isSent = Object.hasOwn(profile, name)
    const value = isSent ? own(profile, name) : previous?.[name]
    if (value === undefined || value === null || value === '') return null
    const isGood =
      typeof value === 'string' && value.length <= MAX_NAME_LENGTH && !isUnprintable(value)
    if (isGood) return value.trim()
    problems.push(
      `${name}: a text of at most ${MAX_NAME_LENGTH} characters, none of them a control character`,
    )
    return null
  }
  const [login, email] = [text('login') ?? current?.login ?? null, text('email')]
  for (const [name, address] of [
    ['login', login],
    ['email', email],
  ] as const) {
    if (address === null) problems.push(`${name}: The field cannot be left blank`)
    else if (!ADDRESS.test(address)) problems.push(`${name}: must be an email address`)
  }
  if (current !== undefined && login !== null && foldLogin(login) !== foldLogin(current.login)) {
    problems.push("login: can't be changed, because it names the person; add another person")
  }
  const [firstName, lastName] = [text('firstName'), text('lastName')]
  if (problems.length > 0) throw new InputError(subject, problems)
  return { login: login as string, email: email as string, firstName, lastName }
}

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>

/**
 * The body, which must be an object.
 *
 * @throws {@link InputError}
 */
export function object(value: unknown, subject: string): Members {
  if (isObject(value)) return value
  throw new InputError(subject, ['The body must be a JSON object.'])
}

function innerObject(members: Members, name: string): Members {
  const value = own(members, name)
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A member; `null` counts as absent, as in Okta's API. */
export function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? (members[name] ?? undefined) : undefined
}

/** Members in which every service app is alike: they may be said, but not otherwise. */
function checkClientMembers(problems: string[], members: Members, clientId?: string): void {
  fixed(problems, members, 'token_endpoint_auth_method', 'private_key_jwt')
  fixed(problems, members, 'application_type', 'service')
  fixedList(problems, members, 'grant_types', 'client_credentials')
  fixedList(problems, members, 'response_types', 'token')
  const id = own(members, 'client_id')
  if (id !== undefined && id !== clientId) {
    problems.push(
      clientId === undefined
        ? "'client_id' is assigned by the server; leave it out."
        : "'client_id' can't be changed.",
    )
  }
  if (own(members, 'client_secret') !== undefined) {
    problems.push(
      "'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.",
    )
  }
  const redirectUris = own(members, 'redirect_uris')
  if (redirectUris !== undefined && !(Array.isArray(redirectUris) && redirectUris.length === 0)) {
    problems.push("'redirect_uris' must be empty for a service app.")
  }
}

/** Requires that a member, if it is there, has its only value. */
export function fixed(problems: string[], members: Members, name: string, value: string): void {
  const given = own(members, name)
  if (given !== undefined && given !== value) problems.push(`'${name}' must be '${value}'.`)
}

function fixedList(problems: string[], members: Members, name: string, value: string): void {
  const given = own(members, name)
  if (given === undefined) return
  if (Array.isArray(given) && given.length === 1 && given[0] === value) return
  problems.push(`'${name}' must be ['${value}'].`)
}

function readLabel(problems: string[], members: Members, name: string): string {
  const value = own(members, name)
  const label = typeof value === 'string' ? value.trim() : undefined
  if (label === undefined || label === '') {
    problems.push(`${name}: The field cannot be left blank`)
    return ''
  }
  if (label.length > MAX_LABEL_LENGTH || isUnprintable(label)) {
    problems.push(
      `${name}: at most ${MAX_LABEL_LENGTH} characters, none of them a control character`,
    )
  }
  return label
}

async function readJwks(
  problems: string[],
  jwks: unknown,
  algorithms: Algorithms,
): Promise<KeyInput[] | undefined> {
  if (jwks === undefined) return undefined
  const entries = isObject(jwks) ? own(jwks, 'keys') : undefined
  if (!Array.isArray(entries)) {
    problems.push("'jwks' must be an object with the public keys in an array 'keys'.")
    return undefined
  }
  if (entries.length > MAX_KEYS) {
    problems.push(`'jwks' must hold at most ${MAX_KEYS} keys.`)
    return undefined
  }
  const jwksOrFaults = await Promise.all(
    entries.map((entry) => readKey(problems, entry, algorithms)),
  )
  const keys = jwksOrFaults.filter((jwk) => jwk !== undefined)
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    problems.push("All keys in the 'jwks' must have a unique `kid`.")
  }
  return keys.map((jwk) => ({ jwk, status: 'ACTIVE' }))
}

async function readKey(
  problems: string[],
  value: unknown,
  algorithms: Algorithms,
): Promise<ClientKey['jwk'] | undefined> {
  if (!isObject(value)) {
    problems.push('Each key must be a JWK: a JSON object.')
    return undefined
  }
  if (hasPrivateMember(value)) {
    problems.push(
      'The key holds private members. Only its public half is registered; treat this private key as exposed, and make a new key pair.',
    )
    return undefined
  }
  const { kid } = value
  if (typeof kid === 'string' && (kid.length > MAX_KID_LENGTH || isUnprintable(kid))) {
    problems.push(
      `'kid' must have at most ${MAX_KID_LENGTH} characters, none of them a control character.`,
    )
    return undefined
  }
  try {
    const key = await importPublicKey(value)
    const { jwk } = key
    if (jwk.use !== undefined && jwk.use !== 'sig') {
      problems.push("'use' must be 'sig' or absent: the key verifies signatures.")
    } else if (!algorithms.some((alg) => key.fits(jwsAlgorithm(alg) as JwsAlgorithm))) {
      problems.push(
        `The key fits none of the algorithms that this server accepts: ${algorithms.join(', ')}.`,
      )
    } else {
      const findings = await checkKeyForRegistration(key)
      const weakness = findings.find(({ severity }) => severity === 'error')
      if (weakness === undefined) return jwk
      problems.push(`The key is refused: ${weakness.sentence}; ${weakness.fix}.`)
    }
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    problems.push(
      error.code === 'ERR_KEY_TOO_SMALL'
        ? "RSA key length in the 'jwks' is less than '2,048' bits for the given key."
        : `The key is refused: ${error.message}.`,
    )
  }
  return undefined
}
