/**
 * What the tests use of Node's Buffer, for a page.
 * @module
 */

import { decodeBase64url, encodeBase64url } from '../../src/base64url.ts'

type Encoding = 'utf8' | 'hex' | 'base64' | 'base64url'

class PageBuffer extends Uint8Array {
  override toString(encoding: Encoding = 'utf8'): string {
    if (encoding === 'hex') {
      return [...this].map((octet) => octet.toString(16).padStart(2, '0')).join('')
    }
    if (encoding === 'base64url') return encodeBase64url(this)
    if (encoding === 'base64') return btoa(String.fromCharCode(...this))
    return new TextDecoder().decode(this)
  }

  equals(other: Uint8Array): boolean {
    return this.length === other.length && this.every((octet, at) => octet === other[at])
  }
}

/** Node's Buffer, as far as it is used; octets are copied where Node shares them. */
const Buffer = {
  from(source: string | ArrayLike<number>, encoding: Encoding = 'utf8'): PageBuffer {
    return PageBuffer.from(
      typeof source === 'string' ? octetsOf(source, encoding) : source,
    ) as PageBuffer
  },

  alloc(length: number, fill: number | Uint8Array = 0): PageBuffer {
    const octets = new PageBuffer(length)
    for (let at = 0; at < length; at++) {
      octets[at] = typeof fill === 'number' ? fill : (fill[at % fill.length] as number)
    }
    return octets
  },

  concat(parts: readonly Uint8Array[]): PageBuffer {
    return PageBuffer.from(parts.flatMap((part) => [...part])) as PageBuffer
  },
}

export { Buffer }

function octetsOf(text: string, encoding: Encoding): ArrayLike<number> {
  if (encoding === 'utf8') return new TextEncoder().encode(text)
  if (encoding === 'hex') {
    return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  }
  const canonical = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return decodeBase64url(canonical) ?? []
}
