/**
 * The strict reader of ASN.1 DER.
 * @module
 */

import { Tag } from '../der.ts'

/** Octets that are not what was expected; the message completes "the … is damaged: ". */
export class Damage extends Error {}

/** Reads DER elements one after another; every length must be minimal and within its parent. */
export class DerReader {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get isAtEnd(): boolean {
    return this.#at === this.#octets.length
  }

  /** The tag of the next element, or `undefined` at the end. */
  get nextTag(): number | undefined {
    return this.#octets[this.#at]
  }

  /** The content of the next element, which must have this tag. */
  content(tag: number): Uint8Array {
    if (this.nextTag !== tag) throw new Damage('an element in it is not the expected one')
    const { start, end } = this.#bounds()
    this.#at = end
    return this.#octets.subarray(start, end)
  }

  /** A reader over the content of the next element. */
  inside(tag: number): DerReader {
    return new DerReader(this.content(tag))
  }

  /** The content of the next element if it has this tag; else `undefined`, and it stays next. */
  optional(tag: number): Uint8Array | undefined {
    return this.nextTag === tag ? this.content(tag) : undefined
  }

  /** The next element whole, whatever it is, with its tag and length. */
  element(): Uint8Array {
    if (this.isAtEnd) throw new Damage('it ends too early')
    const start = this.#at
    this.#at = this.#bounds().end
    return this.#octets.subarray(start, this.#at)
  }

  /** The tags of the first elements that are left, up to a dozen; nothing is consumed. */
  tags(): readonly number[] {
    const ahead = new DerReader(this.#octets.subarray(this.#at))
    const tags: number[] = []
    while (ahead.nextTag !== undefined && tags.length < 12) {
      tags.push(ahead.nextTag)
      ahead.element()
    }
    return tags
  }

  /** A non-negative INTEGER that is at most this large. */
  smallNumber(largest: number): number {
    const value = this.unsigned().reduce((sum, octet) => sum * 256 + octet, 0)
    if (value > largest) throw new Damage(`a number in it is larger than ${largest}`)
    return value
  }

  /** The magnitude of a non-negative INTEGER, without leading zeros. */
  unsigned(): Uint8Array {
    const octets = this.content(Tag.integer)
    const [first, second] = octets
    if (first === undefined || first > 127)
      throw new Damage('an integer in it is negative or empty')
    if (first === 0 && second !== undefined && second < 128)
      throw new Damage('an integer in it is padded')
    return first === 0 && second !== undefined ? octets.subarray(1) : octets
  }

  /** The content of a BIT STRING of whole octets. */
  bits(): Uint8Array {
    const octets = this.content(Tag.bitString)
    if (octets[0] !== 0) throw new Damage('a bit string in it has unused bits')
    return octets.subarray(1)
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  objectIdentifier(): string {
    const arcs: number[] = []
    let arc = 0
    for (const octet of this.content(Tag.objectIdentifier)) {
      arc = arc * 128 + (octet & 127)
      if (octet < 128) {
        arcs.push(arc)
        arc = 0
      }
    }
    const first = arcs[0] ?? 0
    const root = Math.min(Math.floor(first / 40), 2)
    return [root, first - root * 40, ...arcs.slice(1)].join('.')
  }

  /** Nothing may follow. */
  end(): void {
    if (!this.isAtEnd) throw new Damage('something follows its end')
  }

  #bounds(): { start: number; end: number } {
    const octets = this.#octets
    let at = this.#at + 1
    const first = octets[at++]
    if (first === undefined) throw new Damage('it ends too early')
    let length = first
    if (first > 127) {
      const count = first & 127
      if (count === 0 || count > 3)
        throw new Damage(
          count === 0 ? 'it is BER with indefinite lengths, not DER' : 'it states a huge length',
        )
      length = 0
      for (let index = 0; index < count; index++) length = length * 256 + (octets[at++] ?? 0)
      if (length < 128 || length < 256 ** (count - 1))
        throw new Damage('a length in it is not in its shortest form')
    }
    if (at + length > octets.length) throw new Damage('it ends too early')
    return { start: at, end: at + length }
  }
}
