/**
 * Service apps, records and the use of keys in PostgreSQL.
 * @module
 */

import type {
  RecordKind,
  RecordQuery,
  ServiceApp,
  ServiceAppQuery,
  StoredRecord,
  UsageCount,
} from './ports.ts'
import type { RunQuery } from './postgres-connection.ts'
import { readRecordRow, readUsageRow, type RecordRow, storable, type UsageRow } from './rows.ts'
import { foldLabel, readServiceApp, writeServiceApp } from './service-app-record.ts'

/** Reads an app. */
export async function findApp(query: RunQuery, clientId: string): Promise<ServiceApp | undefined> {
  if (!isStorable(clientId)) return undefined
  const [row] = await query<{ readonly record: string }>({
    name: 'keygrant_app',
    text: 'SELECT record FROM keygrant.service_apps WHERE client_id = $1',
    values: [clientId],
  })
  return row === undefined ? undefined : readServiceApp(row.record)
}

/** Whether there is such an app. */
export async function appExists(query: RunQuery, clientId: string): Promise<boolean> {
  if (!isStorable(clientId)) return false
  const rows = await query({
    name: 'keygrant_app_exists',
    text: 'SELECT 1 FROM keygrant.service_apps WHERE client_id = $1',
    values: [clientId],
  })
  return rows.length > 0
}

/** Reads a page of apps. */
export async function listApps(
  query: RunQuery,
  { after, labelStart = '', limit }: ServiceAppQuery,
): Promise<readonly ServiceApp[]> {
  const rows = await query<{ readonly record: string }>({
    text: `SELECT record FROM keygrant.service_apps
      WHERE place > coalesce((SELECT place FROM keygrant.service_apps WHERE client_id = $1), 0)
        AND starts_with(label, $2)
      ORDER BY place LIMIT $3`,
    values: [after === undefined ? null : storable(after), storable(foldLabel(labelStart)), limit],
  })
  return rows.map(({ record }) => readServiceApp(record))
}

/** Writes an app in a transaction; `undefined` deletes. */
export async function writeApp(
  query: RunQuery,
  clientId: string,
  next: ServiceApp | undefined,
): Promise<void> {
  if (next === undefined) {
    await query({
      text: 'DELETE FROM keygrant.service_apps WHERE client_id = $1',
      values: [clientId],
    })
    await query({ text: 'DELETE FROM keygrant.key_usage WHERE client_id = $1', values: [clientId] })
    return
  }
  await query({
    text: `INSERT INTO keygrant.service_apps (client_id, label, record) VALUES ($1, $2, $3)
      ON CONFLICT (client_id) DO UPDATE SET label = excluded.label, record = excluded.record`,
    values: [clientId, storable(foldLabel(next.label)), writeServiceApp(next)],
  })
}

/** Reads a record. */
export async function findRecord(
  query: RunQuery,
  kind: RecordKind,
  id: string,
): Promise<StoredRecord | undefined> {
  if (!isStorable(id)) return undefined
  const [row] = await query<RecordRow>({
    name: 'keygrant_record',
    text: 'SELECT id, record, expires_at FROM keygrant.records WHERE kind = $1 AND id = $2',
    values: [kind, id],
  })
  return row === undefined ? undefined : readRecordRow(kind, row)
}

/** Reads a page of records. */
export async function listRecords(
  query: RunQuery,
  kind: RecordKind,
  { limit, after = '' }: RecordQuery,
): Promise<readonly StoredRecord[]> {
  const rows = await query<RecordRow>({
    text: `SELECT id, record, expires_at FROM keygrant.records
      WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3`,
    values: [kind, storable(after), limit],
  })
  return rows.map((row) => readRecordRow(kind, row))
}

/** Writes a record in a transaction; `undefined` deletes. */
export async function writeRecord(
  query: RunQuery,
  kind: RecordKind,
  id: string,
  next: StoredRecord | undefined,
): Promise<void> {
  await query(
    next === undefined
      ? { text: 'DELETE FROM keygrant.records WHERE kind = $1 AND id = $2', values: [kind, id] }
      : {
          text: `INSERT INTO keygrant.records (kind, id, record, expires_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (kind, id)
            DO UPDATE SET record = excluded.record, expires_at = excluded.expires_at`,
          values: [kind, id, JSON.stringify(next.content), next.expiresAt ?? null],
        },
  )
}

/** Adds counts. */
export async function addUsage(query: RunQuery, counts: readonly UsageCount[]): Promise<void> {
  // A statement touches a row once; and all nodes lock rows in one order.
  const sums = new Map<string, UsageCount>()
  for (const count of counts) {
    const key = JSON.stringify([count.clientId, count.keyId, count.hour])
    const sum = sums.get(key)
    sums.set(key, {
      ...count,
      count: count.count + (sum?.count ?? 0),
      lastUsed: Math.max(count.lastUsed, sum?.lastUsed ?? 0),
    })
  }
  const keys = [...sums.keys()]
  keys.sort()
  const rows = keys.map((key) => sums.get(key) as UsageCount)
  await query({
    text: `INSERT INTO keygrant.key_usage AS old (client_id, key_id, hour, count, last_used)
      SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
      ON CONFLICT (client_id, key_id, hour) DO UPDATE
      SET count = old.count + excluded.count, last_used = greatest(old.last_used, excluded.last_used)`,
    values: [
      rows.map(({ clientId }) => storable(clientId)),
      rows.map(({ keyId }) => storable(keyId)),
      rows.map(({ hour }) => hour),
      rows.map(({ count }) => count),
      rows.map(({ lastUsed }) => lastUsed),
    ],
  })
}

/** Reads the counts of an app. */
export async function readUsage(query: RunQuery, clientId: string): Promise<readonly UsageCount[]> {
  const rows = await query<UsageRow>({
    text: `SELECT key_id, hour, count, last_used FROM keygrant.key_usage
      WHERE client_id = $1 ORDER BY hour DESC, key_id`,
    values: [storable(clientId)],
  })
  return rows.map((row) => readUsageRow(clientId, row))
}

/** Whether an identifier can be in the database at all. */
export function isStorable(id: string): boolean {
  return storable(id) === id
}
