/**
 * The audit log in PostgreSQL: entries wait in memory for one statement that writes them all.
 * @module
 */

import type { AuditEntry, AuditQuery, StoredAuditEntry } from './ports.ts'
import {
  lockLog,
  type PostgresConnections,
  type RunQuery,
  storable,
} from './postgres-connection.ts'
import { AUDIT_COLUMNS, type AuditRow, auditSelection, auditValues, readAuditRow } from './rows.ts'

/** The audit log, as one node writes it. */
export interface PostgresAudit {
  append(entry: AuditEntry): void
  /** Writes entries in the transaction of a change, under the lock of the log. */
  insert(query: RunQuery, entries: readonly AuditEntry[]): Promise<void>
  read(query: AuditQuery): Promise<readonly StoredAuditEntry[]>
  flush(): Promise<void>
  /** Whether no more is taken: what happens now would leave no trace. */
  isFull(): boolean
}

/** Entries that may wait. */
const MAX_WAITING = 20_000
/** Refusals, which strangers can cause, leave room for the rest. */
const MAX_WAITING_REFUSALS = MAX_WAITING / 2
const MAX_ENTRIES = 1000
/** Before a store that failed is tried again. */
const RETRY_MS = 500

/** The audit log at the connections of a node. */
export function createPostgresAudit(connections: PostgresConnections): PostgresAudit {
  let waiting: AuditEntry[] = []
  let writing: Promise<void> | undefined

  const insert = async (query: RunQuery, entries: readonly AuditEntry[]): Promise<void> => {
    if (entries.length === 0) return
    const rows = entries.map(auditValues)
    const columns = Array.from({ length: 8 }, (_, column) =>
      rows.map((row) => {
        const value = row[column] ?? null
        return typeof value === 'string' ? storable(value) : value
      }),
    )
    await query({
      name: 'keygrant_audit',
      text: `INSERT INTO keygrant.audit (${AUDIT_COLUMNS})
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[],
          $5::text[], $6::text[], $7::text[], $8::text[])`,
      values: columns,
    })
  }

  /** Writes everything that waits, batch after batch. */
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_ENTRIES)
      await connections.transaction(async (query) => {
        await lockLog(query)
        await insert(query, batch)
      })
      waiting = waiting.slice(batch.length)
    }
  }

  const write = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
    return writing
  }

  const writeSoon = (delayMs: number): void => {
    if (writing !== undefined) return
    setTimeout(() => {
      write().catch(() => writeSoon(RETRY_MS))
    }, delayMs).unref()
  }

  return {
    append(entry) {
      const isRefusal = entry.outcome !== 'SUCCESS'
      if (waiting.length >= (isRefusal ? MAX_WAITING_REFUSALS : MAX_WAITING)) return
      waiting.push(entry)
      if (waiting.length === 1) writeSoon(0)
    },
    insert,
    async read(query) {
      await write()
      const { sql, values } = auditSelection(query, (position) => `$${position}`)
      const rows = await connections.lend((run) =>
        run<AuditRow>({
          text: `SELECT * FROM keygrant.audit ${sql}`,
          values: values.map((value) => (typeof value === 'string' ? storable(value) : value)),
        }),
      )
      return rows.map(readAuditRow)
    },
    flush: write,
    isFull: () => waiting.length >= MAX_WAITING,
  }
}
