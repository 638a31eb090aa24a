import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { authorizedFetch, createTokenClient, type TokenClientOptions } from '@keygrant/core/client'
import { generateKey, type KeyKind, type PrivateKey } from '@keygrant/core/keys'
import {
  CLIENT_ID,
  type RunningProvider,
  startGuardedApi,
  startOidcProvider,
} from './oidc-provider.ts'
import { type RunningServer, startServer } from './running-server.ts'

describe('oidc-provider', () => {
  const kinds = {
    RS256: { kty: 'RSA', modulusBits: 2048 },
    PS256: { kty: 'RSA', modulusBits: 2048 },
    ES256: { kty: 'EC', crv: 'P-256' },
    Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  } as const satisfies Record<string, KeyKind>
  const keys = new Map<string, PrivateKey>()
  let provider: RunningProvider
  let issuer: string

  before(async () => {
    for (const [alg, kind] of Object.entries(kinds)) {
      keys.set(alg, await generateKey(kind, { alg: alg as keyof typeof kinds, kid: alg }))
    }
    provider = await startOidcProvider([...keys.values()].map(({ publicKey }) => publicKey.jwk))
    issuer = provider.issuer
  })
  after(() => provider.stop())

  const client = (options: Partial<TokenClientOptions>): ReturnType<typeof createTokenClient> =>
    createTokenClient({ issuer, clientId: CLIENT_ID, scope: 'reports.read', ...options })

  for (const alg of Object.keys(kinds)) {
    test(`gives a token for an assertion with ${alg}`, async () => {
      const token = await client({ signer: keys.get(alg) as PrivateKey }).getToken()
      assert.equal(token.tokenType, 'Bearer')
      assert.equal(token.scope, 'reports.read')
    })
  }

  test('is asked once by 100 callers, and takes each assertion once', async () => {
    const reports = client({ signer: keys.get('ES256') as PrivateKey })
    const before = provider.tokenRequests()
    await Promise.all(Array.from({ length: 100 }, () => reports.getToken()))
    assert.equal(provider.tokenRequests() - before, 1)
    await reports.getToken({ refresh: true })
    assert.equal(provider.tokenRequests() - before, 2)
  })

  test('refuses another key, and the error says that the key is not known there', async () => {
    const signer = await generateKey({ kty: 'EC', crv: 'P-256' })
    await assert.rejects(client({ signer }).getToken(), {
      code: 'ERR_TOKEN_REFUSED',
      error: 'invalid_client',
      message: /the assertion is sound, so "reports" is unknown there, .* or has no active key/,
    })
  })

  test('takes the other key of a rotation when the new one is not registered', async () => {
    const next = await generateKey({ kty: 'EC', crv: 'P-256' })
    const token = await client({ keys: [next, keys.get('ES256') as PrivateKey] }).getToken()
    assert.equal(token.tokenType, 'Bearer')
  })

  test('wants DPoP with a nonce: one more attempt, and an API that wants it too answers', async () => {
    const api = await startGuardedApi(issuer)
    try {
      const bound = client({
        clientId: `${CLIENT_ID}-bound`,
        signer: keys.get('ES256') as PrivateKey,
        dpop: true,
      })
      const before = provider.tokenRequests()
      const send = authorizedFetch(bound)
      for (let call = 0; call < 3; call++) {
        const response = await send(`${api.origin}/reports?year=2026`)
        assert.equal(response.status, 200, await response.clone().text())
      }
      assert.equal(provider.tokenRequests() - before, 2, 'one for the nonce, one for the token')
    } finally {
      await api.stop()
    }
  })

  test('without DPoP such a client is refused, and the error says to set "dpop"', async () => {
    const bound = client({
      clientId: `${CLIENT_ID}-bound`,
      signer: keys.get('ES256') as PrivateKey,
    })
    await assert.rejects(bound.getToken(), {
      code: 'ERR_TOKEN_REFUSED',
      message: /set "dpop" to true/,
    })
  })
})

for (const profile of ['okta', 'strict'] as const) {
  describe(`our server in the ${profile} profile`, () => {
    let server: RunningServer
    before(async () => {
      server = await startServer(profile)
    })
    after(() => server.stop())

    test('gives a token that calls its API, and one request serves all callers', async () => {
      const key = await generateKey({ kty: 'EC', crv: 'P-256' })
      const clientId = await server.addApp('token client', key.publicKey.jwk, ['okta.apps.read'])
      const client = createTokenClient({
        issuer: server.issuer,
        clientId,
        key,
        scope: 'okta.apps.read',
      })
      const send = authorizedFetch(client)
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => send(`${server.issuer}/api/v1/apps`)),
      )
      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200])
    })

    test('refuses a scope that is not granted, and the error says so', async () => {
      const key = await generateKey({ kty: 'EC', crv: 'P-256' })
      const clientId = await server.addApp('no scope', key.publicKey.jwk, [])
      const client = createTokenClient({
        issuer: server.issuer,
        clientId,
        key,
        scope: 'okta.users.read',
      })
      await assert.rejects(client.getToken(), {
        code: 'ERR_TOKEN_REFUSED',
        message: /have the scopes granted to the app/,
      })
    })

    test('refuses an unknown client in words that tell nothing, and the error tells what is left', async () => {
      const key = await generateKey({ kty: 'EC', crv: 'P-256' })
      const client = createTokenClient({
        issuer: server.issuer,
        clientId: '0oaunknown0000000000',
        key,
        scope: 'okta.apps.read',
      })
      await assert.rejects(client.getToken(), {
        error: 'invalid_client',
        message: /the assertion is sound, so "0oaunknown0000000000" is unknown there/,
      })
    })
  })
}
