import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'

for (const [text, octets] of [
  ['', []],
  ['AA', [0]],
  ['_w', [255]],
  ['AAA', [0, 0]],
  ['-_8', [251, 255]],
  ['AAECAw', [0, 1, 2, 3]],
] as const) {
  test(`encodes ${JSON.stringify(octets)} as "${text}" and decodes it back`, () => {
    assert.equal(encodeBase64url(Uint8Array.from(octets)), text)
    assert.deepEqual(decodeBase64url(text), Uint8Array.from(octets))
  })
}

for (const [what, text] of [
  ['[B64-001] padding', 'AA=='],
  ['[B64-002] a space', 'AA A'],
  ['[B64-002] a line break at the end', 'AAAA\n'],
  ['[B64-003] the standard alphabet', '+/8A'],
  ['[B64-004] unused bits of one octet that are not zero', 'AB'],
  ['[B64-004] unused bits of two octets that are not zero', 'AAB'],
  ['[B64-005] a length of 1 mod 4', 'AAAAA'],
  ['a character outside ASCII', 'AAAé'],
  ['a fullwidth letter', 'ＡAAA'],
] as const) {
  test(`refuses ${what}`, () => {
    assert.equal(decodeBase64url(text), undefined)
  })
}

test('agrees with the runtime on every octet sequence', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (octets) => {
      const text = encodeBase64url(octets)
      assert.equal(text, Buffer.from(octets).toString('base64url'))
      assert.deepEqual(decodeBase64url(text), octets)
    }),
  )
})

test('has exactly one text for each octet sequence: what it decodes, it encodes back', () => {
  const alphabet = [...'ABCDwxyz0189-_=+/ .é']
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 }), (text) => {
      const octets = decodeBase64url(text)
      if (octets !== undefined) assert.equal(encodeBase64url(octets), text)
    }),
    { numRuns: 2000 },
  )
})
