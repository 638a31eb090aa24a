import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explain } from '@keygrant/core/assertion'
import { requireScope, scopesOf } from '@keygrant/core/resource'

describe('requireScope', () => {
  for (const [what, scope, needed, expected] of [
    ['passes when the scope is there', 'a b', 'a', 'pass'],
    ['passes when all are there, in any order', 'a b c', 'c a', 'pass'],
    ['passes when none is needed', undefined, '', 'pass'],
    ['passes for a list', 'a b', ['a', 'b'], 'pass'],
    ['fails when one is missing', 'a b', 'a c', 'fail'],
    ['fails for the beginning of a scope', 'orders.read', 'orders', 'fail'],
    ['fails for another letter case', 'A', 'a', 'fail'],
    ['fails without a scope claim', undefined, 'a', 'fail'],
    ['fails for a scope claim that is an array', ['a'], 'a', 'fail'],
  ] as const) {
    test(what, () => {
      assert.equal(requireScope({ scope }, needed).status, expected)
    })
  }

  test('names what is missing', () => {
    const result = requireScope({ scope: 'a' }, 'a b c')
    assert.equal(explain(result).sentence, 'the token lacks the scope "b c"')
  })

  for (const needed of ['a"b', ['a b'], [''], 7 as never]) {
    test(`throws a TypeError for ${JSON.stringify(needed)}`, () => {
      assert.throws(() => requireScope({}, needed), TypeError)
    })
  }
})

test('scopesOf reads the scopes of a token', () => {
  assert.deepEqual([...scopesOf({ scope: 'a b' })], ['a', 'b'])
  assert.deepEqual([...scopesOf({})], [])
})
