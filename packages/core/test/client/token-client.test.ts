import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { describe, test } from 'node:test'
import { TokenRequestError } from '@keygrant/core/errors'
import { exportPkcs8Pem, exportPrivateJwk } from '@keygrant/core/keys'
import {
  aClient,
  aKey,
  aServer,
  claimsOf,
  CLIENT_ID,
  ENDPOINT,
  ISSUER,
  refusal,
} from './fixtures.ts'

describe('one request for all', () => {
  test('[CLIE-007] 1,000 calls at once while there is no token make one token request', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.delayMs = 20
    const client = aClient(server, { key })
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.getToken()))
    assert.equal(server.requests.length, 1)
    assert.equal(server.metadataRequests, 1)
    assert.equal(new Set(tokens.map(({ accessToken }) => accessToken)).size, 1)
  })

  test('[CLIE-007] the order of scopes and a scope named twice make no other token', async () => {
    const key = await aKey()
    const server = aServer(key)
    const client = aClient(server, { key })
    await client.getToken({ scope: 'a b' })
    await client.getToken({ scope: ['b', 'a', 'a'] })
    assert.equal(server.requests.length, 1)
  })

  test('[CLIE-007] other scopes and other resources are other tokens', async () => {
    const key = await aKey()
    const server = aServer(key)
    const client = aClient(server, { key })
    await client.getToken({ scope: 'a' })
    await client.getToken({ scope: 'b' })
    await client.getToken({ scope: 'a', resource: 'https://api.example' })
    assert.deepEqual(
      server.requests.map(({ form }) => [form.get('scope'), form.get('resource')]),
      [
        ['a', null],
        ['b', null],
        ['a', 'https://api.example'],
      ],
    )
  })

  test('who gives up does so alone, and the others get their token', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.delayMs = 30
    const client = aClient(server, { key })
    const patient = client.getToken()
    await assert.rejects(client.getToken({ signal: AbortSignal.timeout(1) }), {
      name: 'TimeoutError',
    })
    assert.equal((await patient).accessToken, 'token-1')
  })

  test('when all give up the request ends, and the next caller makes a new one', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.delayMs = 60_000
    const client = aClient(server, { key, tokenEndpoint: ENDPOINT })
    const stop = new AbortController()
    const given = client.getToken({ signal: stop.signal })
    setTimeout(() => stop.abort(), 5)
    await assert.rejects(given, { name: 'AbortError' })
    server.delayMs = 0
    assert.match((await client.getToken()).accessToken, /^token-/)
  })
})

describe('the life of a token', () => {
  test('20 calls spaced over a token of 60 s make one request', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.lifetimeSeconds = 60
    let now = 1_700_000_000
    server.clock = () => now
    const client = aClient(server, { key, clock: () => now })
    for (let call = 0; call < 20; call++) {
      await client.getToken()
      now += 2
    }
    assert.equal(server.requests.length, 1)
  })

  test('is renewed in the background: the caller gets the token at hand at once', async () => {
    const key = await aKey()
    const server = aServer(key)
    let now = 1_700_000_000
    server.clock = () => now
    const client = aClient(server, { key, clock: () => now })
    await client.getToken()
    now += 3600 - 200
    assert.equal((await client.getToken()).accessToken, 'token-1')
    assert.equal((await nextToken(client, 'token-1')).accessToken, 'token-2')
    assert.equal(server.requests.length, 2)
  })

  test('while the server is down the valid token is given out, without a failed call', async () => {
    const key = await aKey()
    const server = aServer(key)
    let now = 1_700_000_000
    server.clock = () => now
    const client = aClient(server, { key, clock: () => now, maxAttempts: 1 })
    await client.getToken()
    server.fault = () => new TypeError('fetch failed')
    now += 3600 - 100
    for (let second = 0; second < 10; second++) {
      assert.equal((await client.getToken()).accessToken, 'token-1')
      now += 1
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.ok(server.requests.length < 8, 'the server is not asked at every call')
  })

  test('ends shortly before its time, and then a new one is awaited', async () => {
    const key = await aKey()
    const server = aServer(key)
    let now = 1_700_000_000
    server.clock = () => now
    const client = aClient(server, { key, clock: () => now })
    await client.getToken()
    now += 3600 - 3
    assert.equal((await client.getToken()).accessToken, 'token-2')
  })

  test('"refresh" gets a new one though there is one at hand', async () => {
    const key = await aKey()
    const server = aServer(key)
    const client = aClient(server, { key })
    await client.getToken()
    assert.equal((await client.getToken({ refresh: true })).accessToken, 'token-2')
  })

  test('a forgotten token is not given out again', async () => {
    const key = await aKey()
    const server = aServer(key)
    const client = aClient(server, { key })
    await client.forget(await client.getToken())
    assert.equal((await client.getToken()).accessToken, 'token-2')
  })
})

describe('what is sent', () => {
  test('the assertion is for the issuer, and what the options say is in the form', async () => {
    const key = await aKey()
    const server = aServer(key)
    const client = aClient(server, { key, parameters: { audience: 'x' }, resource: 'urn:api' })
    await client.getToken()
    const [request] = server.requests
    assert.equal(claimsOf(request?.assertion ?? '')['aud'], ISSUER)
    assert.deepEqual(Object.fromEntries(request?.form ?? []), {
      audience: 'x',
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: request?.assertion,
      scope: 'reports.read',
      resource: 'urn:api',
    })
  })

  for (const [what, make] of [
    ['a PEM', exportPkcs8Pem],
    ['a JWK', exportPrivateJwk],
    ['a JWK as text', (key) => JSON.stringify(exportPrivateJwk(key))],
  ] satisfies readonly (readonly [
    string,
    (key: Awaited<ReturnType<typeof aKey>>) => string | object,
  ])[]) {
    test(`takes ${what} as its key`, async () => {
      const key = await aKey()
      const server = aServer(key)
      await aClient(server, { key: make(key), kid: key.kid }).getToken()
      assert.equal(server.requests.length, 1)
    })
  }
})

describe('a refusal', () => {
  test('is an error that says what the server said, why, and what to do', async () => {
    const key = await aKey()
    const server = aServer(await aKey())
    const client = aClient(server, { key, audience: 'https://other.example' })
    await assert.rejects(client.getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.equal(error.code, 'ERR_TOKEN_REFUSED')
      assert.equal(error.error, 'invalid_client')
      assert.equal(error.errorDescription, 'The client assertion is invalid.')
      assert.equal(error.status, 401)
      assert.equal(error.requestId, 'req-1')
      assert.equal(error.retryable, false)
      assert.equal(error.attempts.length, 1)
      assert.match(error.message, /^invalid_client: The client assertion is invalid\./)
      assert.match(
        error.message,
        /most likely "aud" differs .*; set "aud" to "https:\/\/as\.example"/,
      )
      assert.match(error.message, /req-1/)
      return true
    })
  })

  test('is not asked for again, and leaves nothing in the cache', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = (_request, count) =>
      count === 1 ? refusal('invalid_scope', 'no', 400) : undefined
    const client = aClient(server, { key })
    await assert.rejects(client.getToken(), { error: 'invalid_scope' })
    assert.equal(server.requests.length, 1)
    assert.equal((await client.getToken()).accessToken, 'token-2')
  })
})

test('[CLIE-001] a token can not be printed by accident', async () => {
  const key = await aKey()
  const token = await aClient(aServer(key), { key }).getToken()
  const shown = [inspect(token), JSON.stringify({ token }), String(token), inspect({ token })]
  assert.ok(shown.every((text) => !text.includes('token-1') && text.includes('[access token')))
  assert.equal(token.accessToken, 'token-1')
  assert.equal(token.authorization, 'Bearer token-1')
})

for (const [what, options, named] of [
  ['no issuer and no token endpoint', { issuer: undefined }, /"options\.issuer"/],
  [
    'an issuer over http',
    { issuer: 'http://as.example' },
    /"options\.issuer" must be an https URL/,
  ],
  ['no client_id', { clientId: '' }, /"options\.clientId"/],
  ['no key', { key: undefined }, /"options\.key" must be given/],
  ['two keys', { keyFile: '/key.pem' }, /the only one of key and keyFile/],
  ['scopes with commas and quotes', { scope: 'a,"b"' }, /"options\.scope"/],
  ['a resource that is no URI', { resource: 'reports' }, /"options\.resource"/],
  ['a lifetime beyond an hour', { lifetimeSeconds: 3601 }, /at most 3600/],
  ['an unknown provider', { provider: 'acme' as 'okta' }, /"options\.provider"/],
] as const) {
  test(`refuses ${what} before anything is sent`, async () => {
    const key = await aKey()
    const server = aServer(key)
    const made = (): unknown => aClient(server, { key, clientId: CLIENT_ID, ...options } as object)
    assert.throws(made, (error: Error) => error instanceof TypeError && named.test(error.message))
    assert.equal(server.requests.length, 0)
  })
}

/** Waits until the client gives another token than this; the test ends by its own timeout if it never does. */
async function nextToken(
  client: ReturnType<typeof aClient>,
  before: string,
): ReturnType<ReturnType<typeof aClient>['getToken']> {
  for (;;) {
    const token = await client.getToken()
    if (token.accessToken !== before) return token
    await new Promise((resolve) => setImmediate(resolve))
  }
}
