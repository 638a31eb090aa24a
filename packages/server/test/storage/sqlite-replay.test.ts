import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import type { SingleUse, Storage } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { bucketOf } from '../../src/storage/replay.ts'
import { prepareFile } from '../../src/storage/sqlite-file.ts'
import { packReplayKeys } from '../../src/storage/sqlite-replay-packing.ts'
import { KEYS_IN_ROW } from '../../src/storage/sqlite-replay.ts'
import { MIGRATIONS } from '../../src/storage/sqlite-schema.ts'
import { NOW } from '../a-server.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const EXPIRES_AT = NOW + 60
const TABLE = `replay_${bucketOf(EXPIRES_AT)}`

async function aFile(t: TestContext): Promise<string> {
  return join(await temporaryDirectory(t), 'keygrant.db')
}

function open(t: TestContext, file: string): Storage {
  const storage = openSqliteStorage(new Database(file))
  t.after(() => storage.close())
  return storage
}

function uses(count: number): SingleUse[] {
  return Array.from({ length: count }, () => ({
    replayKey: randomBytes(32),
    expiresAt: EXPIRES_AT,
  }))
}

async function recordAll({ replay }: Storage, each: readonly SingleUse[]): Promise<Set<boolean>> {
  return new Set(await Promise.all(each.map((use) => replay.recordOnce(use))))
}

/** How many keys each row of the file has. */
function rowsIn(file: string): number[] {
  const database = new Database(file)
  const rows = database
    .prepare(`SELECT length(replay_keys) AS octets FROM ${TABLE} ORDER BY id`)
    .all()
  database.close()
  return (rows as { readonly octets: number }[]).map(({ octets }) => octets / 32)
}

suite('the keys of what was used', () => {
  test('fill one row after the other, whether they come alone or many at once', async (t) => {
    const file = await aFile(t)
    const storage = open(t, file)
    const all: SingleUse[] = []
    for (const count of [1, 1, 50, 300, KEYS_IN_ROW, 1]) {
      const some = uses(count)
      assert.deepEqual(await recordAll(storage, some), new Set([true]))
      all.push(...some)
    }
    assert.deepEqual(rowsIn(file), [
      KEYS_IN_ROW,
      KEYS_IN_ROW,
      KEYS_IN_ROW,
      all.length - 3 * KEYS_IN_ROW,
    ])
    assert.deepEqual(await recordAll(storage, all), new Set([false]))
    assert.deepEqual(await recordAll(open(t, file), all), new Set([false]))
  })

  test('that another process adds to a row that is known in part are known too', async (t) => {
    const file = await aFile(t)
    const one = open(t, file)
    const other = open(t, file)
    const all: SingleUse[] = []
    for (let turn = 0; turn < 20; turn++) {
      const some = uses(17)
      assert.deepEqual(await recordAll(turn % 2 === 0 ? one : other, some), new Set([true]))
      all.push(...some)
    }
    assert.deepEqual(rowsIn(file), [KEYS_IN_ROW, KEYS_IN_ROW, 340 - 2 * KEYS_IN_ROW])
    assert.deepEqual(await recordAll(one, all), new Set([false]))
    assert.deepEqual(await recordAll(other, all), new Set([false]))
  })

  test('of one transaction are told apart before they are in a row', async (t) => {
    const storage = open(t, await aFile(t))
    const [use] = uses(1) as [SingleUse]
    const later = { ...use, expiresAt: EXPIRES_AT + 3600 }
    const answers = await Promise.all(
      [use, later, use].map((each) => storage.replay.recordOnce(each)),
    )
    assert.deepEqual(answers, [true, false, false])
  })
})

suite('a row of what was used that can not be what was written', () => {
  const damages: Readonly<Record<string, string>> = {
    'is cut short': `UPDATE ${TABLE} SET replay_keys = substr(replay_keys, 1, 40) WHERE id = 3`,
    'is not full, while others come after it': `UPDATE ${TABLE} SET replay_keys = substr(replay_keys, 1, 3200) WHERE id = 1`,
    'is too long': `UPDATE ${TABLE} SET replay_keys = randomblob(3872) WHERE id = 3`,
    'is missing at the beginning': `DELETE FROM ${TABLE} WHERE id = 1`,
    'is missing in the middle': `DELETE FROM ${TABLE} WHERE id = 2`,
  }
  for (const [what, sql] of Object.entries(damages)) {
    test(`ends the start: it ${what}`, async (t) => {
      const file = await aFile(t)
      await recordAll(open(t, file), uses(3 * KEYS_IN_ROW - 7))
      const database = new Database(file)
      database.exec(sql)
      database.close()
      assert.throws(() => openSqliteStorage(new Database(file)), {
        code: 'ERR_STORAGE_UNAVAILABLE',
        message: /damaged and was left as it is; restore a backup/,
      })
    })
  }

  test('proves nothing when it is gone while the server runs', async (t) => {
    const file = await aFile(t)
    const storage = open(t, file)
    const [use] = uses(1) as [SingleUse]
    await recordAll(storage, [use])
    const database = new Database(file)
    t.after(() => database.close())
    database.exec(`DELETE FROM ${TABLE}`)
    await assert.rejects(storage.replay.recordOnce(use), { code: 'ERR_STORAGE_UNAVAILABLE' })
  })
})

test('a file of the version whose rows had one key each remembers what was used, and forgets what is over', async (t) => {
  const file = await aFile(t)
  const database = new Database(file)
  prepareFile(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(packReplayKeys)))
  const used = uses(3 * KEYS_IN_ROW + 7)
  database.exec(`
    CREATE TABLE ${TABLE} (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE replay_1 (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO replay_buckets (bucket, is_over) VALUES (${bucketOf(EXPIRES_AT)}, 0), (1, 1)`)
  for (const { replayKey } of used) {
    database.prepare(`INSERT INTO ${TABLE} SELECT ? WHERE ? IS NULL`).run(replayKey, null)
  }
  const storage = openSqliteStorage(database)
  t.after(() => storage.close())
  assert.deepEqual(rowsIn(file), [KEYS_IN_ROW, KEYS_IN_ROW, KEYS_IN_ROW, 7])
  assert.deepEqual(await recordAll(storage, used), new Set([false]))
  assert.deepEqual(await recordAll(storage, uses(1)), new Set([true]))
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE name GLOB 'replay_[0-9]*'")
    .all()
  assert.deepEqual(tables, [{ name: TABLE }])
})
