/**
 * Service apps in SQLite: one row holds an app, whole.
 * @module
 */

import type { ServiceApp, ServiceAppQuery } from './ports.ts'
import { foldLabel, readServiceApp, writeServiceApp } from './service-app-record.ts'
import type { SqliteUsage } from './sqlite-usage.ts'
import type { SqliteDatabase } from './sqlite.ts'

interface AppRow {
  readonly record: string
}

/** The service apps of one database connection. */
export interface SqliteServiceApps {
  find(clientId: string): ServiceApp | undefined
  exists(clientId: string): boolean
  list(query: ServiceAppQuery): ServiceApp[]
  /** Runs inside a write transaction; `undefined` deletes. */
  write(clientId: string, next: ServiceApp | undefined): void
}

/** The service apps of one database connection. */
export function createSqliteServiceApps(
  database: SqliteDatabase,
  usage: Pick<SqliteUsage, 'remove'>,
): SqliteServiceApps {
  const selectApp = database.prepare('SELECT record FROM service_apps WHERE client_id = ?')
  const selectExists = database.prepare('SELECT 1 FROM service_apps WHERE client_id = ?')
  const selectPage = database.prepare(`
    SELECT record FROM service_apps
    WHERE place > coalesce((SELECT place FROM service_apps WHERE client_id = ?1), 0)
      AND substr(label, 1, length(?2)) = ?2
    ORDER BY place LIMIT ?3`)
  const upsert = database.prepare(`
    INSERT INTO service_apps (client_id, label, record) VALUES (?, ?, ?)
    ON CONFLICT (client_id) DO UPDATE SET label = excluded.label, record = excluded.record`)
  const deleteApp = database.prepare('DELETE FROM service_apps WHERE client_id = ?')

  return {
    find(clientId) {
      const row = selectApp.get(clientId) as AppRow | undefined
      return row === undefined ? undefined : readServiceApp(row.record)
    },

    exists: (clientId) => selectExists.get(clientId) !== undefined,

    list: ({ after, labelStart = '', limit }) =>
      (selectPage.all(after ?? null, foldLabel(labelStart), limit) as AppRow[]).map(({ record }) =>
        readServiceApp(record),
      ),

    write(clientId, next) {
      if (next === undefined) {
        deleteApp.run(clientId)
        usage.remove(clientId)
      } else {
        upsert.run(clientId, foldLabel(next.label), writeServiceApp(next))
      }
    },
  }
}
