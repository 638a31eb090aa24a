import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ServiceApp } from '@keygrant/server'
import { createAppCache } from '../src/app-cache.ts'
import type { RegisteredApp } from '../src/registry.ts'

const app = (clientId: string): RegisteredApp => ({
  app: { clientId, grants: [] } as unknown as ServiceApp,
  activeKeys: [],
  goodUntil: Number.POSITIVE_INFINITY,
  readAfter: 0,
})
/** Room for 64 apps without keys. */
const ROOM = 64 * 1024

suite('the apps in memory', () => {
  test('are never more than there is room for', () => {
    const cache = createAppCache(ROOM)
    for (let id = 0; id < 1000; id++) cache.set(`${id}`, app(`${id}`))
    const kept = Array.from({ length: 1000 }, (_, id) => cache.get(`${id}`)).filter(Boolean)
    assert.ok(kept.length >= 32 && kept.length <= 64, `${kept.length}`)
  })

  test('are those that are in use, however many others pass by', () => {
    const cache = createAppCache(ROOM)
    cache.set('used', app('used'))
    for (let id = 0; id < 1000; id++) {
      cache.set(`${id}`, app(`${id}`))
      assert.equal(cache.get('used')?.app.clientId, 'used')
    }
  })

  test('stay although each of many others is asked for once', () => {
    const cache = createAppCache(ROOM)
    const inUse = Array.from({ length: 40 }, (_, id) => `in use ${id}`)
    for (const id of inUse) cache.set(id, app(id))
    for (const id of inUse) cache.get(id)
    for (let other = 0; other < 1000; other++) {
      const id = inUse[other % inUse.length] as string
      assert.equal(cache.get(id)?.app.clientId, id)
      cache.set(`${other}`, app(`${other}`))
    }
  })

  test('make room for one that is asked for twice, and for none that is asked for once', () => {
    const cache = createAppCache(ROOM)
    const first = Array.from({ length: 64 }, (_, id) => `first ${id}`)
    for (const id of first) cache.set(id, app(id))
    for (let id = 0; id < 1000; id++) cache.set(`${id}`, app(`${id}`))
    assert.deepEqual(
      first.filter((id) => cache.get(id) === undefined),
      [],
    )
    cache.set('990', app('990'))
    assert.equal(cache.get('990')?.app.clientId, '990')
    // Who was asked for so long ago is forgotten: as many are remembered as there are in memory, and once more.
    cache.set('800', app('800'))
    assert.equal(cache.get('800'), undefined)
  })

  test('are no longer in use for being looked at', () => {
    const cache = createAppCache(ROOM)
    for (let id = 0; id < 64; id++) cache.set(`${id}`, app(`${id}`))
    for (let id = 1; id < 64; id++) cache.get(`${id}`)
    assert.equal(cache.peek('0')?.app.clientId, '0')
    cache.set('new', app('new'))
    cache.set('new', app('new'))
    assert.equal(cache.peek('0'), undefined)
    assert.equal(cache.peek('new')?.app.clientId, 'new')
    assert.equal(cache.peek('1')?.app.clientId, '1')
  })

  test('can be deleted in any order while others come', () => {
    const cache = createAppCache(ROOM)
    for (let id = 0; id < 1000; id++) {
      cache.set(`${id}`, app(`${id}`))
      if (id % 3 === 0) cache.get(`${id - 9}`)
      cache.delete(`${id - (id % 7)}`)
    }
    for (let id = 0; id < 1000; id++) cache.delete(`${id}`)
    for (let id = 0; id < 64; id++) cache.set(`${id}`, app(`${id}`))
    for (let id = 0; id < 64; id++) assert.equal(cache.get(`${id}`)?.app.clientId, `${id}`)
  })

  test('are as they were put in last, and gone once they are deleted', () => {
    const cache = createAppCache(ROOM)
    const second = app('a')
    cache.set('a', app('a'))
    cache.set('a', second)
    assert.equal(cache.get('a'), second)
    cache.delete('a')
    assert.equal(cache.get('a'), undefined)
  })

  test('are all gone when nothing is known to be as it was', () => {
    const cache = createAppCache(ROOM)
    for (let id = 0; id < 40; id++) cache.set(`${id}`, app(`${id}`))
    cache.clear()
    assert.equal(cache.get('0') ?? cache.get('39'), undefined)
  })
})
