/**
 * Telling JWTs apart by what they say; what they say is not verified.
 * @module
 */

import type { ParsedJwt } from '@keygrant/core/assertion'
import type { JwtSource } from '@keygrant/core/inspection'

/** What a JWT is judged as. */
export type JwtKind = 'assertion' | 'access_token' | 'dpop'

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
  const has = (name: string): boolean => claims?.[name] !== undefined
  if (has('scp') || has('scope') || has('cid') || has('client_id')) return 'access_token'
  if (has('htm') && has('htu')) return 'dpop'
  return source === 'response' ? 'access_token' : 'assertion'
}
