/**
 * The replay key: what may be used once.
 * @module
 */

import { primitives } from '#primitives'

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
export async function assertionReplayKey(
  issuer: string,
  clientId: string,
  jti: string | undefined,
  signingInput: Uint8Array,
): Promise<Uint8Array> {
  const last = jti === undefined ? signingInput : primitives.encodeUtf8(jti)
  const names = primitives.encodeUtf8(
    JSON.stringify([issuer, clientId, jti === undefined ? 'signing_input' : 'jti', last.length]),
  )
  const octets = new Uint8Array(names.length + last.length)
  octets.set(names)
  octets.set(last, names.length)
  return primitives.sha256(octets)
}
