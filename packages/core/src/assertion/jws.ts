/**
 * JWS Compact Serialization (RFC 7515, section 7.1), read strictly and as far as it can be read.
 * @module
 */

import { decodeBase64url, encodeBase64url } from '../base64url.ts'
import { isJsonObject, type JsonObject, parseJsonOctets } from '../json.ts'
import type { Signer } from '../keys/index.ts'

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

const ascii = new TextEncoder()

/** Takes a JWS apart. Never throws; does not look at the payload. */
export function parseJws(compact: unknown): ParsedJws {
  if (typeof compact !== 'string') return unreadable('it is not a string')
  if (compact.length > MAX_JWS_LENGTH) {
    return unreadable(`it is longer than ${MAX_JWS_LENGTH} characters`)
  }
  const segments = compact.split('.')
  const [headerText, payloadText, signatureText] = segments
  if (headerText === undefined || payloadText === undefined || signatureText === undefined) {
    return unreadable(
      compact === ''
        ? 'it is empty'
        : compact.startsWith('{')
          ? 'it is JSON, not the compact serialization'
          : `it has ${segments.length} of the three segments that dots separate`,
    )
  }
  if (segments.length !== 3) {
    return unreadable(
      segments.length === 5
        ? 'it has five segments: it is encrypted (JWE), not signed (JWS)'
        : `it has ${segments.length} segments instead of three`,
    )
  }
  const header = readObject(headerText, 'header')
  const payload = decodeBase64url(payloadText)
  const signature = decodeBase64url(signatureText)
  return {
    header: header.value,
    payload,
    signature,
    signingInput: ascii.encode(compact.slice(0, headerText.length + 1 + payloadText.length)),
    fault:
      header.fault ??
      (payload === undefined ? 'the payload is not canonical base64url' : undefined) ??
      (signature === undefined ? 'the signature is not canonical base64url' : undefined),
  }
}

/** Takes a JWT apart: a JWS whose payload is a strict JSON object. Never throws. */
export function parseJwt(compact: unknown): ParsedJwt {
  const jws = parseJws(compact)
  if (jws.payload === undefined) return { ...jws, claims: undefined }
  const claims = readJsonObject(jws.payload, 'payload')
  return { ...jws, claims: claims.value, fault: jws.fault ?? claims.fault }
}

/** Signs a header and a payload as they are, without any check of either. */
export async function signJws(
  header: Readonly<Record<string, unknown>>,
  payload: Uint8Array,
  signer: Pick<Signer, 'sign'>,
): Promise<string> {
  const protectedHeader = encodeBase64url(ascii.encode(JSON.stringify(header)))
  const signingInput = `${protectedHeader}.${encodeBase64url(payload)}`
  const signature = await signer.sign(ascii.encode(signingInput))
  return `${signingInput}.${encodeBase64url(signature)}`
}

type Read = { readonly value: JsonObject | undefined; readonly fault: string | undefined }

function readObject(segment: string, what: string): Read {
  const octets = decodeBase64url(segment)
  if (octets === undefined) {
    return { value: undefined, fault: `the ${what} is not canonical base64url` }
  }
  return readJsonObject(octets, what)
}

function readJsonObject(octets: Uint8Array, what: string): Read {
  const json = parseJsonOctets(octets)
  if (!json.ok) {
    const fault = `the ${what} is not strict JSON: ${json.fault} at character ${json.position}`
    return { value: undefined, fault }
  }
  if (isJsonObject(json.value)) return { value: json.value, fault: undefined }
  return { value: undefined, fault: `the ${what} is not a JSON object` }
}

function unreadable(fault: string): ParsedJws {
  return {
    header: undefined,
    payload: undefined,
    signature: undefined,
    signingInput: new Uint8Array(),
    fault,
  }
}
