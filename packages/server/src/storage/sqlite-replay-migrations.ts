/**
 * What the buckets of earlier versions need: their rows had one key each, and they were hours.
 * @module
 */

import { KEYS_IN_ROW, octetsOf, replayTable, type SqliteOctets } from './sqlite-replay.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** Of ten minutes each. */
const BUCKETS_IN_HOUR = 6

interface BucketRow {
  readonly bucket: number
  readonly is_over: number
}

/**
 * Puts the keys of live buckets together, as many to a row as a row holds, and drops the buckets that are over. Five million
 * keys take some seconds.
 */
export function packReplayKeys(database: SqliteDatabase): void {
  const buckets = database.prepare('SELECT bucket, is_over FROM replay_buckets').all()
  for (const { bucket, is_over: isOver } of buckets as BucketRow[]) {
    if (isOver === 0) pack(database, bucket)
    else database.exec(`DROP TABLE replay_${bucket}`)
  }
  database.exec('DELETE FROM replay_buckets WHERE is_over = 1')
}

/** A bucket of an hour goes on as that of its last ten minutes: it is over no earlier than it was. */
export function shortenBuckets(database: SqliteDatabase): void {
  const buckets = database.prepare('SELECT bucket FROM replay_buckets ORDER BY bucket DESC').all()
  const renumber = database.prepare('UPDATE replay_buckets SET bucket = ? WHERE bucket = ?')
  for (const { bucket } of buckets as BucketRow[]) {
    const last = BUCKETS_IN_HOUR * bucket + BUCKETS_IN_HOUR - 1
    database.exec(`ALTER TABLE replay_${bucket} RENAME TO replay_${last}`)
    renumber.run(last, bucket)
  }
}

function pack(database: SqliteDatabase, bucket: number): void {
  database.exec(`ALTER TABLE replay_${bucket} RENAME TO unpacked; ${replayTable(bucket)}`)
  // The null keeps libsql from taking the octets for named parameters.
  const select = database.prepare(
    `SELECT replay_key FROM unpacked WHERE replay_key > ?1 AND ?2 IS NULL ORDER BY replay_key LIMIT ${KEYS_IN_ROW}`,
  )
  const insert = database.prepare(`INSERT INTO replay_${bucket} (id, replay_keys) VALUES (?, ?)`)
  let last: Uint8Array = new Uint8Array()
  for (let id = 1; ; id++) {
    const rows = select.all(last, null) as { readonly replay_key: SqliteOctets }[]
    const keys = rows.map((row) => octetsOf(row.replay_key))
    if (keys.length === 0) break
    insert.run(id, Buffer.concat(keys))
    last = keys.at(-1) as Uint8Array
  }
  database.exec('DROP TABLE unpacked')
}
