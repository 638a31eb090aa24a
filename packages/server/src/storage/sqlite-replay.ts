/**
 * Single use in SQLite: one table for each bucket, in which keys lie in the order in which they came, as
 * many to a row as a page of the file holds. So a transaction writes one page for all its uses; with a row
 * for each key, in the order of keys, it would write one for each. Whether a key is there is told by an
 * index in memory, which has what other processes wrote before anything is decided.
 * @module
 */

import type { SingleUse } from './ports.ts'
import { createReplayIndex, type ReplayIndex, replayPlaceOf } from './replay-index.ts'
import { REPLAY_KEY_OCTETS, type TimeBuckets, timeBuckets } from './replay.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

/** The buckets of one database connection. */
export interface SqliteReplay {
  /** Takes in what other processes wrote. Runs at the beginning of a write transaction. */
  begin(): void
  /** The same, between transactions, so that never much is left for the next one. */
  catchUp(): void
  /**
   * Runs inside a write transaction, which {@link SqliteReplay.write} ends. `undefined` when it can't be
   * told any more whether this is the first use.
   */
  recordOnce(use: SingleUse): boolean | undefined
  /** Writes what was recorded in a transaction, as its last part. */
  write(): void
  /** Hears how that transaction ended. */
  ended(isCommitted: boolean): void
  /** Runs between transactions. `undefined` when it can't be told any more. */
  isRecorded(use: SingleUse): boolean | undefined
  /** From here on nothing is recorded in buckets that are over. Runs inside a write transaction. */
  closeOver(nowSeconds: number): void
  /**
   * Deletes a bounded part of a bucket that is over; `false` when none is left. SQLite visits each page
   * of a table that it drops, so a large one goes in slices. Runs inside a write transaction.
   */
  dropSlice(): boolean
}

interface KeyRow {
  readonly id: number
  readonly keys: Uint8Array
}

/** What is known of a bucket that is not over. */
interface Bucket {
  readonly index: ReplayIndex
  /** Its newest row. */
  last: KeyRow
  readonly newest: SqliteStatement
  readonly select: SqliteStatement
  readonly selectFrom: SqliteStatement
  readonly put: SqliteStatement
}

/** Where the newest row of a bucket stands in the file: rows are numbered from 1. */
interface NewestRow {
  readonly id: number
  readonly octets: number
}

/** Rows as they are read: all of them but the newest one are full, and none is missing. */
interface StoredRows {
  readonly rows: number
  readonly first: number | null
  readonly last: number | null
  /** The first one that is not full. */
  readonly partial: number | null
  readonly octets: SqliteOctets | null
}

/** A BLOB that was read: libsql gives a buffer of one of several rows. */
export type SqliteOctets = ArrayBuffer | Uint8Array

/**
 * Ten minutes each. What is in memory of a use stays until its bucket is dropped, which is long after it
 * expired where buckets are long; where they are short, each use is looked for in many.
 */
export const BUCKETS: TimeBuckets = timeBuckets(600)

/** Keys of a full row: it then fills a page of 4096 octets. */
export const KEYS_IN_ROW = 120
const ROW_OCTETS = KEYS_IN_ROW * REPLAY_KEY_OCTETS
/** Rows of one slice: neighbours in the file, some milliseconds of work. */
const SLICE_ROWS = 250
/** Rows that are read at once, as one value: one by one they take longer. */
const READ_ROWS = 100
const NO_KEYS = new Uint8Array()

/** The table of a bucket. */
export function replayTable(bucket: number): string {
  return `CREATE TABLE replay_${bucket} (id INTEGER PRIMARY KEY, replay_keys BLOB NOT NULL) STRICT`
}

/** Opens the buckets of a database connection. Reads those that are not over: five million keys in half a second. */
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
  let buckets: ReadonlyMap<number, Bucket> = new Map()
  let horizon = 0
  // What the transaction has done so far.
  let recorded = new Map<number, Uint8Array[]>()
  let recordedTexts = new Set<string>()
  let written: (() => void)[] = []

  const open = (bucket: number): Bucket => {
    const table = `replay_${bucket}`
    const newest = database.prepare(`
      SELECT coalesce(max(id), 0) AS id, coalesce(length(replay_keys), 0) AS octets FROM ${table}`)
    const { id: rows } = newest.get() as NewestRow
    return {
      index: createReplayIndex(rows * KEYS_IN_ROW),
      last: { id: 0, keys: NO_KEYS },
      newest,
      select: database.prepare(`SELECT replay_keys FROM ${table} WHERE id = ?`),
      selectFrom: database.prepare(`
        SELECT count(*) AS rows, min(id) AS first, max(id) AS last,
          min(id) FILTER (WHERE length(replay_keys) <> ${ROW_OCTETS}) AS partial,
          CAST(group_concat(replay_keys, '') AS BLOB) AS octets
        FROM (SELECT id, replay_keys FROM ${table} WHERE id >= ? ORDER BY id LIMIT ${READ_ROWS})`),
      put: database.prepare(`INSERT OR REPLACE INTO ${table} (id, replay_keys) VALUES (?, ?)`),
    }
  }

  const takeIn = (bucket: Bucket): void => {
    const { id, octets } = bucket.newest.get() as NewestRow
    // Of most buckets nothing is new, and reading a row takes longer than this.
    if (id === bucket.last.id && octets === bucket.last.keys.length) return
    for (let isMore = true; isMore;) {
      const from = Math.max(1, bucket.last.id)
      const read = bucket.selectFrom.get(from) as StoredRows
      for (const row of rowsOf(read, from)) learn(bucket, row)
      isMore = read.rows === READ_ROWS
    }
  }

  const isKnown = (replayKey: Uint8Array): boolean => {
    const place = replayPlaceOf(replayKey)
    for (const { index, select } of buckets.values()) {
      for (const id of index.rowsFor(place)) {
        const row = select.get(id) as { readonly replay_keys: SqliteOctets } | undefined
        if (row === undefined) throw new Error('a row of what was used is gone')
        if (holds(octetsOf(row.replay_keys), replayKey)) return true
      }
    }
    return false
  }

  const begin = (): void => {
    const found = new Map<number, Bucket>()
    for (const { bucket } of listBuckets.all() as { readonly bucket: number }[]) {
      found.set(bucket, buckets.get(bucket) ?? open(bucket))
    }
    for (const bucket of found.values()) takeIn(bucket)
    horizon = (readHorizon.get() as { dropped_until: number }).dropped_until
    buckets = found
  }

  /** All that it reads is of one moment: another process may be dropping a bucket. */
  const catchUp = (): void => {
    database.exec('BEGIN')
    try {
      begin()
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }

  const create = (bucket: number): Bucket => {
    database.exec(replayTable(bucket))
    noteBucket.run(bucket)
    const created = open(bucket)
    written.push(() => {
      buckets = new Map([...buckets, [bucket, created]])
    })
    return created
  }

  catchUp()
  return {
    begin,
    catchUp,

    recordOnce({ replayKey, expiresAt }) {
      if (expiresAt < horizon) return undefined
      const text = textOf(replayKey)
      if (recordedTexts.has(text) || isKnown(replayKey)) return false
      recordedTexts.add(text)
      const bucket = BUCKETS.of(expiresAt)
      const keys = recorded.get(bucket)
      if (keys === undefined) recorded.set(bucket, [replayKey])
      else keys.push(replayKey)
      return true
    },

    write() {
      for (const [number, keys] of recorded) {
        const bucket = buckets.get(number) ?? create(number)
        for (const row of rowsWith(bucket.last, keys)) {
          bucket.put.run(row.id, row.keys)
          written.push(() => learn(bucket, row))
        }
      }
    },

    ended(isCommitted) {
      if (isCommitted) for (const learnIt of written) learnIt()
      recorded = new Map()
      recordedTexts = new Set()
      written = []
    },

    isRecorded({ replayKey, expiresAt }) {
      catchUp()
      return expiresAt < horizon ? undefined : isKnown(replayKey)
    },

    closeOver(nowSeconds) {
      const over = [...buckets.keys()].filter((bucket) => BUCKETS.isOver(bucket, nowSeconds))
      for (const bucket of over) {
        moveHorizon.run(BUCKETS.end(bucket))
        horizon = Math.max(horizon, BUCKETS.end(bucket))
        markOver.run(bucket)
      }
      written.push(() => {
        buckets = new Map([...buckets].filter(([bucket]) => !over.includes(bucket)))
      })
    },

    dropSlice() {
      const { bucket } = (findOver.get() ?? {}) as { readonly bucket?: number }
      if (bucket === undefined) return false
      const table = `replay_${bucket}`
      const { changes } = database
        .prepare(`DELETE FROM ${table} WHERE id < (SELECT min(id) FROM ${table}) + ${SLICE_ROWS}`)
        .run()
      if (Number(changes) < SLICE_ROWS) {
        database.exec(`DROP TABLE ${table}`)
        forgetBucket.run(bucket)
      }
      return true
    },
  }
}

/** What was read, as rows, from the newest one that was known on. */
function* rowsOf(
  { rows, first, last, partial, octets }: StoredRows,
  from: number,
): Generator<KeyRow> {
  if (rows === 0 && from === 1) return
  const isWhole =
    first === from && last === from + rows - 1 && (partial === null || partial === last)
  const all = octetsOf(octets ?? NO_KEYS)
  if (!isWhole || all.length > rows * ROW_OCTETS || all.length % REPLAY_KEY_OCTETS !== 0) {
    throw new Error('the rows of what was used are damaged')
  }
  for (let at = 0; at < rows; at++) {
    yield { id: from + at, keys: all.subarray(at * ROW_OCTETS, (at + 1) * ROW_OCTETS) }
  }
}

/** Notes the keys of a row that is new, or to which some were added. */
function learn(bucket: Bucket, { id, keys }: KeyRow): void {
  const { last } = bucket
  bucket.index.add(id === last.id ? keys.subarray(last.keys.length) : keys, id)
  bucket.last = { id, keys }
}

/** The rows to write so that keys stand after those of the newest row: that one, when it has room, and new ones. */
function* rowsWith({ id, keys }: KeyRow, added: readonly Uint8Array[]): Generator<KeyRow> {
  const hasRoom = keys.length < ROW_OCTETS
  const octets = Buffer.concat(hasRoom ? [keys, ...added] : added)
  const first = hasRoom && id > 0 ? id : id + 1
  for (let at = 0; at < octets.length; at += ROW_OCTETS) {
    yield { id: first + at / ROW_OCTETS, keys: octets.subarray(at, at + ROW_OCTETS) }
  }
}

function holds(keys: Uint8Array, replayKey: Uint8Array): boolean {
  for (let at = 0; at < keys.length; at += REPLAY_KEY_OCTETS) {
    if (Buffer.compare(keys.subarray(at, at + REPLAY_KEY_OCTETS), replayKey) === 0) return true
  }
  return false
}

/** A BLOB that was read, as octets. */
export function octetsOf(value: SqliteOctets): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(value)
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
