/**
 * ECDSA signatures between their two forms: r || s (RFC 7518, section 3.4) and DER.
 * @module
 */

import type { JwsAlgorithm } from './algorithms.ts'

/** Octets of r and of s, by curve. */
export const SCALAR_OCTETS = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const

/** Turns r || s into a DER `SEQUENCE { INTEGER r, INTEGER s }`. The length must be even. */
export function derFromConcatenated(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2
  const r = firstOctet(signature, 0, half)
  const s = firstOctet(signature, half, signature.length)
  const rPadding = (signature[r] as number) > 127 ? 1 : 0
  const sPadding = (signature[s] as number) > 127 ? 1 : 0
  const rLength = half - r + rPadding
  const sLength = signature.length - s + sPadding
  const content = rLength + sLength + 4
  const long = content > 127 ? 1 : 0
  const der = new Uint8Array(2 + long + content)
  let at = 0
  der[at++] = 0x30
  if (long === 1) der[at++] = 0x81
  der[at++] = content
  der[at++] = 0x02
  der[at++] = rLength
  der.set(signature.subarray(r, half), at + rPadding)
  at += rLength
  der[at++] = 0x02
  der[at++] = sLength
  der.set(signature.subarray(s), at + sPadding)
  return der
}

/** Turns a DER ECDSA signature into r || s, or `undefined` when it is not one for this size. */
export function concatenatedFromDer(
  der: Uint8Array,
  scalarOctets: number,
): Uint8Array<ArrayBuffer> | undefined {
  const start = (der[1] as number) > 127 ? 3 : 2
  if (der[0] !== 0x30 || der.length - start !== der[start - 1]) return undefined
  const signature = new Uint8Array(scalarOctets * 2)
  let at = start
  for (const end of [scalarOctets, scalarOctets * 2]) {
    if (der[at] !== 0x02) return undefined
    const length = der[at + 1] as number
    const scalar = der.subarray(at + 2, at + 2 + length)
    if (scalar.length !== length || length === 0) return undefined
    const digits = scalar[0] === 0 ? scalar.subarray(1) : scalar
    if (digits.length > scalarOctets) return undefined
    signature.set(digits, end - digits.length)
    at += 2 + length
  }
  return at === der.length ? signature : undefined
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
