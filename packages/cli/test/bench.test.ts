import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { findBound } from '../src/commands/bench/verdict.ts'
import { aPool, aPostgres } from '../../server/test/a-postgres.ts'
import { NO_POSTGRES } from '../../server/test/postgres-cluster.ts'
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

test(
  'keygrant bench measures a PostgreSQL in an empty database, leaves nothing there, and touches no other',
  { skip: NO_POSTGRES },
  async () => {
    const url = await (await aPostgres()).database()
    const pool = aPool(url, 1)
    const hasSchema = async (): Promise<unknown> =>
      (await pool.query(`SELECT to_regnamespace('keygrant') IS NOT NULL AS is_there`)).rows[0]
    const { stdout, stderr } = await runCli(['bench', '--database', url, '--seconds', '1'])
    assert.match(
      stdout,
      /PostgreSQL at postgresql:\/\/keygrant@\/keygrant_1: [\d,]+ proofs/,
      stderr,
    )
    assert.deepEqual(await hasSchema(), { is_there: false })
    await pool.query('CREATE SCHEMA keygrant')
    const refused = await runCli(['bench', '--database', url])
    assert.equal(refused.code, 6)
    assert.match(refused.stderr, /has a schema "keygrant" already\nhint: name an empty database/)
    assert.deepEqual(await hasSchema(), { is_there: true })
    await pool.end()
  },
)

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
