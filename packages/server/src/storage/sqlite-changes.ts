/**
 * What changed, told from process to process through a table of the SQLite file.
 * @module
 */

import type { RecordKind, StorageChange } from './ports.ts'
import type { SqliteDatabase } from './sqlite.ts'

interface ChangeRow {
  readonly place: number
  readonly kind: RecordKind | null
  readonly id: string
}

/** The changes, as one database connection sees them. */
export interface SqliteChanges {
  /** Notes a change. Runs inside a write transaction. */
  note(change: StorageChange): void
  /**
   * What was changed since the last time, here or by another process. Costs next to nothing when that is
   * nothing. Must not run while this connection has changes that are not committed.
   */
  readNew(): readonly StorageChange[]
  /** Forgets the oldest. Runs inside a write transaction. */
  prune(): void
}

/** A process that has missed more than this many changes takes everything for changed. */
const KEPT_CHANGES = 10_000

/** The changes, from now on. */
export function createSqliteChanges(database: SqliteDatabase): SqliteChanges {
  const insert = database.prepare('INSERT INTO changes (kind, id) VALUES (?, ?)')
  const selectLast = database.prepare('SELECT coalesce(max(place), 0) AS place FROM changes')
  const selectFirst = database.prepare('SELECT coalesce(min(place), 0) AS place FROM changes')
  const selectNew = database.prepare(
    'SELECT place, kind, id FROM changes WHERE place > ? ORDER BY place',
  )
  const remove = database.prepare('DELETE FROM changes WHERE place <= ?')
  const lastPlace = (): number => (selectLast.get() as ChangeRow).place
  const firstPlace = (): number => (selectFirst.get() as ChangeRow).place
  let seen = lastPlace()

  return {
    note(change) {
      if (change.what === 'anything') return
      const [kind, id] =
        change.what === 'app' ? [null, change.clientId] : ([change.kind, change.id] as const)
      insert.run(kind, id)
    },
    readNew() {
      const rows = selectNew.all(seen) as ChangeRow[]
      const last = rows.at(-1)
      if (last === undefined) return []
      const isGap = firstPlace() > seen + 1
      seen = last.place
      return isGap ? [{ what: 'anything' }] : rows.map(readChange)
    },
    prune: () => void remove.run(lastPlace() - KEPT_CHANGES),
  }
}

function readChange({ kind, id }: ChangeRow): StorageChange {
  return kind === null ? { what: 'app', clientId: id } : { what: 'record', kind, id }
}
