import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  aServer,
  claimsOf,
  NOW,
  postToken,
  type TestServer,
  tokenForm,
} from '../a-server.ts'

const PROXY = { trustedProxies: ['127.0.0.1'] } as const

async function post(
  server: TestServer,
  assertion: string,
  address?: string,
): Promise<Awaited<ReturnType<typeof postToken>>> {
  const headers = address === undefined ? {} : { 'x-forwarded-for': address }
  return postToken(server, tokenForm(assertion), headers)
}

suite('the budget of a client', () => {
  test('is told with every token, and answers 429 when it is used up', async (t) => {
    const server = await aServer(t, { limits: { tokensPerMinute: 3 } })
    const app = await anApp(server)
    const first = await post(server, await anAssertion(app))
    assert.equal(first.status, 200)
    assert.equal(first.headers['x-rate-limit-limit'], '3')
    assert.equal(first.headers['x-rate-limit-remaining'], '2')
    assert.equal(first.headers['x-rate-limit-reset'], String(NOW + 20))
    assert.equal(first.headers['ratelimit-policy'], '"minute";q=3;w=60')
    assert.equal(first.headers['ratelimit'], '"minute";r=2;t=20')
    for (let i = 0; i < 2; i++) await post(server, await anAssertion(app))
    const refused = await post(server, await anAssertion(app))
    assert.equal(refused.status, 429)
    assert.equal(refused.headers['retry-after'], '20')
    assert.equal(refused.headers['x-rate-limit-reset'], String(NOW + 20))
    assert.equal(refused.body.errorCode, 'E0000047')
    assert.equal(refused.headers['cache-control'], 'no-store')
  })

  test('does not burn the assertion that was one too many: Okta’s SDK sends it again', async (t) => {
    const server = await aServer(t, { limits: { tokensPerMinute: 1 } })
    const app = await anApp(server)
    await post(server, await anAssertion(app))
    const assertion = await anAssertion(app, { exp: NOW + 300 })
    assert.equal((await post(server, assertion)).status, 429)
    server.clock.now += 60
    assert.equal((await post(server, assertion)).status, 200)
    server.clock.now += 60
    assert.equal((await post(server, assertion)).status, 401)
  })

  test('in the strict profile, 429 has the protocol’s own body', async (t) => {
    const server = await aServer(t, { profile: 'strict', limits: { tokensPerMinute: 1 } })
    const app = await anApp(server)
    const claims = { aud: server.issuer }
    await post(server, await anAssertion(app, claims))
    const refused = await post(server, await anAssertion(app, claims))
    assert.equal(refused.status, 429)
    assert.equal(refused.body.error, 'temporarily_unavailable')
  })

  test('is one for the token endpoint and another for the admin API', async (t) => {
    const server = await aServer(t, { limits: { tokensPerMinute: 1, apiCallsPerMinute: 2 } })
    const operator = await anOperator(server)
    const token = await anAccessToken(server, operator)
    const call = () =>
      server.server.inject({ url: '/api/v1/apps', headers: { authorization: `Bearer ${token}` } })
    assert.equal((await call()).status, 200)
    assert.equal((await call()).headers['x-rate-limit-remaining'], '0')
    const refused = await call()
    assert.equal(refused.status, 429)
    assert.equal((JSON.parse(refused.body) as { errorCode: string }).errorCode, 'E0000047')
    assert.equal((await post(server, await anAssertion(operator))).status, 429)
  })

  test('[DOS-002] is not touched by a stranger who sends bad assertions with its client_id', async (t) => {
    const server = await aServer(t, { limits: { tokensPerMinute: 2 } })
    const app = await anApp(server)
    const forger = await aKey('P-256', 'forger')
    const kid = (await aKey()).kid
    for (let i = 0; i < 50; i++) {
      const forged = await aJwt(claimsOf(app), forger, { kid })
      assert.equal((await post(server, forged)).status, 401)
    }
    for (let i = 0; i < 2; i++) {
      assert.equal((await post(server, await anAssertion(app))).status, 200)
    }
  })

  test('is not there with 0', async (t) => {
    const server = await aServer(t, { limits: { tokensPerMinute: 0 } })
    const app = await anApp(server)
    const answer = await post(server, await anAssertion(app))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers['x-rate-limit-limit'], undefined)
  })
})

suite('the budget of an address that proves nothing', () => {
  test('[DOS-001] refuses before any signature is verified, and refills', async (t) => {
    const server = await aServer(t, { ...PROXY, limits: { failuresPerMinute: 3 } })
    for (let i = 0; i < 3; i++) {
      assert.equal((await post(server, 'not.an.assertion', '192.0.2.1')).status, 401)
    }
    const app = await anApp(server)
    const refused = await post(server, await anAssertion(app), '192.0.2.1')
    assert.equal(refused.status, 429)
    assert.equal(refused.headers['retry-after'], '20')
    assert.equal(refused.body.errorCode, 'E0000047')
    assert.equal((await post(server, await anAssertion(app), '192.0.2.2')).status, 200)
    server.clock.now += 20
    assert.equal((await post(server, await anAssertion(app), '192.0.2.1')).status, 200)
  })

  test('is not used by requests that prove who they are from', async (t) => {
    const server = await aServer(t, { ...PROXY, limits: { failuresPerMinute: 2 } })
    const app = await anApp(server)
    for (let i = 0; i < 20; i++) {
      assert.equal((await post(server, await anAssertion(app), '192.0.2.1')).status, 200)
    }
  })

  test('is one for a network of 64 bits with IPv6', async (t) => {
    const server = await aServer(t, { ...PROXY, limits: { failuresPerMinute: 2 } })
    assert.equal((await post(server, 'x', '2001:db8:1:2::1')).status, 401)
    assert.equal((await post(server, 'x', '2001:db8:1:2:ffff::2')).status, 401)
    assert.equal((await post(server, 'x', '2001:db8:1:2:abcd::3')).status, 429)
    assert.equal((await post(server, 'x', '2001:db8:1:3::1')).status, 401)
  })

  test('counts bad access tokens at the admin API too', async (t) => {
    const server = await aServer(t, { ...PROXY, limits: { failuresPerMinute: 2 } })
    const call = () =>
      server.server.inject({
        url: '/api/v1/apps',
        headers: { authorization: 'Bearer nonsense', 'x-forwarded-for': '192.0.2.9' },
      })
    assert.deepEqual(
      [(await call()).status, (await call()).status, (await call()).status],
      [401, 401, 429],
    )
    assert.equal(
      (
        await server.server.inject({
          url: '/oauth2/v1/keys',
          headers: { 'x-forwarded-for': '192.0.2.9' },
        })
      ).status,
      200,
    )
  })

  test('does not believe X-Forwarded-For from an address that is no trusted proxy', async (t) => {
    const server = await aServer(t, {
      trustedProxies: ['192.0.2.200'],
      limits: { failuresPerMinute: 1 },
    })
    // These come from 127.0.0.1, which has no budget.
    for (let i = 0; i < 5; i++) {
      assert.equal((await post(server, 'x', '192.0.2.1')).status, 401)
    }
    const [entry] = await server.storage.audit.read({ limit: 1, order: 'newest_first' })
    assert.equal(entry?.detail['ipAddress'], '127.0.0.1')
  })

  test('takes the last address that is no proxy: what a sender wrote before it does not count', async (t) => {
    const server = await aServer(t, { ...PROXY, limits: { failuresPerMinute: 1 } })
    assert.equal((await post(server, 'x', '10.1.1.1, 192.0.2.1')).status, 401)
    assert.equal((await post(server, 'x', '10.2.2.2, 192.0.2.1')).status, 429)
  })
})
