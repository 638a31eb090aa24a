import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { MAX_JSON_DEPTH, parseJson, parseJsonOctets } from '../src/json.ts'

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('parseJson', () => {
  for (const [what, text, fault] of [
    ['a duplicate member', '{"a":1,"a":2}', 'duplicate_member'],
    [
      '[HEAD-002] a duplicate member that is escaped',
      '{"alg":1,"\\u0061lg":2}',
      'duplicate_member',
    ],
    ['a duplicate "__proto__"', '{"__proto__":1,"__proto__":2}', 'duplicate_member'],
    ['a byte order mark', '\ufeff{}', 'byte_order_mark'],
    ['two documents', '{}{}', 'syntax'],
    ['a comment', '{/**/}', 'syntax'],
    ['single quotes', "{'a':1}", 'syntax'],
    ['a trailing comma in an object', '{"a":1,}', 'syntax'],
    ['a trailing comma in an array', '[1,]', 'syntax'],
    ['NaN', '[NaN]', 'syntax'],
    ['Infinity', '[-Infinity]', 'syntax'],
    ['a leading zero', '[01]', 'syntax'],
    ['a leading plus', '[+1]', 'syntax'],
    ['hexadecimal', '[0x10]', 'syntax'],
    ['a number without digits behind its point', '[1.]', 'syntax'],
    ['a number beyond the range of a double', '[1e400]', 'number_range'],
    ['a control character in a string', '["a\nb"]', 'syntax'],
    ['an unknown escape', '["\\x41"]', 'syntax'],
    ['a high surrogate alone', '["\\ud800"]', 'lone_surrogate'],
    ['a low surrogate alone', '["\\udc00a"]', 'lone_surrogate'],
    ['surrogates in the wrong order', '["\\udc00\\ud800"]', 'lone_surrogate'],
    ['an open string', '["a', 'syntax'],
    ['an open object', '{"a":1', 'syntax'],
    ['nothing', '', 'syntax'],
    ['white space that JSON does not know', '\u00a0{}', 'syntax'],
    ['one level too many', nested(MAX_JSON_DEPTH + 1), 'too_deep'],
  ] as const) {
    test(`refuses ${what} as ${fault}`, () => {
      const result = parseJson(text)
      assert.equal(result.ok ? 'accepted' : result.fault, fault)
    })
  }

  for (const [what, octets] of [
    ['an octet that is no UTF-8', [0x22, 0xff, 0x22]],
    ['an overlong encoding', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ] as const) {
    test(`refuses ${what} as not_utf8`, () => {
      const result = parseJsonOctets(Uint8Array.from(octets))
      assert.equal(result.ok ? 'accepted' : result.fault, 'not_utf8')
    })
  }

  test('reads as many levels as it promises', () => {
    assert.equal(parseJson(nested(MAX_JSON_DEPTH)).ok, true)
  })

  test('keeps "__proto__" as an ordinary member and pollutes nothing', () => {
    const result = parseJson('{"__proto__":{"iss":"x"}}')
    assert.ok(result.ok)
    assert.equal((result.value as Record<string, unknown>)['iss'], undefined)
    assert.equal(({} as Record<string, unknown>)['iss'], undefined)
  })

  test('takes half of a pair as an escape and the other half as it is', () => {
    for (const pair of ['\\ud83d\\udd11', '\ud83d\\udd11', '\\ud83d\udd11', '\ud83d\udd11']) {
      const result = parseJson(`["${pair}"]`)
      assert.deepEqual(result.ok && result.value, ['\u{1f511}'])
    }
  })

  for (const [what, before, text, expected] of [
    ['a name that reads like members', '{"a\\":1,\\"b":0}', '{"a":1,"b":2}', '{"a":1,"b":2}'],
    ['a name with a control character', '{"a\\nb":0}', '{"a\nb":0}', 'syntax'],
    ['a name with half a character', '{"\\u0061":0}', '{"\ud800":0}', 'lone_surrogate'],
    ['the same names', '{"a":0,"b":0}', '{"a":1,"b":2}', '{"a":1,"b":2}'],
    [
      'the same names and one of them again',
      '{"a":0,"b":0}',
      '{"a":1,"b":2,"a":3}',
      'duplicate_member',
    ],
    ['a name where another was', '{"a":0,"b":0}', '{"a":1,"a":2}', 'duplicate_member'],
    ['a name that was later', '{"a":0,"b":0}', '{"b":1,"b":2}', 'duplicate_member'],
    ['a name in an object in it', '{"a":0,"b":0}', '{"a":{"a":1,"a":2}}', 'duplicate_member'],
    ['names that are indices', '{"b":0,"1":0}', '{"1":1,"b":2,"1":3}', 'duplicate_member'],
    ['the beginning of a name', '{"ab":0}', '{"a":1,"ab":2}', '{"a":1,"ab":2}'],
  ] as const) {
    test(`reads an object as if none was read before it: ${what}`, () => {
      assert.ok(parseJson(before).ok)
      const result = parseJson(text)
      assert.equal(result.ok ? JSON.stringify(result.value) : result.fault, expected)
    })
  }

  test('reads an object as if none was read before it: whatever was read', () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'a,b', 'a":1,"b', 'a\n', '1', '', '__proto__')
    const names = fc.array(name, { maxLength: 4 })
    fc.assert(
      fc.property(fc.array(names, { minLength: 2, maxLength: 8 }), (objects) => {
        for (const [index, own] of objects.entries()) {
          const text = `{${own.map((each) => `${JSON.stringify(each)}:${index}`).join()}}`
          const result = parseJson(text)
          const isDistinct = new Set(own).size === own.length
          const expected = isDistinct ? JSON.stringify(JSON.parse(text)) : 'duplicate_member'
          assert.equal(result.ok ? JSON.stringify(result.value) : result.fault, expected)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('says where the fault is', () => {
    const result = parseJson('{"a":1,"a":2}')
    assert.equal(result.ok ? undefined : result.position, 7)
  })

  test('agrees with JSON.parse on every document that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, stringUnit: 'grapheme' }), (text) => {
        const result = parseJson(text)
        assert.ok(result.ok, text)
        assert.deepEqual(JSON.parse(JSON.stringify(result.value)), JSON.parse(text))
      }),
    )
  })

  test('accepts nothing that JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '"',
      '1',
      '-',
      '.5',
      'e9',
      'true',
      ' ',
      '\\',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        if (parseJson(text).ok) assert.doesNotThrow(() => JSON.parse(text) as unknown)
      }),
      { numRuns: 5000 },
    )
  })
})
