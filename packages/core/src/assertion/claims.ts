/**
 * The Claims Set of a client assertion (RFC 7523, section 3), and completing one.
 * @module
 */

import { primitives } from '#primitives'
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
  const now = options.now ?? Math.floor(Date.now() / 1000)
  return {
    aud: options.audience,
    iss: options.clientId,
    sub: options.clientId,
    iat: now,
    exp: now + (options.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS),
    jti: randomJti(),
  }
}

/** 18 octets, a multiple of three: so the texts of many stand beside each other in one. */
const JTI_CHARACTERS = 24
/** Octets of 64 of them. */
const POOL_OCTETS = 1152
let pool = ''
let used = 0

/** A `jti` of 144 random bits in base64url. Random octets are drawn for 64 of them at a time. */
export function randomJti(): string {
  if (used === pool.length) {
    pool = primitives.encodeBase64url(crypto.getRandomValues(new Uint8Array(POOL_OCTETS)))
    used = 0
  }
  return pool.slice(used, (used += JTI_CHARACTERS))
}
