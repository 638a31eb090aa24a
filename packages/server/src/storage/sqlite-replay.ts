/**
 * Single use in SQLite: one table for each bucket. Everything here runs inside a write transaction.
 * @module
 */

import type { SingleUse } from './ports.ts'
import { bucketEnd, bucketOf, isBucketOver } from './replay.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

interface Bucket {
  readonly find: SqliteStatement
  readonly add: SqliteStatement
}

/** The buckets of one database connection. */
export interface SqliteReplay {
  /** Looks again which buckets there are: another process may have made or dropped some. */
  begin(): void
  /** `undefined` when it can't be told any more whether this is the first use. */
  recordOnce(use: SingleUse): boolean | undefined
  dropOver(nowSeconds: number): void
}

/** Opens the buckets of a database connection. */
export function createSqliteReplay(database: SqliteDatabase): SqliteReplay {
  const listBuckets = database.prepare('SELECT bucket FROM replay_buckets')
  const noteBucket = database.prepare('INSERT INTO replay_buckets (bucket) VALUES (?)')
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

  return {
    begin() {
      const known = buckets
      buckets = new Map(
        (listBuckets.all() as { bucket: number }[]).map(({ bucket }) => [
          bucket,
          known.get(bucket) ?? open(bucket),
        ]),
      )
      horizon = (readHorizon.get() as { dropped_until: number }).dropped_until
    },

    recordOnce({ replayKey, expiresAt }) {
      if (expiresAt < horizon) return undefined
      const own = bucketOf(expiresAt)
      for (const [bucket, { find }] of buckets) {
        if (bucket !== own && find.get(replayKey, null) !== undefined) return false
      }
      const { add } = buckets.get(own) ?? create(own)
      return Number(add.run(replayKey, null).changes) === 1
    },

    dropOver(nowSeconds) {
      for (const bucket of buckets.keys()) {
        if (!isBucketOver(bucket, nowSeconds)) continue
        moveHorizon.run(bucketEnd(bucket))
        forgetBucket.run(bucket)
        buckets.delete(bucket)
        database.exec(`DROP TABLE replay_${bucket}`)
      }
    },
  }
}
