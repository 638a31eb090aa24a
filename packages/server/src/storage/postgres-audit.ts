/**
 * The audit log in PostgreSQL: entries wait in memory for one statement that writes them all.
 * @module
 */

import { linkAll, prunable, pruningEntry } from './audit-chain.ts'
import type { AuditEntry, AuditLink, AuditStore } from './ports.ts'
import { lockLog, type PostgresConnections, type RunQuery } from './postgres-connection.ts'
import {
  AUDIT_COLUMNS,
  type AuditPlaceRow,
  type AuditRow,
  auditSelection,
  auditValues,
  readAuditEnds,
  readAuditLink,
  readAuditRow,
  storable,
} from './rows.ts'

/** The audit log, as one node writes it. */
export interface PostgresAudit extends AuditStore {
  /** Writes entries in the transaction of a change, under the lock of the log. */
  insert(query: RunQuery, entries: readonly AuditEntry[]): Promise<void>
  /** Whether no more is taken: what happens now would leave no trace. */
  isFull(): boolean
}

/** Entries that may wait. */
const MAX_WAITING = 20_000
/** Refusals, which strangers can cause, leave room for the rest. */
const MAX_WAITING_REFUSALS = MAX_WAITING / 2
const MAX_ENTRIES = 1000
/** Entries that retention removes at once. */
const PRUNED_AT_ONCE = 5000
/** Before a store that failed is tried again. */
const RETRY_MS = 500

/** The audit log at the connections of a node. */
export function createPostgresAudit(connections: PostgresConnections): PostgresAudit {
  let waiting: AuditEntry[] = []
  let writing: Promise<void> | undefined

  const readEnds = async (query: RunQuery) =>
    readAuditEnds(
      await query<AuditPlaceRow>({ text: 'SELECT name, id, hash FROM keygrant.audit_chain' }),
    )

  const readLinks = async (query: RunQuery, after: number, limit: number) => {
    const rows = await query<AuditRow>({
      text: 'SELECT * FROM keygrant.audit WHERE id > $1 ORDER BY id LIMIT $2',
      values: [after, limit],
    })
    return rows.map(readAuditLink)
  }

  /** Chains entries to the end. Runs under the lock of the log. */
  const insertValues = async (
    query: RunQuery,
    entries: readonly AuditLink['values'][],
  ): Promise<void> => {
    const links = linkAll((await readEnds(query)).end, entries)
    const last = links.at(-1)
    if (last === undefined) return
    const rows = links.map(({ id, hash, values }) => [id, ...values, hash])
    await query({
      name: 'keygrant_audit',
      text: `WITH moved AS (
          UPDATE keygrant.audit_chain SET id = $11, hash = $12 WHERE name = 'end'
        )
        INSERT INTO keygrant.audit (${AUDIT_COLUMNS})
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[],
          $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])`,
      values: [
        ...Array.from({ length: 10 }, (_, column) => rows.map((row) => row[column])),
        last.id,
        last.hash,
      ],
    })
  }

  const insert = (query: RunQuery, entries: readonly AuditEntry[]): Promise<void> =>
    insertValues(query, entries.map(auditValues))

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
    async links(after, limit) {
      await write()
      return connections.lend((query) => readLinks(query, after, limit))
    },
    async ends() {
      await write()
      return connections.lend(readEnds)
    },
    prune: (before, now) =>
      connections.transaction(async (query) => {
        await lockLog(query)
        const { start } = await readEnds(query)
        const old = prunable(await readLinks(query, start.id, PRUNED_AT_ONCE), before)
        const last = old.at(-1)
        if (last === undefined) return 0
        await query({ text: 'DELETE FROM keygrant.audit WHERE id <= $1', values: [last.id] })
        await query({
          text: `UPDATE keygrant.audit_chain SET id = $1, hash = $2 WHERE name = 'start'`,
          values: [last.id, last.hash],
        })
        await insertValues(query, [pruningEntry(last, old.length, now)])
        return old.length
      }),
    flush: write,
    isFull: () => waiting.length >= MAX_WAITING,
  }
}
