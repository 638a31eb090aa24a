import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseForm } from '../../src/http/form.ts'

function read(text: string): unknown {
  const form = parseForm(Buffer.from(text))
  return form.ok ? Object.fromEntries(form.parameters) : form.fault
}

for (const [what, text, result] of [
  ['reads names and values', 'a=1&b=2', { a: '1', b: '2' }],
  ['reads plus and %20 as a blank', 'scope=a+b%20c', { scope: 'a b c' }],
  ['keeps blanks around a value', 'a=1  &b= 2', { a: '1  ', b: ' 2' }],
  ['leaves out parameters without a value', 'a=&b&c=3', { c: '3' }],
  ['keeps an equals sign in a value', 'a=b=c', { a: 'b=c' }],
  ['passes over empty pairs', '&a=1&&b=2&', { a: '1', b: '2' }],
  ['reads UTF-8 that is percent-encoded', 'a=%C3%A9%F0%9F%98%80', { a: 'é😀' }],
  ['takes the empty form', '', {}],
  ['refuses a name that is there twice', 'a=1&a=1', 'duplicate'],
  ['refuses a name that is there twice without values', 'a&a', 'duplicate'],
  ['tells more than one resource from other doubles', 'resource=a&resource=b', 'several_resources'],
  ['refuses a name that is there twice in two encodings', 'ab=1&%61b=1', 'duplicate'],
  ['tells names apart by letter case', 'a=1&A=2', { a: '1', A: '2' }],
  ['refuses octets that are not ASCII', 'a=é', 'bad_encoding'],
  ['refuses a line break', 'a=1\n', 'bad_encoding'],
  ['refuses a lone percent sign', 'a=%', 'bad_encoding'],
  ['refuses an escape of two non-digits', 'a=%zz', 'bad_encoding'],
  ['refuses an octet that is not UTF-8', 'a=%ff', 'bad_encoding'],
  ['refuses an encoded surrogate', 'a=%ed%a0%80', 'bad_encoding'],
  ['refuses an encoded control character', 'a=%0a', 'control_character'],
  ['refuses an encoded NUL', 'a=%00', 'control_character'],
  ['refuses a name with brackets', 'a[]=1', 'bad_name'],
  ['refuses a name of 65 characters', `${'a'.repeat(65)}=1`, 'bad_name'],
  ['refuses a pair without a name', '=1', 'bad_name'],
  [
    'refuses 101 parameters',
    Array.from({ length: 101 }, (_, index) => `a${index}=1`).join('&'),
    'too_many',
  ],
  ['reads what comes after any number of empty pairs', `${'&'.repeat(200)}a=1`, { a: '1' }],
  ['refuses a name that is there again after empty pairs', `a=1${'&'.repeat(200)}a=2`, 'duplicate'],
] as const) {
  test(what, () => {
    assert.deepEqual(read(text), result)
  })
}

test('__proto__ is a name like any other', () => {
  const form = parseForm(Buffer.from('__proto__=1&constructor=2'))
  assert.ok(form.ok)
  assert.deepEqual([...form.parameters.keys()], ['__proto__', 'constructor'])
})

test('agrees with URLSearchParams wherever it reads anything', () => {
  const pair = fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 8 }), (pairs) => {
      const text = new URLSearchParams(pairs).toString()
      const form = parseForm(Buffer.from(text))
      if (!form.ok) return
      const expected = pairs.filter(([, value]) => value !== '')
      assert.deepEqual([...form.parameters], expected)
    }),
  )
})

test('never throws', () => {
  fc.assert(fc.property(fc.uint8Array(), (octets) => typeof parseForm(octets).ok === 'boolean'))
})
