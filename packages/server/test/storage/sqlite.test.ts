import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import Database from 'libsql'
import { type AuditEntry, type SingleUse, type Storage, StorageError } from '@keygrant/server'
import {
  backUpSqlite,
  openSqliteStorage,
  type SqliteDatabase,
} from '@keygrant/server/storage/sqlite'
import { verifyAuditChain } from '../../src/audit-log.ts'
import { prepareFile } from '../../src/storage/sqlite-file.ts'
import type { AuditQuery } from '../../src/storage/ports.ts'
import { auditSelection } from '../../src/storage/rows.ts'
import { createSqliteUsage } from '../../src/storage/sqlite-usage.ts'
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/storage/sqlite-schema.ts'
import { NOW } from '../a-server.ts'
import { storageContract } from '../storage-contract.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

let file = ''
let client = (path: string): SqliteDatabase => new Database(path)

async function open(t: TestContext): Promise<Storage> {
  file = join(await temporaryDirectory(t), 'keygrant.db')
  return openAgain(t)
}

async function openAgain(t: TestContext): Promise<Storage> {
  const storage = openSqliteStorage(client(file))
  t.after(() => storage.close())
  return storage
}

storageContract('SQLite by libsql', { open, openAgain })

/** A name that the types of Node 20 do not know. */
const NODE_SQLITE: string = 'node:sqlite'

if (isBuiltin(NODE_SQLITE)) {
  const { DatabaseSync } = (await import(NODE_SQLITE)) as {
    readonly DatabaseSync: new (path: string) => SqliteDatabase
  }
  const byNode = (use: typeof open) => (t: TestContext) => {
    client = (path) => new DatabaseSync(path)
    t.after(() => {
      client = (path) => new Database(path)
    })
    return use(t)
  }
  storageContract('SQLite by Node', { open: byNode(open), openAgain: byNode(openAgain) })
} else {
  test('the contract with node:sqlite', { skip: 'this Node has no node:sqlite' })
}

function aUse(name: string) {
  const replayKey = new Uint8Array(32)
  replayKey.set(Buffer.from(name))
  return { replayKey, expiresAt: NOW + 60 }
}

function codeOf(act: () => unknown): [code: string, message: string] {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof StorageError)
    return [error.code, error.message]
  }
  return ['none', '']
}

suite('opening a file', () => {
  test('sets up durable writes, foreign keys and our application id', async (t) => {
    await open(t)
    const database = new Database(file)
    t.after(() => database.close())
    const pragma = (name: string): unknown =>
      (database.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>)[name]
    assert.equal(pragma('journal_mode'), 'wal')
    assert.equal(pragma('user_version'), SCHEMA_VERSION)
    assert.equal(pragma('application_id'), 0x4b474e54)
  })

  test('asks for a sync to disk with each commit', () => {
    const statements: string[] = []
    const database = new Database(':memory:')
    const spy: SqliteDatabase = {
      exec: (sql) => {
        statements.push(sql)
        return database.exec(sql)
      },
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
    }
    openSqliteStorage(spy)
    assert.ok(statements.includes('PRAGMA synchronous = FULL'))
    assert.ok(statements.includes('PRAGMA foreign_keys = ON'))
  })

  test('a file from a newer version is refused, and stays as it was', async (t) => {
    await (await open(t)).close()
    const database = new Database(file)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    database.close()
    const before = await readFile(file)
    const [code, message] = codeOf(() => openSqliteStorage(new Database(file)))
    assert.equal(code, 'ERR_STORAGE_SCHEMA')
    assert.match(message, new RegExp(`of version ${SCHEMA_VERSION + 1}.*up to ${SCHEMA_VERSION}`))
    assert.deepEqual(await readFile(file), before)
  })

  test('a file of an earlier version is copied before its tables change', async (t) => {
    const storage = await open(t)
    storage.audit.append({
      event: 'app.updated',
      outcome: 'SUCCESS',
      at: 0,
      requestId: 'before',
      detail: {},
    })
    await storage.close()
    const database = new Database(file)
    t.after(() => database.close())
    prepareFile(database, [...MIGRATIONS, 'DELETE FROM audit'])
    const count = (each: SqliteDatabase): unknown =>
      (each.prepare('SELECT count(*) AS n FROM audit').get() as { readonly n: number }).n
    assert.equal(count(database), 0)
    const copy = `${file}.version-${SCHEMA_VERSION}`
    assert.equal((await stat(copy)).mode & 0o777, 0o600)
    const kept = new Database(copy)
    t.after(() => kept.close())
    assert.equal(count(kept), 1)
    prepareFile(kept)
  })

  test('a migration that fails leaves the file at its version', async (t) => {
    await (await open(t)).close()
    const database = new Database(file)
    t.after(() => database.close())
    assert.throws(() => prepareFile(database, [...MIGRATIONS, 'CREATE TABLE half (x)', 'nonsense']))
    prepareFile(database)
    assert.equal(
      database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'half'").get(),
      undefined,
    )
  })

  test('a database of another program is refused', async (t) => {
    const other = join(await temporaryDirectory(t), 'other.db')
    const database = new Database(other)
    database.exec('CREATE TABLE theirs (x)')
    database.close()
    const [code, message] = codeOf(() => openSqliteStorage(new Database(other)))
    assert.equal(code, 'ERR_STORAGE_SCHEMA')
    assert.match(message, /another program/)
  })

  test('a file that is no database is refused as damaged', async (t) => {
    const other = join(await temporaryDirectory(t), 'text.db')
    await writeFile(other, 'this is not a database, and long enough to be looked at'.repeat(100))
    const [code, message] = codeOf(() => openSqliteStorage(new Database(other)))
    assert.equal(code, 'ERR_STORAGE_UNAVAILABLE')
    assert.match(message, /damaged.*restore a backup/)
  })

  test('a file with a damaged page is refused', async (t) => {
    const storage = await open(t)
    for (let index = 0; index < 2000; index++) {
      storage.audit.append({
        event: 'app.updated',
        outcome: 'SUCCESS',
        at: 0,
        requestId: `r${index}`,
        detail: {},
      })
    }
    await storage.close()
    const octets = await readFile(file)
    octets.fill(0xa5, 4096 * 20, 4096 * 30)
    await writeFile(file, octets)
    const [code, message] = codeOf(() => openSqliteStorage(new Database(file)))
    assert.equal(code, 'ERR_STORAGE_UNAVAILABLE')
    assert.match(message, /damaged/)
  })

  for (const [what, message, sentence] of [
    ['can not be written', 'attempt to write a readonly database', /can not be written/],
    ['is in use', 'database is locked', /locked by another process/],
    ['lies on a full disk', 'database or disk is full', /disk is full/],
  ] as const) {
    test(`a file that ${what} is refused with a sentence`, () => {
      const fails = (): never => {
        throw new Error(message)
      }
      const database: SqliteDatabase = { exec: fails, prepare: fails, close: () => undefined }
      const [code, said] = codeOf(() => openSqliteStorage(database))
      assert.equal(code, 'ERR_STORAGE_UNAVAILABLE')
      assert.match(said, sentence)
    })
  }
})

suite('a copy of a database', () => {
  const record = (storage: Storage, label: string): Promise<void> =>
    storage.records.change({ kind: 'setting', id: label, actorId: 'somebody' }, () => ({
      next: { kind: 'setting', id: label, content: {} },
      audit: [],
      answer: undefined,
    }))

  test('is whole, is for its owner alone, and opens as any other, while the server writes on', async (t) => {
    const storage = await open(t)
    await record(storage, 'before')
    const used = await storage.replay.recordOnce(aUse('x'))
    const copy = `${file}.copy`
    const own = client(file)
    backUpSqlite(own, copy)
    own.close()
    await record(storage, 'after')
    assert.equal((await stat(copy)).mode & 0o777, 0o600)
    const opened = openSqliteStorage(client(copy))
    t.after(() => opened.close())
    assert.deepEqual(
      (await opened.records.list('setting', { limit: 9 })).map(({ id }) => id),
      ['before'],
    )
    assert.deepEqual([used, await opened.replay.recordOnce(aUse('x'))], [true, false])
  })

  test('never replaces a file that is there', async (t) => {
    await open(t)
    const copy = `${file}.copy`
    await writeFile(copy, 'kept')
    const [code, message] = codeOf(() => backUpSqlite(client(file), copy))
    assert.equal(code, 'ERR_STORAGE_UNAVAILABLE')
    assert.match(message, /there already/)
    assert.equal(await readFile(copy, 'utf8'), 'kept')
  })

  test('is not made of a file that is damaged or of another program, and leaves nothing behind', async (t) => {
    await (await open(t)).close()
    const copy = `${file}.copy`
    await writeFile(file, Buffer.alloc(8192, 'no database'))
    assert.match(codeOf(() => backUpSqlite(client(file), copy))[1], /damaged/)
    await assert.rejects(stat(copy), { code: 'ENOENT' })
    const other = client(`${file}.other`)
    other.exec('CREATE TABLE theirs (x)')
    assert.equal(codeOf(() => backUpSqlite(other, copy))[0], 'ERR_STORAGE_SCHEMA')
    await assert.rejects(stat(copy), { code: 'ENOENT' })
  })
})

suite('a file that another process writes', () => {
  test('is waited for without holding up the event loop, and written then', async (t) => {
    const storage = await open(t)
    const other = client(file)
    other.exec('BEGIN IMMEDIATE')
    let isRecorded = false
    const recorded = storage.replay.recordOnce(aUse('x')).finally(() => {
      isRecorded = true
    })
    for (let turns = 0; turns < 20; turns++) await setTimeout(1)
    assert.equal(isRecorded, false)
    other.exec('COMMIT')
    other.close()
    assert.equal(await recorded, true)
  })

  test('for too long, gives no proof to anybody who waits', async (t) => {
    const storage = await open(t)
    const other = client(file)
    other.exec('BEGIN IMMEDIATE')
    const uses = ['x', 'y'].map((name) => storage.replay.recordOnce(aUse(name)))
    for (const { status } of await Promise.allSettled(uses)) assert.equal(status, 'rejected')
    assert.equal(await storage.replay.isRecorded(aUse('x')), false)
    other.exec('ROLLBACK')
    other.close()
    assert.equal(await storage.replay.recordOnce(aUse('x')), true)
  })
})

suite('a database that fails', () => {
  /** Fails as long as `fault` names the beginning of a statement. */
  async function failing(t: TestContext) {
    file = join(await temporaryDirectory(t), 'keygrant.db')
    const database = new Database(file)
    const state = { fault: '' }
    const fails = (sql: string): boolean => state.fault !== '' && sql.startsWith(state.fault)
    const full = (): never => {
      throw new Error('database or disk is full')
    }
    const storage = openSqliteStorage({
      exec: (sql) => (fails(sql) ? full() : database.exec(sql)),
      prepare: (sql) => {
        const statement = database.prepare(sql)
        return {
          run: (...values) => (fails(sql) ? full() : statement.run(...values)),
          get: (...values) => (fails(sql) ? full() : statement.get(...values)),
          all: (...values) => (fails(sql) ? full() : statement.all(...values)),
        }
      },
      close: () => database.close(),
    })
    t.after(() => storage.close())
    return { storage, state }
  }

  for (const fault of ['BEGIN', 'COMMIT']) {
    test(`at ${fault}: the use is not recorded, and works when the database does again`, async (t) => {
      const { storage, state } = await failing(t)
      state.fault = fault
      await assert.rejects(storage.replay.recordOnce(aUse('x')), {
        code: 'ERR_STORAGE_UNAVAILABLE',
      })
      state.fault = ''
      assert.equal(await storage.replay.recordOnce(aUse('x')), true)
    })
  }

  test('in one of the writes of a turn: none of them is taken for done', async (t) => {
    const { storage, state } = await failing(t)
    await storage.replay.recordOnce(aUse('x'))
    state.fault = 'INSERT OR REPLACE'
    const [use, change] = await Promise.allSettled([
      storage.replay.recordOnce(aUse('y')),
      storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => ({
        next: undefined,
        audit: [],
        answer: 'done',
      })),
    ])
    assert.deepEqual([use.status, change.status], ['rejected', 'rejected'])
    state.fault = ''
    assert.equal(await storage.replay.recordOnce(aUse('y')), true)
  })

  test('keeps the entries that were appended until it works again', async (t) => {
    const { storage, state } = await failing(t)
    state.fault = 'COMMIT'
    storage.audit.append({
      event: 'token.issued',
      outcome: 'SUCCESS',
      at: 0,
      requestId: 'r1',
      detail: {},
    })
    await assert.rejects(storage.audit.flush())
    state.fault = ''
    const [entry] = await storage.audit.read({ limit: 1, order: 'newest_first' })
    assert.equal(entry?.requestId, 'r1')
  })

  test('never says how it failed', async (t) => {
    const { storage, state } = await failing(t)
    state.fault = 'BEGIN'
    await assert.rejects(storage.replay.recordOnce(aUse('x')), (error: Error) => {
      assert.doesNotMatch(error.message, /disk|BEGIN|\//)
      return true
    })
  })
})

suite('entries of the audit log that are appended', () => {
  const anEntry = (requestId: string): AuditEntry => ({
    event: 'token.issued',
    outcome: 'SUCCESS',
    at: NOW * 1000,
    requestId,
    detail: {},
  })

  /** The IDs that another connection to the file finds. */
  function written(t: TestContext): () => string[] {
    const database = client(file)
    t.after(() => database.close())
    const select = database.prepare('SELECT request_id FROM audit ORDER BY id')
    return () => (select.all() as { request_id: string }[]).map((row) => row.request_id)
  }

  test('stand before the change that came after them', async (t) => {
    const { audit, records } = await open(t)
    audit.append(anEntry('token'))
    const subject = { kind: 'person', id: 'p', actorId: 'p' } as const
    await records.change(subject, () => ({
      next: { kind: 'person', id: 'p', content: {} },
      audit: [anEntry('change')],
      answer: undefined,
    }))
    assert.deepEqual(written(t)(), ['token', 'change'])
  })

  test('are not written with each use, but as soon as there are many', async (t) => {
    const { audit, replay } = await open(t)
    const ids = written(t)
    audit.append(anEntry('0'))
    await replay.recordOnce(aUse('first'))
    assert.deepEqual(ids(), [])
    for (let index = 1; index < 256; index++) audit.append(anEntry(String(index)))
    await replay.recordOnce(aUse('second'))
    assert.equal(ids().length, 256)
  })

  test('are written soon when nothing else is', async (t) => {
    const { audit } = await open(t)
    const ids = written(t)
    audit.append(anEntry('alone'))
    for (let tries = 0; ids().length === 0 && tries < 500; tries++) await setTimeout(10)
    assert.deepEqual(ids(), ['alone'])
  })
})

test('changes, refusals and the entries of an app are found in the log without a look at each token', () => {
  const database = new Database(':memory:')
  openSqliteStorage(database)
  const planOf = (query: Partial<AuditQuery>, chunk?: number): readonly unknown[] => {
    const { sql, values } = auditSelection(
      { ...query, order: 'newest_first', limit: 50 },
      () => '?',
      chunk === undefined ? [] : [['id >> 12 =', chunk]],
    )
    const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT * FROM audit ${sql}`)
    return (plan.all(...values) as { readonly detail: string }[]).map(({ detail }) => detail)
  }

  assert.deepEqual(planOf({ kind: 'changes' }), ['SCAN audit USING INDEX audit_changes'])
  assert.deepEqual(planOf({ kind: 'changes', clientId: 'c' }), [
    'SEARCH audit USING INDEX audit_changes_by_client (client_id=?)',
  ])
  assert.deepEqual(planOf({ kind: 'refusals' }), ['SCAN audit USING INDEX audit_refusals'])
  const conditions: readonly Partial<AuditQuery>[] = [
    {},
    { kind: 'refusals' },
    { kind: 'requests', since: 1 },
    { keyId: 'k', event: 'token.issued', since: 1, until: 2 },
    { actorId: 'a', outcome: 'DENY' },
  ]
  for (const each of conditions) {
    assert.deepEqual(planOf({ clientId: 'c', ...each }, 7), [
      'SEARCH audit USING INDEX audit_by_client (<expr>=? AND client_id=?)',
    ])
    assert.deepEqual(planOf({ clientId: 'c', after: 9, ...each }, 7), [
      'SEARCH audit USING INDEX audit_by_client (<expr>=? AND client_id=? AND rowid<?)',
    ])
  }
  database.close()
})

test('what no index leads to is looked for a part of the log at a time, which is found by its place', () => {
  const database = new Database(':memory:')
  openSqliteStorage(database)
  const planOf = (query: Partial<AuditQuery>, source: string): readonly unknown[] => {
    const { sql, values } = auditSelection(
      { ...query, order: 'newest_first', limit: 50 },
      () => '?',
      [
        ['id >=', 1024],
        ['id <', 2048],
      ],
    )
    const plan = database.prepare(`EXPLAIN QUERY PLAN SELECT * FROM audit ${source} ${sql}`)
    return (plan.all(...values) as { readonly detail: string }[]).map(({ detail }) => detail)
  }
  for (const query of [{ since: 1 }, { since: 1, until: 2 }, { actorId: 'a' }, { keyId: 'k' }]) {
    assert.deepEqual(planOf(query, 'NOT INDEXED'), [
      'SEARCH audit USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
    ])
    assert.deepEqual(planOf({ kind: 'refusals', ...query }, 'INDEXED BY audit_refusals'), [
      'SEARCH audit USING INDEX audit_refusals (id>? AND id<?)',
    ])
  }
  database.close()
})

test('entries are found by whatever is asked, in both orders and from any place, in a log of many parts', async (t) => {
  const { audit } = await open(t)
  const database = client(file)
  const rows = Array.from({ length: 9000 }, (_, index) => ({
    // Some places are empty, and a clock was set back.
    id: index * 2 + 1000,
    at: index < 6000 ? index : index - 3000,
    outcome: index % 50 === 0 ? 'DENY' : 'SUCCESS',
    actorId: index % 700 === 0 ? 'rare' : 'often',
    keyId: index % 900 === 1 ? 'k' : null,
  }))
  const insert = database.prepare(`
    INSERT INTO audit (id, at, event, outcome, request_id, actor_id, key_id, detail, hash)
    VALUES (?, ?, 'token.issued', ?, 'r', ?, ?, '{}', '')`)
  database.exec('BEGIN')
  for (const { id, at, outcome, actorId, keyId } of rows) {
    insert.run(id, at, outcome, actorId, keyId)
  }
  database.exec('COMMIT')
  database.close()

  const queries: readonly Partial<AuditQuery>[] = [
    {},
    { actorId: 'rare' },
    { actorId: 'nobody' },
    { keyId: 'k' },
    { outcome: 'DENY' },
    { kind: 'refusals' },
    { kind: 'refusals', actorId: 'rare' },
    { kind: 'refusals', since: 2000 },
    { since: 5500 },
    { since: 5900 },
    { until: 3000 },
    { since: 3100, until: 3200 },
    { since: 2000, until: 5990, actorId: 'rare' },
    { since: 5990, actorId: 'rare' },
    { since: 99_999 },
  ]
  for (const query of queries) {
    const { actorId, keyId, outcome, kind, since = 0, until = Number.POSITIVE_INFINITY } = query
    const matching = rows.filter(
      (row) =>
        row.at >= since &&
        row.at < until &&
        (actorId === undefined || row.actorId === actorId) &&
        (keyId === undefined || row.keyId === keyId) &&
        (outcome === undefined || row.outcome === outcome) &&
        (kind === undefined || row.outcome !== 'SUCCESS'),
    )
    for (const order of ['newest_first', 'oldest_first'] as const) {
      const ordered = order === 'newest_first' ? matching.toReversed() : matching
      for (const after of [undefined, 999, 5001, 12_000, 99_999]) {
        const expected = ordered
          .filter(
            ({ id }) => after === undefined || (order === 'newest_first' ? id < after : id > after),
          )
          .map(({ id }) => id)
        for (const limit of [7, 20_000]) {
          const found = await audit.read({ ...query, order, limit, after })
          const what = JSON.stringify({ ...query, order, after, limit })
          assert.deepEqual(
            found.map(({ id }) => id),
            expected.slice(0, limit),
            what,
          )
        }
      }
    }
  }
})

test('entries of an app are found in a log of many chunks, in both orders and from any place', async (t) => {
  const { audit } = await open(t)
  const database = client(file)
  const insert = database.prepare(`
    INSERT INTO audit (id, at, event, outcome, request_id, client_id, detail, hash)
    VALUES (?, 0, 'token.issued', 'SUCCESS', 'r', ?, '{}', '')`)
  const ids = [4095, 4096, 4097, 9000, 20_480, 20_481]
  for (const id of ids) insert.run(id, 'a')
  for (const id of [2, 5000, 30_000]) insert.run(id, 'b')
  database.close()
  const found = async (query: Partial<AuditQuery>): Promise<readonly number[]> =>
    (await audit.read({ clientId: 'a', order: 'oldest_first', limit: 100, ...query })).map(
      ({ id }) => id,
    )

  assert.deepEqual(await found({}), ids)
  assert.deepEqual(await found({ limit: 3 }), ids.slice(0, 3))
  assert.deepEqual(await found({ order: 'newest_first' }), ids.toReversed())
  for (const [index, after] of ids.entries()) {
    assert.deepEqual(await found({ after }), ids.slice(index + 1))
    const before = ids.slice(0, index).toReversed()
    assert.deepEqual(await found({ after, order: 'newest_first' }), before)
    assert.deepEqual(await found({ after, order: 'newest_first', limit: 1 }), before.slice(0, 1))
  }
  assert.deepEqual(await found({ after: 99_999, order: 'newest_first' }), ids.toReversed())
  assert.deepEqual(await found({ after: 99_999 }), [])
  assert.deepEqual(await found({ after: 0, order: 'newest_first' }), [])
  assert.deepEqual(await found({ clientId: 'nobody' }), [])
})

test('counts of keys by the hour, of a file from before they stood by the day, are kept', (t) => {
  const database = new Database(':memory:')
  t.after(() => database.close())
  const DAILY = 4
  prepareFile(database, MIGRATIONS.slice(0, DAILY))
  const hour = Math.floor((NOW * 1000) / 3_600_000)
  const insert = database.prepare('INSERT INTO key_usage VALUES (?, ?, ?, ?, ?)')
  const rows = [0, 1, 24, 25, 700].flatMap((back) => [
    ['a', 'k1', hour - back, back + 1, NOW * 1000 - back],
    ['a', 'k2', hour - back, 2 * back + 1, NOW * 1000 - back],
    ['b', 'k1', hour - back, 9, NOW * 1000],
  ]) as [string, string, number, number, number][]
  for (const row of rows) insert.run(...row)
  prepareFile(database)
  const usage = createSqliteUsage(database)
  for (const clientId of ['a', 'b']) {
    const own = rows.filter(([id]) => id === clientId)
    assert.deepEqual(
      usage.read(clientId).map(({ keyId, hour: at, count }) => [keyId, at, count]),
      own.map(([, keyId, at, count]) => [keyId, at, count]),
    )
  }
  assert.equal(usage.read('a')[0]?.lastUsed, NOW * 1000)
})

test('uses of a few turns of the event loop, one after the other, share one transaction', async (t) => {
  let commits = 0
  const path = join(await temporaryDirectory(t), 'keygrant.db')
  const database: SqliteDatabase = client(path)
  const storage = openSqliteStorage({
    exec(sql) {
      if (sql === 'COMMIT') commits++
      return database.exec(sql)
    },
    prepare: (sql) => database.prepare(sql),
    close: () => database.close(),
  })
  t.after(() => storage.close())
  await storage.replay.recordOnce(aUse('x'))
  commits = 0
  const uses: Promise<boolean>[] = []
  for (let turn = 0; turn < 4; turn++) {
    uses.push(
      storage.replay.recordOnce(aUse(`a${turn}`)),
      storage.replay.recordOnce(aUse(`b${turn}`)),
    )
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(new Set(await Promise.all(uses)), new Set([true]))
  assert.equal(commits, 1)
})

test('a bucket of many rows is dropped in slices, between which others have their turn', async (t) => {
  const storage = await open(t)
  const uses = Array.from({ length: 12_000 }, (_, index) => aUse(`use ${index}`))
  await Promise.all(uses.map((use) => storage.replay.recordOnce(use)))
  const dropped = storage.maintain((NOW + 7200) * 1000).then(() => 'dropped')
  const other = storage.replay.recordOnce({ ...aUse('x'), expiresAt: NOW + 7200 })
  assert.equal(await Promise.race([dropped, other]), true)
  await dropped
  const database = new Database(file)
  t.after(() => database.close())
  const left = database.prepare('SELECT is_over FROM replay_buckets').all()
  assert.deepEqual(left, [{ is_over: 0 }])
})

test('two connections that write in turn see the buckets and the end of the log that the other left', async (t) => {
  const one = await open(t)
  const other = await openAgain(t)
  const entry = (requestId: string): AuditEntry => ({
    event: 'token.issued',
    outcome: 'SUCCESS',
    at: NOW * 1000,
    requestId,
    detail: {},
  })
  const record = (storage: Storage, use: SingleUse): Promise<boolean> => {
    storage.audit.append(entry(String(use.expiresAt)))
    return storage.replay.recordOnce(use)
  }
  const later = { ...aUse('x'), expiresAt: NOW + 7200 }
  assert.equal(await record(one, aUse('x')), true)
  assert.equal(await record(other, later), false)
  assert.equal(await record(other, { ...aUse('y'), expiresAt: NOW + 7200 }), true)
  assert.equal(await record(one, { ...aUse('y'), expiresAt: NOW + 300 }), false)
  await one.maintain((NOW + 7200) * 1000)
  await assert.rejects(record(one, aUse('z')), { code: 'ERR_STORAGE_UNAVAILABLE' })
  await assert.rejects(record(other, aUse('z')), { code: 'ERR_STORAGE_UNAVAILABLE' })
  await one.audit.flush()
  await other.audit.flush()
  const { isWhole, count } = await verifyAuditChain(one.audit)
  assert.deepEqual({ isWhole, count }, { isWhole: true, count: 6 })
})

test('a process that missed more changes than are kept takes everything for changed', async (t) => {
  const storage = await open(t)
  const heard: unknown[] = []
  const database = new Database(file)
  t.after(() => database.close())
  const id = database.prepare("INSERT INTO changes (id) VALUES ('a')")
  for (let index = 0; index < 3; index++) id.run()
  database.exec('DELETE FROM changes WHERE place < 3')
  t.after(storage.onChange((change) => heard.push(change)))
  await storage.replay.recordOnce(aUse('x'))
  assert.deepEqual(heard, [{ what: 'anything' }])
})
