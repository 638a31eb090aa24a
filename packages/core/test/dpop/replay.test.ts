import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createProofMemory } from '@keygrant/core/dpop'
import { UnavailableError } from '@keygrant/core/errors'
import { NOW } from './fixtures.ts'

function aUse(number: number, expiresAt = NOW + 60) {
  return { replayKey: Uint8Array.of(number >> 8, number & 255), jkt: 'jkt', expiresAt }
}

describe('createProofMemory', () => {
  test('answers true for the first use and false for the second', () => {
    const record = createProofMemory({ clock: () => NOW })
    assert.deepEqual([record(aUse(1)), record(aUse(1)), record(aUse(2))], [true, false, true])
  })

  test('knows a use again whose proof has another iat', () => {
    const record = createProofMemory({ clock: () => NOW })
    assert.equal(record(aUse(1, NOW + 5)), true)
    assert.equal(record(aUse(1, NOW + 65)), false)
  })

  test('remembers a use for as long as its proof is accepted', () => {
    let now = NOW
    const record = createProofMemory({ clock: () => now })
    record(aUse(1, NOW + 60))
    now = NOW + 60
    assert.equal(record(aUse(1, NOW + 60)), false)
  })

  test('refuses to answer when it is full', () => {
    const record = createProofMemory({ clock: () => NOW, maxEntries: 2 })
    record(aUse(1))
    record(aUse(2))
    assert.throws(
      () => record(aUse(3)),
      (error) => error instanceof UnavailableError && error.code === 'ERR_REPLAY_UNAVAILABLE',
    )
  })

  test('still knows a replay when it is full', () => {
    const record = createProofMemory({ clock: () => NOW, maxEntries: 1 })
    record(aUse(1))
    assert.equal(record(aUse(1)), false)
  })

  test('has room again when the proofs have expired', () => {
    let now = NOW
    const record = createProofMemory({ clock: () => now, maxEntries: 1 })
    record(aUse(1))
    now = NOW + 100
    assert.equal(record(aUse(2, now + 60)), true)
  })

  test('throws a TypeError for no room at all', () => {
    assert.throws(() => createProofMemory({ maxEntries: 0 }), TypeError)
  })
})
