import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { addressBudget, budgetHeaders, createBudgets } from '../src/rate-limit.ts'

const NOW = 1_700_000_000_000

suite('a budget', () => {
  test('may be used in one burst, and refills steadily', () => {
    const budgets = createBudgets(60)
    for (let left = 59; left >= 0; left--) {
      const state = budgets.take('a', NOW)
      assert.deepEqual([state.isAllowed, state.remaining], [true, left])
    }
    assert.equal(budgets.take('a', NOW).isAllowed, false)
    assert.equal(budgets.take('a', NOW + 999).isAllowed, false)
    assert.equal(budgets.take('a', NOW + 1000).isAllowed, true)
    assert.equal(budgets.take('a', NOW + 1000).isAllowed, false)
    assert.equal(budgets.take('a', NOW + 61_000).remaining, 59)
  })

  test('is each sender’s own', () => {
    const budgets = createBudgets(1)
    assert.equal(budgets.take('a', NOW).isAllowed, true)
    assert.equal(budgets.take('b', NOW).isAllowed, true)
    assert.equal(budgets.take('a', NOW).isAllowed, false)
  })

  test('is not used up by looking, nor by requests that were refused', () => {
    const budgets = createBudgets(2)
    for (let i = 0; i < 5; i++) assert.equal(budgets.look('a', NOW).isAllowed, true)
    for (let i = 0; i < 9; i++) budgets.take('a', NOW)
    assert.equal(budgets.take('a', NOW + 30_000).isAllowed, true)
  })

  test('locks nobody out for longer than a minute when the clock is set back', () => {
    const budgets = createBudgets(2)
    for (let i = 0; i < 2; i++) budgets.take('a', NOW + 86_400_000)
    assert.equal(budgets.take('a', NOW).isAllowed, false)
    const later = createBudgets(2)
    later.take('a', NOW + 86_400_000)
    later.take('a', NOW)
    assert.equal(later.take('a', NOW + 60_000).isAllowed, true)
  })

  test('[DOS-004] is forgotten when more senders come than are remembered', () => {
    const budgets = createBudgets(10, 1000)
    for (let i = 0; i < 20_000; i++) budgets.take(`sender ${i}`, NOW)
    assert.ok(budgets.size <= 1000)
    for (let i = 0; i < 2000; i++) budgets.take(`later ${i}`, NOW + 3_600_000)
    assert.ok(budgets.size <= 1000)
  })
})

suite('what an answer says about a budget', () => {
  test('in Okta’s fields and in those of the IETF', () => {
    const budgets = createBudgets(120)
    budgets.take('a', NOW)
    assert.deepEqual(budgetHeaders(budgets.take('a', NOW), NOW), {
      'x-rate-limit-limit': '120',
      'x-rate-limit-remaining': '118',
      'x-rate-limit-reset': '1700000001',
      'ratelimit-policy': '"minute";q=120;w=60',
      ratelimit: '"minute";r=118;t=1',
    })
  })

  test('a refusal says when the next request may come', () => {
    const budgets = createBudgets(2)
    for (let i = 0; i < 2; i++) budgets.take('a', NOW)
    const headers = budgetHeaders(budgets.take('a', NOW), NOW)
    assert.equal(headers['retry-after'], '30')
    assert.equal(headers['x-rate-limit-reset'], '1700000030')
    assert.equal(headers['ratelimit'], '"minute";r=0;t=30')
  })
})

suite('whose budget an address uses', () => {
  for (const [address, budget] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['1::2:3:4:5:192.0.2.7', '1:0:2:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['127.0.0.1', undefined],
    ['::ffff:127.0.0.1', undefined],
    ['::1', undefined],
    ['unknown', 'unknown'],
    ['x'.repeat(1000), 'x'.repeat(64)],
  ] as const) {
    test(`${address.slice(0, 40)}: ${budget?.slice(0, 40) ?? 'nobody’s'}`, () => {
      assert.equal(addressBudget(address), budget)
    })
  }
})
