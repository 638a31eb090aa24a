/**
 * Records in SQLite: one row holds a record, whole.
 * @module
 */

import type { RecordKind, RecordQuery, StoredRecord } from './ports.ts'
import { readRecordRow, type RecordRow } from './rows.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** The records of one database connection. */
export interface SqliteRecords {
  find(kind: RecordKind, id: string): StoredRecord | undefined
  list(kind: RecordKind, query: RecordQuery): StoredRecord[]
  /** Runs inside a write transaction; `undefined` deletes. */
  write(kind: RecordKind, id: string, next: StoredRecord | undefined): void
  /** Deletes some, and says whether there may be more. Runs inside a write transaction. */
  deleteExpired(now: number): boolean
}

/** Records that are deleted at once, so that no transaction is long. */
const DELETED_AT_ONCE = 500

/** The records of one database connection. */
export function createSqliteRecords(database: SqliteDatabase): SqliteRecords {
  const members = 'id, record, expires_at'
  const select = database.prepare(`SELECT ${members} FROM records WHERE kind = ? AND id = ?`)
  const selectPage = database.prepare(
    `SELECT ${members} FROM records WHERE kind = ? AND id > ? ORDER BY id LIMIT ?`,
  )
  const upsert = database.prepare(`
    INSERT INTO records (kind, id, record, expires_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET record = excluded.record, expires_at = excluded.expires_at`)
  const remove = database.prepare('DELETE FROM records WHERE kind = ? AND id = ?')
  const removeExpired = database.prepare(`
    DELETE FROM records WHERE (kind, id) IN (
      SELECT kind, id FROM records WHERE expires_at < ? LIMIT ${DELETED_AT_ONCE}
    )`)

  return {
    find(kind, id) {
      const row = select.get(kind, id) as RecordRow | undefined
      return row === undefined ? undefined : readRecordRow(kind, row)
    },
    list: (kind, { limit, after = '' }) =>
      (selectPage.all(kind, after, limit) as RecordRow[]).map((row) => readRecordRow(kind, row)),
    write(kind, id, next) {
      if (next === undefined) remove.run(kind, id)
      else upsert.run(kind, id, JSON.stringify(next.content), next.expiresAt ?? null)
    },
    deleteExpired: (now) => Number(removeExpired.run(now).changes) === DELETED_AT_ONCE,
  }
}
