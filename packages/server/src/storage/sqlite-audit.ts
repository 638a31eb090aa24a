/**
 * The audit log in SQLite.
 * @module
 */

import type { AuditEntry, AuditQuery, StoredAuditEntry } from './ports.ts'
import { AUDIT_COLUMNS, type AuditRow, auditSelection, auditValues, readAuditRow } from './rows.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

/** The audit log of one database connection. */
export interface SqliteAudit {
  /** Runs inside a write transaction. */
  insert(entry: AuditEntry): void
  read(query: AuditQuery): StoredAuditEntry[]
}

/** The audit log of one database connection. */
export function createSqliteAudit(database: SqliteDatabase): SqliteAudit {
  const insert = database.prepare(
    `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const statements = new Map<string, SqliteStatement>()

  return {
    insert: (entry) => void insert.run(...auditValues(entry)),

    read(query) {
      const { sql, values } = auditSelection(query, () => '?')
      const statement = statements.get(sql) ?? database.prepare(`SELECT * FROM audit ${sql}`)
      statements.set(sql, statement)
      return (statement.all(...values) as AuditRow[]).map(readAuditRow)
    },
  }
}
