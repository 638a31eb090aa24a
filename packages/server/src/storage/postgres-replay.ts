/**
 * Single use in PostgreSQL: all uses that wait are recorded by one statement, in one transaction.
 * @module
 */

import { setTimeout } from 'node:timers/promises'
import { type SingleUse, StorageError } from './ports.ts'
import type { PostgresChanges } from './postgres-changes.ts'
import {
  type PostgresConnections,
  requireKnown,
  type RunQuery,
  sqlState,
  WORKS_FROM,
} from './postgres-connection.ts'
import { BUCKETS, Lock, LOCK_SPACE } from './postgres-schema.ts'
import { REPLAY_KEY_OCTETS } from './replay.ts'

/** Single use, as one node records it. */
export interface PostgresReplay {
  /** `undefined` when it can't be told any more whether this is the first use. */
  recordOnce(use: SingleUse): Promise<boolean | undefined>
  /** `undefined` when it can't be told any more. */
  isRecorded(use: SingleUse): Promise<boolean | undefined>
  /** Makes the buckets that will be needed soon, and drops those that are over. */
  maintain(nowSeconds: number): Promise<void>
}

interface Waiting {
  readonly use: SingleUse
  resolve(isFirst: boolean | undefined): void
  reject(error: unknown): void
}

interface RecordedRow {
  readonly firsts: readonly string[]
  readonly horizon: string
  readonly last_change: string
  readonly works_from: number
}

/** Statements under way at a time. While one waits for the disk, another is filled. */
const LANES = 2
/** Uses that one statement records; with more, its joins begin to cost more than its round trip. */
const MAX_USES = 128
/** Who has waited this long gets no token. */
const DEADLINE_MS = 2000
/** Uses that may wait; the database is too slow for more. */
const MAX_WAITING = 10_000
/** Buckets ahead of now that maintenance makes: as long as the longest assertion, and the next hour. */
const BUCKETS_AHEAD = 2
/** A bucket is dropped when nothing is recorded for so short a time. */
const DROP_LOCK_MS = 15
const DROP_TRIES = 20
const DROP_PAUSE_MS = 100
const NO_PARTITION = '23514'
const LOCK_NOT_AVAILABLE = '55P03'

/** Records uses by the connections of a node. */
export function createPostgresReplay(
  connections: PostgresConnections,
  changes: PostgresChanges,
): PostgresReplay {
  let waiting: Waiting[] = []
  let lanes = 0
  let isScheduled = false

  const schedule = (): void => {
    if (isScheduled || lanes >= LANES || waiting.length === 0) return
    isScheduled = true
    setImmediate(() => {
      isScheduled = false
      const batch = waiting.splice(0, MAX_USES)
      lanes++
      void recordAll(batch).finally(() => {
        lanes--
        schedule()
      })
      schedule()
    })
  }

  const recordAll = async (batch: readonly Waiting[]): Promise<void> => {
    // One statement can't tell two uses of one key apart: the first one's answer settles the others.
    const copies = new Map<string, [Waiting, ...Waiting[]]>()
    for (const each of batch) {
      const key = Buffer.from(each.use.replayKey).toString('latin1')
      const known = copies.get(key)
      if (known === undefined) copies.set(key, [each])
      else known.push(each)
    }
    const uses = [...copies.values()]
    try {
      const { firsts, horizon } = await record(uses.map(([{ use }]) => use))
      const positions = new Set(firsts.map(Number))
      const isTooOld = ({ use }: Waiting): boolean => use.expiresAt < Number(horizon)
      for (const [index, [first, ...others]] of uses.entries()) {
        first.resolve(isTooOld(first) ? undefined : positions.has(index + 1))
        // What was not recorded says nothing about a copy that claims to expire later.
        if (isTooOld(first)) waiting.unshift(...others)
        else for (const other of others) other.resolve(isTooOld(other) ? undefined : false)
      }
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  const record = async (uses: readonly SingleUse[]): Promise<RecordedRow> => {
    const at = performance.now()
    const row = await call(uses).catch(async (error: unknown) => {
      if (sqlState(error) !== NO_PARTITION) throw error
      await makeBuckets(connections, new Set(uses.map(({ expiresAt }) => BUCKETS.of(expiresAt))))
      return call(uses)
    })
    await changes.catchUp(Number(row.last_change))
    changes.confirm(at)
    return row
  }

  const call = async (uses: readonly SingleUse[]): Promise<RecordedRow> => {
    const keys = Buffer.concat(uses.map(({ replayKey }) => replayKey))
    const expiries = uses.map(({ expiresAt }) => Math.floor(expiresAt))
    const [row] = await connections.lend(
      (query) =>
        query<RecordedRow>({
          name: 'keygrant_record_once',
          text: `SELECT firsts, horizon, last_change, ${WORKS_FROM} AS works_from
            FROM keygrant.record_once($1, $2, $3)`,
          values: [keys, `{${expiries.join(',')}}`, `{${lockNumbers(keys).join(',')}}`],
        }),
      DEADLINE_MS,
    )
    requireKnown(row?.works_from)
    return row as RecordedRow
  }

  return {
    recordOnce(use) {
      if (waiting.length >= MAX_WAITING) return Promise.reject(tooSlow())
      return new Promise((resolve, reject) => {
        const timer = globalThis.setTimeout(() => {
          waiting = waiting.filter((each) => each !== entry)
          reject(tooSlow())
        }, DEADLINE_MS)
        const entry: Waiting = {
          use,
          resolve: (isFirst) => {
            clearTimeout(timer)
            resolve(isFirst)
          },
          reject: (error) => {
            clearTimeout(timer)
            reject(error)
          },
        }
        waiting.push(entry)
        schedule()
      })
    },

    async isRecorded({ replayKey, expiresAt }) {
      const [row] = await connections.lend((query) =>
        query<{ readonly is_recorded: boolean; readonly horizon: string }>({
          name: 'keygrant_is_recorded',
          text: `SELECT dropped_until AS horizon,
              EXISTS (SELECT FROM keygrant.replay WHERE replay_key = $1) AS is_recorded
            FROM keygrant.replay_horizon`,
          values: [Buffer.from(replayKey)],
        }),
      )
      return row === undefined || expiresAt < Number(row.horizon) ? undefined : row.is_recorded
    },

    async maintain(nowSeconds) {
      const current = BUCKETS.of(nowSeconds)
      const ahead = Array.from({ length: BUCKETS_AHEAD + 1 }, (_, index) => current + index)
      await makeBuckets(connections, new Set(ahead))
      const buckets = await connections.lend(listBuckets)
      for (const bucket of buckets) {
        if (!BUCKETS.isOver(bucket, nowSeconds)) continue
        await connections.lend((query) =>
          query({
            text: `UPDATE keygrant.replay_horizon SET dropped_until = $1 WHERE dropped_until < $1`,
            values: [BUCKETS.end(bucket)],
          }),
        )
        await dropBucket(connections, bucket)
      }
    },
  }
}

/** The buckets that are partitions now. */
async function listBuckets(query: RunQuery): Promise<readonly number[]> {
  const rows = await query<{ readonly name: string }>({
    text: `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'keygrant.replay'::regclass`,
  })
  return rows.map(({ name }) => Number(name.slice('replay_'.length)))
}

/** A new partition is attached, because that lets recording go on; PARTITION OF would stop it. */
async function makeBuckets(
  connections: PostgresConnections,
  wanted: ReadonlySet<number>,
): Promise<void> {
  const known = new Set(await connections.lend(listBuckets))
  const missing = [...wanted].filter((bucket) => !known.has(bucket))
  if (missing.length === 0) return
  await connections.transaction(async (query) => {
    await query({ text: `SELECT pg_advisory_xact_lock(${LOCK_SPACE}, ${Lock.buckets})` })
    const there = new Set(await listBuckets(query))
    for (const bucket of missing) {
      if (there.has(bucket)) continue
      const name = `keygrant.replay_${bucket}`
      // It is gone before its dead rows would matter, so that vacuum has nothing to do there.
      await query({
        text: `CREATE TABLE ${name} (LIKE keygrant.replay INCLUDING ALL)
          WITH (autovacuum_enabled = false)`,
      })
      await query({
        text: `ALTER TABLE keygrant.replay ATTACH PARTITION ${name} FOR VALUES IN (${bucket})`,
      })
    }
  })
}

/** Recording stands still while a table is dropped, which is short; waiting for the lock has to be as well. */
async function dropBucket(connections: PostgresConnections, bucket: number): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await connections.transaction(async (query) => {
        await query({ text: `SET LOCAL lock_timeout = ${DROP_LOCK_MS}` })
        await query({ text: `DROP TABLE IF EXISTS keygrant.replay_${bucket}` })
      })
      return
    } catch (error) {
      // The next maintenance tries again.
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || tries === DROP_TRIES) throw error
      await setTimeout(DROP_PAUSE_MS)
    }
  }
}

/** The numbers of the locks of keys, each once and in order: whoever locks some of them never waits in a ring. */
function lockNumbers(keys: Buffer): readonly bigint[] {
  const numbers = new BigInt64Array(keys.length / REPLAY_KEY_OCTETS)
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = keys.readBigInt64BE(index * REPLAY_KEY_OCTETS)
  }
  numbers.sort()
  return [...new Set(numbers)]
}

function tooSlow(): StorageError {
  return new StorageError('ERR_STORAGE_UNAVAILABLE', 'the database is too slow to prove single use')
}
