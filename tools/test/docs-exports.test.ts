import assert from 'node:assert/strict'
import { test } from 'node:test'
import { undocumentedExports } from '../docs-exports.mjs'

for (const [what, source, names] of [
  ['an export without a comment', 'export function a() {}', ['a']],
  ['a class behind a blank line', '/** A. */\n\nexport class A {}', ['A']],
  ['nothing when the comment is right above', '/** A. */\nexport const a = 1', []],
  ['nothing for what stays inside', 'function a() {}', []],
  [
    'nothing for a second overload',
    '/** A. */\nexport function a(): void\nexport function a(b?: 1): void {}',
    [],
  ],
] as const) {
  test(`undocumentedExports finds ${what}`, () => {
    assert.deepEqual(
      undocumentedExports(source).map(({ name }) => name),
      names,
    )
  })
}
