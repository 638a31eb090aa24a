/**
 * base64url without padding (RFC 4648, section 5).
 * @module
 */

/** Encodes octets, or the UTF-8 of a text. */
export function base64urlText(value: string | Uint8Array): string {
  const octets = typeof value === 'string' ? new TextEncoder().encode(value) : value
  const binary = Array.from(octets, (octet) => String.fromCharCode(octet)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
