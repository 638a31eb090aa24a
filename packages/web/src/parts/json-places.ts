/**
 * Where a JSON text is wrong, for the person who writes it. What a server refuses in JSON is core's to say.
 * @module
 */

/** What is wrong at a place. */
export interface JsonFault {
  readonly kind:
    | 'comma'
    | 'extra_comma'
    | 'comment'
    | 'colon'
    | 'name'
    | 'quote'
    | 'value'
    | 'end'
    | 'twice'
    | 'number'
    | 'object'
  /** The member or the word that it is about. */
  readonly about: string
  /** Where it is, in characters. */
  readonly position: number
}

/** A member of the object, with its value. */
export interface JsonMember {
  readonly name: string
  readonly start: number
  /** The first character after it. */
  readonly end: number
}

/** What stands where in a text. */
export interface JsonPlaces {
  readonly faults: readonly JsonFault[]
  readonly members: readonly JsonMember[]
}

/** The faults of a text that should be one JSON object. */
export function findJsonFaults(text: string): readonly JsonFault[] {
  return readPlaces(text).faults
}

/** The members, and the faults: duplicates and lossy numbers, up to what can't be read. */
export function readPlaces(text: string): JsonPlaces {
  const faults: JsonFault[] = []
  const members: JsonMember[] = []
  let depth = 0
  let at = 0

  class Unreadable extends Error {}
  const stop = (kind: JsonFault['kind'], position: number, about = ''): never => {
    faults.push({ kind, about, position })
    throw new Unreadable()
  }
  const skipBlanks = (): void => {
    while (/\s/.test(text[at] ?? '')) at++
    if (text[at] === '/' && /[/*]/.test(text[at + 1] ?? '')) stop('comment', at)
  }
  const readString = (): string => {
    const start = at
    const found = /^"(?:[^"\\\n]|\\.)*"/.exec(text.slice(at))?.[0]
    if (found === undefined) return stop('quote', start)
    at += found.length
    try {
      return JSON.parse(found) as string
    } catch {
      return stop('value', start, found)
    }
  }
  const readScalar = (): void => {
    const start = at
    const word = /^[\w.+-]+/.exec(text.slice(at))?.[0] ?? ''
    if (word === '') stop(start >= text.length ? 'end' : 'value', start, text[start] ?? '')
    at += word.length
    try {
      JSON.parse(word)
    } catch {
      stop('value', start, word)
    }
    const isWhole = /^-?\d+$/.test(word)
    if (isWhole && !Number.isSafeInteger(Number(word))) {
      faults.push({ kind: 'number', about: word, position: start })
    }
  }
  const readList = (end: string, readItem: () => void): void => {
    at++
    skipBlanks()
    if (text[at] === end) {
      at++
      return
    }
    for (;;) {
      readItem()
      skipBlanks()
      const next = text[at]
      if (next === end) break
      if (next === undefined) stop('end', at)
      if (next !== ',') stop('comma', at)
      const comma = at
      at++
      skipBlanks()
      if (text[at] === end) stop('extra_comma', comma)
    }
    at++
  }
  const readValue = (): void => {
    skipBlanks()
    const next = text[at]
    if (next === '{') {
      const names = new Set<string>()
      readList('}', () => {
        const start = at
        if (text[at] !== '"') stop(text[at] === undefined ? 'end' : 'name', at)
        const name = readString()
        if (names.has(name)) faults.push({ kind: 'twice', about: name, position: start })
        names.add(name)
        skipBlanks()
        if (text[at] !== ':') stop('colon', at, name)
        at++
        depth++
        readValue()
        depth--
        if (depth === 0) members.push({ name, start, end: at })
      })
    } else if (next === '[') {
      depth++
      readList(']', readValue)
      depth--
    } else if (next === '"') readString()
    else readScalar()
  }

  try {
    skipBlanks()
    const isObject = text[at] === '{'
    const start = at
    readValue()
    skipBlanks()
    if (at < text.length) stop('value', at, text[at])
    if (!isObject) faults.push({ kind: 'object', about: '', position: start })
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
  }
  return { faults, members }
}

/** A place as people count: lines and columns from 1. */
export function placeOf(
  text: string,
  position: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
