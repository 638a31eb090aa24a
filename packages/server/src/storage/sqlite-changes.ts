/**
 * What changed, told from process to process through a table of the SQLite file.
 * @module
 */

import type { StorageChange } from './ports.ts'
import { type ChangeRow, changeValues, KEPT_CHANGES, readChangeRow } from './rows.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** The changes, as one database connection sees them. */
export interface SqliteChanges {
  /** Notes a change. Runs inside a write transaction. */
  note(change: Exclude<StorageChange, { what: 'anything' }>): void
  /**
   * What was changed since the last time, here or by another process. Costs next to nothing when that is
   * nothing. Must not run while this connection has changes that are not committed.
   */
  readNew(): readonly StorageChange[]
  /** Forgets the oldest. Runs inside a write transaction. */
  prune(): void
}

/** The changes, from now on. */
export function createSqliteChanges(database: SqliteDatabase): SqliteChanges {
  const insert = database.prepare('INSERT INTO changes (kind, id) VALUES (?, ?)')
  const selectLast = database.prepare('SELECT coalesce(max(place), 0) AS place FROM changes')
  const selectFirst = database.prepare('SELECT coalesce(min(place), 0) AS place FROM changes')
  const selectNew = database.prepare(
    'SELECT place, kind, id FROM changes WHERE place > ? ORDER BY place',
  )
  const remove = database.prepare('DELETE FROM changes WHERE place <= ?')
  const lastPlace = (): number => Number((selectLast.get() as ChangeRow).place)
  const firstPlace = (): number => Number((selectFirst.get() as ChangeRow).place)
  let seen = lastPlace()

  return {
    note(change) {
      insert.run(...changeValues(change))
    },
    readNew() {
      const rows = selectNew.all(seen) as ChangeRow[]
      const last = rows.at(-1)
      if (last === undefined) return []
      const isGap = firstPlace() > seen + 1
      seen = Number(last.place)
      return isGap ? [{ what: 'anything' }] : rows.map(readChangeRow)
    },
    prune: () => void remove.run(lastPlace() - KEPT_CHANGES),
  }
}
