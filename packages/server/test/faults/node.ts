/**
 * A node of a fleet: a server in a process of its own whose store can be made to misbehave. Gets its order
 * in its argument, and instructions as messages; each is answered when it was carried out.
 * @module
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import Database from 'libsql'
import pg from 'pg'
import {
  createAuthorizationServer,
  importSigningKeys,
  type SingleUse,
  type Storage,
} from '@keygrant/server'
import {
  openPostgresStorage,
  type PostgresPool,
  type PostgresQuery,
} from '@keygrant/server/storage/postgres'
import { openSqliteStorage, type SqliteDatabase } from '@keygrant/server/storage/sqlite'

/** Where the data of a fleet is. */
export type StoreOrder =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** What a node is told at its start. */
export interface NodeOrder {
  readonly store: StoreOrder
  readonly issuer: string
  readonly signingKeys: string
  /** Never hears that something changed: it has to find out by itself. */
  readonly isDeaf: boolean
  /** Connections of its pool. */
  readonly connections: number
}

/** Where a node kills itself. */
export type FailPoint =
  | 'before the use is recorded'
  | 'after the use is recorded'
  | 'before the answer'
  | 'between a change and its audit entry'

/** How a node is to behave from now on. */
export interface NodeState {
  /** Every access to the replay store takes up to this long, before it and after it. */
  readonly delayMs: number
  /** Single use by find and then save, as it must not be. */
  readonly isMutant: boolean
  readonly killAt: FailPoint | undefined
  /** How far its clock is ahead. */
  readonly clockAheadMs: number
  /** The database says so whenever it is to write. */
  readonly writeFailure: string | undefined
}

/** What a node is told while it runs. */
export type Instruction =
  | { readonly kind: 'state'; readonly state: Partial<NodeState> }
  | { readonly kind: 'maintain' }
  /** Asks for the memory that it takes, when asked to after what is garbage was collected, which holds up requests. */
  | { readonly kind: 'vitals'; readonly isCollected: boolean }
  /** Finishes what it accepted, and ends. */
  | { readonly kind: 'stop' }
  /** Asks for what held up the event loop since it was asked before. */
  | { readonly kind: 'hold-ups' }

/** The longest times in ms that the event loop was held up. */
export interface HoldUps {
  readonly turnMs: number
  /** By a commit of SQLite alone, which waits for the disk. */
  readonly commitMs: number
}

/** The memory of a node. */
export interface Vitals {
  readonly rssMb: number
  readonly heapMb: number
}

const order = JSON.parse(process.argv[2] as string) as NodeOrder
let state: NodeState = {
  delayMs: 0,
  isMutant: false,
  killAt: undefined,
  clockAheadMs: 0,
  writeFailure: undefined,
}

function passes(point: FailPoint): void {
  if (state.killAt === point) process.kill(process.pid, 'SIGKILL')
}

function beforeStatement(sql: string): void {
  if (/\bINSERT INTO (keygrant\.)?audit\b/.test(sql)) passes('between a change and its audit entry')
  if (state.writeFailure !== undefined && /^(BEGIN|COMMIT|SELECT firsts)/.test(sql)) {
    throw new Error(state.writeFailure)
  }
}

let longestCommitMs = 0

function watchedDatabase(file: string): SqliteDatabase {
  const database = new Database(file)
  return {
    exec(sql) {
      beforeStatement(sql)
      const began = performance.now()
      const result = database.exec(sql)
      if (sql === 'COMMIT') longestCommitMs = Math.max(longestCommitMs, performance.now() - began)
      return result
    },
    prepare(sql) {
      const statement = database.prepare(sql)
      if (!sql.includes('INTO audit')) return statement
      return {
        run: (...values) => {
          beforeStatement(sql)
          return statement.run(...values)
        },
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
      }
    },
    close: () => database.close(),
  }
}

function watchedPool(connectionString: string): PostgresPool {
  const pool = new pg.Pool({ connectionString, max: order.connections })
  return {
    on: (event, listener) => pool.on(event, listener),
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      return {
        async query(query: PostgresQuery) {
          beforeStatement(query.text)
          const isUnheard = order.isDeaf && query.text.startsWith('LISTEN')
          return isUnheard ? { rows: [] } : client.query(query)
        },
        on: (event: 'error' | 'end' | 'notification', listener: () => void) =>
          client.on(event as 'error', listener),
        release: (isBroken?: boolean) => client.release(isBroken),
      }
    },
  }
}

const opened = await (order.store.kind === 'sqlite'
  ? openSqliteStorage(watchedDatabase(order.store.file))
  : openPostgresStorage(watchedPool(order.store.url)))

async function slowly<T>(work: () => Promise<T>): Promise<T> {
  if (state.delayMs > 0) await setTimeout(Math.random() * state.delayMs)
  const result = await work()
  if (state.delayMs > 0) await setTimeout(Math.random() * state.delayMs)
  return result
}

async function findThenSave(use: SingleUse): Promise<boolean> {
  if (await slowly(() => opened.replay.isRecorded(use))) return false
  await slowly(() => opened.replay.recordOnce(use))
  return true
}

const storage: Storage = {
  ...opened,
  replay: {
    isRecorded: opened.replay.isRecorded,
    async recordOnce(use) {
      passes('before the use is recorded')
      const isFirst = state.isMutant
        ? await findThenSave(use)
        : await slowly(() => opened.replay.recordOnce(use))
      passes('after the use is recorded')
      return isFirst
    },
  },
  audit: {
    ...opened.audit,
    append(entry) {
      if (entry.event === 'token.issued') passes('before the answer')
      opened.audit.append(entry)
    },
  },
}

const server = await createAuthorizationServer({
  issuer: order.issuer,
  storage,
  signingKeys: await importSigningKeys(order.signingKeys),
  clock: () => Date.now() + state.clockAheadMs,
  limits: { tokensPerMinute: 0, apiCallsPerMinute: 0 },
  log: { level: 'error', stream: process.stderr },
})
const loopDelay = monitorEventLoopDelay({ resolution: 1 })
loopDelay.enable()

async function follow(instruction: Instruction): Promise<HoldUps | Vitals | undefined> {
  switch (instruction.kind) {
    case 'state':
      state = { ...state, ...instruction.state }
      return undefined
    case 'maintain':
      await storage.maintain(Date.now() + state.clockAheadMs)
      return undefined
    case 'vitals': {
      if (instruction.isCollected) globalThis.gc?.()
      const { rss, heapUsed } = process.memoryUsage()
      return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 }
    }
    case 'stop':
      await server.close()
      await opened.close()
      return undefined
    case 'hold-ups': {
      const holdUps = { turnMs: loopDelay.max / 1e6, commitMs: longestCommitMs }
      loopDelay.reset()
      longestCommitMs = 0
      return holdUps
    }
  }
}

process.on('message', (instruction: Instruction) => {
  void follow(instruction).then(
    (answer) => process.send?.({ answer: answer ?? null }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
// The test that started it is over.
process.once('disconnect', () => process.exit())
const { url } = await server.listen({ port: 0 })
process.send?.({ url })
