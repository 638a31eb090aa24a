/**
 * In what an administrator lets one app differ from the rest: how members of the client are called on the
 * wire (Okta's and RFC 7591's names; two of our own), and what they mean.
 * @module
 */

import { type JwsAlgorithmName, jwsAlgorithm } from '@keygrant/core/keys'
import { ASSERTION_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS } from '../app-policy.ts'
import { type JwksUriPolicy, jwksUriProblem } from '../jwks-uri.ts'
import { parseNetwork } from '../networks.ts'
import type { AppSettings, ServiceApp } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import { isUnprintable } from './unprintable.ts'
import type { SettingsJson } from './wire-types.ts'

/** What was sent of the settings: `null` takes one back to what holds for the whole server. */
export type SentSettings = { readonly [name in keyof AppSettings]?: AppSettings[name] | null }

const MAX_CONTACTS = 5
const MAX_CONTACT_LENGTH = 100
const MAX_NOTES_LENGTH = 2000
const MAX_NETWORKS = 50

/**
 * Reads the settings out of the members of a client; what is not sent is not there. Whether tokens are bound, where the keys
 * are, and who replaces them is never taken back by `null`: it counts as not sent there.
 */
export function readSettings(
  problems: string[],
  members: Readonly<Record<string, unknown>>,
  algorithms: readonly JwsAlgorithmName[],
): SentSettings {
  const settings: { -readonly [name in keyof SentSettings]: SentSettings[name] } = {}
  const read = <T>(
    name: string,
    isGood: (value: unknown) => value is T,
    must: string,
    put: (value: T) => void,
    takeBack?: () => void,
  ) => {
    const value = Object.hasOwn(members, name) ? members[name] : undefined
    if (value === null) takeBack?.()
    if (value === undefined || value === null) return
    if (isGood(value)) put(value)
    else problems.push(`'${name}' must be ${must}.`)
  }
  read('dpop_bound_access_tokens', isBoolean, 'true or false', (value) => {
    settings.isDpopRequired = value
  })
  read('jwks_uri', isText, 'a text', (value) => {
    settings.jwksUri = value
  })
  const isAccepted = (value: unknown): value is JwsAlgorithmName =>
    jwsAlgorithm(value) !== undefined && algorithms.includes(value as JwsAlgorithmName)
  read(
    'token_endpoint_auth_signing_alg',
    isAccepted,
    `one of ${algorithms.join(', ')}`,
    (value) => {
      settings.algorithms = [value]
    },
    () => (settings.algorithms = null),
  )
  const isProfile = (value: unknown): value is 'okta' | 'strict' =>
    value === 'okta' || value === 'strict'
  read(
    'security_profile',
    isProfile,
    "'okta' or 'strict'",
    (value) => (settings.profile = value),
    () => (settings.profile = null),
  )
  read(
    'max_assertion_lifetime_seconds',
    isSecondsOf(ASSERTION_LIFETIME_SECONDS),
    boundsOf(ASSERTION_LIFETIME_SECONDS),
    (value) => (settings.maxAssertionLifetimeSeconds = value),
    () => (settings.maxAssertionLifetimeSeconds = null),
  )
  read(
    'require_jti',
    isBoolean,
    'true or false',
    (value) => (settings.isJtiRequired = value ? true : null),
    () => (settings.isJtiRequired = null),
  )
  read(
    'allowed_networks',
    areNetworks,
    `an array of 1 to ${MAX_NETWORKS} addresses or networks such as 203.0.113.0/24 or 2001:db8::/32, without bits behind the prefix; null for anywhere`,
    (value) =>
      (settings.allowedNetworks = [...new Set(value.map((text) => parseNetwork(text) ?? text))]),
    () => (settings.allowedNetworks = null),
  )
  read(
    'access_token_lifetime_seconds',
    isSecondsOf(TOKEN_LIFETIME_SECONDS),
    boundsOf(TOKEN_LIFETIME_SECONDS),
    (value) => (settings.tokenLifetimeSeconds = value),
    () => (settings.tokenLifetimeSeconds = null),
  )
  const contactBounds = `at most ${MAX_CONTACTS} texts of at most ${MAX_CONTACT_LENGTH} characters`
  read(
    'contacts',
    areContacts,
    contactBounds,
    (value) => (settings.contacts = value.length === 0 ? null : value.map((text) => text.trim())),
    () => (settings.contacts = null),
  )
  read(
    'notes',
    isNote,
    `a text of at most ${MAX_NOTES_LENGTH} characters`,
    (value) => (settings.notes = value.trim() === '' ? null : value),
    () => (settings.notes = null),
  )
  read('self_service_key_rotation', isBoolean, 'true or false', (value) => {
    settings.isSelfRotationAllowed = value
  })
  if (settings.jwksUri !== undefined && hasKeys(members['jwks'])) {
    problems.push("'jwks' and 'jwks_uri' exclude each other: send one of them.")
  }
  return settings
}

/**
 * Requires that a `jwks_uri` that is sent may be fetched from.
 *
 * @throws {@link InputError}
 */
export function requireJwksUri({ jwksUri }: SentSettings, policy: JwksUriPolicy): void {
  const problem =
    jwksUri === undefined || jwksUri === null ? undefined : jwksUriProblem(jwksUri, policy)
  if (problem !== undefined) throw new InputError('AppInstance', [problem])
}

/**
 * The settings of an app after a change: what was not sent stays. Keys that are sent take the place of a
 * `jwks_uri`.
 */
export function mergeSettings(
  before: AppSettings | undefined,
  sent: SentSettings,
  hasKeys: boolean,
): Pick<ServiceApp, 'settings'> {
  const all = Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null)
  const { jwksUri, ...rest } = Object.fromEntries(all) as AppSettings
  const settings = { ...rest, ...(jwksUri === undefined || hasKeys ? undefined : { jwksUri }) }
  return Object.keys(settings).length === 0 ? {} : { settings }
}

/** Writes the settings of an app. */
export function settingsJson({ settings = {} }: Pick<ServiceApp, 'settings'>): SettingsJson {
  const { isDpopRequired = false, jwksUri, algorithms, profile, tokenLifetimeSeconds } = settings
  const { isSelfRotationAllowed, contacts, notes } = settings
  const { maxAssertionLifetimeSeconds, isJtiRequired, allowedNetworks } = settings
  const [algorithm] = algorithms ?? []
  return {
    dpop_bound_access_tokens: isDpopRequired,
    ...(jwksUri === undefined ? undefined : { jwks_uri: jwksUri }),
    ...(algorithm === undefined ? undefined : { token_endpoint_auth_signing_alg: algorithm }),
    ...(profile === undefined ? undefined : { security_profile: profile }),
    ...(tokenLifetimeSeconds === undefined
      ? undefined
      : { access_token_lifetime_seconds: tokenLifetimeSeconds }),
    ...(maxAssertionLifetimeSeconds === undefined
      ? undefined
      : { max_assertion_lifetime_seconds: maxAssertionLifetimeSeconds }),
    ...(isJtiRequired === undefined ? undefined : { require_jti: isJtiRequired }),
    ...(allowedNetworks === undefined ? undefined : { allowed_networks: allowedNetworks }),
    ...(isSelfRotationAllowed === undefined
      ? undefined
      : { self_service_key_rotation: isSelfRotationAllowed }),
    ...(contacts === undefined ? undefined : { contacts }),
    ...(notes === undefined ? undefined : { notes }),
  }
}

/** What is shown of an app that publishes its keys has an empty set, and may be sent back as it is. */
function hasKeys(jwks: unknown): boolean {
  if (jwks === undefined || jwks === null) return false
  const { keys } = jwks as { readonly keys?: unknown }
  return !Array.isArray(keys) || keys.length > 0
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** A contact is one line. */
function areContacts(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_CONTACTS &&
    value.every(
      (text) =>
        typeof text === 'string' &&
        text.trim() !== '' &&
        text.length <= MAX_CONTACT_LENGTH &&
        !isUnprintable(text),
    )
  )
}

/** Notes may have several lines. */
function isNote(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAX_NOTES_LENGTH &&
    !isUnprintable(value.replaceAll(/[\n\t]/g, ''))
  )
}

interface Bounds {
  readonly min: number
  readonly max: number
}

function isSecondsOf({ min, max }: Bounds): (value: unknown) => value is number {
  return (value): value is number =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}

function boundsOf({ min, max }: Bounds): string {
  return `a number of seconds from ${min} to ${max}`
}

function areNetworks(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_NETWORKS &&
    value.every((text) => typeof text === 'string' && parseNetwork(text) !== undefined)
  )
}
