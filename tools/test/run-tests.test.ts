/**
 * Which tests a command line means, which skips are failures, and that a failure is not lost on the way.
 * @module
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { findTests, narrowTests, wronglySkipped } from '../run-tests.mjs'
import { ROOT } from '../setup.mjs'

suite('narrowing to paths', () => {
  const files = [
    'packages/core/test/a.test.ts',
    'packages/core-extra/test/b.test.ts',
    'tools/test/c.test.ts',
  ]

  for (const [what, path, expected] of [
    ['takes a folder', 'packages/core', ['packages/core/test/a.test.ts']],
    ['takes a folder with a slash', 'packages/core/', ['packages/core/test/a.test.ts']],
    ['takes a file', 'tools/test/c.test.ts', ['tools/test/c.test.ts']],
    ['takes the workspace', '.', files],
    ['takes nothing for a path without tests', 'packages/none', []],
  ] as const) {
    test(what, () => {
      assert.deepEqual(narrowTests(files, [join(ROOT, path)]), expected)
    })
  }

  test('finds this file', () => {
    assert.ok(findTests(['tools/test']).includes('tools/test/run-tests.test.ts'))
  })
})

suite('a skip', () => {
  const skip = {
    result: 'skipped',
    name: 'hostile assertions',
    reason: 'corpora are missing',
  } as const

  test('fails on CI when the corpora lie beside the checkout', () => {
    assert.deepEqual(wronglySkipped([skip], { CI: 'true' }, true), [skip])
  })
  test('is fine on CI when they do not', () => {
    assert.deepEqual(wronglySkipped([skip], { CI: 'true' }, false), [])
  })
  test('is fine on a machine of a person', () => {
    assert.deepEqual(wronglySkipped([skip], {}, true), [])
  })
  test('fails on CI when it is for want of something that CI provided', () => {
    const browser = { result: 'skipped', name: 'workbench', reason: 'no Chromium here' } as const
    const env = { CI: 'true', KEYGRANT_PROVIDED: 'chromium postgresql' }
    assert.deepEqual(wronglySkipped([browser, skip], env, false), [browser])
  })
  test('for another reason is fine on CI', () => {
    const other = { result: 'skipped', name: 'ML-DSA', reason: 'this Node has no ML-DSA' } as const
    assert.deepEqual(wronglySkipped([other], { CI: 'true' }, true), [])
  })
})

suite('the events reporter', () => {
  test('counts tests, not suites, and keeps the reason of a skip', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keygrant-events-'))
    try {
      const file = join(folder, 'sample.test.mjs')
      writeFileSync(
        file,
        `import { suite, test } from 'node:test'
suite('group', () => {
  test('one', () => {})
  test('two', { skip: 'corpora are missing' }, () => {})
  test('three', () => { throw new Error('broken') })
})
suite('whole', { skip: 'no database' }, () => { test('four', () => {}) })
`,
      )
      const events = join(folder, 'events.jsonl')
      const { status } = spawnSync(
        process.execPath,
        [
          '--test',
          `--test-reporter=${pathToFileURL(join(ROOT, 'tools/test-events.mjs')).href}`,
          `--test-reporter-destination=${events}`,
          file,
        ],
        // A test runner inside a test runner reports to its parent, unless it does not know of it.
        { env: { ...process.env, NODE_TEST_CONTEXT: undefined }, encoding: 'utf8' },
      )
      assert.equal(status, 1)
      const lines = readFileSync(events, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { name: string })
        .filter(({ name }) => name !== file)
      assert.deepEqual(lines, [
        { result: 'passed', name: 'one' },
        { result: 'skipped', name: 'two', reason: 'corpora are missing' },
        { result: 'failed', name: 'three' },
        { result: 'skipped', name: 'whole', reason: 'no database' },
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
