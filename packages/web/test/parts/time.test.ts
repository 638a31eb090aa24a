import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { distance, parseInstant, utc } from '../../src/parts/time.ts'
import { numericDate } from '../../src/parts/zone.tsx'

const NOW = 1_700_000_000

suite('puts times into words', () => {
  for (const [seconds, words] of [
    [0, 'now'],
    [1, 'in 1 s'],
    [-59, '59 s ago'],
    [298, 'in 4 min 58 s'],
    [-3600, '1 h ago'],
    [7199, 'in 1 h 59 min'],
    [-90_000, '1 d 1 h ago'],
    [31_556_952 * 3 + 86_400 * 2, 'in 3 y 2 d'],
  ] as const) {
    test(`${seconds} s`, () => {
      assert.equal(distance(seconds), words)
    })
  }

  test('as a date in UTC with its distance', () => {
    assert.equal(numericDate(NOW + 60, NOW), '2023-11-14 22:14:20 UTC, in 1 min')
  })

  test('not when the number is no date', () => {
    assert.equal(utc(NOW * 1000 * 1000), undefined)
    assert.equal(utc(-1), undefined)
    assert.equal(utc(Number.NaN), undefined)
    assert.equal(numericDate('1700000000', NOW), undefined)
  })
})

suite('reads a moment', () => {
  for (const text of [
    '1700000000',
    '2023-11-14 22:13:20',
    '2023-11-14T22:13:20Z',
    '2023-11-14 22:13:20 UTC',
    '2023-11-14T23:13:20+01:00',
  ]) {
    test(`"${text}"`, () => {
      assert.equal(parseInstant(text), NOW)
    })
  }

  for (const text of ['', 'tomorrow', '1700000000000000', '2023-13-45']) {
    test(`and not "${text}"`, () => {
      assert.equal(parseInstant(text), undefined)
    })
  }
})
