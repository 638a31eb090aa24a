import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { CommandError } from '../src/command-error.ts'
import { writeNewFile } from '../src/new-file.ts'

function emptyFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'keygrant-file-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('[CLIE-010] of many that write one name at once, one does, and the file is whole', async (context) => {
  const folder = emptyFolder(context)
  const file = join(folder, 'key.json')
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000))
  const results = await Promise.allSettled(
    texts.map((text) => writeNewFile(file, text, { mode: 0o600, isForced: false })),
  )
  const winner = results.findIndex(({ status }) => status === 'fulfilled')
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.equal(readFileSync(file, 'utf8'), texts[winner])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['key.json'])
})

test('[CLIE-010] replaces a file when it is told to, with the mode that was asked for', async (context) => {
  const folder = emptyFolder(context)
  const file = join(folder, 'key.json')
  writeFileSync(file, 'old', { mode: 0o644 })
  await writeNewFile(file, 'new', { mode: 0o600, isForced: true })
  assert.equal(readFileSync(file, 'utf8'), 'new')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('[CLIE-010] replaces a link, and not what it points to', async (context) => {
  const folder = emptyFolder(context)
  writeFileSync(join(folder, 'target'), 'target')
  symlinkSync(join(folder, 'target'), join(folder, 'key.json'))
  await writeNewFile(join(folder, 'key.json'), 'new', { mode: 0o600, isForced: true })
  assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'target')
})

test('leaves nothing behind when it can not write', async (context) => {
  const folder = emptyFolder(context)
  mkdirSync(join(folder, 'key.json'))
  for (const isForced of [true, false]) {
    await assert.rejects(
      writeNewFile(join(folder, 'key.json'), 'new', { mode: 0o600, isForced }),
      CommandError,
    )
  }
  assert.deepEqual(readdirSync(folder), ['key.json'])
})
