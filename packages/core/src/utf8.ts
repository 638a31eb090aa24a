/**
 * Text as UTF-8 octets.
 * @module
 */

const encoder = new TextEncoder()

/**
 * Encodes a text as UTF-8. What a JWT is made of is short and mostly ASCII, and for that a loop
 * costs less than a call of the runtime's encoder.
 */
export function encodeUtf8(text: string): Uint8Array {
  const { length } = text
  const octets = new Uint8Array(length)
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code > 127) return encoder.encode(text)
    octets[at] = code
  }
  return octets
}
