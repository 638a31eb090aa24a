import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createBudgets } from '../../src/rate-limit.ts'

const NOW = 1_700_000_000_000

suite('a budget that several processes share', () => {
  test('is smaller by what another process took', () => {
    const budgets = createBudgets(10)
    budgets.charge('a', 4, NOW)
    assert.equal(budgets.take('a', NOW).remaining, 5)
    assert.equal(budgets.take('b', NOW).remaining, 9)
  })

  test('is used up by what another process took, and refills as ever', () => {
    const budgets = createBudgets(60)
    budgets.charge('a', 1000, NOW)
    assert.equal(budgets.look('a', NOW).isAllowed, false)
    assert.equal(budgets.take('a', NOW + 1000).isAllowed, true)
    assert.equal(budgets.take('a', NOW + 1000).isAllowed, false)
  })
})
