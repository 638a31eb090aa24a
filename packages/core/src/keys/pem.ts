/**
 * PEM, the textual encoding of keys (RFC 7468): writing it.
 * @module
 */

import { encodeBase64url } from '../base64url.ts'

/** Encodes DER as a PEM block with lines of 64 characters. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = encodeBase64url(der).replaceAll('-', '+').replaceAll('_', '/')
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')
  const lines = padded.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
