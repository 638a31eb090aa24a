/**
 * A service app that asks for tokens, right and wrong.
 * @module
 */

import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { apiOf, type ConsoleServer } from './a-console.ts'

/** What came of a token request. */
export interface Asked {
  readonly status: number
  readonly requestId: string
  readonly assertion: string
  /** Empty when there is none. */
  readonly accessToken: string
}

/** How a token request differs from a good one. */
export interface Asking {
  /** Default: the app's first key. */
  readonly key?: PrivateKey
  readonly audience?: string
  /** Seconds by which the client's clock is wrong. */
  readonly ahead?: number
  /** Sent as it is, instead of a new one. */
  readonly assertion?: string
  readonly scope?: string
  readonly userAgent?: string
  readonly claims?: Readonly<Record<string, unknown>>
}

/** A service app. */
export interface Client {
  readonly clientId: string
  readonly key: PrivateKey
  ask(asking?: Asking): Promise<Asked>
}

/** A key pair. */
export function aPair(kid: string): Promise<PrivateKey> {
  return generateKey({ kty: 'EC', crv: 'P-256' }, { kid })
}

/** Registers an app through the page of somebody who may. */
export async function aClient(
  at: ConsoleServer,
  page: Page,
  {
    label,
    kid = 'prod-2026',
    scopes = [],
  }: { readonly label: string; readonly kid?: string; readonly scopes?: readonly string[] },
): Promise<Client> {
  const { issuer, now } = at
  const key = await aPair(kid)
  const api = apiOf(page)
  const made = await api('POST', '/api/v1/apps', {
    label,
    settings: { oauthClient: { jwks: { keys: [key.publicKey.jwk] } } },
  })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const clientId = made.body['id'] as string
  for (const scopeId of scopes) {
    const { status } = await api('POST', `/api/v1/apps/${clientId}/grants`, { scopeId, issuer })
    assert.equal(status, 201)
  }
  return {
    clientId,
    key,
    async ask({
      key: signer = key,
      audience = issuer,
      ahead = 0,
      scope = scopes.join(' '),
      userAgent = 'billing-sync/2.1',
      claims = {},
      ...given
    } = {}) {
      const assertion =
        given.assertion ??
        (await signAssertion(claims, signer, {
          clientId,
          audience,
          now: Math.floor(now() / 1000) + ahead,
        }))
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
        ...(scope === '' ? undefined : { scope }),
      })
      const answer = await at.server.inject({
        method: 'POST',
        url: '/oauth2/v1/token',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': userAgent,
        },
        body: form.toString(),
      })
      return {
        status: answer.status,
        requestId: String(answer.headers['x-request-id']),
        assertion,
        accessToken:
          (JSON.parse(answer.body) as { readonly access_token?: string }).access_token ?? '',
      }
    },
  }
}
