/**
 * Telling JWTs apart by what they say; what they say is not verified.
 * @module
 */

import type { ParsedJwt } from '@keygrant/core/assertion'
import type { JwtSource } from '@keygrant/core/inspection'
import { readLeniently } from './lenient.ts'

/** What a JWT can be judged as. */
export type JwtKind = 'assertion' | 'access_token' | 'id_token' | 'dpop'

/** The segments of an encrypted token: header, encrypted key, initialization vector, ciphertext, tag. */
const JWE_SEGMENTS = 5

/** Whether it is encrypted (RFC 7516): five segments, and a header that says how. */
export function isJwe(jwt: string): boolean {
  const segments = jwt.split('.')
  if (segments.length !== JWE_SEGMENTS) return false
  const header = readLeniently(segments[0] ?? '')
  return typeof header === 'object' && 'enc' in header
}

/**
 * Guesses from where it stood, from `typ`, because that is what it is for, and then from the claims.
 * What says nothing is judged as a client assertion.
 */
export function guessKind({ header, claims }: ParsedJwt, source: JwtSource): JwtKind {
  if (source === 'form' || source === 'curl' || source === 'http') return 'assertion'
  const typ = typeof header?.['typ'] === 'string' ? header['typ'].toLowerCase() : ''
  if (typ.endsWith('client-authentication+jwt')) return 'assertion'
  if (typ.endsWith('at+jwt')) return 'access_token'
  if (typ.endsWith('dpop+jwt')) return 'dpop'
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => claims?.[name] !== undefined)
  if (has('scp', 'scope', 'cid', 'client_id', 'appid')) return 'access_token'
  if (has('htm') && has('htu')) return 'dpop'
  // OpenID Connect Core, section 2: only a person signs in at a time, by a method.
  if (has('nonce', 'at_hash', 'c_hash', 'auth_time', 'amr', 'azp')) return 'id_token'
  return source === 'response' ? 'access_token' : 'assertion'
}
