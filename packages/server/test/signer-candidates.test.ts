/**
 * The order in which registered keys are tried for a signature.
 */

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RegisteredKey } from '../src/key-index.ts'
import { signerCandidates, type SignerRank } from '../src/signer-candidates.ts'

const keysNamed = (names: string, isComplete = true) => {
  const keys = [...names].map((kid): RegisteredKey => ({
    clientId: kid,
    keyId: kid,
    kid,
    kty: 'RSA',
    crv: undefined,
    thumbprint: kid,
  }))
  return { all: () => keys, isComplete }
}
/** Digits are ranks, other letters the least likely, and `x` is out of the question. */
const rank: SignerRank = ({ kid }) =>
  kid === 'x' ? undefined : kid === '0' ? 0 : kid === '1' ? 1 : 2

suite('the keys to try', () => {
  for (const [what, { names, limit, turn }, order, isAll] of [
    ['are all, the likeliest first', { names: 'ab1x0', limit: 4, turn: 0 }, '01ab', true],
    ['are no more than the limit', { names: 'ab10', limit: 3, turn: 0 }, '01a', false],
    [
      'are the likely ones alone when they fill it',
      { names: 'a1100', limit: 2, turn: 1 },
      '00',
      false,
    ],
    ['go on at the turn', { names: 'abcd0', limit: 3, turn: 2 }, '0cd', false],
    ['begin anew after the last one', { names: 'abcd0', limit: 3, turn: 3 }, '0da', false],
    ['do not turn when there is room for all', { names: 'abc', limit: 3, turn: 2 }, 'abc', true],
    ['are none of nobody', { names: 'x', limit: 3, turn: 7 }, '', true],
  ] as const) {
    test(what, () => {
      const found = signerCandidates(keysNamed(names), rank, limit, turn)
      assert.equal(found.candidates.map(({ kid }) => kid).join(''), order)
      assert.equal(found.isAll, isAll)
    })
  }

  test('are never all of them when more are registered than are held', () => {
    assert.equal(signerCandidates(keysNamed('a', false), rank, 3).isAll, false)
  })
})
