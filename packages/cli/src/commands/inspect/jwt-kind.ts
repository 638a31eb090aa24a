/**
 * Telling JWTs apart by what they say; what they say is not verified.
 * @module
 */

import type { ParsedJwt } from '@keygrant/core/assertion'

/** What a JWT seems to be. */
export type JwtKind = 'client assertion' | 'access token' | 'DPoP proof' | 'JWT'

/** Guesses from `typ` first, because that is what it is for, and then from the claims. */
export function guessKind({ header, claims }: ParsedJwt): JwtKind {
  const typ = typeof header?.['typ'] === 'string' ? header['typ'].toLowerCase() : ''
  if (typ.endsWith('client-authentication+jwt')) return 'client assertion'
  if (typ.endsWith('at+jwt')) return 'access token'
  if (typ.endsWith('dpop+jwt')) return 'DPoP proof'
  const has = (name: string): boolean => claims?.[name] !== undefined
  if (has('scp') || has('scope') || has('cid') || has('client_id')) return 'access token'
  if (has('htm') && has('htu')) return 'DPoP proof'
  if (has('iss') && claims?.['iss'] === claims?.['sub']) return 'client assertion'
  return 'JWT'
}
