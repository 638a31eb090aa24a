/**
 * Rows as every SQL database has them, and the conditions that find them. A client gives a large integer
 * as a number or as its digits.
 * @module
 */

import type {
  AuditEntry,
  AuditQuery,
  RecordKind,
  StorageChange,
  StoredAuditEntry,
  StoredRecord,
  UsageCount,
} from './ports.ts'

type SqlInteger = number | string

/** A row of `audit`. */
export interface AuditRow {
  readonly id: SqlInteger
  readonly at: SqlInteger
  readonly event: AuditEntry['event']
  readonly outcome: AuditEntry['outcome']
  readonly request_id: string
  readonly actor_id: string | null
  readonly client_id: string | null
  readonly key_id: string | null
  readonly detail: string
}

/** The columns of a new row of `audit`, in this order. */
export const AUDIT_COLUMNS =
  'at, event, outcome, request_id, actor_id, client_id, key_id, detail' as const

/** The values of a new row of `audit`, in the order of {@link AUDIT_COLUMNS}. */
export function auditValues(
  entry: AuditEntry,
): readonly [number, string, string, string, string | null, string | null, string | null, string] {
  return [
    entry.at,
    entry.event,
    entry.outcome,
    entry.requestId,
    entry.actorId ?? null,
    entry.clientId ?? null,
    entry.keyId ?? null,
    JSON.stringify(entry.detail),
  ]
}

/** The entry of a row. */
export function readAuditRow(row: AuditRow): StoredAuditEntry {
  return {
    id: Number(row.id),
    event: row.event,
    outcome: row.outcome,
    at: Number(row.at),
    requestId: row.request_id,
    actorId: row.actor_id ?? undefined,
    clientId: row.client_id ?? undefined,
    keyId: row.key_id ?? undefined,
    detail: JSON.parse(row.detail) as AuditEntry['detail'],
  }
}

/** What follows `SELECT * FROM audit`, with a mark for each value. */
export function auditSelection(
  query: AuditQuery,
  mark: (position: number) => string,
): { readonly sql: string; readonly values: readonly (string | number)[] } {
  const isNewestFirst = query.order === 'newest_first'
  const conditions = [
    [isNewestFirst ? 'id <' : 'id >', query.after],
    ['request_id =', query.requestId],
    ['actor_id =', query.actorId],
    ['client_id =', query.clientId],
    ['key_id =', query.keyId],
    ['event =', query.event],
    ['at >=', query.since],
    ['at <', query.until],
  ] as const
  const values: (string | number)[] = []
  const marked = (value: string | number): string => mark(values.push(value))
  const where = conditions
    .flatMap(([left, value]) => (value === undefined ? [] : [`${left} ${marked(value)}`]))
    .join(' AND ')
  const order = `ORDER BY id ${isNewestFirst ? 'DESC' : 'ASC'} LIMIT ${marked(query.limit)}`
  return { sql: where === '' ? order : `WHERE ${where} ${order}`, values }
}

/** A row of `records`. */
export interface RecordRow {
  readonly id: string
  readonly record: string
  readonly expires_at: SqlInteger | null
}

/** The record of a row. */
export function readRecordRow(kind: RecordKind, row: RecordRow): StoredRecord {
  return {
    kind,
    id: row.id,
    content: JSON.parse(row.record) as object,
    ...(row.expires_at === null ? undefined : { expiresAt: Number(row.expires_at) }),
  }
}

/** A row of `key_usage`. */
export interface UsageRow {
  readonly key_id: string
  readonly hour: number
  readonly count: SqlInteger
  readonly last_used: SqlInteger
}

/** The count of a row. */
export function readUsageRow(clientId: string, row: UsageRow): UsageCount {
  return {
    clientId,
    keyId: row.key_id,
    hour: row.hour,
    count: Number(row.count),
    lastUsed: Number(row.last_used),
  }
}

/** The latest hour that maintenance forgets. */
export function lastForgottenHour(now: number, usageDays: number): number {
  return Math.floor(now / 3_600_000) - usageDays * 24 - 1
}

/** A row of `changes`. */
export interface ChangeRow {
  readonly place: SqlInteger
  readonly kind: RecordKind | null
  readonly id: string
}

/** The members `kind` and `id` of a row that tells of a change. */
export function changeValues(
  change: Exclude<StorageChange, { what: 'anything' }>,
): readonly [kind: RecordKind | null, id: string] {
  return change.what === 'app' ? [null, change.clientId] : [change.kind, change.id]
}

/** The change of a row. */
export function readChangeRow({ kind, id }: ChangeRow): StorageChange {
  return kind === null ? { what: 'app', clientId: id } : { what: 'record', kind, id }
}

/** A process that has missed more than this many changes takes everything for changed. */
export const KEPT_CHANGES = 10_000
