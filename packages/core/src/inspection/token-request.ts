/**
 * A token request as people hold it: a form body, a curl line, or HTTP as it goes over the wire.
 * @module
 */

import { shellWords } from './shell-words.ts'

/** How the body of a request was encoded. */
export type BodyKind = 'form' | 'json' | 'multipart'

/** A request, taken apart as far as that goes. */
export interface TokenRequest {
  readonly from: 'form' | 'curl' | 'http'
  readonly method: string | undefined
  readonly url: string | undefined
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly bodyKind: BodyKind
  /** In their order, those that are there twice included. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  /** Names of those among them that stand in the address. */
  readonly queryNames: readonly string[]
  /** Values that a shell would compute, or read from a file: they are not in the text. */
  readonly isIncomplete: boolean
}

/** The first value of a parameter. */
export function parameter({ parameters }: TokenRequest, wanted: string): string | undefined {
  return parameters.find(([name]) => name === wanted)?.[1]
}

/** The value of a header field, by its name in lower case. */
export function headerField({ headers }: TokenRequest, wanted: string): string | undefined {
  return headers.find(([name]) => name === wanted)?.[1]
}

/** Reads a form body, which may stand on several lines. */
export function readForm(text: string): TokenRequest {
  return request('form', {}, text.replace(/^\?/, ''))
}

/** Reads a curl line; `undefined` when the text is none. */
export function readCurl(text: string): TokenRequest | undefined {
  const words = shellWords(text)
  const start = words.findIndex((word) => /(?:^|[/\\])curl(?:\.exe)?$/.test(word))
  if (start === -1) return undefined
  const parts: Parts = { headers: [] }
  const data: string[] = []
  const take = (option: string, value: string): void => {
    switch (option) {
      case 'X':
      case 'request':
        parts.method = value.toUpperCase()
        break
      case 'url':
        parts.url = value
        break
      case 'H':
      case 'header':
        parts.headers?.push(headerOf(value))
        break
      case 'u':
      case 'user':
        parts.headers?.push(['authorization', 'Basic'])
        break
      case 'oauth2-bearer':
        parts.headers?.push(['authorization', `Bearer ${value}`])
        break
      case 'json':
        parts.bodyKind = 'json'
        data.push(value)
        break
      case 'F':
      case 'form':
      case 'form-string':
        parts.bodyKind = 'multipart'
        data.push(encodePair(value))
        break
      case 'data-urlencode':
        data.push(encodePair(value))
        break
      case 'd':
      case 'data':
      case 'data-raw':
      case 'data-ascii':
      case 'data-binary':
        data.push(value)
        break
    }
  }
  for (let at = start + 1; at < words.length; at++) {
    const word = words[at] as string
    if (/^[|;>&]/.test(word)) break
    if (word === '-G' || word === '--get') parts.method = 'GET'
    const long = /^--([a-z0-9.-]+)(?:=(.*))?$/s.exec(word)
    if (long !== null) {
      const [, option = '', value] = long
      if (value !== undefined) take(option, value)
      else if (!SWITCHES.has(option)) take(option, words[++at] ?? '')
    } else if (word.startsWith('-') && word.length > 1) {
      // Switches may stand together: -sSd is -s, -S and -d.
      const place = word.search(LETTER_WITH_VALUE)
      if (place > 0) {
        const rest = word.slice(place + 1)
        take(word.charAt(place), rest === '' ? (words[++at] ?? '') : rest)
      }
    } else parts.url ??= word
  }
  return request('curl', parts, data.join(parts.bodyKind === 'json' ? '' : '&'))
}

/** Reads a request as HTTP/1.1 writes it; `undefined` when the text is none. */
export function readHttp(text: string): TokenRequest | undefined {
  const match = /^(POST|GET|PUT)[ \t]+(\S+)[ \t]+HTTP\/[\d.]+[ \t]*\r?\n/.exec(text)
  if (match === null) return undefined
  const [line, method = '', target = ''] = match
  const [head = '', ...body] = text.slice(line.length).split(/\r?\n\r?\n/)
  const headers = head.split(/\r?\n/).map(headerOf)
  const host = headers.find(([name]) => name === 'host')?.[1]
  const url = target.startsWith('/') && host !== undefined ? `https://${host}${target}` : target
  return request('http', { method, url, headers }, body.join('\n'))
}

interface Parts {
  method?: string
  url?: string
  headers?: (readonly [string, string])[]
  bodyKind?: BodyKind
}

function request(from: TokenRequest['from'], parts: Parts, body: string): TokenRequest {
  const { method, url, headers = [] } = parts
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  const trimmed = body.trim()
  const bodyKind =
    parts.bodyKind ??
    (type.includes('json') || trimmed.startsWith('{')
      ? 'json'
      : type.includes('multipart/')
        ? 'multipart'
        : 'form')
  const [address, query = ''] = url?.split('?', 2) ?? []
  const parameters = bodyKind === 'json' ? jsonPairs(trimmed) : formPairs(trimmed)
  const queryParameters = formPairs(query)
  return {
    from,
    method: method ?? (trimmed === '' ? undefined : 'POST'),
    url: address,
    headers,
    bodyKind,
    parameters: [...queryParameters, ...parameters],
    queryNames: queryParameters.map(([name]) => name),
    isIncomplete:
      from === 'curl' && parameters.some(([, value]) => /^@|\$\(|\$\{?\w|`/.test(value)),
  }
}

function formPairs(text: string): readonly (readonly [string, string])[] {
  return text
    .split('&')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? []
      return [decode(name), decode(value)]
    })
}

function jsonPairs(text: string): readonly (readonly [string, string])[] {
  try {
    return Object.entries(JSON.parse(text) as object).map(([name, value]) => [name, String(value)])
  } catch {
    return []
  }
}

/** Percent-decoding that leaves alone what it can't read. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function headerOf(line: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^:]*):?\s*(.*)$/s.exec(line) ?? []
  return [name.trim().toLowerCase(), value.trim()]
}

/** `name=value` of an option that encodes the value itself. */
function encodePair(text: string): string {
  const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(text) ?? []
  return `${name}=${encodeURIComponent(value)}`
}

/** Options of curl that stand alone; every other long one is followed by its value. */
const SWITCHES = new Set(
  (
    'anyauth basic compressed digest fail fail-early fail-with-body get globoff head http1.0 http1.1 http2 ' +
    'http2-prior-knowledge http3 include insecure ipv4 ipv6 location negotiate next no-buffer no-keepalive ' +
    'no-progress-meter parallel path-as-is progress-bar remote-name show-error silent ssl ssl-reqd ' +
    'tcp-nodelay tlsv1 tlsv1.2 tlsv1.3 trace-time verbose'
  ).split(' '),
)
const LETTER_WITH_VALUE = /[AbcCdDeEFHKmoPQrtTuUwxXyYz]/
