/**
 * The state of a registered key: one answer for everybody who asks.
 */

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ClientKey, ServiceApp } from '@keygrant/server'
import { describeUnusableKey, isKeyInForce, keyFault, stateOfKey } from '../src/client-key-state.ts'
import { aKey } from './a-server.ts'

const AT = Date.parse('2026-11-30T12:00:00Z')
const BEFORE = AT - 60_000

const registered = async (changes: Partial<ClientKey>): Promise<ClientKey> => ({
  id: 'pks1',
  jwk: (await aKey()).publicKey.jwk,
  status: 'ACTIVE',
  created: BEFORE,
  lastUpdated: BEFORE,
  ...changes,
})

suite('the state of a key', () => {
  for (const [what, changes, state, rule] of [
    ['that is active', {}, 'ACTIVE', undefined],
    ['that ends later', { expires: AT + 1 }, 'ACTIVE', undefined],
    ['that ends now', { expires: AT }, 'EXPIRED', 'key-expired'],
    ['that is inactive', { status: 'INACTIVE' }, 'INACTIVE', 'key-inactive'],
    [
      'that is inactive and ended',
      { status: 'INACTIVE', expires: BEFORE },
      'INACTIVE',
      'key-inactive',
    ],
    ['that was revoked', { status: 'INACTIVE', revoked: BEFORE }, 'REVOKED', 'key-revoked'],
    [
      'that was revoked and ended',
      { status: 'INACTIVE', revoked: BEFORE, expires: BEFORE },
      'REVOKED',
      'key-revoked',
    ],
  ] as const) {
    test(`of one ${what} is ${state}`, async () => {
      const key = await registered(changes)
      assert.equal(stateOfKey(key, AT), state)
      assert.equal(isKeyInForce(key, AT), state === 'ACTIVE')
      assert.equal(keyFault(key, AT)?.rule, rule)
    })
  }

  for (const [what, changes, sentence] of [
    [
      'activated',
      { status: 'INACTIVE' },
      'The key pks1 is inactive, and was last changed on 2026-11-30 11:59:00 UTC. Activate that key, or sign with an active one.',
    ],
    [
      'replaced once it was revoked',
      { status: 'INACTIVE', revoked: BEFORE },
      'The key pks1 was revoked on 2026-11-30 11:59:00 UTC. Register a new key: one that was revoked never counts again.',
    ],
    [
      'replaced, or good for longer, once it ended',
      { expires: BEFORE },
      'The key pks1 expired on 2026-11-30 11:59:00 UTC. Register another key for the app, or let this one end later.',
    ],
    ['left as it is when it counts', {}, undefined],
  ] as const) {
    test(`tells the administrator that it has to be ${what}`, async () => {
      const key = await registered(changes)
      const app = { keys: [key] } as unknown as ServiceApp
      assert.equal(describeUnusableKey(app, key.jwk.kid, AT), sentence)
      assert.equal(describeUnusableKey(app, undefined, AT), sentence)
      assert.equal(describeUnusableKey(app, 'of-nobody', AT), undefined)
    })
  }
})
