/**
 * `okta.yaml`, as Okta's SDKs read it: the small part of YAML that such a file is written in.
 * @module
 */

/** What stands under `okta.client`, by the names of that file; lists of scopes as lists. */
export type OktaYamlClient = Readonly<Record<string, string | readonly string[]>>

/** The section, or why the file can't be read, with the line. */
export type OktaYamlReading =
  { readonly client: OktaYamlClient } | { readonly fault: string; readonly line: number }

type Node = string | readonly string[] | { readonly [name: string]: Node }

interface Line {
  readonly number: number
  readonly indent: number
  readonly text: string
}

const MAX_CHARACTERS = 65_536

class YamlFault extends Error {
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/**
 * Reads `okta: client: …` out of an `okta.yaml`. Maps by indentation, plain and quoted texts, block
 * texts (`|`), and lists are read; anchors, tags, maps in braces and several documents are refused by
 * name rather than misread.
 */
export function readOktaYaml(text: string): OktaYamlReading {
  try {
    if (text.length > MAX_CHARACTERS) throw new YamlFault('it is longer than 64 KiB', 1)
    const root = new YamlReader(text).read()
    const okta = typeof root === 'object' && 'okta' in root ? root.okta : undefined
    const client = typeof okta === 'object' && 'client' in okta ? okta.client : undefined
    if (client === undefined || typeof client === 'string' || Array.isArray(client)) {
      throw new YamlFault('it has no section okta.client', 1)
    }
    const entries = Object.entries(client as { readonly [name: string]: Node })
    const plain = entries.filter(
      (entry): entry is [string, string | readonly string[]] =>
        typeof entry[1] === 'string' || Array.isArray(entry[1]),
    )
    return { client: Object.fromEntries(plain) }
  } catch (error) {
    if (error instanceof YamlFault) return { fault: error.message, line: error.line }
    throw error
  }
}

class YamlReader {
  readonly #raw: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#raw = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  }

  read(): Node {
    const first = this.#peek()
    const node = first === undefined ? '' : this.#block(first.indent)
    const rest = this.#peek()
    if (rest !== undefined) throw new YamlFault('the indentation does not fit', rest.number)
    return node
  }

  /** The next line that says something; comments, blank lines and the mark of a document do not. */
  #peek(): Line | undefined {
    for (; this.#at < this.#raw.length; this.#at++) {
      const raw = this.#raw[this.#at] as string
      if (/^\s*(?:#|$)/.test(raw) || (this.#at === 0 && /^---\s*$/.test(raw))) continue
      const number = this.#at + 1
      if (/^ *\t/.test(raw)) throw new YamlFault('it is indented with a tab', number)
      if (/^(?:---|\.\.\.|%)/.test(raw)) throw new YamlFault('it has several documents', number)
      const indent = raw.length - raw.trimStart().length
      return { number, indent, text: raw.trim() }
    }
    return undefined
  }

  /** A map or a list whose lines begin at this column. */
  #block(indent: number): Node {
    const first = this.#peek()
    return first !== undefined && /^-(?: |$)/.test(first.text)
      ? this.#list(indent)
      : this.#map(indent)
  }

  #list(indent: number): readonly string[] {
    const items: string[] = []
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      if (!/^-(?: |$)/.test(line.text)) break
      const item = /^- +(.+)$/.exec(line.text)?.[1]
      if (item === undefined || /^-(?: |$)|^[\w-]+: /.test(item)) {
        throw new YamlFault('only lists of texts are read', line.number)
      }
      items.push(scalar(item, line.number))
      this.#at++
    }
    return items
  }

  #map(indent: number): { readonly [name: string]: Node } {
    const entries = new Map<string, Node>()
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      const match = /^(?:"([^"\\]+)"|'([^']+)'|([\w.-]+)) *:(?: +(.*))?$/.exec(line.text)
      const name = match?.[1] ?? match?.[2] ?? match?.[3]
      if (name === undefined) throw new YamlFault('"name: value" is expected', line.number)
      if (entries.has(name)) throw new YamlFault(`"${name}" stands twice`, line.number)
      this.#at++
      entries.set(name, this.#value(withoutComment(match?.[4] ?? ''), line))
    }
    return Object.fromEntries(entries)
  }

  #value(text: string, line: Line): Node {
    const block = /^([|>])([+-]?)$/.exec(text)
    if (block !== null) return this.#blockText(line.indent, block[1] === '|' ? '\n' : ' ')
    if (text !== '')
      return text.startsWith('[') ? flowList(text, line.number) : scalar(text, line.number)
    const next = this.#peek()
    // A list may stand at the column of its name.
    const isList = next !== undefined && next.indent === line.indent && /^-(?: |$)/.test(next.text)
    if (next === undefined || (next.indent <= line.indent && !isList)) return ''
    return this.#block(next.indent)
  }

  /** The lines below, as far as they are indented more; their common indentation goes. */
  #blockText(outer: number, separator: string): string {
    const lines: string[] = []
    for (; this.#at < this.#raw.length; this.#at++) {
      const raw = this.#raw[this.#at] as string
      if (raw.trim() !== '' && raw.length - raw.trimStart().length <= outer) break
      lines.push(raw)
    }
    const indents = lines
      .filter((line) => line.trim() !== '')
      .map((line) => line.length - line.trimStart().length)
    const common = Math.min(...indents, 1000)
    return lines
      .map((line) => line.slice(common).trimEnd())
      .join(separator)
      .trim()
  }
}

function flowList(text: string, number: number): readonly string[] {
  const inner = /^\[(.*)\]$/.exec(text)?.[1]
  if (inner === undefined || /[[\]{}]/.test(inner)) {
    throw new YamlFault('a list in brackets has to be on one line', number)
  }
  const items = inner.split(',').map((item) => item.trim())
  return items.filter((item) => item !== '').map((item) => scalar(item, number))
}

function scalar(text: string, number: number): string {
  const value = withoutComment(text)
  if (/^"(?:[^"\\]|\\.)*"$/.test(value)) {
    return value.slice(1, -1).replace(/\\(.)/g, (whole, character: string) => {
      const plain = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\', '/': '/' }[character]
      if (plain === undefined) throw new YamlFault(`the escape ${whole} is not read`, number)
      return plain
    })
  }
  if (/^'(?:[^']|'')*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'")
  if (/^["'&*!{}[\]|>%@`]/.test(value)) {
    throw new YamlFault('anchors, tags, braces and open quotes are not read', number)
  }
  return value
}

/** A comment begins with a number sign after white space, outside of quotes. */
function withoutComment(text: string): string {
  const quoted = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s+#.*$/.exec(text)?.[1]
  if (quoted !== undefined) return quoted
  return /^["']/.test(text) ? text.trim() : text.replace(/(?:^|\s+)#.*$/, '').trim()
}
