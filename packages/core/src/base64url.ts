/**
 * Strict base64url without padding (RFC 7515, section 2): one text per octet sequence, no other.
 * @module
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const INVALID = 255
const VALUES = new Uint8Array(128).fill(INVALID)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, twelveBits) => ALPHABET.charAt(twelveBits >> 6) + ALPHABET.charAt(twelveBits & 63),
)

/** Encodes octets as base64url without padding. */
export function encodeBase64url(octets: Uint8Array): string {
  const whole = octets.length - (octets.length % 3)
  let text = ''
  let at = 0
  for (; at < whole; at += 3) {
    const bits =
      ((octets[at] as number) << 16) |
      ((octets[at + 1] as number) << 8) |
      (octets[at + 2] as number)
    text += (PAIRS[bits >> 12] as string) + (PAIRS[bits & 4095] as string)
  }
  if (octets.length - at === 1) text += PAIRS[(octets[at] as number) << 4] as string
  if (octets.length - at === 2) {
    const bits = ((octets[at] as number) << 10) | ((octets[at + 1] as number) << 2)
    text += (PAIRS[bits >> 6] as string) + ALPHABET.charAt(bits & 63)
  }
  return text
}

/**
 * Decodes base64url. `undefined` when the text is not the one canonical encoding: padding, white
 * space, another alphabet, a length of 1 mod 4, or unused bits that are not zero.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const rest = text.length % 4
  if (rest === 1) return undefined
  const octets = new Uint8Array((text.length >> 2) * 3 + (rest === 0 ? 0 : rest - 1))
  const whole = text.length - rest
  let at = 0
  let out = 0
  for (; at < whole; at += 4) {
    const a = valueAt(text, at)
    const b = valueAt(text, at + 1)
    const c = valueAt(text, at + 2)
    const d = valueAt(text, at + 3)
    if ((a | b | c | d) > 63) return undefined
    octets[out++] = (a << 2) | (b >> 4)
    octets[out++] = ((b & 15) << 4) | (c >> 2)
    octets[out++] = ((c & 3) << 6) | d
  }
  if (rest === 0) return octets
  const a = valueAt(text, at)
  const b = valueAt(text, at + 1)
  const c = rest === 3 ? valueAt(text, at + 2) : 0
  if ((a | b | c) > 63) return undefined
  if (rest === 2 ? (b & 15) !== 0 : (c & 3) !== 0) return undefined
  octets[out++] = (a << 2) | (b >> 4)
  if (rest === 3) octets[out] = ((b & 15) << 4) | (c >> 2)
  return octets
}

function valueAt(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 128 ? (VALUES[code] as number) : INVALID
}
