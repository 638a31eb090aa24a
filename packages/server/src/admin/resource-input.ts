/**
 * What administrators send about resources and their scopes, read strictly.
 * @module
 */

import { TOKEN_LIFETIME_SECONDS } from '../app-policy.ts'
import { isOpenIdScope } from '../scopes.ts'
import type { Resource, ResourcePolicy, ResourceScope } from '../resources.ts'
import { InputError } from './api-error.ts'
import { fixed, type Members, object, own } from './input.ts'
import { isUnprintable } from './unprintable.ts'
import { RESOURCE_SUBJECT } from './resource-of-call.ts'

/** What an administrator says about a resource. */
export type ResourceInput = Pick<
  Resource,
  'name' | 'description' | 'audience' | 'policy' | 'introspectionClients'
> & {
  /** Its name in paths, if one was chosen. */
  readonly id: string | undefined
}

/** What an administrator says about a scope. */
export type ScopeInput = Omit<ResourceScope, 'id'>

/** What a scope is called in Okta's errors. */
export const SCOPE_SUBJECT = 'OAuth2Scope'

const MAX_NAME_LENGTH = 100
const MAX_DESCRIPTION_LENGTH = 1000
const MAX_CLIENTS = 100
const ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/
/** `/oauth2/v1` is the server itself. */
const RESERVED_IDS: readonly string[] = ['v1']
const AUDIENCE = /^[\u0021\u0023-\u005b\u005d-\u007e]{1,255}$/
const SCOPE_NAME = /^[\u0021\u0023-\u005b\u005d-\u007e]{1,100}$/
const CLIENT_ID = /^0oa[0-9A-Za-z]{17}$/

/**
 * Reads a resource. `current` is the one that a PUT is about: what is ours alone and not sent stays as it is there.
 *
 * @throws {@link InputError} with all problems.
 */
export function readResourceInput(
  body: unknown,
  issuer: string,
  current?: Resource,
): ResourceInput {
  const members = object(body, RESOURCE_SUBJECT)
  const problems: string[] = []
  const name = readText(problems, members, 'name', MAX_NAME_LENGTH)
  if (name === '') problems.push('name: The field cannot be left blank')
  const description = readText(problems, members, 'description', MAX_DESCRIPTION_LENGTH)
  const audience = readAudience(problems, members, issuer)
  const id = readId(problems, members, current)
  const policy = readPolicy(problems, members, current?.policy ?? {})
  const introspectionClients = readClients(problems, members) ?? current?.introspectionClients ?? []
  if (problems.length > 0) throw new InputError(RESOURCE_SUBJECT, problems)
  return { id, name, description, audience, policy, introspectionClients }
}

/**
 * Reads a scope. `current` is the one that a PUT is about.
 *
 * @throws {@link InputError} with all problems.
 */
export function readScopeInput(body: unknown, current?: ResourceScope): ScopeInput {
  const members = object(body, SCOPE_SUBJECT)
  const problems: string[] = []
  fixed(problems, members, 'consent', 'IMPLICIT')
  const name = own(members, 'name') ?? current?.name
  if (typeof name !== 'string' || !SCOPE_NAME.test(name)) {
    problems.push(
      "'name' must have 1 to 100 characters of ASCII, without blanks, quotes and backslashes.",
    )
  } else if (name.startsWith('okta.') || isOpenIdScope(name)) {
    problems.push("'name' must not begin with okta. or be a scope of OpenID Connect.")
  } else if (current !== undefined && name !== current.name) {
    problems.push("'name' can't be changed: grants and clients name it. Make another scope.")
  }
  const displayName = readText(problems, members, 'displayName', MAX_NAME_LENGTH)
  const description = readText(problems, members, 'description', MAX_DESCRIPTION_LENGTH)
  const isDefault = own(members, 'default') ?? false
  if (typeof isDefault !== 'boolean') problems.push("'default' must be true or false.")
  const shownTo = own(members, 'metadataPublish') ?? 'ALL_CLIENTS'
  if (shownTo !== 'ALL_CLIENTS' && shownTo !== 'NO_CLIENTS') {
    problems.push("'metadataPublish' must be 'ALL_CLIENTS' or 'NO_CLIENTS'.")
  }
  if (problems.length > 0) throw new InputError(SCOPE_SUBJECT, problems)
  return {
    name: name as string,
    description,
    isDefault: isDefault as boolean,
    ...(displayName === '' ? undefined : { displayName }),
    ...(shownTo === 'NO_CLIENTS' ? { isHidden: true } : undefined),
  }
}

function readText(problems: string[], members: Members, name: string, maxLength: number): string {
  const value = own(members, name) ?? ''
  if (typeof value === 'string' && value.length <= maxLength && !isUnprintable(value)) {
    return value.trim()
  }
  problems.push(
    `'${name}' must be a text of at most ${maxLength} characters, none of them a control character.`,
  )
  return ''
}

function readAudience(problems: string[], members: Members, issuer: string): string {
  const audiences = own(members, 'audiences')
  const [audience, ...more]: readonly unknown[] = Array.isArray(audiences) ? audiences : []
  if (typeof audience !== 'string' || more.length > 0 || !AUDIENCE.test(audience)) {
    problems.push(
      "'audiences' must hold one identifier, the 'aud' of its tokens: ASCII without blanks, such as https://api.example.com",
    )
    return ''
  }
  if (audience === issuer) problems.push("'audiences' must not name this server itself.")
  return audience
}

function readId(
  problems: string[],
  members: Members,
  current: Resource | undefined,
): string | undefined {
  const id = own(members, 'id')
  if (id === undefined || id === current?.id) return current?.id
  if (current !== undefined) problems.push("'id' can't be changed: paths and issuers have it.")
  else if (typeof id !== 'string' || !ID.test(id) || RESERVED_IDS.includes(id)) {
    problems.push(
      "'id' must have 1 to 40 lower-case letters, digits and hyphens, and must not be v1; without it, one is made.",
    )
  } else return id
  return undefined
}

function readPolicy(problems: string[], members: Members, current: ResourcePolicy): ResourcePolicy {
  const lifetime = own(members, 'access_token_lifetime_seconds') ?? current.tokenLifetimeSeconds
  const isGood =
    typeof lifetime === 'number' &&
    Number.isInteger(lifetime) &&
    lifetime >= TOKEN_LIFETIME_SECONDS.min &&
    lifetime <= TOKEN_LIFETIME_SECONDS.max
  if (lifetime !== undefined && !isGood) {
    problems.push(
      `'access_token_lifetime_seconds' must be a number of seconds from ${TOKEN_LIFETIME_SECONDS.min} to ${TOKEN_LIFETIME_SECONDS.max}.`,
    )
  }
  const isDpopRequired = own(members, 'dpop_bound_access_tokens') ?? current.isDpopRequired
  if (isDpopRequired !== undefined && typeof isDpopRequired !== 'boolean') {
    problems.push("'dpop_bound_access_tokens' must be true or false.")
  }
  return {
    ...(lifetime === undefined ? undefined : { tokenLifetimeSeconds: lifetime as number }),
    ...(isDpopRequired === true ? { isDpopRequired } : undefined),
  }
}

function readClients(problems: string[], members: Members): readonly string[] | undefined {
  const clients = own(members, 'introspection_clients')
  if (clients === undefined) return undefined
  const isGood =
    Array.isArray(clients) &&
    clients.length <= MAX_CLIENTS &&
    clients.every((client) => typeof client === 'string' && CLIENT_ID.test(client))
  if (isGood) return [...new Set(clients as readonly string[])]
  problems.push(`'introspection_clients' must be at most ${MAX_CLIENTS} client IDs.`)
  return undefined
}
