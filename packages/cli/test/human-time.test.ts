import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanDistance, humanTime } from '../src/human-time.ts'

const NOW = 1_700_000_000

for (const [seconds, words] of [
  [0, 'now'],
  [1, 'in 1 second'],
  [-1, '1 second ago'],
  [59, 'in 59 seconds'],
  [119, 'in 119 seconds'],
  [120, 'in 2 minutes'],
  [-3600, '60 minutes ago'],
  [7200, 'in 2 hours'],
  [-86_400 * 3, '3 days ago'],
  [-86_400 * 800, '2 years ago'],
] as const) {
  test(`${seconds} s from now is "${words}"`, () => {
    assert.equal(humanDistance(seconds), words)
  })
}

test('a NumericDate is a date and its distance', () => {
  assert.equal(humanTime(NOW + 60, NOW), '2023-11-14T22:14:20Z, in 60 seconds')
  assert.equal(humanTime(NOW + 0.5, NOW), '2023-11-14T22:13:20Z, now')
})

for (const value of [NOW * 1000, -1, 1e300]) {
  test(`${value} is no date`, () => {
    assert.equal(humanTime(value, NOW), 'not a date; is it in milliseconds?')
  })
}
