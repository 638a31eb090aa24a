import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredToken, TokenClientEvent, TokenStore } from '@keygrant/core/client'
import { aClient, aKey, aServer, CLIENT_ID, ISSUER } from './fixtures.ts'

function aStore(): TokenStore & { readonly kept: Map<string, StoredToken> } {
  const kept = new Map<string, StoredToken>()
  const locks = new Map<string, Promise<unknown>>()
  return {
    kept,
    get: async (name) => kept.get(name),
    async set(name, token) {
      kept.set(name, token)
    },
    async delete(name) {
      kept.delete(name)
    },
    async withLock(name, run) {
      const turn = (locks.get(name) ?? Promise.resolve()).then(run)
      locks.set(
        name,
        turn.catch(() => undefined),
      )
      return turn
    },
  }
}

test('a token is kept under a name without a secret, and another client of the same store takes it', async () => {
  const key = await aKey()
  const server = aServer(key)
  const store = aStore()
  await aClient(server, { key, store, scope: 'b a' }).getToken()
  const token = await aClient(server, { key, store, scope: 'a b' }).getToken()
  assert.equal(token.accessToken, 'token-1')
  assert.equal(server.requests.length, 1)
  assert.deepEqual(
    [...store.kept.keys()],
    [JSON.stringify([ISSUER, CLIENT_ID, ['a', 'b'], [], null])],
  )
})

test('clients that begin at once with one store make one token request', async () => {
  const key = await aKey()
  const server = aServer(key)
  server.delayMs = 10
  const store = aStore()
  const tokens = await Promise.all(
    Array.from({ length: 20 }, () => aClient(server, { key, store }).getToken()),
  )
  assert.equal(server.requests.length, 1)
  assert.ok(
    tokens.every(({ accessToken }) => accessToken === 'token-1'),
    'all have the same token',
  )
})

test('a kept token that has ended is not taken', async () => {
  const key = await aKey()
  const server = aServer(key)
  const store = aStore()
  let now = 1_700_000_000
  server.clock = () => now
  await aClient(server, { key, store, clock: () => now }).getToken()
  now += 3600
  assert.equal(
    (await aClient(server, { key, store, clock: () => now }).getToken()).accessToken,
    'token-2',
  )
})

test('a forgotten token is not taken from the store either', async () => {
  const key = await aKey()
  const server = aServer(key)
  const store = aStore()
  const client = aClient(server, { key, store })
  await client.forget(await client.getToken())
  assert.equal(store.kept.size, 0)
})

test('"refresh" takes what another process renewed meanwhile', async () => {
  const key = await aKey()
  const server = aServer(key)
  const store = aStore()
  const [one, other] = [aClient(server, { key, store }), aClient(server, { key, store })]
  await one.getToken()
  await other.getToken()
  await one.getToken({ refresh: true })
  assert.equal((await other.getToken({ refresh: true })).accessToken, 'token-2')
  assert.equal(server.requests.length, 2)
})

for (const [what, broken] of [
  ['fails at everything', { get: fails, set: fails, delete: fails, withLock: fails }],
  [
    'gives rubbish',
    { get: async () => ({ accessToken: 7 }) as unknown as StoredToken, set: async () => undefined },
  ],
] as const) {
  test(`a store that ${what} is no reason to have no token`, async () => {
    const key = await aKey()
    const server = aServer(key)
    const events: TokenClientEvent[] = []
    const client = aClient(server, { key, store: broken, onEvent: (event) => events.push(event) })
    assert.equal((await client.getToken()).accessToken, 'token-1')
    assert.equal(
      events.some(({ type }) => type === 'store_failed'),
      what === 'fails at everything',
    )
  })
}

test('a refusal by the server under the lock is the error, and is asked for once', async () => {
  const key = await aKey()
  const server = aServer()
  await assert.rejects(aClient(server, { key, store: aStore() }).getToken(), {
    error: 'invalid_client',
  })
  assert.equal(server.requests.length, 1)
})

test('[CLIE-007] tokens that are bound to another DPoP key have another name', async () => {
  const key = await aKey()
  const server = aServer(key)
  const store = aStore()
  await aClient(server, { key, store, dpop: true }).getToken()
  await aClient(server, { key, store, dpop: true }).getToken()
  assert.equal(store.kept.size, 2)
})

async function fails(): Promise<never> {
  throw new Error('the disk is full')
}
