/**
 * JWK Thumbprints (RFC 7638).
 * @module
 */

import { encodeBase64url } from '../base64url.ts'
import { primitives } from '#primitives'
import type { PublicJwk } from './jwk.ts'

/**
 * Computes the JWK Thumbprint with SHA-256, in base64url. Private members do not change it.
 *
 * @see RFC 7638, section 3, JSON Web Key (JWK) Thumbprint; RFC 8037, section 2, for OKP keys; RFC 9964 for AKP keys
 */
export async function jwkThumbprint(jwk: PublicJwk): Promise<string> {
  return encodeBase64url(await primitives.sha256(primitives.encodeUtf8(requiredMembers(jwk))))
}

/** The required members, in lexicographic order. */
const REQUIRED = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
} as const

/** The required members alone, without white space. */
function requiredMembers(jwk: PublicJwk): string {
  return JSON.stringify(jwk, [...REQUIRED[jwk.kty]])
}
