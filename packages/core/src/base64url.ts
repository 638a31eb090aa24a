/**
 * Strict base64url without padding (RFC 7515, section 2): one text per octet sequence, no other.
 * @module
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The six bits of a character code, or 255. */
const SIX_BITS = /* @__PURE__ */ Uint8Array.from({ length: 128 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
)

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
  const octets = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let out = 0
  for (let at = 0; at < text.length; at++) {
    const six = SIX_BITS[text.charCodeAt(at)] ?? 255
    if (six > 63) return undefined
    bits = (bits << 6) | six
    held += 6
    if (held >= 8) {
      held -= 8
      octets[out++] = bits >> held
    }
  }
  const isWhole = held < 6 && (bits & ((1 << held) - 1)) === 0
  return isWhole ? octets : undefined
}
