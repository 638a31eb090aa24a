/**
 * How much keys are used, in SQLite: a row holds the hours of a day of one key. The day comes first, so that what is
 * counted now is written to a small part of the file, whatever number of apps there is and however long they were
 * counted; an app is looked for in each of the days that are kept.
 * @module
 */

import { USAGE_DAYS, type UsageCount } from './ports.ts'
import { lastForgottenHour } from './rows.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

/** The use of keys, at one database connection. */
export interface SqliteUsage {
  /** Runs inside a write transaction. */
  add(counts: readonly UsageCount[]): void
  read(clientId: string): UsageCount[]
  /** Forgets an app. Runs inside a write transaction. */
  remove(clientId: string): void
  /** Deletes some, and says whether there may be more. Runs inside a write transaction. */
  deleteOld(now: number): boolean
}

type DayRow = Readonly<Record<`hour_${number}`, number>> & {
  readonly day: number
  readonly key_id: string
  readonly last_used: number
}

const DAY_HOURS = 24
/** Rows that are deleted at once, so that no transaction is long. */
const DELETED_AT_ONCE = 500
/** The days of which there is a row: found one after the other, without a look at each row. */
const DAYS = `days (day) AS (
  SELECT max(day) FROM key_usage
  UNION ALL
  SELECT (SELECT max(key_usage.day) FROM key_usage WHERE key_usage.day < days.day) FROM days
  WHERE days.day IS NOT NULL
)`

/** The use of keys, at one database connection. */
export function createSqliteUsage(database: SqliteDatabase): SqliteUsage {
  const adding = new Map<number, SqliteStatement>()
  const select = database.prepare(`
    WITH RECURSIVE ${DAYS}
    SELECT key_usage.* FROM days CROSS JOIN key_usage
    ON key_usage.day = days.day AND key_usage.client_id = ?`)
  const remove = database.prepare(`
    WITH RECURSIVE ${DAYS}
    DELETE FROM key_usage WHERE day IN (SELECT day FROM days) AND client_id = ?`)
  const removeOld = database.prepare(`
    DELETE FROM key_usage WHERE (day, client_id, key_id) IN (
      SELECT day, client_id, key_id FROM key_usage WHERE day <= ? LIMIT ${DELETED_AT_ONCE}
    )`)

  const addAt = (hour: number): SqliteStatement => {
    const column = `hour_${hour}`
    const statement =
      adding.get(hour) ??
      database.prepare(`
        INSERT INTO key_usage (day, client_id, key_id, last_used, ${column}) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (day, client_id, key_id) DO UPDATE
        SET ${column} = ${column} + excluded.${column}, last_used = max(last_used, excluded.last_used)`)
    adding.set(hour, statement)
    return statement
  }

  return {
    add(counts) {
      for (const { clientId, keyId, hour, count, lastUsed } of counts) {
        const day = Math.floor(hour / DAY_HOURS)
        addAt(hour % DAY_HOURS).run(day, clientId, keyId, lastUsed, count)
      }
    },

    read(clientId) {
      const counts = (select.all(clientId) as DayRow[]).flatMap((row) => countsOf(clientId, row))
      counts.sort((one, other) => other.hour - one.hour || (one.keyId < other.keyId ? -1 : 1))
      return counts
    },

    remove: (clientId) => {
      remove.run(clientId)
    },

    deleteOld(now) {
      const lastDay = Math.floor((lastForgottenHour(now, USAGE_DAYS) + 1) / DAY_HOURS) - 1
      return Number(removeOld.run(lastDay).changes) === DELETED_AT_ONCE
    },
  }
}

/** The counts of a row: one for each hour in which there is something. */
function countsOf(clientId: string, row: DayRow): UsageCount[] {
  const { day, key_id: keyId, last_used: lastUsed } = row
  return Array.from({ length: DAY_HOURS }, (_, hour) => ({
    clientId,
    keyId,
    hour: day * DAY_HOURS + hour,
    count: row[`hour_${hour}`] ?? 0,
    lastUsed,
  })).filter(({ count }) => count > 0)
}
