/**
 * PEM, the textual encoding of keys (RFC 7468).
 * @module
 */

import { decodeBase64url, encodeBase64url } from '../base64url.ts'

/** One PEM block. */
export interface PemBlock {
  /** What stands between `BEGIN` and the dashes, such as `PRIVATE KEY`. */
  readonly label: string
  /** The octets, or `undefined` when the body is not base64. */
  readonly der: Uint8Array | undefined
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g

/** Finds every complete PEM block in a text, in order. */
export function parsePem(text: string): readonly PemBlock[] {
  return Array.from(text.matchAll(BLOCK), ([, label, body]) => ({
    label: label as string,
    der: decodeBody(body as string),
  }))
}

/** Encodes DER as a PEM block with lines of 64 characters. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = encodeBase64url(der).replaceAll('-', '+').replaceAll('_', '/')
  const padded = base64.padEnd(Math.ceil(base64.length / 4) * 4, '=')
  const lines = padded.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function decodeBody(body: string): Uint8Array | undefined {
  const base64 = body.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined
  return decodeBase64url(base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'))
}
