/**
 * How much keys are used, in SQLite.
 * @module
 */

import { USAGE_DAYS, type UsageCount } from './ports.ts'
import { lastForgottenHour, readUsageRow, type UsageRow } from './rows.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** The use of keys, at one database connection. */
export interface SqliteUsage {
  /** Runs inside a write transaction. */
  add(counts: readonly UsageCount[]): void
  read(clientId: string): UsageCount[]
  /** Deletes some, and says whether there may be more. Runs inside a write transaction. */
  deleteOld(now: number): boolean
}

/** Rows that are deleted at once, so that no transaction is long. */
const DELETED_AT_ONCE = 500

/** The use of keys, at one database connection. */
export function createSqliteUsage(database: SqliteDatabase): SqliteUsage {
  const add = database.prepare(`
    INSERT INTO key_usage (client_id, key_id, hour, count, last_used) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (client_id, key_id, hour) DO UPDATE
    SET count = count + excluded.count, last_used = max(last_used, excluded.last_used)`)
  const select = database.prepare(`
    SELECT key_id, hour, count, last_used FROM key_usage WHERE client_id = ?
    ORDER BY hour DESC, key_id`)
  const removeOld = database.prepare(`
    DELETE FROM key_usage WHERE (client_id, key_id, hour) IN (
      SELECT client_id, key_id, hour FROM key_usage WHERE hour <= ? LIMIT ${DELETED_AT_ONCE}
    )`)

  return {
    add(counts) {
      for (const { clientId, keyId, hour, count, lastUsed } of counts) {
        add.run(clientId, keyId, hour, count, lastUsed)
      }
    },
    read: (clientId) =>
      (select.all(clientId) as UsageRow[]).map((row) => readUsageRow(clientId, row)),
    deleteOld: (now) =>
      Number(removeOld.run(lastForgottenHour(now, USAGE_DAYS)).changes) === DELETED_AT_ONCE,
  }
}
