/**
 * The test kit itself: that its server is the real one, and that each fault is the fault it says.
 * @module
 */
import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import { signAssertion } from '@keygrant/core/assertion'
import { fetchMetadata, requestAccessToken } from '@keygrant/core/client'
import { HttpError, OAuthResponseError } from '@keygrant/core/errors'
import { createGuard } from '@keygrant/core/resource'
import {
  type FaultKind,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  type TestServiceApp,
} from '@keygrant/server/testing'
import { aKey, ASSERTION_TYPE, NOW } from '../a-server.ts'

const SCOPE = 'okta.apps.read'

async function aTestServer(t: TestContext, options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer({ database: new Database(':memory:'), ...options })
  t.after(() => server.close())
  return server
}

function ask(server: TestServer, app: TestServiceApp, timeoutMs = 10_000) {
  return requestAccessToken({
    tokenEndpoint: server.tokenEndpoint,
    audience: server.issuer,
    clientId: app.clientId,
    signer: app.key,
    scope: SCOPE,
    timeoutMs,
  })
}

/** A token request as it is on the wire. */
async function post(server: TestServer, app: TestServiceApp): Promise<Response> {
  const assertion = await signAssertion({}, app.key, {
    clientId: app.clientId,
    audience: server.issuer,
    now: Math.floor(server.clock.now() / 1000),
  })
  return fetch(server.tokenEndpoint, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }),
  })
}

suite('a test server', () => {
  test('gives a token to a service app that was added', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    const { token_endpoint: tokenEndpoint } = await fetchMetadata(server.issuer)
    assert.equal(tokenEndpoint, server.tokenEndpoint)
    const { scope } = await ask(server, app)
    assert.equal(scope, SCOPE)
  })

  test('gives a token past the network that an API accepts', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    server.faults.always('reset')
    const guard = createGuard({ issuer: server.issuer, audience: server.issuer })
    const request = new Request('http://api.example/', {
      headers: { authorization: `Bearer ${await app.getAccessToken()}` },
    })
    const access = await guard(request, { scope: SCOPE })
    assert.ok(!(access instanceof Response))
    assert.equal(access.claims.client_id, app.clientId)
  })

  test('refuses what the real server refuses: a scope that is not granted', async (t) => {
    const server = await aTestServer(t, { profile: 'strict' })
    const app = await server.addServiceApp()
    await assert.rejects(ask(server, app), (error) => {
      assert.ok(error instanceof OAuthResponseError)
      return error.error === 'invalid_scope'
    })
    await app.grantScope(SCOPE)
    assert.equal((await ask(server, app)).scope, SCOPE)
    await app.revokeScope(SCOPE)
    await assert.rejects(ask(server, app))
  })

  test('knows a second key, and forgets the first one after it is deleted', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    const next = await aKey('P-256', 'next')
    await app.addKey(next.publicKey)
    await ask(server, { ...app, key: next })
    await app.deactivateKey(app.key.kid)
    await assert.rejects(ask(server, app), /invalid_client/)
    await app.activateKey(app.key.kid)
    await ask(server, app)
    await app.deactivateKey(app.key.kid)
    await app.deleteKey(app.key.kid)
    await assert.rejects(ask(server, app), /invalid_client/)
    await ask(server, { ...app, key: next })
  })

  test('refuses an app that was deactivated until it is active again', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    await app.deactivate()
    await assert.rejects(ask(server, app), /invalid_client/)
    await app.activate()
    await ask(server, app)
  })

  test('says in words what it refuses to set up', async (t) => {
    const server = await aTestServer(t)
    await assert.rejects(
      server.addServiceApp({ scopes: ['no.such.scope'] }),
      /refused POST .*grants with 4\d\d: .*no\.such\.scope|refused POST .*grants with 4\d\d: ./,
    )
  })

  test('judges by its clock, which stands where a test sets it', async (t) => {
    const server = await aTestServer(t, { now: NOW * 1000 })
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    assert.equal((await post(server, app)).status, 200)
    assert.equal(server.clock.now(), NOW * 1000)
    await assert.rejects(ask(server, app), /invalid_client.*before the current time/)
    server.clock.reset()
    await ask(server, app)
    server.clock.advance(-3600)
    await assert.rejects(ask(server, app), /invalid_client.*before the current time/)
    server.clock.set(NOW * 1000)
    server.clock.advance(61)
    assert.equal(server.clock.now(), (NOW + 61) * 1000)
  })

  test('says its own time in "Date"', async (t) => {
    const server = await aTestServer(t, { now: NOW * 1000 })
    const { headers } = await fetch(`${server.url}/oauth2/v1/keys`)
    assert.equal(headers.get('date'), new Date(NOW * 1000).toUTCString())
  })

  test('takes down what was asked, without assertion, proof and token', async (t) => {
    const server = await aTestServer(t, { now: NOW * 1000 })
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    assert.equal(server.requests.length, 0, 'its own calls are not taken down')
    const answer = await post(server, app)
    const { access_token: token } = (await answer.json()) as { access_token: string }
    await fetch(`${server.url}/api/v1/apps?limit=1`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const [first, second] = server.requests
    assert.equal(first?.endpoint, 'token')
    assert.equal(first.status, 200)
    assert.equal(first.at, NOW * 1000)
    assert.deepEqual(Object.keys(first.parameters), [
      'grant_type',
      'scope',
      'client_assertion_type',
    ])
    assert.equal(first.assertion?.claims['sub'], app.clientId)
    assert.equal(first.assertion.header['kid'], app.key.kid)
    assert.deepEqual(
      [second?.method, second?.path, second?.endpoint, second?.authorizationScheme],
      ['GET', '/api/v1/apps', 'admin', 'Bearer'],
    )
    assert.ok(!JSON.stringify(server.requests).includes(token))
    server.forgetRequests()
    assert.equal(server.requests.length, 0)
  })

  test('refuses the options that the server refuses', async () => {
    await assert.rejects(
      startTestServer({ database: new Database(':memory:'), issuer: 'http://auth.example/' }),
      { code: 'ERR_OPTIONS_INVALID' },
    )
  })
})

suite('a fault of a test server', () => {
  for (const [kind, status, error] of [
    ['use_dpop_nonce', 400, 'use_dpop_nonce'],
    ['429', 429, 'temporarily_unavailable'],
    ['500', 500, 'server_error'],
    ['502', 502, 'temporarily_unavailable'],
    ['503', 503, 'temporarily_unavailable'],
    ['replayed', 401, 'invalid_client'],
  ] as const) {
    test(`${kind} answers ${status} ${error} once`, async (t) => {
      const server = await aTestServer(t)
      const app = await server.addServiceApp({ scopes: [SCOPE] })
      server.faults.next(kind, { retryAfter: 7 })
      const answer = await post(server, app)
      assert.equal(answer.status, status)
      assert.equal(((await answer.json()) as { error: string }).error, error)
      const isPause = /^(429|5..)$/.test(kind)
      assert.equal(answer.headers.get('retry-after'), isPause ? '7' : null)
      assert.equal(answer.headers.has('dpop-nonce'), kind === 'use_dpop_nonce')
      assert.equal(server.requests[0]?.fault, kind)
      assert.equal((await post(server, app)).status, 200)
    })
  }

  test('may give Retry-After as a date', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp()
    server.faults.next('503', { retryAfter: new Date(NOW * 1000) })
    const { headers } = await post(server, app)
    assert.equal(headers.get('retry-after'), 'Tue, 14 Nov 2023 22:13:20 GMT')
  })

  for (const [kind, code] of [
    ['reset', 'ERR_HTTP_NETWORK'],
    ['lost_answer', 'ERR_HTTP_NETWORK'],
    ['truncated', 'ERR_HTTP_NETWORK'],
    ['proxy_page', 'ERR_HTTP_NOT_JSON'],
    ['redirect', 'ERR_HTTP_UNEXPECTED_STATUS'],
  ] as const satisfies readonly (readonly [FaultKind, HttpError['code']])[]) {
    test(`${kind} fails a client with ${code}`, async (t) => {
      const server = await aTestServer(t)
      const app = await server.addServiceApp({ scopes: [SCOPE] })
      server.faults.next(kind)
      await assert.rejects(ask(server, app), (error) => {
        assert.ok(error instanceof HttpError)
        return error.code === code
      })
    })
  }

  test('lost_answer happens after the server did its work, reset before', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    const issued = async (): Promise<number> => {
      const query = { limit: 100, order: 'newest_first', event: 'token.issued' } as const
      const entries = await server.storage.audit.read({ ...query, clientId: app.clientId })
      return entries.length
    }
    server.faults.next('reset')
    await assert.rejects(post(server, app))
    assert.equal(await issued(), 0)
    server.faults.next('lost_answer')
    await assert.rejects(post(server, app))
    assert.equal(await issued(), 1)
  })

  test('no_answer keeps a client waiting until it gives up', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    server.faults.next('no_answer')
    await assert.rejects(ask(server, app, 200), { code: 'ERR_HTTP_TIMEOUT' })
  })

  test('slow gives the right answer after the delay', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    server.faults.next('slow', { delayMs: 60_000 })
    await assert.rejects(ask(server, app, 500), { code: 'ERR_HTTP_TIMEOUT' })
    server.faults.next('slow', { delayMs: 1 })
    assert.equal((await ask(server, app)).scope, SCOPE)
  })

  test('wrong_jwks makes a token unverifiable for a while', async (t) => {
    const server = await aTestServer(t)
    const keys = async (): Promise<unknown> => (await fetch(`${server.url}/oauth2/v1/keys`)).json()
    const right = await keys()
    server.faults.next('wrong_jwks')
    assert.notDeepEqual(await keys(), right)
    assert.deepEqual(await keys(), right)
  })

  test('skewed_date lies in "Date" alone', async (t) => {
    const server = await aTestServer(t, { now: NOW * 1000 })
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    server.faults.next('skewed_date', { dateSkewSeconds: -600 })
    const { status, headers } = await post(server, app)
    assert.equal(status, 200)
    assert.equal(headers.get('date'), new Date((NOW - 600) * 1000).toUTCString())
  })

  test('meets the requests it is ordered for, as often as it is ordered', async (t) => {
    const server = await aTestServer(t)
    const app = await server.addServiceApp({ scopes: [SCOPE] })
    server.faults.next('503', { times: 2 })
    server.faults.always('500', { endpoint: 'metadata' })
    assert.equal(server.faults.waiting, 3)
    assert.deepEqual(
      [
        (await post(server, app)).status,
        (await post(server, app)).status,
        (await post(server, app)).status,
      ],
      [503, 503, 200],
    )
    await assert.rejects(fetchMetadata(server.issuer))
    await assert.rejects(fetchMetadata(server.issuer))
    server.faults.clear()
    await fetchMetadata(server.issuer)
  })

  test('that does not exist is refused before anything is sent', async (t) => {
    const { faults } = await aTestServer(t)
    assert.throws(() => faults.next('earthquake' as FaultKind), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => faults.next('429', { times: 0 }), { code: 'ERR_INVALID_ARG_VALUE' })
  })
})
