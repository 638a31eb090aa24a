/**
 * Octets from key containers as members of a JWK.
 * @module
 */

import { encodeBase64url } from '../../base64url.ts'
import type { EcPublicJwk } from '../jwk.ts'
import { Damage } from './der-reader.ts'

const FIELD_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** The curves of ECDSA keys. */
export type EcCurve = EcPublicJwk['crv']

/** Octets as they are. */
export function member(octets: Uint8Array): string {
  return encodeBase64url(octets)
}

/** A magnitude without leading zeros. */
export function magnitude(octets: Uint8Array): string {
  return encodeBase64url(withoutLeadingZeros(octets))
}

/** The private scalar of an EC key, in exactly as many octets as its curve has. */
export function scalar(crv: EcCurve, octets: Uint8Array): string {
  const digits = withoutLeadingZeros(octets)
  const padded = new Uint8Array(FIELD_OCTETS[crv])
  if (digits.length > padded.length) throw new Damage('its private value is too long')
  padded.set(digits, padded.length - digits.length)
  return encodeBase64url(padded)
}

/** The coordinates of an uncompressed point; `undefined` when the point is compressed. */
export function coordinates(point: Uint8Array): { x: string; y: string } | undefined {
  if (point[0] === 2 || point[0] === 3) return undefined
  if (point[0] !== 4 || point.length % 2 === 0) throw new Damage('its public point is no point')
  const half = 1 + (point.length - 1) / 2
  return {
    x: encodeBase64url(point.subarray(1, half)),
    y: encodeBase64url(point.subarray(half)),
  }
}

function withoutLeadingZeros(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0)
  return first === -1 ? octets.subarray(-1) : octets.subarray(first)
}
