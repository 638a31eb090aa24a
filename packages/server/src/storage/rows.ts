/**
 * Rows as every SQL database has them, and the conditions that find them. A client gives a large integer
 * as a number or as its digits.
 * @module
 */

import {
  type AuditEntry,
  type AuditEvent,
  type AuditKind,
  type AuditLink,
  type AuditPlace,
  type AuditQuery,
  EVENTS_WITHOUT_CHANGE,
  type RecordKind,
  REQUEST_EVENTS,
  type StorageChange,
  type StoredAuditEntry,
  type StoredRecord,
  type UsageCount,
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
  readonly hash: string
}

/** The columns of a new row of `audit`, in this order. */
export const AUDIT_COLUMNS =
  'id, at, event, outcome, request_id, actor_id, client_id, key_id, detail, hash' as const

/** The values of an entry, as they are hashed and stored. */
export function auditValues(entry: AuditEntry): AuditLink['values'] {
  return [
    entry.at,
    entry.event,
    entry.outcome,
    storable(entry.requestId),
    storableOrNull(entry.actorId),
    storableOrNull(entry.clientId),
    storableOrNull(entry.keyId),
    JSON.stringify(entry.detail),
  ]
}

/** The link of a row, whatever stands in it. */
export function readAuditLink(row: AuditRow): AuditLink {
  return {
    id: Number(row.id),
    hash: row.hash,
    values: [
      Number(row.at),
      row.event,
      row.outcome,
      row.request_id,
      row.actor_id,
      row.client_id,
      row.key_id,
      row.detail,
    ],
  }
}

/** A row of `audit_chain`: where the log begins (`start`) or ends (`end`). */
export interface AuditPlaceRow {
  readonly name: 'start' | 'end'
  readonly id: SqlInteger
  readonly hash: string
}

/** The beginning and the end of the log from the rows of `audit_chain`. */
export function readAuditEnds(rows: readonly AuditPlaceRow[]): {
  readonly start: AuditPlace
  readonly end: AuditPlace
} {
  const place = (wanted: AuditPlaceRow['name']): AuditPlace => {
    const { id = 0, hash = '' } = rows.find(({ name }) => name === wanted) ?? {}
    return { id: Number(id), hash }
  }
  return { start: place('start'), end: place('end') }
}

/** Text as every database gives it back: without U+0000, and without half a surrogate pair. */
export function storable(text: string): string {
  if (text.isWellFormed() && !text.includes('\u0000')) return text
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD')
}

function storableOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
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

const listed = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** Most entries are about these. */
const TOKEN_ISSUED: AuditEvent = 'token.issued'
const OTHERS_WITHOUT_CHANGE = EVENTS_WITHOUT_CHANGE.filter((event) => event !== TOKEN_ISSUED)

/** Kinds as conditions; literally so in the indexes of the tables, which are found by them. */
const KINDS: Readonly<Record<AuditKind, string>> = {
  requests: `event IN (${listed(REQUEST_EVENTS)})`,
  refusals: "outcome <> 'SUCCESS'",
  changes: `event <> '${TOKEN_ISSUED}' AND event NOT IN (${listed(OTHERS_WITHOUT_CHANGE)})`,
}

/** What stands left of a value in a condition, and the value. */
export type AuditCondition = readonly [left: string, value: number]

/** What follows `SELECT * FROM audit`, with a mark for each value; `own` are conditions of a driver's own. */
export function auditSelection(
  query: AuditQuery,
  mark: (position: number) => string,
  own: readonly AuditCondition[] = [],
): { readonly sql: string; readonly values: readonly (string | number)[] } {
  const isNewestFirst = query.order === 'newest_first'
  const conditions = [
    ...own,
    [isNewestFirst ? 'id <' : 'id >', query.after],
    ['request_id =', query.requestId],
    ['actor_id =', query.actorId],
    ['client_id =', query.clientId],
    ['key_id =', query.keyId],
    ['event =', query.event],
    ['outcome =', query.outcome],
    ['at >=', query.since],
    ['at <', query.until],
  ] as const
  const values: (string | number)[] = []
  const marked = (value: string | number): string => mark(values.push(value))
  const where = [
    ...conditions.flatMap(([left, value]) =>
      value === undefined ? [] : [`${left} ${marked(value)}`],
    ),
    ...(query.kind === undefined ? [] : [KINDS[query.kind]]),
  ].join(' AND ')
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
