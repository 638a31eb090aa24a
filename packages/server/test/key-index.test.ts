/**
 * Registered keys, found by what they are.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwkThumbprint } from '@keygrant/core/keys'
import type { StorageChange } from '@keygrant/server'
import { createKeyIndex } from '../src/key-index.ts'
import { aKey, anApp, aServer } from './a-server.ts'

test('the index finds every app that a key is registered for, as it is now', async (t) => {
  const { storage } = await aServer(t)
  const key = await aKey()
  const thumbprint = await jwkThumbprint(key.publicKey.jwk)
  const index = createKeyIndex(storage)
  t.after(() => index.close())
  const owners = async () =>
    (await index.read()).ofThumbprint(thumbprint).map((each) => each.clientId)
  assert.deepEqual(await owners(), [])
  const one = await anApp({ storage })
  const two = await anApp({ storage }, { keys: [], inactiveKeys: [key] })
  assert.deepEqual((await owners()).toSorted(), [one.clientId, two.clientId].toSorted())
  await storage.serviceApps.change({ clientId: one.clientId, actorId: '' }, () => ({
    next: undefined,
    audit: [],
    answer: undefined,
  }))
  assert.deepEqual(await owners(), [two.clientId])
})

test('the index reads the store once, and then what changed alone', async (t) => {
  const { storage } = await aServer(t)
  let tell: (change: StorageChange) => void = () => assert.fail()
  const calls: string[] = []
  const index = createKeyIndex({
    serviceApps: {
      find(clientId) {
        calls.push(`find ${clientId}`)
        return storage.serviceApps.find(clientId)
      },
      list(query) {
        calls.push('list')
        return storage.serviceApps.list(query)
      },
    },
    onChange(listener) {
      tell = listener
      return () => undefined
    },
  })
  await index.read()
  await index.read()
  tell({ what: 'record', kind: 'person', id: 'p' })
  tell({ what: 'app', clientId: 'a' })
  await Promise.all([index.read(), index.read()])
  tell({ what: 'anything' })
  await index.read()
  assert.deepEqual(calls, ['list', 'find a', 'list'])
})

test('the index says that it is not complete when there are more keys than it holds', async (t) => {
  const { storage } = await aServer(t)
  const index = createKeyIndex({ ...storage, maxHeld: 2 })
  t.after(() => index.close())
  for (const name of ['a', 'b']) await anApp({ storage }, { keys: [await aKey('P-256', name)] })
  assert.equal((await index.read()).isComplete, true)
  await anApp({ storage }, { keys: [await aKey('P-256', 'c')] })
  const { isComplete, all } = await index.read()
  assert.equal(isComplete, false)
  assert.equal([...all()].length, 2)
})
