/**
 * Strict JSON (RFC 8259) for untrusted text: what two parsers could read in two ways is refused.
 * @module
 */

/** A JSON value as this parser makes it; objects inherit nothing. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** A JSON object that inherits nothing: `__proto__` and `constructor` are ordinary names in it. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined
}

/** Why a text is not acceptable JSON. */
export type JsonFault =
  | 'not_utf8'
  | 'byte_order_mark'
  | 'syntax'
  | 'duplicate_member'
  | 'too_deep'
  | 'lone_surrogate'
  | 'number_range'

/** A value, or the fault and where it is. */
export type JsonResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly fault: JsonFault; readonly position: number }

/** Objects and arrays may be this deep. */
export const MAX_JSON_DEPTH = 16

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of octets; `undefined` when they are not UTF-8. A byte order mark stays. */
export function decodeUtf8(octets: Uint8Array): string | undefined {
  try {
    return utf8.decode(octets)
  } catch {
    return undefined
  }
}

/** Reads UTF-8 octets as strict JSON. `position` of a fault counts characters, 0 for `not_utf8`. */
export function parseJsonOctets(
  octets: Uint8Array,
  decode: typeof decodeUtf8 = decodeUtf8,
): JsonResult {
  const text = decode(octets)
  return text === undefined ? { ok: false, fault: 'not_utf8', position: 0 } : parseJson(text)
}

/**
 * Reads a text as strict JSON. Refused beyond the grammar: duplicate member names (also when they
 * are escaped differently), a byte order mark, lone surrogates, numbers beyond the range of a
 * double, and more than {@link MAX_JSON_DEPTH} levels.
 */
export function parseJson(text: string): JsonResult {
  if (text.charCodeAt(0) === 0xfeff) return { ok: false, fault: 'byte_order_mark', position: 0 }
  const reader = new Reader(text)
  try {
    return { ok: true, value: reader.document() }
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** Whether a value is a JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Makes objects that inherit nothing: their prototype is empty, and has none itself. The runtime keeps
 * them in its fast form, which it does not for `Object.create(null)`.
 */
const Bare = function () {} as unknown as new () => Record<string, JsonValue>
Bare.prototype = Object.freeze(Object.create(null))

/** Is thrown by the reader, and is what it gives in place of a value. */
class Fault {
  readonly ok = false
  readonly fault: JsonFault
  readonly position: number
  constructor(fault: JsonFault, position: number) {
    this.fault = fault
    this.position = position
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/iy
/** The letters of the short escapes, and in the same order what they stand for. */
const ESCAPES = '"\\/bfnrt'
const ESCAPED = '"\\/\b\f\n\r\t'

// Character codes, because comparing them costs less than comparing texts.
const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSE_BRACKET = 0x5d
const LETTER_F = 0x66
const LETTER_N = 0x6e
const LETTER_T = 0x74
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d

/** The names of the last objects: to compare with what is expected costs less than to read any. */
let recentNames: readonly (readonly string[])[] = []

/** Few names, and plain: with a quote or an escape in it, a name could stand in a text for several members. */
function rememberNames(names: readonly string[]): void {
  if (!/^[\w,]{1,500}$/.test(names.join())) return
  recentNames = [names, ...recentNames.filter(([first]) => first !== names[0])].slice(0, 4)
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonValue {
    const value = this.#value(1)
    this.#space()
    if (this.#at < this.#text.length) throw this.#fault('syntax')
    return value
  }

  #value(depth: number): JsonValue {
    this.#space()
    switch (this.#text.charCodeAt(this.#at)) {
      case OPEN_BRACE:
        return this.#object(depth)
      case OPEN_BRACKET:
        return this.#array(depth)
      case QUOTE:
        return this.#string()
      case LETTER_T:
        return this.#literal(true)
      case LETTER_F:
        return this.#literal(false)
      case LETTER_N:
        return this.#literal(null)
      default:
        return this.#shortInteger() ?? this.#number()
    }
  }

  #object(depth: number): JsonObject {
    if (depth > MAX_JSON_DEPTH) throw this.#fault('too_deep')
    const object = new Bare()
    this.#at++
    if (this.#closes(CLOSE_BRACE)) return object
    // As long as the names are those of an object that was read before, in its order, no two of them are the same.
    let expected = recentNames.find(([first = '']) => this.#text.startsWith(first, this.#at + 1))
    for (let count = 0; ; count++) {
      const start = this.#at
      if (this.#text.charCodeAt(start) !== QUOTE) throw this.#fault('syntax')
      let name = expected?.[count]
      if (name === undefined || !this.#takes(name)) {
        expected = undefined
        name = this.#string()
        // No value is `undefined`, and nothing is inherited.
        if (object[name] !== undefined) throw new Fault('duplicate_member', start)
      }
      this.#space()
      this.#expect(COLON)
      object[name] = this.#value(depth + 1)
      if (this.#closes(CLOSE_BRACE)) break
      this.#expect(COMMA)
      this.#space()
    }
    if (expected === undefined) rememberNames(Object.keys(object))
    return object
  }

  /** Goes on behind a name if it stands here, between the quote before and one behind. */
  #takes(name: string): boolean {
    const start = this.#at + 1
    const end = start + name.length
    if (this.#text.charCodeAt(end) !== QUOTE || !this.#text.startsWith(name, start)) return false
    this.#at = end + 1
    return true
  }

  #array(depth: number): JsonValue[] {
    if (depth > MAX_JSON_DEPTH) throw this.#fault('too_deep')
    const array: JsonValue[] = []
    this.#at++
    if (this.#closes(CLOSE_BRACKET)) return array
    for (;;) {
      array.push(this.#value(depth + 1))
      if (this.#closes(CLOSE_BRACKET)) return array
      this.#expect(COMMA)
    }
  }

  #string(): string {
    const text = this.#text
    const opening = this.#at
    let value = ''
    let start = opening + 1
    for (let at = start; ;) {
      const code = text.charCodeAt(at)
      if (code >= 0x20 && code !== QUOTE && code !== BACKSLASH) {
        at++
        continue
      }
      value += text.slice(start, at)
      this.#at = at
      if (code === QUOTE) break
      if (code !== BACKSLASH) throw this.#fault('syntax')
      value += this.#escape()
      start = at = this.#at
    }
    this.#at++
    // Looked at as a whole, because either half of a pair may be escaped.
    if (!value.isWellFormed()) throw new Fault('lone_surrogate', opening)
    return value
  }

  #escape(): string {
    const letter = this.#text.charAt(this.#at + 1)
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6)
      if (!/^[\da-f]{4}$/i.test(digits)) throw this.#fault('syntax')
      this.#at += 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const at = ESCAPES.indexOf(letter)
    if (letter === '' || at === -1) throw this.#fault('syntax')
    this.#at += 2
    return ESCAPED.charAt(at)
  }

  /** What nearly every number in a JWT is: up to 15 digits, and nothing that would make it another. */
  #shortInteger(): number | undefined {
    const text = this.#text
    const start = this.#at
    let at = start
    let code = text.charCodeAt(at)
    if (code === 0x30) return undefined
    let value = 0
    while (code >= 0x30 && code <= 0x39 && at < start + 15) {
      value = value * 10 + code - 0x30
      code = text.charCodeAt(++at)
    }
    if (at === start || !(code === COMMA || code === CLOSE_BRACE)) return undefined
    this.#at = at
    return value
  }

  #number(): number {
    NUMBER.lastIndex = this.#at
    const literal = NUMBER.exec(this.#text)?.[0]
    if (literal === undefined) throw this.#fault('syntax')
    const value = Number(literal)
    if (!Number.isFinite(value)) throw this.#fault('number_range')
    this.#at += literal.length
    return value
  }

  #literal(value: boolean | null): boolean | null {
    const word = String(value)
    if (!this.#text.startsWith(word, this.#at)) throw this.#fault('syntax')
    this.#at += word.length
    return value
  }

  #closes(bracket: number): boolean {
    this.#space()
    if (this.#text.charCodeAt(this.#at) !== bracket) return false
    this.#at++
    return true
  }

  #expect(code: number): void {
    if (this.#text.charCodeAt(this.#at) !== code) throw this.#fault('syntax')
    this.#at++
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at++
    }
  }

  #fault(fault: JsonFault): Fault {
    return new Fault(fault, this.#at)
  }
}
