import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { ServiceApp } from '@keygrant/server'
import { createRegistry, type RegisteredApp } from '../src/registry.ts'
import { aKey, anApp, aServer, NOW } from './a-server.ts'

async function setup(t: TestContext, room?: number) {
  const server = await aServer(t)
  const app = await anApp(server, { inactiveKeys: [await aKey('P-384')] })
  const store = server.storage.serviceApps
  const clock = { now: NOW * 1000 }
  let reads = 0
  const isInTouch = { now: true }
  let afterRead = async (): Promise<void> => undefined
  const registry = createRegistry({
    onChange: server.storage.onChange,
    remoteKeys: {
      keysFor: () => [],
      held: () => [],
      usableUntil: () => undefined,
      mayHold: () => false,
    },
    clock: () => clock.now,
    ...(room === undefined ? {} : { room }),
    isInTouch: () => isInTouch.now,
    serviceApps: {
      ...store,
      find: async (clientId) => {
        reads++
        const found = await store.find(clientId)
        await afterRead()
        return found
      },
    },
  })
  const deactivate = () =>
    registry.change({ clientId: app.clientId, actorId: app.clientId }, (current) => ({
      next: { ...(current as ServiceApp), status: 'INACTIVE' },
      audit: [],
      answer: undefined,
    }))
  return {
    app,
    clock,
    store,
    registry,
    deactivate,
    reads: () => reads,
    isInTouch,
    onRead: (act: () => Promise<void>) => {
      afterRead = act
    },
  }
}

test('an app is read once, and then answered at once', async (t) => {
  const { app, registry, reads } = await setup(t)
  await registry.find(app.clientId)
  const again = registry.find(app.clientId)
  assert.ok(!(again instanceof Promise))
  assert.equal(reads(), 1)
})

for (const [where, room] of [
  ['in memory', undefined],
  ['not kept in memory', 0],
] as const) {
  test(`an app that is ${where} is read once for a request that asks for it twice`, async (t) => {
    const { app, registry, reads } = await setup(t, room)
    const found = (await registry.find(app.clientId)) as RegisteredApp
    assert.equal(registry.findAgain(found), found)
    assert.equal(reads(), 1)
  })

  test(`an app that is ${where} is read again when it was changed, and while the store is out of touch`, async (t) => {
    const { app, registry, reads, deactivate, isInTouch } = await setup(t, room)
    const found = (await registry.find(app.clientId)) as RegisteredApp
    isInTouch.now = false
    await registry.findAgain(found)
    assert.equal(reads(), 2)
    isInTouch.now = true
    await deactivate()
    assert.equal((await registry.findAgain(found))?.app.status, 'INACTIVE')
  })
}

test('while the store is out of touch, every answer is read from it', async (t) => {
  const { app, registry, reads, isInTouch } = await setup(t)
  await registry.find(app.clientId)
  isInTouch.now = false
  await registry.find(app.clientId)
  assert.equal(reads(), 2)
  isInTouch.now = true
  await registry.find(app.clientId)
  assert.equal(reads(), 2)
})

test('only active keys of an active app are there', async (t) => {
  const { app, registry, deactivate } = await setup(t)
  const before = await registry.find(app.clientId)
  assert.deepEqual(
    before?.activeKeys.map(({ kid }) => kid),
    [(await aKey()).kid],
  )
  await deactivate()
  const after = await registry.find(app.clientId)
  assert.deepEqual(after?.activeKeys, [])
})

test('an app that was changed while it was read is not remembered as it was', async (t) => {
  const { app, registry, deactivate, onRead } = await setup(t)
  onRead(async () => {
    onRead(async () => undefined)
    await deactivate()
  })
  await registry.find(app.clientId)
  assert.equal((await registry.find(app.clientId))?.app.status, 'INACTIVE')
})

test('an app that is not there is not remembered: strangers fill no memory', async (t) => {
  const { registry, reads } = await setup(t)
  assert.equal(await registry.find('nobody'), undefined)
  assert.equal(await registry.find('nobody'), undefined)
  assert.equal(reads(), 2)
})

test('an app whose change failed is read again', async (t) => {
  const { app, registry, reads } = await setup(t)
  await registry.find(app.clientId)
  await assert.rejects(
    registry.change({ clientId: app.clientId, actorId: app.clientId }, () => {
      throw new Error('no')
    }),
  )
  await registry.find(app.clientId)
  assert.equal(reads(), 2)
})

test('a key that expires is gone at its time, without any change', async (t) => {
  const { app, registry, clock, store } = await setup(t)
  await store.change({ clientId: app.clientId, actorId: app.clientId }, (current) => {
    const { keys, ...rest } = current as ServiceApp
    const next = { ...rest, keys: keys.map((key) => ({ ...key, expires: clock.now + 5000 })) }
    return { next, audit: [], answer: undefined }
  })
  const found = (await registry.find(app.clientId)) as RegisteredApp
  assert.equal(found.activeKeys.length, 1)
  clock.now += 4999
  assert.equal((await registry.find(app.clientId))?.activeKeys.length, 1)
  clock.now += 1
  assert.equal((await registry.findAgain(found))?.activeKeys.length, 0)
  assert.equal((await registry.find(app.clientId))?.activeKeys.length, 0)
})

test('a published key that was revoked is one of the keys of its app no more', async (t) => {
  const server = await aServer(t)
  const app = await anApp(server, {
    keys: [],
    settings: { jwksUri: 'https://keys.example/jwks' },
  })
  const keys = [(await aKey()).publicKey, (await aKey('P-384')).publicKey]
  const [first, second] = keys.map(({ kid }) => kid) as [string, string]
  let isHeld = true
  const registry = createRegistry({
    ...server.storage,
    clock: () => NOW * 1000,
    remoteKeys: {
      keysFor: () => (isHeld ? keys : Promise.resolve(keys)),
      held: () => [],
      usableUntil: () => undefined,
      mayHold: () => true,
    },
  })
  t.after(() => registry.close())
  const found = async () => (await registry.find(app.clientId)) as RegisteredApp
  const kids = async () =>
    (await registry.keysOf(await found(), () => undefined)).map(({ kid }) => kid)
  assert.deepEqual(await kids(), [first, second])
  await registry.change({ clientId: app.clientId, actorId: app.clientId }, (current) => ({
    next: { ...(current as ServiceApp), revokedKids: [first] },
    audit: [],
    answer: undefined,
  }))
  assert.deepEqual(await kids(), [second])
  isHeld = false
  assert.deepEqual(await kids(), [second])
  assert.equal(registry.isInForce(await found(), first), false)
  assert.equal(registry.isInForce(await found(), second), true)
})
