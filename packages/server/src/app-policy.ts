/**
 * What the server expects of one app: its own profile, with what an administrator set for that app.
 * @module
 */

import { type AssertionProfile, OKTA_PROFILE, STRICT_PROFILE } from '@keygrant/core/assertion'
import type { ServiceApp } from './storage/ports.ts'

const PROFILES = { okta: OKTA_PROFILE, strict: STRICT_PROFILE } as const

/** Access tokens are good for this long when nothing else was set, by profile. */
export const DEFAULT_LIFETIME_SECONDS: Readonly<Record<'okta' | 'strict', number>> = {
  okta: 3600,
  strict: 600,
}

/** Whatever was set, a token is good for 5 to 60 minutes. */
export const TOKEN_LIFETIME_SECONDS: { readonly min: number; readonly max: number } = {
  min: 300,
  max: 3600,
}

/** How far ahead an administrator may let the `exp` of assertions be: what is longer than in the profile has no effect. */
export const ASSERTION_LIFETIME_SECONDS: { readonly min: number; readonly max: number } = {
  min: 30,
  max: 3600,
}

/**
 * The profile that an app is judged by: the server's own object when nothing was set for the app. What is set for an app makes
 * it stricter, never laxer.
 */
export function profileOf(
  { settings }: Pick<ServiceApp, 'settings'>,
  ofServer: AssertionProfile,
): AssertionProfile {
  const named = PROFILES[settings?.profile ?? ofServer.name]
  const base = named.name === ofServer.name ? ofServer : named
  if (settings === undefined) return base
  const { algorithms = base.algorithms } = settings
  const maxLifetimeSeconds = Math.min(
    settings.maxAssertionLifetimeSeconds ?? base.maxLifetimeSeconds,
    base.maxLifetimeSeconds,
  )
  const isJtiRequired = base.isJtiRequired || settings.isJtiRequired === true
  const isSame =
    algorithms === base.algorithms &&
    maxLifetimeSeconds === base.maxLifetimeSeconds &&
    isJtiRequired === base.isJtiRequired
  return isSame ? base : { ...base, algorithms, maxLifetimeSeconds, isJtiRequired }
}

/** The profile of an app without what makes it stricter: by what an assertion may have been taken before that was set. */
export function widestProfileOf(
  { settings }: Pick<ServiceApp, 'settings'>,
  ofServer: AssertionProfile,
): AssertionProfile {
  const profile = settings?.profile
  return profileOf(profile === undefined ? {} : { settings: { profile } }, ofServer)
}

/** For how long a token is good: as set for the app, else for the resource, else as in the profile. */
export function lifetimeSeconds(
  { settings }: Pick<ServiceApp, 'settings'>,
  ofResource: number | undefined,
  profile: AssertionProfile,
): number {
  const { min, max } = TOKEN_LIFETIME_SECONDS
  const wanted =
    settings?.tokenLifetimeSeconds ?? ofResource ?? DEFAULT_LIFETIME_SECONDS[profile.name]
  return Math.min(Math.max(wanted, min), max)
}
