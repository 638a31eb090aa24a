/**
 * Strict base64url without padding (RFC 7515, section 2): one text per octet sequence, no other.
 * @module
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The six bits of a character code, or -1. */
const SIX_BITS = /* @__PURE__ */ Int8Array.from({ length: 256 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
)
const encoder = /* @__PURE__ */ new TextEncoder()

/** Encodes octets as base64url without padding. */
export function encodeBase64url(octets: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const octet of octets) {
    bits = (bits << 8) | octet
    held += 8
    while (held >= 6) {
      held -= 6
      text += ALPHABET.charAt((bits >> held) & 63)
    }
  }
  return held === 0 ? text : text + ALPHABET.charAt((bits << (6 - held)) & 63)
}

/**
 * Decodes base64url. `undefined` when the text is not the one canonical encoding: padding, white
 * space, another alphabet, a length of 1 mod 4, or unused bits that are not zero.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const characters = encoder.encode(text)
  return decodeCharacters(characters, 0, characters.length, (length) => new Uint8Array(length))
}

/** What {@link decodeBase64url} does, for a part of a text that is there as octets. */
export function decodeCharacters<Octets extends Uint8Array>(
  characters: Uint8Array,
  start: number,
  end: number,
  allocate: (length: number) => Octets,
): Octets | undefined {
  const rest = (end - start) % 4
  if (rest === 1) return undefined
  const octets = allocate(((end - start) * 3) >> 2)
  const six = (at: number): number => SIX_BITS[characters[at] as number] as number
  // A character of another alphabet makes it negative, whatever follows.
  let seen = 0
  let out = 0
  let at = start
  for (const wholeEnd = end - rest; at < wholeEnd; at += 4) {
    const bits = (six(at) << 18) | (six(at + 1) << 12) | (six(at + 2) << 6) | six(at + 3)
    octets[out++] = bits >> 16
    octets[out++] = bits >> 8
    octets[out++] = bits
    seen |= bits
  }
  let unused = 0
  if (rest > 0) {
    const bits = (six(at) << 18) | (six(at + 1) << 12) | (rest === 3 ? six(at + 2) << 6 : 0)
    octets[out++] = bits >> 16
    if (rest === 3) octets[out++] = bits >> 8
    unused = bits & (rest === 3 ? 0xff : 0xffff)
    seen |= bits
  }
  return seen >= 0 && unused === 0 ? octets : undefined
}
