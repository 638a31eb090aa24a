/**
 * Headers that a person writes for a call of an API: one on each line.
 * @module
 */

import type { Pair } from './exchange.ts'

/** Why a line can't be sent. */
export type HeaderFault = 'colon' | 'name' | 'value' | 'twice' | 'token' | 'browser'

/** What was read: the headers, or the first line that is none. */
export type HeadersReading =
  | { readonly ok: true; readonly headers: readonly Pair[] }
  | { readonly ok: false; readonly fault: HeaderFault; readonly line: number }

/** `token` of RFC 9110, section 5.6.2. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/
/** Visible characters of ASCII, with blanks between them (RFC 9110, section 5.5, without what is obsolete). */
const VALUE = /^[\x20-\x7e\t]*$/

/**
 * Reads the lines; empty ones are left out. `isAllowed` says whether the browser lets a page set a header:
 * one that it drops without a word would be a call that was not made.
 */
export function readHeaders(
  text: string,
  isAllowed: (name: string) => boolean = isSetByPages,
): HeadersReading {
  const headers: Pair[] = []
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.trim()
    if (line === '') continue
    const refuse = (fault: HeaderFault): HeadersReading => ({ ok: false, fault, line: index + 1 })
    const colon = line.indexOf(':')
    if (colon < 0) return refuse('colon')
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
    if (!NAME.test(name)) return refuse('name')
    if (!VALUE.test(value)) return refuse('value')
    const known = name.toLowerCase()
    if (known === 'authorization') return refuse('token')
    if (headers.some(([other]) => other.toLowerCase() === known)) return refuse('twice')
    if (!isAllowed(name)) return refuse('browser')
    headers.push([name, value])
  }
  return { ok: true, headers }
}

/** A request leaves out, without a word, what pages may not set. */
function isSetByPages(name: string): boolean {
  return new Request(location.href, { headers: [[name, '']] }).headers.has(name)
}
