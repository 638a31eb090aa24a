/**
 * The first example of docs/testing.md, run as it stands but for the database, which Node 20 does not have.
 * @module
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = fileURLToPath(new URL('../../../../docs/testing.md', import.meta.url))

test('the example of docs/testing.md passes when it is run', async (t) => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? []
  assert.match(example, /startTestServer\(\{ /)
  const withDatabase = example
    .replace('startTestServer({ ', "startTestServer({ database: new Database(':memory:'), ")
    .replace(/^/, "import Database from 'libsql'\n")
  // Inside the package, where its dependencies are found.
  mkdirSync(join(PACKAGE, 'node_modules'), { recursive: true })
  const folder = mkdtempSync(join(PACKAGE, 'node_modules/.test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'example.mts')
  writeFileSync(file, withDatabase)
  const run = promisify(execFile)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout } = await run(
    process.execPath,
    ['--conditions=keygrant:source', '--import=tsx', '--test-reporter=tap', '--test', file],
    { cwd: PACKAGE, env },
  )
  assert.match(stdout, /^# pass 1$/m)
  assert.match(stdout, /^# fail 0$/m)
})
