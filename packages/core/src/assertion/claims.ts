/**
 * The Claims Set of a client assertion (RFC 7523, section 3), and completing one.
 * @module
 */

import { drawJti } from '#encoding'
import type { JsonValue } from '../json.ts'

/** The claims of a client assertion that was verified. */
export interface ClientAssertionClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: JsonValue | undefined
}

/** Claims to sign: any of them may still be missing. */
export type AssertionClaimsInput = Readonly<Record<string, unknown>>

/** Options of {@link completeClaims}. */
export interface CompleteClaimsOptions {
  /** The client; becomes `iss` and `sub` where they are missing. */
  readonly clientId?: string
  /** Where the assertion goes; becomes `aud` where it is missing. */
  readonly audience?: string
  /** NumericDate of signing, in seconds. Default: the clock of this machine. */
  readonly now?: number
  /** `exp` is this many seconds after `iat`. Default: 60. */
  readonly lifetimeSeconds?: number
}

/** Claims with what was missing, and the names of what was added. */
export interface CompletedClaims {
  readonly claims: Readonly<Record<string, unknown>>
  readonly added: readonly string[]
}

/** How long an assertion is valid when nobody says, in seconds. */
export const DEFAULT_LIFETIME_SECONDS = 60

/**
 * Adds the claims that an assertion needs and that are missing: `aud`, `iss` and `sub` from the
 * options, `iat` from the clock, `exp`, and a `jti` of 144 random bits. Claims that are there stay
 * as they are, right or wrong.
 */
export function completeClaims(
  claims: AssertionClaimsInput,
  options: CompleteClaimsOptions = {},
): CompletedClaims {
  const defaults = defaultClaims(options)
  const added = Object.keys(defaults).filter(
    (name) => defaults[name] !== undefined && !Object.hasOwn(claims, name),
  )
  return { claims: { ...defaults, ...claims }, added }
}

/** What {@link completeClaims} adds where it is missing; `undefined` where nothing can be told. */
export function defaultClaims(options: CompleteClaimsOptions): Readonly<Record<string, unknown>> {
  const { audience, clientId } = options
  return { aud: audience, iss: clientId, sub: clientId, ...validity(options), jti: randomJti() }
}

/** From when to when an assertion is valid. */
export function validity({ now, lifetimeSeconds }: CompleteClaimsOptions): {
  readonly iat: number
  readonly exp: number
} {
  const iat = now ?? Math.floor(Date.now() / 1000)
  return { iat, exp: iat + (lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS) }
}

/** A `jti` of 144 random bits in base64url. Where that is cheaper, random octets are drawn for many of them at a time. */
export function randomJti(): string {
  return drawJti()
}
