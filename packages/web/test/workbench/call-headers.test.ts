import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type HeaderFault, readHeaders } from '../../src/workbench/call-headers.ts'

const isAllowed = (name: string): boolean => name !== 'Cookie'

suite('headers of a call, one on each line', () => {
  test('are read with their names as written, without the blanks around and between them', () => {
    assert.deepEqual(
      readHeaders('Accept: application/json\n\n  If-Match:  "a:b"  \nX-Empty:\r\n', isAllowed),
      {
        ok: true,
        headers: [
          ['Accept', 'application/json'],
          ['If-Match', '"a:b"'],
          ['X-Empty', ''],
        ],
      },
    )
  })

  const FAULTS: readonly (readonly [what: string, text: string, HeaderFault, line: number])[] = [
    ['a line without a colon', 'A: 1\nB', 'colon', 2],
    ['a name with a blank', 'A b: 1', 'name', 1],
    ['no name', ': 1', 'name', 1],
    ['a blank before the colon', 'A : 1', 'name', 1],
    ['a value beyond ASCII', 'A: ü', 'value', 1],
    ['a control in a value', 'A: a\u0000b', 'value', 1],
    ['a line break that is none of the text', 'A: a\rB: b', 'value', 1],
    ['the same name twice', 'A: 1\na: 2', 'twice', 2],
    ['another token', 'authorization: Basic x', 'token', 1],
    ['what the browser would drop without a word', 'Cookie: a=b', 'browser', 1],
  ]
  for (const [what, text, fault, line] of FAULTS) {
    test(`are refused for ${what}`, () => {
      assert.deepEqual(readHeaders(text, isAllowed), { ok: false, fault, line })
    })
  }
})
