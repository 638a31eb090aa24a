/**
 * Single use in SQLite: one table for each bucket.
 * @module
 */

import type { SingleUse } from './ports.ts'
import { bucketEnd, bucketOf, isBucketOver, REPLAY_KEY_OCTETS } from './replay.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

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

/**
 * The second parameter is always null: libsql takes a lone object, such as the octets of a key, for named
 * parameters, and ends the process.
 */
const SECOND_IS_NULL = '?2 IS NULL'

/** Whether the first parameter is in one of these buckets. */
function isInAny(buckets: readonly number[]): string {
  const each = buckets.map(
    (bucket) => `EXISTS (SELECT 1 FROM replay_${bucket} WHERE replay_key = ?1)`,
  )
  return `(${['0', ...each].join(' OR ')})`
}

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
  let buckets: readonly number[] = []
  /** For each bucket the statement that adds to it what is in none of them. */
  let adding = new Map<number, SqliteStatement>()
  let finding: SqliteStatement | undefined
  let horizon = 0

  const know = (found: readonly number[]): void => {
    if (found.join() === buckets.join()) return
    buckets = found
    adding = new Map()
    finding = undefined
  }
  const create = (bucket: number): void => {
    database.exec(
      `CREATE TABLE replay_${bucket} (replay_key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID`,
    )
    noteBucket.run(bucket)
    know([...buckets, bucket])
  }
  const addingTo = (bucket: number): SqliteStatement => {
    if (!buckets.includes(bucket)) create(bucket)
    const others = buckets.filter((other) => other !== bucket)
    const statement = database.prepare(
      `INSERT OR IGNORE INTO replay_${bucket} (replay_key) SELECT ?1 WHERE ${SECOND_IS_NULL} AND NOT ${isInAny(others)}`,
    )
    adding.set(bucket, statement)
    return statement
  }
  const begin = (): void => {
    know((listBuckets.all() as { readonly bucket: number }[]).map(({ bucket }) => bucket))
    horizon = (readHorizon.get() as { dropped_until: number }).dropped_until
  }

  return {
    begin,

    recordOnce({ replayKey, expiresAt }) {
      if (expiresAt < horizon) return undefined
      const bucket = bucketOf(expiresAt)
      const statement = adding.get(bucket) ?? addingTo(bucket)
      return Number(statement.run(replayKey, null).changes) === 1
    },

    isRecorded({ replayKey, expiresAt }) {
      begin()
      if (expiresAt < horizon) return undefined
      finding ??= database.prepare(`SELECT ${isInAny(buckets)} AS found WHERE ${SECOND_IS_NULL}`)
      return Boolean((finding.get(replayKey, null) as { readonly found: number }).found)
    },

    closeOver(nowSeconds) {
      const over = buckets.filter((bucket) => isBucketOver(bucket, nowSeconds))
      for (const bucket of over) {
        moveHorizon.run(bucketEnd(bucket))
        horizon = Math.max(horizon, bucketEnd(bucket))
        markOver.run(bucket)
      }
      know(buckets.filter((bucket) => !over.includes(bucket)))
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
