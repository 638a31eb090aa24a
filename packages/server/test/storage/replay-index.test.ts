import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReplayIndex, replayPlaceOf } from '../../src/storage/replay-index.ts'

const KEY = 32

function keyOf(keys: Uint8Array, index: number): Uint8Array {
  return keys.subarray(index * KEY, (index + 1) * KEY)
}

test('each key is found in every row that it was added with, however many were expected', () => {
  const rows = fc.array(
    fc.array(fc.uint8Array({ minLength: KEY, maxLength: KEY }), { maxLength: 9 }),
  )
  fc.assert(
    fc.property(rows, fc.nat(100_000), (added, expected) => {
      const index = createReplayIndex(expected)
      added.forEach((keys, row) => index.add(Buffer.concat(keys), row + 1))
      added.forEach((keys, row) => {
        for (const key of keys) assert.ok(index.rowsFor(replayPlaceOf(key)).includes(row + 1))
      })
    }),
  )
})

test('keys are found wherever in memory they are', () => {
  const index = createReplayIndex(0)
  const memory = randomBytes(8 * KEY)
  for (let at = 0; at < 5; at++) index.add(memory.subarray(at, at + KEY), at + 1)
  for (let at = 0; at < 5; at++) {
    const elsewhere = Buffer.alloc(KEY + 5)
    memory.copy(elsewhere, at, at, at + KEY)
    assert.deepEqual(index.rowsFor(replayPlaceOf(elsewhere.subarray(at, at + KEY))), [at + 1])
  }
})

test('keys are still found after their place has grown many times, and others hardly ever', () => {
  const count = 100_000
  const index = createReplayIndex(0)
  const keys = randomBytes(count * KEY)
  for (let key = 0; key < count; key++) index.add(keyOf(keys, key), key + 1)
  let candidates = 0
  for (let key = 0; key < count; key++) {
    const rows = index.rowsFor(replayPlaceOf(keyOf(keys, key)))
    assert.ok(rows.includes(key + 1))
    candidates += rows.length
  }
  // The rest of a mark decides: one in a million is another key.
  assert.ok(candidates < count + 100)
  const others = randomBytes(count * KEY)
  let found = 0
  for (let key = 0; key < count; key++)
    found += index.rowsFor(replayPlaceOf(keyOf(others, key))).length
  assert.ok(found < 100)
})

test('keys that begin alike are candidates for each other, and none is lost', () => {
  const index = createReplayIndex(0)
  const keys = Array.from({ length: 500 }, (_, at) =>
    Buffer.alloc(KEY, `alike${'.'.repeat(11)}${at}`),
  )
  keys.forEach((key, at) => index.add(key, at + 1))
  for (const [at, key] of keys.entries())
    assert.ok(index.rowsFor(replayPlaceOf(key)).includes(at + 1))
})
