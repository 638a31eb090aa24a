/**
 * ECDSA signatures between their two forms: r || s (RFC 7518, section 3.4) and DER.
 * @module
 */

import type { JwsAlgorithm } from './algorithms.ts'

/** Octets of r and of s, by curve. */
export const SCALAR_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** As many octets as a DER signature may have: two INTEGERs of 66 octets, each with a zero before it. */
export const MAX_DER_OCTETS = 141

/**
 * Turns r || s into a DER `SEQUENCE { INTEGER r, INTEGER s }`. The length must be even.
 *
 * @param room Where to write it; the answer is a view of that.
 */
export function derFromConcatenated(
  signature: Uint8Array,
  room: Uint8Array = new Uint8Array(MAX_DER_OCTETS),
): Uint8Array {
  const half = signature.length / 2
  const r = firstOctet(signature, 0, half)
  const s = firstOctet(signature, half, signature.length)
  const rPadding = (signature[r] as number) >> 7
  const sPadding = (signature[s] as number) >> 7
  const rLength = half - r + rPadding
  const sLength = signature.length - s + sPadding
  const content = rLength + sLength + 4
  let at = 0
  room[at++] = 0x30
  if (content > 127) room[at++] = 0x81
  room[at++] = content
  room[at++] = 0x02
  room[at++] = rLength
  if (rPadding === 1) room[at++] = 0
  for (let from = r; from < half; from++) room[at++] = signature[from] as number
  room[at++] = 0x02
  room[at++] = sLength
  if (sPadding === 1) room[at++] = 0
  for (let from = s; from < signature.length; from++) room[at++] = signature[from] as number
  return room.subarray(0, at)
}

/** Turns a DER ECDSA signature into r || s, or `undefined` when it is not one for this size. */
export function concatenatedFromDer(
  der: Uint8Array,
  scalarOctets: number,
): Uint8Array<ArrayBuffer> | undefined {
  const signature = new Uint8Array(scalarOctets * 2)
  const start = (der[1] as number) > 127 ? 3 : 2
  if (der[0] !== 0x30 || der.length - start !== der[start - 1]) return undefined
  let at = start
  for (let end = scalarOctets; end <= signature.length; end += scalarOctets) {
    const next = at + 2 + (der[at + 1] as number)
    const digits = der[at + 2] === 0 ? at + 3 : at + 2
    if (der[at] !== 0x02 || next === at + 2 || next > der.length) return undefined
    if (next - digits > scalarOctets) return undefined
    for (let to = end, from = next; from > digits;) signature[--to] = der[--from] as number
    at = next
  }
  return at === der.length ? signature : undefined
}

/**
 * Turns a DER ECDSA signature that was just made into r || s where it stands: the answer is a view of the same octets, which
 * saves an allocation. `undefined`, and nothing changed, when r or s is so short that it would not fit there, which
 * happens once in a few million times.
 *
 * @param der As OpenSSL makes it. It is not checked again.
 */
export function concatenateInPlace(der: Uint8Array, scalarOctets: number): Uint8Array | undefined {
  const tag = (der[1] as number) > 127 ? 3 : 2
  const middle = tag + 2 + (der[tag + 1] as number)
  const start = middle - scalarOctets
  const end = middle + scalarOctets
  if (start < 0 || end > der.length) return undefined
  for (let at = start, r = tag + 2; at < r; at++) der[at] = 0
  let from = der[middle + 2] === 0 ? middle + 3 : middle + 2
  let to = end - (der.length - from)
  for (let at = middle; at < to; at++) der[at] = 0
  while (to < end) der[to++] = der[from++] as number
  return der.subarray(start, end)
}

/**
 * The JWS form (r || s) of a signature that came in DER, as many signing services give it;
 * `undefined` when the algorithm is not ECDSA or the octets are no DER signature of its size.
 */
export function concatenatedSignature(
  algorithm: JwsAlgorithm,
  signature: Uint8Array,
): Uint8Array | undefined {
  if (algorithm.scheme !== 'ECDSA') return undefined
  const octets = SCALAR_OCTETS[algorithm.crv as keyof typeof SCALAR_OCTETS]
  return concatenatedFromDer(signature, octets)
}

/** Index of the first octet that counts; the last one always does. */
function firstOctet(octets: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to - 1 && octets[at] === 0) at++
  return at
}
