/**
 * The audit log in SQLite.
 * @module
 */

import { linkAll, prunable, pruningEntry } from './audit-chain.ts'
import type { AuditEntry, AuditLink, AuditPlace, AuditQuery } from './ports.ts'
import {
  AUDIT_COLUMNS,
  type AuditPlaceRow,
  type AuditRow,
  auditValues,
  readAuditEnds,
  readAuditLink,
} from './rows.ts'
import { createSqliteAuditReading, type SlicedReading } from './sqlite-audit-reading.ts'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite.ts'

/** The audit log of one database connection. */
export interface SqliteAudit {
  /**
   * Looks again where the log ends: another process may have written to it. Runs at the beginning of a
   * write transaction.
   */
  begin(): void
  /** Chains entries to the end. Runs inside a write transaction. */
  insert(entries: readonly AuditEntry[]): void
  read(query: AuditQuery): SlicedReading
  links(after: number, limit: number): AuditLink[]
  ends(): { readonly start: AuditPlace; readonly end: AuditPlace }
  /** Removes what is older, some hundred at once. Runs inside a write transaction. */
  prune(before: number, now: number): number
}

/** Entries that retention removes at once: some milliseconds of work. */
const PRUNED_AT_ONCE = 500
/** Rows of one statement, where there are as many: a statement costs as much as a third of a row. */
const ROWS_AT_ONCE = 16
const ROW = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
/** What a row of a token does not have in common with all others, by its column. */
const TOKEN_VALUES = 6

/** The audit log of one database connection. */
export function createSqliteAudit(database: SqliteDatabase): SqliteAudit {
  const prepareInsert = (rows: number): SqliteStatement =>
    database.prepare(
      `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES ${Array<string>(rows).fill(ROW).join()}`,
    )
  const insertOne = prepareInsert(1)
  const insertSeveral = prepareInsert(ROWS_AT_ONCE)
  const insertTokens = database.prepare(
    `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES ${Array.from({ length: ROWS_AT_ONCE }, tokenRow).join()}`,
  )
  const selectLinks = database.prepare('SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?')
  const selectEnds = database.prepare('SELECT name, id, hash FROM audit_chain')
  const movePlace = database.prepare('UPDATE audit_chain SET id = ?, hash = ? WHERE name = ?')
  const remove = database.prepare('DELETE FROM audit WHERE id <= ?')

  const links = (after: number, limit: number): AuditLink[] =>
    (selectLinks.all(after, limit) as AuditRow[]).map(readAuditLink)
  const ends = () => readAuditEnds(selectEnds.all() as AuditPlaceRow[])
  let end = ends().end
  const insertValues = (entries: readonly AuditLink['values'][]): void => {
    if (entries.length === 0) return
    const added = linkAll(end, entries)
    let next = 0
    for (; next + ROWS_AT_ONCE <= added.length; next += ROWS_AT_ONCE) {
      const several = added.slice(next, next + ROWS_AT_ONCE)
      if (several.every(isToken)) insertTokens.run(...tokenRowsOf(several))
      else insertSeveral.run(...rowsOf(several))
    }
    for (; next < added.length; next++) insertOne.run(...rowsOf([added[next] as AuditLink]))
    end = added.at(-1) as AuditLink
    movePlace.run(end.id, end.hash, 'end')
  }

  return {
    begin() {
      end = ends().end
    },

    insert: (entries) => insertValues(entries.map(auditValues)),
    links,
    ends,

    read: createSqliteAuditReading(database),

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

/** The values of rows, one row after the other. */
function rowsOf(links: readonly AuditLink[]): SqliteValue[] {
  return links.flatMap(({ id, values, hash }) => [id, ...values, hash])
}

/** Whether an entry is about a token that a client got: most are. */
function isToken({ values: [, event, outcome, , actorId, clientId] }: AuditLink): boolean {
  return event === 'token.issued' && outcome === 'SUCCESS' && actorId === clientId
}

/**
 * The row of a token in a statement with several, whose first value is the place of the first one: a client takes as long
 * to hand over three values as SQLite to write the row.
 */
function tokenRow(_: unknown, index: number): string {
  const first = index * TOKEN_VALUES + 2
  const [at, request, client, key, detail, hash] = Array.from(
    { length: TOKEN_VALUES },
    (_each, place) => `?${first + place}`,
  )
  return `(?1 + ${index}, ${at}, 'token.issued', 'SUCCESS', ${request}, ${client}, ${client}, ${key}, ${detail}, ${hash})`
}

/** The values of rows of tokens that follow each other. */
function tokenRowsOf(links: readonly AuditLink[]): SqliteValue[] {
  const row: SqliteValue[] = [(links[0] as AuditLink).id]
  for (const { values, hash } of links) {
    const [at, , , requestId, , clientId, keyId, detail] = values
    row.push(at, requestId, clientId, keyId, detail, hash)
  }
  return row
}
