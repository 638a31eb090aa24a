import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import type { SingleUse, Storage } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { CLOCK_STEP_MARGIN_SECONDS } from '../../src/storage/replay.ts'
import { prepareFile } from '../../src/storage/sqlite-file.ts'
import { packReplayKeys, shortenBuckets } from '../../src/storage/sqlite-replay-migrations.ts'
import { BUCKETS, KEYS_IN_ROW, replayTable } from '../../src/storage/sqlite-replay.ts'
import { MIGRATIONS } from '../../src/storage/sqlite-schema.ts'
import { NOW } from '../a-server.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const EXPIRES_AT = NOW + 60
const TABLE = `replay_${BUCKETS.of(EXPIRES_AT)}`

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
function rowsIn(file: string, table = TABLE): number[] {
  const database = new Database(file)
  const rows = database
    .prepare(`SELECT length(replay_keys) AS octets FROM ${table} ORDER BY id`)
    .all()
  database.close()
  return (rows as { readonly octets: number }[]).map(({ octets }) => octets / 32)
}

/** The tables of the file's buckets. */
function tablesIn(file: string): string[] {
  const database = new Database(file)
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE name GLOB 'replay_[0-9]*' ORDER BY name")
    .all()
  database.close()
  return (tables as { readonly name: string }[]).map(({ name }) => name)
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

test('what was used is forgotten ten minutes at a time', async (t) => {
  const file = await aFile(t)
  const storage = open(t, file)
  const later = { replayKey: randomBytes(32), expiresAt: EXPIRES_AT + 600 }
  await recordAll(storage, [...uses(3), later])
  const end = BUCKETS.end(BUCKETS.of(EXPIRES_AT)) + CLOCK_STEP_MARGIN_SECONDS
  await storage.maintain((end - 1) * 1000)
  assert.deepEqual(tablesIn(file), [TABLE, `replay_${BUCKETS.of(later.expiresAt)}`])
  await storage.maintain(end * 1000)
  assert.deepEqual(tablesIn(file), [`replay_${BUCKETS.of(later.expiresAt)}`])
  assert.equal(await storage.replay.recordOnce(later), false)
})

suite('a file of an earlier version', () => {
  const HOUR = Math.floor(EXPIRES_AT / 3600)
  const LAST_OF_HOUR = `replay_${6 * HOUR + 5}`

  test('whose rows had one key each remembers what was used, and forgets what is over', async (t) => {
    const file = await aFile(t)
    const database = new Database(file)
    prepareFile(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(packReplayKeys)))
    const used = uses(3 * KEYS_IN_ROW + 7)
    database.exec(`
      CREATE TABLE replay_${HOUR} (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
      CREATE TABLE replay_1 (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
      INSERT INTO replay_buckets (bucket, is_over) VALUES (${HOUR}, 0), (1, 1)`)
    for (const { replayKey } of used) {
      database.prepare(`INSERT INTO replay_${HOUR} SELECT ? WHERE ? IS NULL`).run(replayKey, null)
    }
    const storage = openSqliteStorage(database)
    t.after(() => storage.close())
    assert.deepEqual(tablesIn(file), [LAST_OF_HOUR])
    assert.deepEqual(rowsIn(file, LAST_OF_HOUR), [KEYS_IN_ROW, KEYS_IN_ROW, KEYS_IN_ROW, 7])
    assert.deepEqual(await recordAll(storage, used), new Set([false]))
    assert.deepEqual(await recordAll(storage, uses(1)), new Set([true]))
  })

  test('whose buckets were hours remembers what was used until the hour is over', async (t) => {
    const file = await aFile(t)
    const database = new Database(file)
    prepareFile(database, MIGRATIONS.slice(0, MIGRATIONS.indexOf(shortenBuckets)))
    const overHour = HOUR - 2
    const used = uses(KEYS_IN_ROW)
    database.exec(`
      ${replayTable(HOUR)}; ${replayTable(HOUR + 1)}; ${replayTable(overHour)};
      INSERT INTO replay_buckets (bucket, is_over) VALUES (${HOUR}, 0), (${HOUR + 1}, 0), (${overHour}, 1)`)
    const keys = Buffer.concat(used.map(({ replayKey }) => replayKey))
    database.prepare(`INSERT INTO replay_${HOUR} SELECT 1, ? WHERE ? IS NULL`).run(keys, null)
    const storage = openSqliteStorage(database)
    t.after(() => storage.close())
    assert.deepEqual(await recordAll(storage, used), new Set([false]))
    const end = (HOUR + 1) * 3600 + CLOCK_STEP_MARGIN_SECONDS
    await storage.maintain((end - 1) * 1000)
    assert.deepEqual(tablesIn(file), [LAST_OF_HOUR, `replay_${6 * HOUR + 11}`])
    assert.deepEqual(await recordAll(storage, used), new Set([false]))
    await storage.maintain(end * 1000)
    assert.deepEqual(tablesIn(file), [`replay_${6 * HOUR + 11}`])
  })
})
