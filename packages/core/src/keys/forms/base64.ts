/**
 * Base64 as people paste it: either alphabet, with or without padding, with any white space.
 * @module
 */

import { decodeBase64url } from '../../base64url.ts'

/** Decodes base64, or `undefined` when the text is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bare = text.replaceAll(/\s+/g, '')
  const end = bare.endsWith('==') ? -2 : bare.endsWith('=') ? -1 : bare.length
  const digits = bare.slice(0, end).replaceAll('+', '-').replaceAll('/', '_')
  return digits === '' ? undefined : decodeBase64url(digits)
}
