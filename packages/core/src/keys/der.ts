/**
 * The little of ASN.1 DER that keys are made of: tags and the writer. The reader is in `forms/`.
 * @module
 */

/** Tags that occur in keys. */
export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  /** `[0] IMPLICIT` of something primitive. */
  primitive0: 0x80,
  /** `[1] IMPLICIT` of something primitive. */
  primitive1: 0x81,
  context0: 0xa0,
  context1: 0xa1,
  context2: 0xa2,
} as const

/** An element of a tag and the concatenation of its parts. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const header = [tag]
  if (length < 128) header.push(length)
  else if (length < 256) header.push(0x81, length)
  else header.push(0x82, length >> 8, length & 255)
  const der = new Uint8Array(header.length + length)
  der.set(header)
  let at = header.length
  for (const part of parts) {
    der.set(part, at)
    at += part.length
  }
  return der
}

/** An INTEGER of a magnitude. */
export function encodeUnsigned(magnitude: Uint8Array): Uint8Array {
  const padding = (magnitude[0] ?? 0) > 127 || magnitude.length === 0 ? [0] : []
  return encodeDer(Tag.integer, Uint8Array.from([...padding, ...magnitude]))
}

/** A BIT STRING of whole octets. */
export function encodeBits(octets: Uint8Array): Uint8Array {
  return encodeDer(Tag.bitString, Uint8Array.of(0), octets)
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function encodeObjectIdentifier(dotted: string): Uint8Array {
  const [root = 0, second = 0, ...arcs] = dotted.split('.').map(Number)
  const octets = [root * 40 + second, ...arcs].flatMap((arc) => {
    const septets = [arc & 127]
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
      septets.unshift((rest & 127) | 128)
    }
    return septets
  })
  return encodeDer(Tag.objectIdentifier, Uint8Array.from(octets))
}
