import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { UnavailableError } from '@keygrant/core/errors'
import { createJwksFetcher } from '../src/jwks-fetcher.ts'
import { createRemoteKeys, type RemoteKeysEvent } from '../src/remote-keys.ts'
import { aKey, NOW } from './a-server.ts'
import { aJwksHost, HOST, json, resolvesTo, skipWithoutOpenssl } from './jwks-host.ts'

async function setup(t: TestContext) {
  const key = await aKey()
  const set = { keys: [key.publicKey.jwk] as object[] }
  const host = await aJwksHost(t, json(set))
  const clock = { now: NOW }
  const events: RemoteKeysEvent[] = []
  const options = { privateHosts: new Set([HOST]), resolve: resolvesTo('127.0.0.1'), ca: host.ca }
  const remote = createRemoteKeys({
    fetch: createJwksFetcher(options).fetch,
    clock: () => clock.now * 1000,
    onEvent: (event) => events.push(event),
  })
  const client = { clientId: 'c', jwksUri: host.url }
  const kidsFor = async (kid: string | undefined, of = client): Promise<readonly string[]> =>
    (await remote.keysFor(of, kid)).map((each) => each.kid)
  return { host, clock, events, remote, client, kid: key.kid, kidsFor }
}

suite('the published keys of a client', { skip: skipWithoutOpenssl }, () => {
  test('are fetched once, and then given without a promise', async (t) => {
    const { host, remote, client, kid, kidsFor } = await setup(t)
    assert.deepEqual(await kidsFor(kid), [kid])
    assert.ok(Array.isArray(remote.keysFor(client, kid)))
    assert.equal(host.requests.length, 1)
  })

  test('[JWKS-007] [JWKS-010] are fetched once in 30 s for however many unknown kids', async (t) => {
    const { host, clock, kid, kidsFor } = await setup(t)
    await kidsFor(kid)
    clock.now += 31
    for (let index = 0; index < 200; index++) await kidsFor(`unknown-${index}`)
    assert.equal(host.requests.length, 2)
    assert.deepEqual(await kidsFor(kid), [kid])
    assert.equal(host.requests.length, 2)
  })

  for (const [what, answer] of [
    ['an empty set', json({ keys: [] })],
    ['no set', json({})],
  ] as const) {
    test(`[JWKS-009] the pause holds when the host answers ${what}`, async (t) => {
      const { host, kidsFor } = await setup(t)
      host.answer = answer
      for (let index = 0; index < 100; index++) assert.deepEqual(await kidsFor(`k${index}`), [])
      assert.equal(host.requests.length, 1)
    })
  }

  test('[JWKS-011] are gone when the set is empty, once it was fresh long enough', async (t) => {
    const { host, clock, kid, kidsFor } = await setup(t)
    await kidsFor(kid)
    host.answer = json({ keys: [] })
    clock.now += 301
    assert.deepEqual(await kidsFor(kid), [])
  })

  test('[JWKS-011] are fresh for five minutes at most, whatever the host says', async (t) => {
    const { host, clock, kid, kidsFor } = await setup(t)
    host.answer = json(
      { keys: [(await aKey()).publicKey.jwk] },
      { 'cache-control': 'max-age=86400' },
    )
    await kidsFor(kid)
    const other = await aKey('Ed25519')
    host.answer = json({ keys: [other.publicKey.jwk] })
    clock.now += 301
    assert.deepEqual(await kidsFor(kid), [other.kid])
  })

  test('[JWKS-012] outlive an outage by an hour, and then nothing can be said', async (t) => {
    const { host, clock, kid, kidsFor } = await setup(t)
    await kidsFor(kid)
    host.answer = (_request, response) => response.writeHead(503).end()
    clock.now += 301
    assert.deepEqual(await kidsFor(kid), [kid])
    clock.now += 3600
    await assert.rejects(kidsFor(kid), UnavailableError)
  })

  test('[JWKS-013] that change under one kid are noticed, and the old one is not used', async (t) => {
    const { host, clock, events, remote, client, kid } = await setup(t)
    await remote.keysFor(client, kid)
    const { jwk } = (await aKey('P-256', 'swap')).publicKey
    host.answer = json({ keys: [{ ...jwk, kid }] })
    clock.now += 301
    const [only] = await remote.keysFor(client, kid)
    assert.deepEqual(only?.jwk, { ...jwk, kid })
    assert.deepEqual(events, [{ kind: 'replaced', clientId: 'c', kid }])
  })

  test('[JWKS-016] are fetched anew from a jwks_uri that was changed', async (t) => {
    const { host, remote, client, kid } = await setup(t)
    await remote.keysFor(client, kid)
    await remote.keysFor({ ...client, jwksUri: `${host.url}?v=2` }, kid)
    assert.deepEqual(
      host.requests.map(({ url }) => url),
      ['/jwks.json', '/jwks.json?v=2'],
    )
  })

  test('that can not be used are none, and the reason is said once', async (t) => {
    const { host, events, kidsFor } = await setup(t)
    host.answer = (_request, response) => response.writeHead(302, { location: '/' }).end()
    assert.deepEqual(await kidsFor('a'), [])
    assert.deepEqual(await kidsFor('b'), [])
    assert.deepEqual(events, [
      { kind: 'refused', clientId: 'c', reason: 'the host answered with a redirect' },
    ])
  })
})
