/**
 * What an answer of the admin API has to look like: as much of each thing as a command uses. Okta's answers have more, and are
 * taken with it.
 * @module
 */

import type {
  App,
  AppGrant,
  AppKey,
  AppRole,
  Invitation,
  IssuedToken,
  LogChainAnswer,
  LogEntry,
  Person,
  Resource,
  ResourceScope,
  SigningKey,
  UsedAppKey,
} from './admin-api.ts'

/** Whether a value is what it should be. */
export type Shape<T> = (value: unknown) => value is T

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number'
const anything: Check = () => true

function optional(check: Check): Check {
  return (value) => value === undefined || value === null || check(value)
}

/** A list of things. */
export function listOf<T>(each: Shape<T>): Shape<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(each)
}

function objectWith<T>(members: Readonly<Record<string, Check>>): Shape<T> {
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(members).every(([name, check]) => {
      return check((value as Readonly<Record<string, unknown>>)[name])
    })
}

const named = objectWith<{ readonly id: string }>({ id: isText })
const place = objectWith({ id: isNumber, hash: isText })

const appKey = { id: isText, kid: isText, status: isText, created: optional(isText) }

/** A key of a service app. */
export const isAppKey: Shape<AppKey> = objectWith(appKey)

/** A key of a service app, with its uses where the server counts them. */
export const isUsedAppKey: Shape<UsedAppKey> = objectWith({
  ...appKey,
  createdBy: optional(objectWith({ id: isText })),
  uses: optional(listOf(objectWith({ hour: isText, count: isNumber }))),
})

/** A service app. */
export const isApp: Shape<App> = objectWith({
  id: isText,
  label: isText,
  status: isText,
  created: isText,
  settings: objectWith({
    oauthClient: objectWith({ jwks: optional(objectWith({ keys: listOf(objectWith({})) })) }),
  }),
})

/** A granted scope. */
export const isAppGrant: Shape<AppGrant> = objectWith({
  id: isText,
  scopeId: isText,
  issuer: isText,
  created: isText,
})

/** An assigned role. */
export const isAppRole: Shape<AppRole> = objectWith({
  id: isText,
  type: isText,
  label: isText,
  created: isText,
})

/** A person. */
export const isPerson: Shape<Person> = objectWith({
  id: isText,
  status: isText,
  profile: objectWith({ login: isText }),
  lastLogin: optional(isText),
})

/** A link by which a passkey is made. */
export const isInvitation: Shape<Invitation> = objectWith({ url: isText, expiresAt: isText })

/** An API that tokens are for. */
export const isResource: Shape<Resource> = objectWith({
  id: isText,
  name: isText,
  description: isText,
  audiences: (value) => Array.isArray(value) && value.every(isText),
  issuer: isText,
  status: isText,
  created: isText,
})

/** A scope of a resource. */
export const isResourceScope: Shape<ResourceScope> = objectWith({
  id: isText,
  name: isText,
  description: optional(isText),
})

/** A key that the server signs with. */
export const isSigningKey: Shape<SigningKey> = objectWith({
  kid: isText,
  status: isText,
  alg: optional(isText),
})

/** A token that an app got. */
export const isIssuedToken: Shape<IssuedToken> = objectWith({
  id: isText,
  status: isText,
  created: isText,
  expiresAt: isText,
  kid: isText,
  scopes: (value) => Array.isArray(value) && value.every(isText),
})

/** An entry of the log; Okta's may have no target. */
export const isLogEntry: Shape<LogEntry> = objectWith({
  uuid: isText,
  published: isText,
  eventType: isText,
  displayMessage: isText,
  actor: named,
  outcome: objectWith({ result: isText }),
  target: optional(listOf(named)),
  transaction: named,
  debugContext: optional(objectWith({ debugData: optional(objectWith({})) })),
})

/** A part of the chain of the log. */
export const isLogChain: Shape<LogChainAnswer> = objectWith({
  start: place,
  end: place,
  entries: (value) => Array.isArray(value) && value.every(anything),
})
