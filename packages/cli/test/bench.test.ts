import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { findBound } from '../src/commands/bench/verdict.ts'
import { runCli } from './source-cli.ts'

suite('what bounds the tokens of a machine', () => {
  for (const [what, capacity, bound, tokensPerSecond] of [
    [
      'its processor',
      { cores: 2, tokenMicroseconds: 250, proofsPerSecond: 30_000 },
      'processor',
      8000,
    ],
    ['its store', { cores: 64, tokenMicroseconds: 250, proofsPerSecond: 30_000 }, 'store', 30_000],
  ] as const) {
    test(`is ${what} when that gives way first`, () => {
      const verdict = findBound(capacity)
      assert.deepEqual([verdict.bound, verdict.tokensPerSecond], [bound, tokensPerSecond])
    })
  }
})

test('keygrant bench measures on the disk of the data directory and leaves nothing there', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'keygrant-bench-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const { stdout } = await runCli(['bench', '--data', data, '--seconds', '1', '--json'])
  const measured = JSON.parse(stdout) as Record<string, unknown>
  assert.ok(['processor', 'store'].includes(measured['bound'] as string))
  for (const figure of ['tokensPerSecond', 'proofsPerSecond', 'tokenCpuMicroseconds']) {
    assert.ok((measured[figure] as number) > 0, figure)
  }
  assert.deepEqual(readdirSync(data), [])
})
