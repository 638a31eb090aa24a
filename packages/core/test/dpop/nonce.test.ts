import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDpopNonces } from '@keygrant/core/dpop'
import { NOW } from './fixtures.ts'

const secret = new Uint8Array(32).fill(7)

function at(now: number, options: { secret?: Uint8Array; lifetimeSeconds?: number } = {}) {
  return createDpopNonces({ secret, lifetimeSeconds: 100, clock: () => now, ...options })
}

describe('createDpopNonces', () => {
  test('hands out the same nonce within its lifetime', async () => {
    assert.equal((await at(NOW)())[0], (await at(NOW + 99)())[0])
  })

  test('hands out another nonce afterwards', async () => {
    assert.notEqual((await at(NOW)())[0], (await at(NOW + 100)())[0])
  })

  test('accepts the nonce before', async () => {
    const [before] = await at(NOW)()
    assert.ok((await at(NOW + 100)()).includes(before))
  })

  test('[DPOP-014] accepts no stale nonce', async () => {
    const [stale] = await at(NOW)()
    assert.ok(!(await at(NOW + 200)()).includes(stale))
  })

  test('accepts the next nonce, from a process whose clock is ahead', async () => {
    const [next] = await at(NOW + 100)()
    assert.ok((await at(NOW)()).includes(next))
  })

  test('[DPOP-015] accepts no nonce of another server', async () => {
    const [foreign] = await at(NOW, { secret: new Uint8Array(32).fill(8) })()
    assert.ok(!(await at(NOW)()).includes(foreign))
  })

  test('[DPOP-015] accepts no nonce of another client', async () => {
    const [foreign] = await at(NOW)('client-a')
    assert.ok(!(await at(NOW)('client-b')).includes(foreign))
    assert.ok(!(await at(NOW)()).includes(foreign))
  })

  test('makes nonces of 128 bits that may stand in a header', async () => {
    for (const nonce of await at(NOW)()) assert.match(nonce, /^[A-Za-z0-9_-]{22}$/)
  })

  test('follows the clock', async () => {
    let now = NOW
    const nonces = createDpopNonces({ secret, lifetimeSeconds: 100, clock: () => now })
    const [first] = await nonces()
    now += 100
    const [second, before] = await nonces()
    assert.notEqual(first, second)
    assert.equal(first, before)
  })

  test('has a secret of its own when none is given', async () => {
    const clock = () => NOW
    assert.notEqual(
      (await createDpopNonces({ clock })())[0],
      (await createDpopNonces({ clock })())[0],
    )
  })

  test('throws a TypeError for a short secret', () => {
    assert.throws(() => createDpopNonces({ secret: new Uint8Array(31) }), TypeError)
  })

  test('throws a TypeError for a lifetime below a second', () => {
    assert.throws(() => createDpopNonces({ lifetimeSeconds: 0 }), TypeError)
  })
})
