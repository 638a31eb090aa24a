/**
 * The replay key: what may be used once.
 * @module
 */

import { primitives } from '#primitives'
import type { MaybePromise } from '../maybe-promise.ts'

/** One use of an assertion, to be recorded if it is the first. */
export interface AssertionUse {
  readonly issuer: string
  readonly clientId: string
  /** SHA-256 of what identifies the assertion: 32 octets, without structure. */
  readonly replayKey: Uint8Array
  /** NumericDate after which the assertion is refused anyway. */
  readonly expiresAt: number
}

/**
 * Records a use if it is the first, in one atomic act: `true` for the first, `false` for any other.
 * It must throw when it can't tell; then nothing is accepted.
 */
export type RecordFirstUse = (use: AssertionUse) => boolean | Promise<boolean>

/**
 * Computes the replay key from issuer, client and `jti`; without a `jti` from the Signing Input, so
 * that no assertion ever works twice. The signature has no part in it: ECDSA signatures can be
 * changed and stay valid. Values are length-prefixed, so that no two of them run together.
 */
export function assertionReplayKey(
  issuer: string,
  clientId: string,
  jti: string | undefined,
  signingInput: Uint8Array,
): MaybePromise<Uint8Array> {
  const octets = jti === undefined ? signingInput : primitives.encodeUtf8(jti)
  const names = JSON.stringify([
    issuer,
    clientId,
    jti === undefined ? 'signing_input' : 'jti',
    octets.length,
  ])
  if (jti !== undefined) return primitives.sha256(primitives.encodeUtf8(names + jti))
  const start = primitives.encodeUtf8(names)
  const all = new Uint8Array(start.length + octets.length)
  all.set(start)
  all.set(octets, start.length)
  return primitives.sha256(all)
}
