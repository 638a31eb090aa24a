/**
 * Finds out what was pasted, and takes the JWT or the keys out of it. Nothing is judged here.
 * @module
 */

import { parameter, readCurl, readForm, readHttp, type TokenRequest } from './token-request.ts'
import { type HttpAnswer, readHttpAnswer, type TokenResponse } from './token-response.ts'

/** What was left out around the JWT, or is odd about it; each has a sentence in the catalogue. */
export type PasteNote =
  'invisible' | 'quotes' | 'scheme' | 'line_breaks' | 'surroundings' | 'incomplete' | 'json_request'

/** Where the JWT stood. */
export type JwtSource = 'bare' | 'bearer' | 'dpop' | 'form' | 'curl' | 'http' | 'response' | 'text'

/** What was pasted. */
export type Recognised =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'jwt'
      readonly jwt: string
      readonly source: JwtSource
      readonly notes: readonly PasteNote[]
      readonly request?: TokenRequest
      readonly response?: TokenResponse
    }
  | {
      readonly kind: 'request'
      readonly request: TokenRequest
      readonly notes: readonly PasteNote[]
      readonly response?: TokenResponse
    }
  | { readonly kind: 'response'; readonly response: TokenResponse }
  | { readonly kind: 'keys'; readonly text: string }
  | { readonly kind: 'claims' }
  | { readonly kind: 'unknown' }

/** What text tools add and nobody sees: zero-width characters, marks of direction, byte order marks. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const REQUEST = /(?:^|[\s&?])(?:client_assertion|client_assertion_type|grant_type)=/

/** Recognises a pasted text. Never throws, and never gives up on a JWT because it is broken. */
export function recognise(pasted: string): Recognised {
  const visible = pasted.replaceAll(INVISIBLE, '')
  const notes: PasteNote[] = visible === pasted ? [] : ['invisible']
  const text = visible.trim()
  const answer = readHttpAnswer(text)
  return answer === undefined ? withoutAnswer(text, notes) : fromAnswer(answer, notes)
}

function withoutAnswer(text: string, notes: readonly PasteNote[]): Recognised {
  if (text === '') return { kind: 'empty' }
  if (text.includes('-----BEGIN') || /^(?:ssh-\S+|ecdsa-\S+) A/.test(text)) {
    return { kind: 'keys', text }
  }
  if (/(?:^|[\s/\\])curl(?:\.exe)?\s/.test(text)) {
    const request = readCurl(text)
    if (request !== undefined) return fromRequest(request, notes)
  }
  const http = readHttp(text)
  if (http !== undefined) return fromRequest(http, notes)
  if (/^[{[]/.test(text)) return fromJson(text, notes)
  if (REQUEST.test(text)) {
    const start = text.search(REQUEST)
    return fromRequest(readForm(text.slice(start).trim()), notes)
  }
  return fromText(text, notes)
}

/** What was asked, when that stands before the answer; else what is in the answer. */
function fromAnswer(
  { before, body, ...head }: HttpAnswer,
  notes: readonly PasteNote[],
): Recognised {
  const asked = withoutAnswer(before.trim(), notes)
  const answered = withoutAnswer(body, notes)
  const said = 'response' in answered ? answered.response : undefined
  const { members, error } = said ?? { members: readMembers(body) ?? {}, error: undefined }
  const response = { members, error, ...head }
  if (asked.kind === 'jwt' || asked.kind === 'request') return { ...asked, response }
  if (answered.kind === 'keys') return answered
  return answered.kind === 'jwt' ? { ...answered, response } : { kind: 'response', response }
}

function fromRequest(request: TokenRequest, before: readonly PasteNote[]): Recognised {
  const notes: PasteNote[] = [...before]
  if (request.isIncomplete) notes.push('incomplete')
  if (request.bodyKind === 'json') notes.push('json_request')
  const assertion = parameter(request, 'client_assertion')
  if (assertion !== undefined && assertion !== '') {
    return { kind: 'jwt', jwt: assertion.trim(), source: request.from, notes, request }
  }
  const authorization = request.headers.find(([name]) => name === 'authorization')?.[1] ?? ''
  const [, scheme = '', token] = /^(bearer|dpop)\s+(\S+)$/i.exec(authorization) ?? []
  if (token !== undefined && request.parameters.length === 0) {
    const source = scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer'
    return { kind: 'jwt', jwt: token, source, notes }
  }
  return { kind: 'request', request, notes }
}

const NO_HEAD = { status: undefined, headers: [] } as const

function fromJson(text: string, notes: readonly PasteNote[]): Recognised {
  const members = readMembers(text)
  if (members === undefined) {
    // Broken JSON, which core can say more about when it is a key.
    if (/"(?:kty|keys)"\s*:/.test(text)) return { kind: 'keys', text }
    return fromText(text, notes)
  }
  const has = (name: string): boolean => Object.hasOwn(members, name)
  if (has('kty') || Array.isArray(members['keys']) || has('private_key')) {
    return { kind: 'keys', text }
  }
  const { access_token: accessToken, error } = members
  if (typeof accessToken === 'string') {
    const response = { members, error: undefined, ...NO_HEAD }
    return isJwtShaped(accessToken)
      ? { kind: 'jwt', jwt: accessToken, source: 'response', notes, response }
      : { kind: 'response', response }
  }
  if (typeof error === 'string') {
    return { kind: 'response', response: { members, error, ...NO_HEAD } }
  }
  if (has('client_assertion')) {
    return fromRequest({ ...readForm(''), ...asJsonBody(members) }, notes)
  }
  if (has('payload')) return { kind: 'jwt', jwt: text, source: 'bare', notes }
  if (has('iss') || has('aud') || has('sub')) return { kind: 'claims' }
  return fromText(text, notes)
}

function asJsonBody(members: Readonly<Record<string, unknown>>): Partial<TokenRequest> {
  const parameters = Object.entries(members).map(([name, value]) => [name, String(value)] as const)
  return { bodyKind: 'json', parameters }
}

function fromText(text: string, before: readonly PasteNote[]): Recognised {
  const notes: PasteNote[] = [...before]
  const header = /^(?:authorization|dpop)\s*:\s*/i.exec(text)?.[0] ?? ''
  const [lead = '', scheme = ''] = /^(?:(bearer|dpop)\s+)?/i.exec(text.slice(header.length)) ?? []
  let jwt = text.slice(header.length + lead.length)
  if (header !== '' || lead !== '') notes.push('scheme')
  const unquoted = /^(["'`])(.*)\1[,;]?$/s.exec(jwt)?.[2]
  if (unquoted !== undefined) {
    jwt = unquoted.trim()
    notes.push('quotes')
  }
  const inside = /eyJ[\w-]+\.[\w=+/-]*(?:\.[\w=+/-]*)+/.exec(text)?.[0]
  // White space that is no line break stands between words; but a JWT may be torn at any place.
  const isAmongWords = /\S[ \t]+\S/.test(jwt) && inside !== undefined
  const joined = jwt.replaceAll(/\s+/g, '')
  if (!isAmongWords && isJwtShaped(joined)) {
    if (joined !== jwt) notes.push('line_breaks')
    const source = scheme === '' ? 'bare' : scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer'
    return { kind: 'jwt', jwt: joined, source, notes }
  }
  if (inside !== undefined) {
    return { kind: 'jwt', jwt: inside, source: 'text', notes: [...notes, 'surroundings'] }
  }
  return { kind: 'unknown' }
}

/** Segments between dots, whatever is wrong inside them. */
function isJwtShaped(text: string): boolean {
  return (
    /^[\w+/=%~-]+(?:\.[\w+/=%~-]*)+$/.test(text) && (text.startsWith('eyJ') || text.length > 40)
  )
}

function readMembers(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value !== 'object' || value === null) return undefined
    return Array.isArray(value) ? { keys: value } : (value as Record<string, unknown>)
  } catch {
    return undefined
  }
}
