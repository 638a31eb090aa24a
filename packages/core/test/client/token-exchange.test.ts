import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TokenClientEvent } from '@keygrant/core/client'
import { TokenRequestError } from '@keygrant/core/errors'
import { aClient, aKey, aServer, claimsOf, ISSUER, refusal } from './fixtures.ts'

const unavailable = (headers: Readonly<Record<string, string>> = {}): Response =>
  new Response('<h1>busy</h1>', { status: 503, headers })

describe('another attempt', () => {
  for (const [what, fault, retried] of [
    ['a 503 without JSON', () => unavailable({ 'retry-after': '0' }), 'busy'],
    ['a 429', () => refusal('slow_down', 'busy', 429, { 'retry-after': '0' }), 'busy'],
    [
      'a 503 with a date in Retry-After',
      () => unavailable({ 'retry-after': new Date().toUTCString() }),
      'busy',
    ],
    ['temporarily_unavailable', () => refusal('temporarily_unavailable', 'x', 400), 'busy'],
    ['a connection that is reset', () => new TypeError('fetch failed'), 'network'],
  ] as const) {
    test(`[CLIE-004] follows ${what}, with a new jti`, async () => {
      const key = await aKey()
      const server = aServer(key)
      server.fault = (_request, count) => (count === 1 ? fault() : undefined)
      const events: TokenClientEvent[] = []
      const client = aClient(server, { key, onEvent: (event) => events.push(event) })
      assert.equal((await client.getToken()).accessToken, 'token-2')
      const jtis = server.requests.map(({ assertion }) => claimsOf(assertion)['jti'])
      assert.equal(new Set(jtis).size, 2)
      const attempts = events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []))
      assert.deepEqual(
        attempts.map(({ retried, number }) => [number, retried]),
        [
          [1, retried],
          [2, undefined],
        ],
      )
      assert.deepEqual(
        attempts.map(({ jti }) => jti),
        jtis,
      )
    })
  }

  test('also follows metadata that can not be had for the moment', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.metadataFault = () => (server.metadataRequests === 1 ? unavailable() : undefined)
    const client = aClient(server, { key })
    assert.equal((await client.getToken()).accessToken, 'token-1')
  })

  test('waits as long as Retry-After says', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = (_request, count) =>
      count === 1 ? unavailable({ 'retry-after': '1' }) : undefined
    const began = performance.now()
    await aClient(server, { key }).getToken()
    assert.ok(performance.now() - began >= 990, 'it came back too early')
  })

  test('does not follow when Retry-After is later than the deadline, and the error says when', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => unavailable({ 'retry-after': '120' })
    const client = aClient(server, { key })
    await assert.rejects(client.getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.equal(error.code, 'ERR_TOKEN_UNAVAILABLE')
      assert.equal(error.retryable, true)
      assert.equal(error.retryAfterSeconds, 120)
      return true
    })
    await assert.rejects(client.getToken(), { code: 'ERR_TOKEN_UNAVAILABLE' })
    assert.equal(server.requests.length, 1, 'the server asked to be left alone')
  })

  test('ends after as many as are allowed', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => unavailable({ 'retry-after': '0' })
    const client = aClient(server, { key, maxAttempts: 3 })
    await assert.rejects(client.getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.equal(error.attempts.length, 3)
      assert.equal(error.status, 503)
      return true
    })
    assert.equal(server.requests.length, 3)
  })

  test('a server that does not answer is given up at the deadline of one attempt', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.delayMs = 60_000
    const client = aClient(server, { key, timeoutMs: 20, maxAttempts: 1 })
    await assert.rejects(client.getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.equal(error.code, 'ERR_TOKEN_UNAVAILABLE')
      assert.equal(error.attempts[0]?.error, 'ERR_HTTP_TIMEOUT')
      return true
    })
  })

  for (const [error, status] of [
    ['invalid_client', 401],
    ['invalid_scope', 400],
    ['unauthorized_client', 400],
    ['invalid_target', 400],
    ['access_denied', 403],
  ] as const) {
    test(`does not follow ${error}`, async () => {
      const key = await aKey()
      const server = aServer(key)
      server.fault = () => refusal(error, 'no', status)
      await assert.rejects(aClient(server, { key }).getToken(), {
        code: 'ERR_TOKEN_REFUSED',
        error,
      })
      assert.equal(server.requests.length, 1)
    })
  }
})

describe('the clock of this machine', () => {
  for (const [what, seconds] of [
    ['10 min slow', 600],
    ['10 min fast', -600],
  ] as const) {
    for (const [how, options] of [
      ['', {}],
      [', also without metadata to learn from', { tokenEndpoint: `${ISSUER}/oauth2/v1/token` }],
    ] as const) {
      test(`may be ${what}: the token comes, and one warning${how}`, async () => {
        const key = await aKey()
        const server = aServer(key)
        server.clock = () => Date.now() / 1000 + seconds
        const client = aClient(server, { key, ...options })
        await client.getToken()
        await client.getToken({ scope: 'other' })
        await client.getToken({ refresh: true })
        assert.equal(client.warnings.length, 1)
        assert.match(
          client.warnings[0] ?? '',
          /(599|600|601) s (behind|ahead of) that of https:\/\/as\.example/,
        )
        assert.ok(server.requests.length <= 4, 'at most one attempt was lost')
      })
    }
  }

  test('[CLIE-008] is not corrected beyond the bound, and the error says so first', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.clock = () => Date.now() / 1000 + 7200
    const client = aClient(server, { key })
    await assert.rejects(client.getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.equal(error.findings[0]?.rule, 'clock-skew')
      assert.match(error.message, /clock of this machine is (7199|7200) s behind the server's/)
      return true
    })
    assert.equal(client.warnings.length, 1)
  })

  test('is left as it is for the resolution of Date, and for an answer from a cache', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.clock = () => Date.now() / 1000 + 1
    const client = aClient(server, { key })
    await client.getToken()
    assert.deepEqual(client.warnings, [])
  })

  test('that is corrected later still gives the token its own lifetime', async () => {
    const key = await aKey()
    const server = aServer(key)
    let offset = 0
    server.clock = () => Date.now() / 1000
    const client = aClient(server, { key, clock: () => Date.now() / 1000 + offset })
    await client.getToken()
    offset = 300
    assert.equal((await client.getToken()).accessToken, 'token-1')
  })
})

describe('DPoP at the token endpoint', () => {
  test('each attempt has a new proof, and the nonce that the server wants', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.nonce = 'first-nonce'
    const client = aClient(server, { key, dpop: true })
    const token = await client.getToken()
    assert.equal(token.tokenType, 'DPoP')
    assert.equal(server.requests.length, 2)
    const [first, second] = server.requests.map(({ dpop }) => claimsOf(dpop ?? ''))
    assert.notEqual(first?.['jti'], second?.['jti'])
    assert.deepEqual([first?.['nonce'], second?.['nonce']], [undefined, 'first-nonce'])
    await client.getToken({ refresh: true })
    assert.equal(server.requests.length, 3, 'the nonce is remembered')
  })

  test('a nonce that changes with each answer does not loop', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => refusal('use_dpop_nonce', 'x', 400, { 'dpop-nonce': crypto.randomUUID() })
    await assert.rejects(aClient(server, { key, dpop: true }).getToken(), {
      error: 'use_dpop_nonce',
    })
    assert.equal(server.requests.length, 3)
  })

  test('a token that is not bound is refused: it would be worth as much to a thief', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => Response.json({ access_token: 'a', token_type: 'Bearer', expires_in: 60 })
    await assert.rejects(aClient(server, { key, dpop: true }).getToken(), {
      code: 'ERR_TOKEN_UNUSABLE',
    })
  })
})

describe('a rotation', () => {
  test('falls back to the other key when the server refuses the preferred one', async () => {
    const [old, next] = [await aKey('old'), await aKey('next')]
    const server = aServer(old)
    const events: TokenClientEvent[] = []
    const client = aClient(server, { keys: [next, old], onEvent: (event) => events.push(event) })
    assert.equal((await client.getToken()).accessToken, 'token-2')
    assert.deepEqual(
      events.filter(({ type }) => type === 'key_fallback'),
      [{ type: 'key_fallback', refusedKid: 'next', kid: 'old' }],
    )
    await client.getToken({ refresh: true })
    assert.equal(server.requests.length, 3, 'the refused key is not tried first again at once')
  })

  test('a source of keys is asked before each token request', async () => {
    const [old, next] = [await aKey('old'), await aKey('next')]
    const server = aServer(old, next)
    let current = old
    const client = aClient(server, { keys: { keys: () => [current] } })
    await client.getToken()
    current = next
    await client.getToken({ refresh: true })
    const kids = server.requests.map(
      ({ assertion }) => JSON.parse(atob(assertion.split('.')[0] ?? '')).kid as string,
    )
    assert.deepEqual(kids, ['old', 'next'])
  })

  test('when every key is refused the error is about the last of them', async () => {
    const [old, next] = [await aKey('old'), await aKey('next')]
    const server = aServer(await aKey())
    await assert.rejects(aClient(server, { keys: [next, old] }).getToken(), (error) => {
      assert.ok(error instanceof TokenRequestError)
      assert.deepEqual(
        error.attempts.map(({ kid, retried }) => [kid, retried]),
        [
          ['next', 'key'],
          ['old', undefined],
        ],
      )
      return true
    })
  })
})

describe('metadata', () => {
  for (const [what, change, message] of [
    ['of another issuer', { issuer: 'https://evil.example' }, /is about the issuer/],
    [
      '[AUD-011] of an issuer with one slash more',
      { issuer: 'https://as.example/' },
      /is about the issuer/,
    ],
    [
      '[AUD-010] whose token endpoint is on another origin',
      { tokenEndpoint: 'https://evil.example/token' },
      /token endpoint on https:\/\/evil\.example, another origin/,
    ],
    [
      'whose token endpoint is not https',
      { tokenEndpoint: 'http://as.example/token' },
      /no https URL/,
    ],
  ] as const) {
    test(`${what} is refused, and no assertion is sent`, async () => {
      const key = await aKey()
      const server = aServer(key)
      const client = aClient(server, { key })
      Object.assign(server, change)
      server.metadataFault = () =>
        Response.json({ issuer: server.issuer, token_endpoint: server.tokenEndpoint })
      await assert.rejects(client.getToken(), { code: 'ERR_TOKEN_UNUSABLE', message })
      assert.equal(server.requests.length, 0)
    })
  }

  test('may name another origin that is trusted', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.tokenEndpoint = 'https://tokens.example/token'
    const client = aClient(server, { key, trustedOrigins: ['https://tokens.example'] })
    assert.equal((await client.getToken()).accessToken, 'token-1')
  })

  test('that is only at the address of OpenID Connect is found there', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.issuer = `${ISSUER}/realms/main`
    server.metadataFault = () =>
      server.metadataRequests === 2
        ? Response.json({ issuer: server.issuer, token_endpoint: server.tokenEndpoint })
        : new Response('no', { status: 404 })
    const client = aClient(server, { key, issuer: server.issuer })
    assert.equal((await client.getToken()).accessToken, 'token-1')
  })
})
