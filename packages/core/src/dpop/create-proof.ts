/**
 * Making a DPoP proof (RFC 9449, section 4.2).
 * @module
 */

import { primitives } from '#primitives'
import { randomJti, signJws } from '../assertion/index.ts'
import { encodeBase64url } from '../base64url.ts'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { PublicKey, Signer } from '../keys/index.ts'
import { normalizeHtu } from './htu.ts'

/** The request that a proof is for, and who makes it. */
export interface DpopProofOptions {
  /** The HTTP method of the request. */
  readonly method: string
  /** The URL of the request. Its query and fragment are left out of the proof. */
  readonly url: string | URL
  /** The DPoP key. Let it be another one than the key that signs client assertions. */
  readonly key: Signer
  /** The access token that is sent along: the proof is then bound to it by `ath`. */
  readonly accessToken?: string
  /** The last `DPoP-Nonce` of the server that the request goes to. */
  readonly nonce?: string
  /** NumericDate of signing, in seconds. Default: the clock of this machine. */
  readonly now?: number
}

/** The methods that `fetch` sends in upper case, however they are written. */
const UPPERCASED = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])

/**
 * Makes a DPoP proof for one request: a new `jti`, the public key in the header, and no more of the
 * URL than its origin and path. Make another for each request, also when one is sent again.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when method, URL, token or
 * nonce are not usable.
 * @example
 * ```ts
 * const proof = await createDpopProof({ method: 'GET', url, key, accessToken })
 * await fetch(url, { headers: { authorization: `DPoP ${accessToken}`, dpop: proof } })
 * ```
 * @see RFC 9449, section 4.2, DPoP Proof JWT Syntax
 */
export async function createDpopProof(options: DpopProofOptions): Promise<string> {
  const { method, url, key, accessToken, nonce } = options
  if (typeof method !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/.test(method)) {
    throw invalidArgumentValue('method', 'an HTTP method')
  }
  const htu = normalizeHtu(url instanceof URL ? url.href : hrefOf(url))
  if (htu === undefined) {
    throw invalidArgumentValue('url', 'an absolute http or https URL without user name or password')
  }
  if (accessToken !== undefined && !/^[\x21-\x7e]+$/.test(accessToken)) {
    throw invalidArgumentValue('accessToken', 'an access token: visible ASCII characters only')
  }
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce === '')) {
    throw invalidArgumentType('nonce', 'a non-empty string')
  }
  const upper = method.toUpperCase()
  const claims = {
    jti: randomJti(),
    htm: UPPERCASED.has(upper) ? upper : method,
    htu,
    iat: options.now ?? Math.floor(Date.now() / 1000),
    ...(accessToken === undefined ? undefined : { ath: await accessTokenHash(accessToken) }),
    ...(nonce === undefined ? undefined : { nonce }),
  }
  const header = { typ: 'dpop+jwt', alg: key.alg, jwk: bareJwk(key.publicKey) }
  return signJws(header, primitives.encodeUtf8(JSON.stringify(claims)), key)
}

/** `ath`: the SHA-256 hash of an access token in base64url (RFC 9449, section 4.2). */
export async function accessTokenHash(accessToken: string): Promise<string> {
  return encodeBase64url(await primitives.sha256(primitives.encodeUtf8(accessToken)))
}

/** What makes the key, and nothing about it; `alg` is part of some newer kinds of key. */
function bareJwk({ jwk }: PublicKey): object {
  const { kid: _kid, use: _use, key_ops: _keyOps, alg, ...members } = jwk
  return ['RSA', 'EC', 'OKP'].includes(jwk.kty) ? members : { ...members, alg }
}

function hrefOf(url: unknown): string {
  try {
    return new URL(url as string).href
  } catch {
    return ''
  }
}
