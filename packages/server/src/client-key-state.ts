/**
 * Whether a key that is registered for an app counts, and if not, why. It is decided here and nowhere else; whether the
 * app itself counts is another matter.
 * @module
 */

import type { ClientKey, ServiceApp } from './storage/ports.ts'

/** The state of a key. */
export type ClientKeyState = 'ACTIVE' | 'INACTIVE' | 'EXPIRED' | 'REVOKED'

type Judged = Pick<ClientKey, 'status' | 'expires' | 'revoked'>

/** Of several reasons the one that lasts: what was revoked stays so, and an end can be moved once a key is active. */
export function stateOfKey({ status, expires, revoked }: Judged, at: number): ClientKeyState {
  if (revoked !== undefined) return 'REVOKED'
  if (status === 'INACTIVE') return 'INACTIVE'
  return expires !== undefined && expires <= at ? 'EXPIRED' : 'ACTIVE'
}

/** Whether a key counts. */
export function isKeyInForce(key: Judged, at: number): boolean {
  return stateOfKey(key, at) === 'ACTIVE'
}

/** Why a key does not count, for administrators. */
export interface KeyFault {
  readonly rule: 'key-revoked' | 'key-inactive' | 'key-expired'
  /** What is to be said of the key, such as `expired on 2026-11-30 12:00:00 UTC`. */
  readonly words: string
  readonly fix: string
}

/** Says why a key does not count; `undefined` when it does. */
export function keyFault(key: ClientKey, at: number): KeyFault | undefined {
  // The times of what is not so are not asked for.
  const { revoked = 0, expires = 0, lastUpdated } = key
  switch (stateOfKey(key, at)) {
    case 'ACTIVE':
      return undefined
    case 'REVOKED':
      return {
        rule: 'key-revoked',
        words: `was revoked on ${readableTime(revoked)}`,
        fix: 'register a new key: one that was revoked never counts again',
      }
    case 'INACTIVE':
      return {
        rule: 'key-inactive',
        words: `is inactive, and was last changed on ${readableTime(lastUpdated)}`,
        fix: 'activate that key, or sign with an active one',
      }
    case 'EXPIRED':
      return {
        rule: 'key-expired',
        words: `expired on ${readableTime(expires)}`,
        fix: 'register another key for the app, or let this one end later',
      }
  }
}

/** What a refusal says, in the log, of the key that the assertion names; `undefined` when that key counts. */
export function describeUnusableKey(
  { keys }: ServiceApp,
  kid: string | undefined,
  at: number,
): string | undefined {
  const key =
    kid === undefined && keys.length === 1 ? keys[0] : keys.find(({ jwk }) => jwk.kid === kid)
  const fault = key && keyFault(key, at)
  if (key === undefined || fault === undefined) return undefined
  const { words, fix } = fault
  return `The key ${key.id} ${words}. ${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`
}

/** A time to read, as the console writes it. */
export function readableTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
