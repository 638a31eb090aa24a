/**
 * JWS Compact Serialization (RFC 7515, section 7.1), read strictly and as far as it can be read.
 * @module
 */

import { encodeText, signInput } from '#encoding'
import { decodeSegment, decodeUtf8, primitives, remembering } from '#primitives'
import { decodeBase64url } from '../base64url.ts'
import { isJsonObject, type JsonObject, parseJsonOctets } from '../json.ts'
import type { Signer } from '../keys/index.ts'
import type { MaybePromise } from '../maybe-promise.ts'

/** The longest compact serialization that is read, in characters. */
export const MAX_JWS_LENGTH = 16_384

/** A JWS taken apart; what could not be read is `undefined`, and `fault` says why. */
export interface ParsedJws {
  /** The Protected Header. */
  readonly header: JsonObject | undefined
  readonly payload: Uint8Array | undefined
  readonly signature: Uint8Array | undefined
  /** The octets that are signed: header and payload as they were sent. */
  readonly signingInput: Uint8Array
  /** The first thing that is wrong with the form, such as `payload is not base64url`. */
  readonly fault: string | undefined
}

/** A JWS whose payload is a JWT Claims Set (RFC 7519). */
export interface ParsedJwt extends ParsedJws {
  readonly claims: JsonObject | undefined
}

/** Takes a JWS apart. Never throws; does not look at the payload. */
export function parseJws(compact: unknown): ParsedJws {
  return takeApart(compact, () => undefined)
}

/** Takes a JWT apart: a JWS whose payload is a strict JSON object. Never throws. */
export function parseJwt(compact: unknown): ParsedJwt {
  return takeApart(compact, (payload) => readJsonObject(payload, 'payload'))
}

function takeApart(
  compact: unknown,
  readClaims: (payload: Uint8Array) => Read | undefined,
): ParsedJwt {
  if (typeof compact !== 'string') return unreadable('it is not a string')
  if (compact.length > MAX_JWS_LENGTH) {
    return unreadable(`it is longer than ${MAX_JWS_LENGTH} characters`)
  }
  const firstDot = compact.indexOf('.')
  const secondDot = compact.indexOf('.', firstDot + 1)
  if (secondDot === -1 || compact.includes('.', secondDot + 1)) {
    return unreadable(segmentFault(compact))
  }
  const header = readHeader(compact.slice(0, firstDot))
  const payload = decodeSegment(compact.slice(firstDot + 1, secondDot))
  const signature = decodeSegment(compact.slice(secondDot + 1))
  const claims = payload === undefined ? undefined : readClaims(payload)
  return {
    header: header.value,
    payload,
    signature,
    signingInput: primitives.encodeUtf8(compact.slice(0, secondDot)),
    claims: claims?.value,
    fault:
      header.fault ??
      encodingFault(payload, 'payload') ??
      encodingFault(signature, 'signature') ??
      claims?.fault,
  }
}

function encodingFault(octets: Uint8Array | undefined, segment: string): string | undefined {
  return octets === undefined ? `the ${segment} is not canonical base64url` : undefined
}

function segmentFault(compact: string): string {
  const count = compact.split('.').length
  if (compact === '') return 'it is empty'
  if (compact.startsWith('{')) return 'it is JSON, not the compact serialization'
  if (count === 5) return 'it has five segments: it is encrypted (JWE), not signed (JWS)'
  return `it has ${count} of the three segments that dots separate`
}

/** Signs a header and a payload as they are, without any check of either. */
export async function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Uint8Array,
  signer: Pick<Signer, 'sign'>,
): Promise<string> {
  return signSegments(encodeJsonSegment(header), primitives.encodeBase64url(payload), signer)
}

/** A segment of a JWS: JSON in base64url. */
export function encodeJsonSegment(value: unknown): string {
  return encodeText(JSON.stringify(value))
}

/** Signs two segments that are encoded already, at once where the signer does. */
export function signSegments(
  header: string,
  payload: string,
  signer: Pick<Signer, 'sign'>,
): MaybePromise<string> {
  return signInput(`${header}.${payload}`, signer)
}

type Read = { readonly value: JsonObject | undefined; readonly fault: string | undefined }

/** A signer puts the same header on everything that it signs. */
const readHeader = /* @__PURE__ */ remembering((segment: string): Read => {
  const octets = decodeBase64url(segment)
  if (octets !== undefined) return readJsonObject(octets, 'header')
  return { value: undefined, fault: encodingFault(octets, 'header') }
})

function readJsonObject(octets: Uint8Array, what: string): Read {
  const json = parseJsonOctets(octets, decodeUtf8)
  if (!json.ok) {
    const fault = `the ${what} is not strict JSON: ${json.fault} at character ${json.position}`
    return { value: undefined, fault }
  }
  if (isJsonObject(json.value)) return { value: json.value, fault: undefined }
  return { value: undefined, fault: `the ${what} is not a JSON object` }
}

function unreadable(fault: string): ParsedJwt {
  return {
    header: undefined,
    claims: undefined,
    payload: undefined,
    signature: undefined,
    signingInput: new Uint8Array(),
    fault,
  }
}
