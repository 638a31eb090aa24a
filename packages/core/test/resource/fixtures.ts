/**
 * Access tokens, keys and an authorization server in a function, for tests.
 * @module
 */

import { signJws } from '@keygrant/core/assertion'
import { exportJwkSet, generateKey, type PrivateKey } from '@keygrant/core/keys'
import type { AccessTokenExpectations } from '@keygrant/core/resource'

export { outcome } from '../assertion/fixtures.ts'

export const NOW = 1_700_000_000
export const ISSUER = 'https://as.example'
export const AUDIENCE = 'https://api.example'
export const CLIENT_ID = '0oaclient00000000001'
export const JWKS_URI = 'https://as.example/oauth2/v1/keys'

export const serverKey: PrivateKey = await generateKey({ kty: 'EC', crv: 'P-256' })
export const otherServerKey: PrivateKey = await generateKey({ kty: 'EC', crv: 'P-256' })

/** An access token as it is sent, with changes; `undefined` removes a member. */
export function anAccessToken(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer: PrivateKey = serverKey,
): Promise<string> {
  return signJws(
    { typ: 'at+jwt', alg: signer.alg, kid: signer.kid, ...header },
    new TextEncoder().encode(
      JSON.stringify({
        iss: ISSUER,
        sub: CLIENT_ID,
        aud: AUDIENCE,
        exp: NOW + 600,
        iat: NOW,
        jti: 'jti-1',
        client_id: CLIENT_ID,
        scope: 'orders.read',
        ...claims,
      }),
    ),
    signer,
  )
}

/** What the resource server under test expects. */
export function expecting(changes: Partial<AccessTokenExpectations> = {}): AccessTokenExpectations {
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [serverKey.publicKey],
    now: NOW,
    ...changes,
  }
}

/** What a server of keys answers, now; `offline` is a connection that fails. */
export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly offline?: boolean
}

/** A server of keys: counts the requests, and answers as it is told. */
export function aKeyServer(keys: readonly PrivateKey[] = [serverKey]) {
  const server = {
    /** One entry for each request: its URL and `If-None-Match`. */
    requests: [] as { readonly url: string; readonly etag: string | null }[],
    answer: { body: exportJwkSet(keys.map((key) => key.publicKey)) } as Answer,
    /** While this is pending, answers wait for it. */
    gate: undefined as Promise<void> | undefined,
    publish(...published: readonly PrivateKey[]) {
      server.answer = { body: exportJwkSet(published.map((key) => key.publicKey)) }
    },
    fetch: (async (url: string, init: RequestInit) => {
      server.requests.push({ url, etag: new Headers(init.headers).get('if-none-match') })
      await server.gate
      const { status = 200, headers = {}, body, offline } = server.answer
      if (offline === true) throw new TypeError('fetch failed')
      return new Response(status === 304 ? null : JSON.stringify(body), { status, headers })
    }) as typeof fetch,
  }
  return server
}

/** A clock that stands until it is moved. */
export function aClock(start = NOW) {
  const clock = { now: start, read: () => clock.now }
  return clock
}
