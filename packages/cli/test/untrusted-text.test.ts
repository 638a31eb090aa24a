import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escapeControls, holdsKey, quoteInput, showJson } from '../src/untrusted-text.ts'

for (const [what, text, shown] of [
  ['plain text as it is', 'Zürich – 東京 "x"', 'Zürich – 東京 "x"'],
  ['an escape sequence', '\u001b[31mred\u001b[0m', String.raw`\u001b[31mred\u001b[0m`],
  ['a line break', 'a\r\nerror: b', String.raw`a\u000d\u000aerror: b`],
  ['a control character of the second block', '\u009b31m', String.raw`\u009b31m`],
  ['text that runs backwards', 'a\u202eb\u2066c', String.raw`a\u202eb\u2066c`],
  ['characters without width', 'a\u200bb\ufeffc', String.raw`a\u200bb\ufeffc`],
  ['a line separator', 'a\u2028b', String.raw`a\u2028b`],
] as const) {
  test(`shows ${what}`, () => {
    assert.equal(escapeControls(text), shown)
    assert.equal(JSON.parse(showJson({ text })).text, text)
  })
}

test('quotes what was typed, cut to fit a line', () => {
  assert.equal(quoteInput('a.json'), '"a.json"')
  assert.equal(quoteInput('x'.repeat(1000)), `"${'x'.repeat(80)}…"`)
})

test('names a key or a JWT that was typed instead of repeating it', () => {
  assert.equal(quoteInput('{ "kty": "EC", "d": "AAAA" }'), '[a key]')
  assert.equal(quoteInput('-----BEGIN PRIVATE KEY-----'), '[a key]')
  assert.equal(quoteInput('eyJhbGciOiJFUzI1NiJ9.e30.AAAA'), '[a JWT]')
  assert.equal(holdsKey('key.json'), false)
})
