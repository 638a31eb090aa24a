/**
 * Tokens at hand: which are fresh, which are to be renewed, and which have ended.
 * @module
 */

import { AccessToken, type StoredToken } from './access-token.ts'

/**
 * A place for tokens that outlives a client: a file, a database, other processes. The client asks it
 * before it asks the server, and goes on without it when it fails. What it holds are secrets.
 */
export interface TokenStore {
  /** The token of this name, if there is one. */
  get(name: string): Promise<StoredToken | undefined>
  /** Keeps a token, in place of the one before. */
  set(name: string, token: StoredToken): Promise<void>
  /** Forgets a token that the resource server refused. */
  delete?(name: string): Promise<void>
  /** Runs while no other process does so for this name: one token request for all of them. */
  withLock?<T>(name: string, run: () => Promise<T>): Promise<T>
}

/** What happens to a token in the course of its life, in seconds after it was obtained. */
export interface TokenLife {
  /** From here on it is renewed in the background. */
  readonly renewAfterSeconds: number
  /** From here on it is not given out any more. */
  readonly usableSeconds: number
}

/** When to renew: this part of the lifetime before the end, and never more than so many seconds. */
const RENEW_PART = 0.2
const RENEW_MOST_SECONDS = 300
/** A token has to live long enough to arrive. */
const FLIGHT_PART = 0.05
const FLIGHT_MOST_SECONDS = 5

/**
 * The life of a token of this lifetime. Renewal begins at a fraction of the lifetime before the end, so
 * that tokens of a minute do not storm, and at a random place there, so that many clients do not come at once.
 *
 * @param random From 0 to 1.
 */
export function tokenLife(lifetimeSeconds: number, random: number): TokenLife {
  const early = Math.min(lifetimeSeconds * RENEW_PART, RENEW_MOST_SECONDS)
  const flight = Math.min(lifetimeSeconds * FLIGHT_PART, FLIGHT_MOST_SECONDS)
  return {
    renewAfterSeconds: Math.max(0, lifetimeSeconds - early * (0.75 + random / 2)),
    usableSeconds: Math.max(0, lifetimeSeconds - flight),
  }
}

/** A token with what is needed to know its age, whatever is done to the clock. */
export interface HeldToken {
  readonly token: AccessToken
  readonly life: TokenLife
  /** NumericDate of this machine at which it was obtained. */
  readonly obtainedAt: number
  /** The same by a clock that is never set, in milliseconds. */
  readonly obtainedMs: number
}

/** Holds a token that was obtained, or kept, at `stored.obtainedAt`. */
export function holdToken(stored: StoredToken, now: number, nowMs: number): HeldToken {
  return {
    token: new AccessToken(stored),
    life: tokenLife(stored.lifetimeSeconds, Math.random()),
    obtainedAt: stored.obtainedAt,
    obtainedMs: nowMs - Math.max(0, now - stored.obtainedAt) * 1000,
  }
}

/** Age of a token in seconds: of two clocks the one that says more, since either may have stood still. */
export function ageSeconds(held: HeldToken, now: number, nowMs: number): number {
  return Math.max(now - held.obtainedAt, (nowMs - held.obtainedMs) / 1000)
}

/** Reads what a store gave; anything else than a token that was put there counts as nothing. */
export function readStoredToken(value: unknown): StoredToken | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { accessToken, tokenType, obtainedAt, lifetimeSeconds, scope } =
    value as Partial<StoredToken>
  const isSound =
    typeof accessToken === 'string' &&
    /^[\x21-\x7e]+$/.test(accessToken) &&
    (tokenType === 'Bearer' || tokenType === 'DPoP') &&
    Number.isFinite(obtainedAt) &&
    Number.isFinite(lifetimeSeconds) &&
    (scope === undefined || typeof scope === 'string')
  return isSound ? (value as StoredToken) : undefined
}

/**
 * The name of a token: what tells it from another. It holds no secret, and is the same in each
 * process that asks for the same token.
 *
 * @param thumbprint JWK Thumbprint of the DPoP key, for a token that is bound to one.
 */
export function tokenName(
  server: string,
  clientId: string,
  scopes: readonly string[],
  resources: readonly string[],
  thumbprint: string | undefined,
): string {
  return JSON.stringify([server, clientId, inOrder(scopes), inOrder(resources), thumbprint ?? null])
}

function inOrder(texts: readonly string[]): readonly string[] {
  const each = [...new Set(texts)]
  each.sort()
  return each
}
