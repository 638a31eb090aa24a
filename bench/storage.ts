/**
 * What the stores bear: proofs of single use, and a store that has grown beside one that has not. The
 * servers have one core and the load another. `npm run bench:storage`
 * @module
 */

import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import { generateSigningKeys, type ServiceApp, type Storage } from '@keygrant/server'
import { openPostgresStorage, POSTGRES_CONNECTIONS } from '@keygrant/server/storage/postgres'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import Database from 'libsql'
import pg from 'pg'
import { REPLAY_KEY_OCTETS } from '../packages/server/src/storage/replay.ts'
import { BUCKETS, KEYS_IN_ROW, replayTable } from '../packages/server/src/storage/sqlite-replay.ts'
import { NO_POSTGRES, startPostgres } from '../packages/server/test/postgres-cluster.ts'
import { pin } from '../packages/server/test/pin.ts'
import { buildProgram } from '../packages/server/test/program.ts'
import { openLoad, tokenForm } from './load.ts'
import { nextMessage, quartiles, spentBy } from './spent.ts'

const APPS = 100_000
const REPLAY_ROWS = 5_000_000
/** Rows of a bucket that is over when the server starts, which then drops it. */
const OVER_ROWS = 500_000
/** Keys that the apps share, so that making them takes no longer than measuring. */
const KEYS = 500
const IN_FLIGHT = 64
const ROUNDS = 6
/** As many that a collection of garbage is no more to a round than its share. */
const TOKENS_A_ROUND = 4000
/** Until a server's runtime has compiled what is used. */
const WARM_UP = 6000
/** Apps that ask often, each of which is in memory after some hours. */
const OFTEN = 10_000
/** Until a server that has them has its place for others. */
const FILL = 12_000
const PROOFS_IN_FLIGHT = 64
const PROOFS = 100_000
const SLICES = 5
const ISSUER = 'http://127.0.0.1:8400'
const SCOPE = 'okta.apps.read'
const SERVER_CORE = '0'
const LOAD_CORE = '1'
const HOUR_SECONDS = 3600
/** A server that used a hundredth of a processor for so long has nothing to do. */
const IDLE_MS = 2000

interface Server {
  readonly child: ChildProcess
  readonly tokenEndpoint: string
  readonly readyMs: number
}

const keys = await Promise.all(
  Array.from({ length: KEYS }, () => generateKey({ kty: 'EC', crv: 'P-256' })),
)
const signingKeys = JSON.stringify((await generateSigningKeys()).privateJwkSet)
const folder = await mkdtemp(join(tmpdir(), 'keygrant-bench-'))
// In one file, as it is installed: compiling it is not what is measured.
const program = await buildProgram(fileURLToPath(new URL('storage-server.ts', import.meta.url)))
const children: ChildProcess[] = []
const postgres = NO_POSTGRES === false ? await startPostgres() : undefined
try {
  const url = await postgres?.database()
  console.log(`\nProofs of single use, ${PROOFS_IN_FLIGHT} in flight, best of ${SLICES} slices`)
  await proofs(
    'SQLite, synchronous=FULL',
    openSqliteStorage(new Database(join(folder, 'proofs.db'))),
  )
  if (url === undefined) console.log(`PostgreSQL: ${String(NO_POSTGRES)}`)
  else await proofs('PostgreSQL, synchronous_commit=on', await openPostgres(url))
  await dropping()
  await growth()
  if (url !== undefined) await twoNodes(url)
} finally {
  for (const child of children) child.kill()
  await postgres?.remove()
  await rm(folder, { recursive: true, force: true })
}

function openPostgres(url: string): Promise<Storage> {
  return openPostgresStorage(new pg.Pool({ connectionString: url, max: POSTGRES_CONNECTIONS }))
}

async function proofs(name: string, storage: Storage): Promise<void> {
  const expiresAt = Math.floor(Date.now() / 1000) + 300
  let best = 0
  let cpu = Number.POSITIVE_INFINITY
  for (let slice = 0; slice < SLICES; slice++) {
    let left = PROOFS / SLICES
    const began = performance.now()
    const cpuBefore = process.cpuUsage()
    const sender = async (): Promise<void> => {
      while (left-- > 0) {
        if (
          !(await storage.replay.recordOnce({
            replayKey: randomBytes(REPLAY_KEY_OCTETS),
            expiresAt,
          }))
        )
          throw new Error(name)
      }
    }
    await Promise.all(Array.from({ length: PROOFS_IN_FLIGHT }, sender))
    const { user, system } = process.cpuUsage(cpuBefore)
    best = Math.max(best, (PROOFS / SLICES / (performance.now() - began)) * 1000)
    cpu = Math.min(cpu, (user + system) / (PROOFS / SLICES))
  }
  await storage.close()
  console.log(
    `  ${name.padEnd(36)}${Math.round(best)}/s, ${cpu.toFixed(1)} us of this process's CPU each`,
  )
}

/** A store with everything in it beside one with a single app. */
async function growth(): Promise<void> {
  const small = join(folder, 'small.db')
  const large = join(folder, 'large.db')
  // A server counts uses for some seconds before it writes them: each kind of load has a server of its own.
  const hotLarge = join(folder, 'hot-large.db')
  const otherLarge = join(folder, 'other-large.db')
  fill(small, 1, 0, 0)
  fill(large, APPS, REPLAY_ROWS, 0)
  await copyFile(large, hotLarge)
  await copyFile(large, otherLarge)
  pin(process.pid, LOAD_CORE)
  const one = await start(small)
  const hot = await start(hotLarge)
  const many = await start(large)
  const equal = await start(otherLarge)
  for (const each of [hot, many, equal]) await untilIdle(each)
  await warm(one, WARM_UP, () => 0)
  await warm(hot, WARM_UP, () => 0)
  await warm(many, 2 * OFTEN, oftenLast())
  await warm(many, FILL, zipf)
  await warm(equal, 2 * OFTEN + FILL, uniform)
  const [base = 0, same = 0, skewed = 0, even = 0] = await measureInTurn([
    { servers: [one], pick: () => 0 },
    { servers: [hot], pick: () => 0 },
    { servers: [many], pick: zipf },
    { servers: [equal], pick: uniform },
  ])
  const resident = await Promise.all([many, equal].map(({ child }) => spentBy(child)))
  hot.child.kill()
  equal.child.kill()
  console.log(`\nA store of ${APPS} apps and ${REPLAY_ROWS} live replay rows beside one of one app`)
  console.log(`  CPU of a token, one app                 ${base.toFixed(0)} us`)
  console.log(
    `  that app on the large store             ${same.toFixed(0)} us: ${percent(base, same)} of the tokens a second`,
  )
  console.log(
    `  apps asked for as they are in practice  ${skewed.toFixed(0)} us: ${percent(base, skewed)} of the tokens a second`,
  )
  console.log(
    `  every app as often as any other         ${even.toFixed(0)} us: ${percent(base, even)} of the tokens a second`,
  )
  console.log(
    `  resident memory                         ${resident.map(({ rssMb }) => rssMb.toFixed(0)).join(' and ')} MB`,
  )
  console.log(
    `  from the start of Node to ready         ${many.readyMs.toFixed(0)} ms (one app: ${one.readyMs.toFixed(0)} ms)`,
  )

  const second = await start(small)
  await warm(second, WARM_UP, () => 0)
  const [single = 0, double = 0] = await measureInTurn([
    { servers: [one], pick: () => 0 },
    { servers: [one, second], pick: () => 0 },
  ])
  console.log(
    `\nTwo processes on one SQLite file: ${double.toFixed(0)} us of CPU for a token, one alone ${single.toFixed(0)} us`,
  )
  console.log(
    `  with a core each they give ${((2 * single) / double).toFixed(2)} times the tokens of one`,
  )
}

async function warm({ tokenEndpoint }: Server, tokens: number, pick: () => number): Promise<void> {
  const load = await openLoad([tokenEndpoint], IN_FLIGHT)
  for (let sent = 0; sent < tokens; sent += 1000) await load.send(await forms(1000, pick))
  load.close()
}

/** What a server does at its start, such as looking for keys that end, is over. */
async function untilIdle({ child }: Server): Promise<void> {
  for (let before = await spentBy(child); ;) {
    await setTimeout(IDLE_MS)
    const now = await spentBy(child)
    if (now.cpu - before.cpu < IDLE_MS * 10) return
    before = now
  }
}

/** The CPU of a token on PostgreSQL; the database's own is not in it. */
async function twoNodes(url: string): Promise<void> {
  const storage = await openPostgres(url)
  const app = anApp(0)
  const { clientId } = app
  await storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
    next: app,
    audit: [],
    answer: undefined,
  }))
  await storage.close()
  const sqlite = await start(join(folder, 'small.db'))
  const nodes = [await start(url), await start(url)]
  for (const server of [sqlite, ...nodes]) await warm(server, WARM_UP, () => 0)
  const [embedded = 0, one = 0, two = 0] = await measureInTurn([
    { servers: [sqlite], pick: () => 0 },
    { servers: nodes.slice(0, 1), pick: () => 0 },
    { servers: nodes, pick: () => 0 },
  ])
  console.log(
    `\nOn PostgreSQL: ${one.toFixed(0)} us of a node's CPU for a token, ${two.toFixed(0)} us with two nodes; on SQLite ${embedded.toFixed(0)} us`,
  )
}

interface Contender {
  readonly servers: readonly Server[]
  readonly pick: () => number
}

/** The round in the middle of each, in turn, in microseconds of CPU for each token. */
async function measureInTurn(contenders: readonly Contender[]): Promise<readonly number[]> {
  const rounds = contenders.map((): number[] => [])
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, { servers, pick }] of contenders.entries()) {
      const made = await forms(TOKENS_A_ROUND, pick)
      const load = await openLoad(
        servers.map(({ tokenEndpoint }) => tokenEndpoint),
        IN_FLIGHT,
      )
      const spent = async (): Promise<number> => {
        const each = await Promise.all(servers.map(({ child }) => spentBy(child)))
        return each.reduce((sum, { cpu }) => sum + cpu, 0)
      }
      const before = await spent()
      await load.send(made)
      const each = ((await spent()) - before) / made.length
      load.close()
      // The first round warms up.
      if (round > 0) rounds[index]?.push(each)
    }
  }
  return rounds.map((each) => quartiles(each)[1])
}

function percent(base: number, now: number): string {
  return `${((base / now) * 100).toFixed(0)} %`
}

async function start(store: string): Promise<Server> {
  const began = performance.now()
  const child = fork(program, [ISSUER, signingKeys, store], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.push(child)
  const { tokenEndpoint } = (await nextMessage(child)) as Pick<Server, 'tokenEndpoint'>
  const readyMs = performance.now() - began
  pin(child.pid as number, SERVER_CORE)
  return { child, tokenEndpoint, readyMs }
}

/** What other requests wait for while a bucket that is over is dropped, and while nothing is. */
async function dropping(): Promise<void> {
  const file = join(folder, 'dropping.db')
  fill(file, 1, 0, OVER_ROWS)
  const storage = openSqliteStorage(new Database(file))
  const began = performance.now()
  const dropped = await longestTurn(storage, () => storage.maintain(Date.now()))
  const ms = performance.now() - began
  const quiet = await longestTurn(storage, () => setTimeout(ms))
  await storage.close()
  console.log(`\nA bucket of ${OVER_ROWS} rows is dropped in ${(ms / 1000).toFixed(1)} s`)
  console.log(`  the longest turn of the event loop meanwhile ${dropped}`)
  console.log(`  as long without one, the longest turn        ${quiet}`)
}

/** How long the longest turn of the event loop is while something is done, and single use is proved all the time. */
async function longestTurn(storage: Storage, during: () => Promise<unknown>): Promise<string> {
  const expiresAt = Math.floor(Date.now() / 1000) + 300
  let longestMs = 0
  let longestCpu = 0
  const ending = new AbortController()
  const turn = (at: number, cpu: NodeJS.CpuUsage): void => {
    const { user, system } = process.cpuUsage(cpu)
    longestMs = Math.max(longestMs, performance.now() - at)
    longestCpu = Math.max(longestCpu, user + system)
    if (!ending.signal.aborted) setImmediate(turn, performance.now(), process.cpuUsage())
  }
  const prove = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await storage.replay.recordOnce({ replayKey: randomBytes(REPLAY_KEY_OCTETS), expiresAt })
    }
  }
  turn(performance.now(), process.cpuUsage())
  const proving = Array.from({ length: PROOFS_IN_FLIGHT }, prove)
  await during()
  ending.abort()
  await Promise.all(proving)
  return `${longestMs.toFixed(1)} ms, ${(longestCpu / 1000).toFixed(1)} ms of it CPU`
}

/** A store as it is after years, written past the server: through it that would take an hour. */
function fill(file: string, apps: number, liveRows: number, overRows: number): void {
  const database = new Database(file)
  // Makes the tables.
  void openSqliteStorage(database)
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  const insert = database.prepare(
    'INSERT INTO service_apps (client_id, label, record) VALUES (?, ?, ?)',
  )
  for (let index = 0; index < apps; index++) {
    const app = anApp(index)
    insert.run(app.clientId, app.label, JSON.stringify(app))
  }
  const now = BUCKETS.of(Date.now() / 1000)
  // Whose assertions are good for an hour has uses in each bucket of it.
  const live = BUCKETS.of(Date.now() / 1000 + HOUR_SECONDS) - now
  const buckets = [
    [now - 2, overRows],
    ...Array.from({ length: live }, (_, ahead) => [now + ahead, liveRows / live] as const),
  ] as const
  for (const [bucket, rows] of buckets) {
    if (rows === 0) continue
    database.exec(`
      ${replayTable(bucket)};
      INSERT INTO replay_buckets (bucket) VALUES (${bucket});
      INSERT INTO replay_${bucket} WITH RECURSIVE n(i) AS (
        SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows / KEYS_IN_ROW}
      ) SELECT i, randomblob(${REPLAY_KEY_OCTETS * KEYS_IN_ROW}) FROM n`)
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

function anApp(index: number): ServiceApp {
  const created = Date.now()
  return {
    clientId: clientIdOf(index),
    label: `app ${index}`,
    status: 'ACTIVE',
    created,
    lastUpdated: created,
    tokensNotBefore: 0,
    keys: [
      {
        id: `pks${index}`,
        jwk: keyOf(index).publicKey.jwk,
        status: 'ACTIVE',
        created,
        lastUpdated: created,
      },
    ],
    grants: [{ id: `oag${index}`, scope: SCOPE, created, createdBy: 'bench' }],
    roles: [{ id: `ra1${index}`, role: 'READ_ONLY_ADMIN', created }],
  }
}

function clientIdOf(index: number): string {
  return `0oa${String(index).padStart(17, '0')}`
}

function keyOf(index: number): PrivateKey {
  return keys[index % KEYS] as PrivateKey
}

function forms(count: number, pick: () => number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, () => {
      const index = pick()
      return tokenForm({
        clientId: clientIdOf(index),
        audience: ISSUER,
        key: keyOf(index),
        scope: SCOPE,
      })
    }),
  )
}

function uniform(): number {
  return Math.floor(Math.random() * APPS)
}

/** The apps that ask often, one after the other and once more, the most frequent ones last. */
function oftenLast(): () => number {
  let next = 0
  return () => OFTEN - 1 - (next++ % OFTEN)
}

/** Few apps ask often and many seldom: the app of rank n asks as often as 1/n. */
function zipf(): number {
  return Math.min(APPS - 1, Math.floor(APPS ** Math.random()) - 1)
}
