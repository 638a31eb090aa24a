/**
 * Access tokens: JWTs of RFC 9068, with Okta's members beside the RFC's.
 * @module
 */

import { randomFillSync } from 'node:crypto'
import { encodeJsonSegment, signSegments } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'
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

/**
 * Makes the function that signs access tokens, each with the key that is current then.
 *
 * @see RFC 9068, section 2.2, Data Structure
 */
export function createAccessTokenIssuer(signingKeys: SigningKeys): IssueAccessToken {
  const newTokenId = createTokenIds()
  const headers = new WeakMap<PrivateKey, string>()

  /** The encoded Protected Header: the same for every token of one key. */
  const headerOf = (key: PrivateKey): string => {
    let header = headers.get(key)
    if (header === undefined) {
      header = encodeJsonSegment({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
      headers.set(key, header)
    }
    return header
  }

  return async (request) => {
    const { issuer, audience, lifetimeSeconds, clientId, clientKid, scopes, jkt, now } = request
    const { current } = signingKeys
    const tokenId = newTokenId()
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
    const accessToken = await signSegments(headerOf(current), encodeJsonSegment(claims), current)
    return { accessToken, tokenId }
  }
}

const TOKEN_ID_OCTETS = 32
const TOKEN_IDS_AT_ONCE = 64

/** Makes IDs of tokens. Random octets are drawn for many of them at a time. */
function createTokenIds(): () => string {
  const pool = Buffer.alloc(TOKEN_ID_OCTETS * TOKEN_IDS_AT_ONCE)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const start = used
    used += TOKEN_ID_OCTETS
    return `AT.${pool.toString('base64url', start, used)}`
  }
}
