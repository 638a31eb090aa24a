import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownCommand, shellWord } from '../src/shell.ts'

for (const [word, shown] of [
  ['.keygrant/demo-key.json', '.keygrant/demo-key.json'],
  ['http://127.0.0.1:8400', 'http://127.0.0.1:8400'],
  ['my data', "'my data'"],
  ["it's", String.raw`'it'\''s'`],
  ['$(rm -r x)', "'$(rm -r x)'"],
  ['', "''"],
] as const) {
  test(`a shell takes ${JSON.stringify(word)} as ${shown}`, () => {
    assert.equal(shellWord(word), shown)
  })
}

test('the command is called by its name, through npx, or through Node', (context) => {
  const root = mkdtempSync(join(tmpdir(), 'keygrant-shell-'))
  context.after(() => rmSync(root, { recursive: true }))
  const put = (folder: string): string => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'keygrant'), '#!/bin/sh\n')
    chmodSync(join(folder, 'keygrant'), 0o755)
    return folder
  }
  const script = join(root, 'bin', 'keygrant.js')
  const elsewhere = join(root, 'elsewhere')
  const installed = put(join(root, 'usr', 'bin'))
  const ofNpm = put(join(root, 'project', 'node_modules', '.bin'))
  const call = (cwd: string, PATH: string): string => ownCommand({ script, cwd, env: { PATH } })
  assert.equal(call(elsewhere, installed), 'keygrant')
  assert.equal(call(join(root, 'project', 'src'), ofNpm), 'npx keygrant')
  assert.equal(call(elsewhere, ofNpm), `node ${script}`)
})
