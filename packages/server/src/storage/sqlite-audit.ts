/**
 * The audit log in SQLite.
 * @module
 */

import type { AuditEntry, AuditQuery, StoredAuditEntry } from './ports.ts'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite.ts'

interface AuditRow {
  readonly id: number
  readonly at: number
  readonly event: AuditEntry['event']
  readonly outcome: AuditEntry['outcome']
  readonly request_id: string
  readonly actor_id: string | null
  readonly client_id: string | null
  readonly detail: string
}

/** The audit log of one database connection. */
export interface SqliteAudit {
  /** Runs inside a write transaction. */
  insert(entry: AuditEntry): void
  read(query: AuditQuery): StoredAuditEntry[]
}

/** The audit log of one database connection. */
export function createSqliteAudit(database: SqliteDatabase): SqliteAudit {
  const insert = database.prepare(`
    INSERT INTO audit (at, event, outcome, request_id, actor_id, client_id, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const statements = new Map<string, SqliteStatement>()

  return {
    insert({ at, event, outcome, requestId, actorId, clientId, detail }) {
      const json = JSON.stringify(detail)
      insert.run(at, event, outcome, requestId, actorId ?? null, clientId ?? null, json)
    },

    read({ limit, order, after, requestId, actorId, clientId, event }) {
      const isNewestFirst = order === 'newest_first'
      const conditions: [string, SqliteValue | undefined][] = [
        [isNewestFirst ? 'id < ?' : 'id > ?', after],
        ['request_id = ?', requestId],
        ['actor_id = ?', actorId],
        ['client_id = ?', clientId],
        ['event = ?', event],
      ]
      const given = conditions.filter(([, value]) => value !== undefined)
      const where = given.map(([condition]) => condition).join(' AND ')
      const sql = `SELECT * FROM audit ${where === '' ? '' : `WHERE ${where}`}
        ORDER BY id ${isNewestFirst ? 'DESC' : 'ASC'} LIMIT ?`
      const statement = statements.get(sql) ?? database.prepare(sql)
      statements.set(sql, statement)
      const rows = statement.all(...given.map(([, value]) => value as SqliteValue), limit)
      return (rows as AuditRow[]).map(readRow)
    },
  }
}

function readRow(row: AuditRow): StoredAuditEntry {
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    requestId: row.request_id,
    actorId: row.actor_id ?? undefined,
    clientId: row.client_id ?? undefined,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  }
}
