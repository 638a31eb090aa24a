/**
 * The audit log in SQLite.
 * @module
 */

import { linkAll, prunable, pruningEntry } from './audit-chain.ts'
import type { AuditEntry, AuditLink, AuditPlace, AuditQuery, StoredAuditEntry } from './ports.ts'
import {
  AUDIT_COLUMNS,
  type AuditPlaceRow,
  type AuditRow,
  auditSelection,
  auditValues,
  PRUNED_AT_ONCE,
  readAuditEnds,
  readAuditLink,
  readAuditRow,
} from './rows.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

/** The audit log of one database connection. */
export interface SqliteAudit {
  /** Chains entries to the end. Runs inside a write transaction. */
  insert(entries: readonly AuditEntry[]): void
  read(query: AuditQuery): StoredAuditEntry[]
  links(after: number, limit: number): AuditLink[]
  ends(): { readonly start: AuditPlace; readonly end: AuditPlace }
  /** Removes what is older, some thousand at once. Runs inside a write transaction. */
  prune(before: number, now: number): number
}

/** The audit log of one database connection. */
export function createSqliteAudit(database: SqliteDatabase): SqliteAudit {
  const insert = database.prepare(
    `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const selectLinks = database.prepare('SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?')
  const selectEnds = database.prepare('SELECT name, id, hash FROM audit_chain')
  const movePlace = database.prepare('UPDATE audit_chain SET id = ?, hash = ? WHERE name = ?')
  const remove = database.prepare('DELETE FROM audit WHERE id <= ?')
  const statements = new Map<string, SqliteStatement>()

  const links = (after: number, limit: number): AuditLink[] =>
    (selectLinks.all(after, limit) as AuditRow[]).map(readAuditLink)
  const ends = () => readAuditEnds(selectEnds.all() as AuditPlaceRow[])
  const insertValues = (entries: readonly AuditLink['values'][]): void => {
    if (entries.length === 0) return
    // Another process may have written since: the end is read in each transaction.
    const added = linkAll(ends().end, entries)
    for (const { id, hash, values } of added) insert.run(id, ...values, hash)
    const last = added.at(-1) as AuditLink
    movePlace.run(last.id, last.hash, 'end')
  }

  return {
    insert: (entries) => insertValues(entries.map(auditValues)),
    links,
    ends,

    read(query) {
      const { sql, values } = auditSelection(query, () => '?')
      const statement = statements.get(sql) ?? database.prepare(`SELECT * FROM audit ${sql}`)
      statements.set(sql, statement)
      return (statement.all(...values) as AuditRow[]).map(readAuditRow)
    },

    prune(before, now) {
      const old = prunable(links(ends().start.id, PRUNED_AT_ONCE), before)
      const last = old.at(-1)
      if (last === undefined) return 0
      remove.run(last.id)
      movePlace.run(last.id, last.hash, 'start')
      insertValues([pruningEntry(last, old.length, now)])
      return old.length
    },
  }
}
