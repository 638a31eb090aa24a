/**
 * Single use in SQLite: one table for each bucket.
 * @module
 */

import type { SingleUse } from './ports.ts'
import { bucketEnd, bucketOf, isBucketOver, REPLAY_KEY_OCTETS } from './replay.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

interface Bucket {
  readonly find: SqliteStatement
  readonly add: SqliteStatement
}

/** The buckets of one database connection. */
export interface SqliteReplay {
  /**
   * Looks again which buckets there are: another process may have made or dropped some. Runs at the
   * beginning of a write transaction.
   */
  begin(): void
  /**
   * Runs inside a write transaction. `undefined` when it can't be told any more whether this is the first
   * use.
   */
  recordOnce(use: SingleUse): boolean | undefined
  /** `undefined` when it can't be told any more. */
  isRecorded(use: SingleUse): boolean | undefined
  /** From here on nothing is looked up in buckets that are over. Runs inside a write transaction. */
  closeOver(nowSeconds: number): void
  /**
   * Deletes a bounded part of a bucket that is over; `false` when none is left. SQLite visits each page
   * of a table that it drops, so a large one goes in slices. Runs inside a write transaction.
   */
  dropSlice(): boolean
}

/** Rows of one slice: neighbours in the file, less than 1 ms of work. */
const SLICE_ROWS = 1000

/** Opens the buckets of a database connection. */
export function createSqliteReplay(database: SqliteDatabase): SqliteReplay {
  const listBuckets = database.prepare('SELECT bucket FROM replay_buckets WHERE is_over = 0')
  const findOver = database.prepare('SELECT bucket FROM replay_buckets WHERE is_over = 1 LIMIT 1')
  const noteBucket = database.prepare('INSERT INTO replay_buckets (bucket) VALUES (?)')
  const markOver = database.prepare('UPDATE replay_buckets SET is_over = 1 WHERE bucket = ?')
  const forgetBucket = database.prepare('DELETE FROM replay_buckets WHERE bucket = ?')
  const readHorizon = database.prepare('SELECT dropped_until FROM replay_horizon')
  const moveHorizon = database.prepare(
    'UPDATE replay_horizon SET dropped_until = max(dropped_until, ?)',
  )
  let buckets = new Map<number, Bucket>()
  let horizon = 0

  // The second parameter is always null: libsql takes a lone object, such as these octets, for named
  // parameters, and ends the process.
  const open = (bucket: number): Bucket => ({
    find: database.prepare(`SELECT 1 FROM replay_${bucket} WHERE replay_key = ? AND ? IS NULL`),
    add: database.prepare(
      `INSERT OR IGNORE INTO replay_${bucket} (replay_key) SELECT ? WHERE ? IS NULL`,
    ),
  })
  const create = (bucket: number): Bucket => {
    database.exec(
      `CREATE TABLE replay_${bucket} (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`,
    )
    noteBucket.run(bucket)
    const created = open(bucket)
    buckets.set(bucket, created)
    return created
  }
  const begin = (): void => {
    const known = buckets
    buckets = new Map(
      (listBuckets.all() as { bucket: number }[]).map(({ bucket }) => [
        bucket,
        known.get(bucket) ?? open(bucket),
      ]),
    )
    horizon = (readHorizon.get() as { dropped_until: number }).dropped_until
  }

  return {
    begin,

    recordOnce({ replayKey, expiresAt }) {
      if (expiresAt < horizon) return undefined
      const own = bucketOf(expiresAt)
      for (const [bucket, { find }] of buckets) {
        if (bucket !== own && find.get(replayKey, null) !== undefined) return false
      }
      const { add } = buckets.get(own) ?? create(own)
      return Number(add.run(replayKey, null).changes) === 1
    },

    isRecorded({ replayKey, expiresAt }) {
      begin()
      if (expiresAt < horizon) return undefined
      return [...buckets.values()].some(({ find }) => find.get(replayKey, null) !== undefined)
    },

    closeOver(nowSeconds) {
      for (const bucket of buckets.keys()) {
        if (!isBucketOver(bucket, nowSeconds)) continue
        moveHorizon.run(bucketEnd(bucket))
        horizon = Math.max(horizon, bucketEnd(bucket))
        markOver.run(bucket)
        buckets.delete(bucket)
      }
    },

    dropSlice() {
      const { bucket } = (findOver.get() ?? {}) as { readonly bucket?: number }
      if (bucket === undefined) return false
      const { changes } = database
        .prepare(
          `DELETE FROM replay_${bucket} WHERE replay_key <= coalesce(
            (SELECT replay_key FROM replay_${bucket} ORDER BY replay_key LIMIT 1 OFFSET ?),
            x'${'ff'.repeat(REPLAY_KEY_OCTETS)}')`,
        )
        .run(SLICE_ROWS - 1)
      if (Number(changes) < SLICE_ROWS) {
        database.exec(`DROP TABLE replay_${bucket}`)
        forgetBucket.run(bucket)
      }
      return true
    },
  }
}
