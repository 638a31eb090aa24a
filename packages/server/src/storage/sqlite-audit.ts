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
  readonly key_id: string | null
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
    INSERT INTO audit (at, event, outcome, request_id, actor_id, client_id, key_id, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
  const statements = new Map<string, SqliteStatement>()

  return {
    insert({ at, event, outcome, requestId, actorId, clientId, keyId, detail }) {
      insert.run(
        at,
        event,
        outcome,
        requestId,
        actorId ?? null,
        clientId ?? null,
        keyId ?? null,
        JSON.stringify(detail),
      )
    },

    read(query) {
      const { limit, order } = query
      const isNewestFirst = order === 'newest_first'
      const conditions: [string, SqliteValue | undefined][] = [
        [isNewestFirst ? 'id < ?' : 'id > ?', query.after],
        ['request_id = ?', query.requestId],
        ['actor_id = ?', query.actorId],
        ['client_id = ?', query.clientId],
        ['key_id = ?', query.keyId],
        ['event = ?', query.event],
        ['at >= ?', query.since],
        ['at < ?', query.until],
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
    keyId: row.key_id ?? undefined,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  }
}
