import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, open, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import Database from 'libsql'
import pg from 'pg'
import { openPostgresStorage } from '@keygrant/server/storage/postgres'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { aPool, aPostgres } from '../a-postgres.ts'
import { NO_POSTGRES, startPostgres } from '../postgres-cluster.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { IS_LONG, type Node, STORES } from './fleet.ts'
import type { StoreOrder } from './node.ts'
import { aWorld, type World } from './world.ts'

const BROKEN_MS = IS_LONG ? 30_000 : 500
const LOCKED_MS = IS_LONG ? 10_000 : 4000
const REQUESTS = 40
/** Uses that are recorded at a time, and those that have their answer before the primary is gone. */
const SENDERS = 8
const ANSWERED = 200

/** Sends good requests to every server until they all answer again; the judge says when that took too long. */
async function untilWell(world: World): Promise<void> {
  const deadline = performance.now() + 10_000
  for (const node of world.fleet.nodes) {
    while ((await world.send({ node })).status !== 200) {
      assert.ok(performance.now() < deadline, 'the servers did not recover')
      await setTimeout(100)
    }
  }
}

/** Keeps everybody from writing, as a database does that has become very slow. */
async function lockOut(store: StoreOrder, work: () => Promise<void>): Promise<void> {
  if (store.kind === 'sqlite') {
    const other = new Database(store.file)
    other.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE')
    await work()
    other.exec('ROLLBACK')
    other.close()
    return
  }
  const other = new pg.Client(store.url)
  await other.connect()
  await other.query('BEGIN; LOCK TABLE keygrant.replay IN ACCESS EXCLUSIVE MODE')
  await work()
  await other.end()
}

for (const { name, kind, skip } of STORES) {
  suite(`a database that fails, on ${name}`, { skip }, () => {
    test('costs answers, and nothing else', async (t) => {
      const world = await aWorld(t, kind, { connections: 4 })
      const { fleet } = world

      await t.test(
        '[FT-07] [FT-10] that can not be read or written gets 503 and no token',
        async () => {
          await world.underLoad(async () => {
            for (const writeFailure of ['disk I/O error', 'attempt to write a readonly database']) {
              await Promise.all(fleet.nodes.map((node) => node.behave({ writeFailure })))
              await setTimeout(BROKEN_MS)
              for (const node of fleet.nodes) {
                assert.equal((await world.send({ node })).status, 503)
                assert.equal((await world.makeApp(node)).isAcknowledged, false)
              }
            }
            await Promise.all(fleet.nodes.map((node) => node.behave({ writeFailure: undefined })))
            await untilWell(world)
          })
          await world.judge()
        },
      )

      await t.test(
        '[FT-08] that is too slow, with every connection waiting for it, is given up after a deadline, while the servers go on',
        async (test8) => {
          const [node] = fleet.nodes as [Node]
          await world.underLoad(async () => {
            await node.longestTurnMs()
            await lockOut(fleet.store, async () => {
              const isLocked = setTimeout(LOCKED_MS)
              const sent = Array.from({ length: REQUESTS }, () => world.send({ node }))
              const metadata = await node.call('GET', '/.well-known/oauth-authorization-server')
              assert.equal(metadata.status, 200)
              const statuses = new Set((await Promise.all(sent)).map(({ status }) => status))
              assert.deepEqual(statuses, new Set([503]))
              await isLocked
            })
            test8.diagnostic(`the longest turn took ${(await node.longestTurnMs()).toFixed(0)} ms`)
            await untilWell(world)
          })
          await world.judge()
        },
      )

      if (kind === 'postgres') {
        await t.test(
          '[FT-03] [FT-12] that is killed and starts again, proves what was recorded before',
          async () => {
            const postgres = await aPostgres()
            const before = await world.send()
            await world.underLoad(async () => {
              await setTimeout(200)
              await postgres.stop('kill')
              await setTimeout(BROKEN_MS)
              for (const node of fleet.nodes) assert.equal((await world.send({ node })).status, 503)
              await postgres.start()
              await untilWell(world)
            })
            assert.equal((await world.replay(before)).status, 401)
            await world.judge()
          },
        )
      }
    })
  })
}

const use = (id: number) => {
  const replayKey = new Uint8Array(32)
  replayKey[0] = id
  return { replayKey, expiresAt: Math.floor(Date.now() / 1000) + 60 }
}

test('[FT-04] an SQLite file that is cut off behind what was answered still proves it', async (t) => {
  const folder = await temporaryDirectory(t)
  const file = join(folder, 'keygrant.db')
  const storage = openSqliteStorage(new Database(file))
  t.after(() => storage.close())
  const sizes: number[] = []
  for (let id = 0; id < 20; id++) {
    assert.equal(await storage.replay.recordOnce(use(id)), true)
    sizes.push((await stat(`${file}-wal`)).size)
  }
  for (const [id, size] of sizes.entries()) {
    const copy = join(folder, `copy-${id}.db`)
    await copyFile(file, copy)
    await copyFile(`${file}-wal`, `${copy}-wal`)
    // What comes after the answer was perhaps never written; a torn frame follows.
    await truncate(`${copy}-wal`, size)
    const log = await open(`${copy}-wal`, 'a')
    await log.write(Buffer.alloc(1000, 0xa5))
    await log.close()
    const restarted = openSqliteStorage(new Database(copy))
    assert.equal(await restarted.replay.recordOnce(use(id)), false)
    await restarted.close()
  }
})

suite('[FT-04] [FT-11] PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('is refused when it does not sync, and is made to when the role would not wait for it', async () => {
    const url = await (await aPostgres()).database()
    const administer = async (...statements: readonly string[]): Promise<void> => {
      const client = new pg.Client(url)
      await client.connect()
      for (const statement of statements) await client.query(statement)
      await client.end()
    }
    await administer('ALTER SYSTEM SET fsync = off', 'SELECT pg_reload_conf()')
    await setTimeout(300)
    await assert.rejects(openPostgresStorage(aPool(url)), { message: /fsync/ })
    await administer(
      'ALTER SYSTEM RESET fsync',
      'SELECT pg_reload_conf()',
      'ALTER ROLE keygrant SET synchronous_commit = off',
    )
    await setTimeout(300)
    const pool = aPool(url, 2)
    const storage = await openPostgresStorage(pool)
    const { rows } = await pool.query('SHOW synchronous_commit')
    await administer('ALTER ROLE keygrant RESET synchronous_commit')
    await storage.close()
    assert.deepEqual(rows, [{ synchronous_commit: 'on' }])
  })

  test('[FT-09] is refused as a standby, which may lack what the primary answered', async () => {
    const postgres = await aPostgres()
    const url = await postgres.database()
    const signal = join(postgres.directory, 'data/standby.signal')
    await postgres.stop()
    await writeFile(signal, '')
    await postgres.start()
    await assert.rejects(openPostgresStorage(aPool(url)), { message: /standby/ })
    await postgres.stop()
    await rm(signal)
    await postgres.start()
  })
})

test(
  '[FT-09] a synchronous standby that takes over proves everything that the primary answered before it was gone',
  { skip: NO_POSTGRES },
  async (t) => {
    const primary = await startPostgres()
    t.after(() => primary.remove())
    const url = await primary.database()
    const storage = await openPostgresStorage(aPool(url))
    t.after(() => storage.close())
    const standby = await primary.startStandby()
    t.after(() => standby.remove())
    const answered: ReturnType<typeof use>[] = []
    // Until there is no answer.
    const sender = async (_: unknown, id: number): Promise<void> => {
      for (let count = 0; ; count++) {
        const mine = use(id)
        new DataView(mine.replayKey.buffer).setUint32(4, count)
        // What is not answered may be recorded or not.
        const isFirst = await storage.replay.recordOnce(mine).catch(() => undefined)
        assert.notEqual(isFirst, false)
        if (isFirst === true) answered.push(mine)
        if (isFirst === undefined) return
      }
    }
    const senders = Array.from({ length: SENDERS }, sender)
    while (answered.length < ANSWERED) await setTimeout(10)
    await primary.stop('kill')
    await Promise.all(senders)

    const successor = await openPostgresStorage(aPool(await standby.takeOver(url)))
    t.after(() => successor.close())
    for (const each of answered) assert.equal(await successor.replay.recordOnce(each), false)
    assert.equal(await successor.replay.recordOnce(use(255)), true)
  },
)

/** Mounts a small disk, where that is allowed. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('[FT-06] a disk that is full gives no token, and the file is whole when there is room again', async (t) => {
  const disk = await temporaryDirectory(t)
  if (!mountSmallDisk(disk)) return t.skip('this user may not mount a small disk')
  // The servers of the inner test are gone before the disk is.
  await t.test('on a disk of 3 MB', (inner) => fillDisk(inner, disk))
  // The client of the database lets its files go when it likes.
  execFileSync('umount', ['-l', disk])
})

async function fillDisk(t: TestContext, disk: string): Promise<void> {
  const file = join(disk, 'keygrant.db')
  const world = await aWorld(t, 'sqlite', { store: { kind: 'sqlite', file } })
  const filler = await open(join(disk, 'filler'), 'w')
  t.after(() => filler.close())
  await world.underLoad(async () => {
    for (let isFull = false; !isFull;) {
      const written = await filler.write(Buffer.alloc(4096)).catch(() => undefined)
      isFull = written === undefined
    }
    // What SQLite has room for in the pages of its log still goes.
    const deadline = performance.now() + 20_000
    while ((await world.send()).status !== 503) {
      assert.ok(performance.now() < deadline, 'the disk never became full')
    }
    await setTimeout(BROKEN_MS)
    await filler.truncate(0)
    await untilWell(world)
  })
  await world.judge()
  const check = new Database(file)
  assert.deepEqual(check.prepare('PRAGMA integrity_check').all(), [{ integrity_check: 'ok' }])
  check.close()
}

test('a file that was damaged while nobody looked ends the start with a sentence', async (t) => {
  const world = await aWorld(t, 'sqlite')
  const { store, nodes } = world.fleet
  assert.ok(store.kind === 'sqlite')
  await world.fleet.storage.close()
  await Promise.all(nodes.map((node) => node.kill()))
  const file = await open(store.file, 'r+')
  const { size } = await file.stat()
  for (let page = 4096; page < size; page += 4096)
    await file.write(Buffer.alloc(512, 0xa5), 0, 512, page)
  await file.close()
  await assert.rejects(world.fleet.start(), /damaged and was left as it is; restore a backup/)
})
