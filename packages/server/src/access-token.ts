/**
 * Access tokens: JWTs of RFC 9068, with Okta's members beside the RFC's.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { signJws } from '@keygrant/core/assertion'
import type { SigningKeys } from './signing-keys.ts'

/** What an access token is to say. */
export interface AccessTokenRequest {
  /** The issuer identifier under which the client asked. */
  readonly issuer: string
  /** The resource that the token is for. */
  readonly audience: string
  readonly lifetimeSeconds: number
  readonly clientId: string
  /** Key ID of the client's key that authenticated the request. */
  readonly clientKid: string
  readonly scopes: readonly string[]
  /** JWK Thumbprint of the key that the token is bound to; without it, it is a Bearer token. */
  readonly jkt: string | undefined
  /** NumericDate. */
  readonly now: number
}

/** An access token, signed. */
export interface IssuedAccessToken {
  readonly accessToken: string
  /** Its `jti`. */
  readonly tokenId: string
}

/** Signs an access token. */
export type IssueAccessToken = (request: AccessTokenRequest) => Promise<IssuedAccessToken>

/**
 * The claim that names the client's key. The admin API refuses the tokens of a key as soon as the key is
 * no longer active.
 */
export const CLIENT_KID_CLAIM = 'client_kid'

const TOKEN_ID_OCTETS = 32

/**
 * Makes the function that signs access tokens, each with the key that is current then.
 *
 * @see RFC 9068, section 2.2, Data Structure
 */
export function createAccessTokenIssuer(signingKeys: SigningKeys): IssueAccessToken {
  return async (request) => {
    const { issuer, audience, lifetimeSeconds, clientId, clientKid, scopes, jkt, now } = request
    const { current } = signingKeys
    const tokenId = `AT.${randomBytes(TOKEN_ID_OCTETS).toString('base64url')}`
    const claims = {
      ver: 1,
      jti: tokenId,
      iss: issuer,
      aud: audience,
      sub: clientId,
      client_id: clientId,
      cid: clientId,
      iat: now,
      exp: now + lifetimeSeconds,
      scope: scopes.join(' '),
      scp: scopes,
      [CLIENT_KID_CLAIM]: clientKid,
      ...(jkt === undefined ? undefined : { cnf: { jkt } }),
    }
    const header = { alg: current.alg, kid: current.kid, typ: 'at+jwt' }
    const accessToken = await signJws(header, Buffer.from(JSON.stringify(claims)), current)
    return { accessToken, tokenId }
  }
}
