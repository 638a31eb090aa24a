/**
 * Large integers, and the members of a JWK that are such.
 * @module
 */

import { decodeBase64url, encodeBase64url } from '../../base64url.ts'
import { MAX_RSA_BITS } from '../jwk.ts'

/** The integer of a member; `undefined` when it is none, or larger than in any accepted key. */
export function bigintOfMember(member: unknown): bigint | undefined {
  const octets = typeof member === 'string' ? decodeBase64url(member) : undefined
  if (octets === undefined || octets.length === 0 || octets.length * 8 > MAX_RSA_BITS) {
    return undefined
  }
  const digits = Array.from(octets, (octet) => octet.toString(16).padStart(2, '0'))
  return BigInt(`0x${digits.join('')}`)
}

/** The member of a JWK for an integer. */
export function memberOfBigint(value: bigint): string {
  const digits = value.toString(16)
  const pairs = digits.padStart(digits.length + (digits.length % 2), '0').match(/../g) ?? []
  return encodeBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)))
}

/** The largest integer whose square is not above `value`. */
export function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let root = 1n << BigInt(value.toString(16).length * 2 + 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
