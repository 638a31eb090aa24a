import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { findJsonFaults, placeOf, readPlaces } from '../../src/parts/json-places.ts'

/** A text, what is wrong with it, and where: `|` in the text marks the place and is not part of it. */
const FAULTS: readonly (readonly [string, string, string])[] = [
  ['a comma is missing', '{"a": 1\n  |"b": 2}', 'comma'],
  ['a comma is at the end', '{"a": 1|,}', 'extra_comma'],
  ['a comma ends a list', '{"a": [1|,]}', 'extra_comma'],
  ['there is a comment', '{"a": 1, |// why\n "b": 2}', 'comment'],
  ['a comment comes first', '|/* x */ {}', 'comment'],
  ['a colon is missing', '{"a" |1}', 'colon'],
  ['a name is not in quotes', '{|a: 1}', 'name'],
  ['a name is in single quotes', "{|'a': 1}", 'name'],
  ['a text does not end', '{"a": |"b}', 'quote'],
  ['a text goes over a line', '{"a": |"b\nc"}', 'quote'],
  ['an escape is unknown', '{"a": |"\\q"}', 'value'],
  ['a value is missing', '{"a": |}', 'value'],
  ['a word is no value', '{"a": |undefined}', 'value'],
  ['a number begins with 0', '{"a": |01}', 'value'],
  ['it ends too early', '{"a": 1|', 'end'],
  ['it ends after a comma', '{"a": 1,|', 'end'],
  ['there is nothing', '|', 'end'],
  ['something follows', '{} |x', 'value'],
  ['a member is there twice', '{"a": 1, |"a": 2}', 'twice'],
  ['a member is there twice, escaped', String.raw`{"a": 1, |"\u0061": 2}`, 'twice'],
  ['a number is too large', '{"a": |9007199254740993}', 'number'],
  ['it is a list', '|[1]', 'object'],
]

suite('of a JSON text it is said', () => {
  for (const [what, marked, kind] of FAULTS) {
    test(`that ${what}`, () => {
      const text = marked.replace('|', '')
      const found = findJsonFaults(text).map((fault) => [fault.kind, fault.position])
      assert.deepEqual(found, [[kind, marked.indexOf('|')]])
    })
  }

  test('all that is there twice, also inside', () => {
    const faults = findJsonFaults('{"a": {"b": 1, "b": 2}, "a": 1, "c": 1, "c": 2}')
    assert.deepEqual(
      faults.map(({ about }) => about),
      ['b', 'a', 'c'],
    )
  })

  for (const text of [
    '{}',
    ' { } ',
    '{"a":"b","c":[1,-2.5e3,true,false,null],"d":{"e":"\\n\\u00e9\\""}}',
    JSON.stringify({ aud: 'https://as.example', nested: [[{}], ''] }, null, 2),
  ]) {
    test(`nothing, when it is ${text.slice(0, 20).replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(findJsonFaults(text), [])
    })
  }

  test('where the members of the object stand, each with its value', () => {
    const text = '{"a": [1, {"b": 2}] , "ü": "x",\n"c":3}'
    assert.deepEqual(
      readPlaces(text).members.map(({ name, start, end }) => [name, text.slice(start, end)]),
      [
        ['a', '"a": [1, {"b": 2}]'],
        ['ü', '"ü": "x"'],
        ['c', '"c":3'],
      ],
    )
  })

  test('the members before the place at which it can no longer be read', () => {
    assert.deepEqual(
      readPlaces('{"a": 1, "b": }').members.map(({ name }) => name),
      ['a'],
    )
  })

  test('the place in lines and columns from 1', () => {
    assert.deepEqual(placeOf('ab\ncd', 0), { line: 1, column: 1 })
    assert.deepEqual(placeOf('ab\ncd', 4), { line: 2, column: 2 })
  })
})
