/**
 * Reading the audit log in SQLite: whatever is asked, no turn is long.
 * @module
 */

import type { AuditQuery, StoredAuditEntry } from './ports.ts'
import { type AuditCondition, type AuditRow, auditSelection, readAuditRow } from './rows.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

/** Entries that are read a slice at a time, so that others have their turn between. */
export interface SlicedReading {
  /** Those that were found so far. */
  readonly entries: readonly StoredAuditEntry[]
  /** Reads on; `false` when nothing is left to read. One that throws has read nothing, and may be called again. */
  readSlice(): boolean
}

/** Chunks of the log, which are looked through one by one. */
interface Chunks {
  /** Entries of one. */
  readonly size: number
  /** What is read, and by which index. */
  readonly source: string
  /** What holds of the entries of one. */
  conditions(chunk: number): readonly AuditCondition[]
}

/** The index by app has a part for each chunk of the log; the condition stands in the tables literally so. */
const OF_APP: Chunks = {
  size: 2 ** 12,
  source: 'audit',
  conditions: (chunk) => [['id >> 12 =', chunk]],
}
const REFUSALS = chunksByPlace(2 ** 12, 'audit INDEXED BY audit_refusals')
/** Each entry is looked at. */
const ALL = chunksByPlace(2 ** 10, 'audit NOT INDEXED')
/** Entries of a time that are read and sorted at once. */
const FEW = 1000
/** A slice that took so long is the last of its turn. */
const SLICE_MS = 3

/** The reading of one database connection. */
export function createSqliteAuditReading(
  database: SqliteDatabase,
): (query: AuditQuery) => SlicedReading {
  const countFew = database.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM audit WHERE at >= ? AND at < ? LIMIT ?)',
  )
  const selectFirst = database.prepare('SELECT min(id) AS id FROM audit')
  const selectLast = database.prepare('SELECT max(id) AS id FROM audit')
  const statements = new Map<string, SqliteStatement>()

  const select = (
    query: AuditQuery,
    source: string,
    own: readonly AuditCondition[] = [],
  ): readonly StoredAuditEntry[] => {
    const { sql, values } = auditSelection(query, () => '?', own)
    const text = `SELECT * FROM ${source} ${sql}`
    const statement = statements.get(text) ?? database.prepare(text)
    statements.set(text, statement)
    return (statement.all(...values) as AuditRow[]).map(readAuditRow)
  }

  const readAtOnce = (query: AuditQuery, source: string): SlicedReading => {
    const entries: StoredAuditEntry[] = []
    return {
      entries,
      readSlice() {
        entries.push(...select(query, source))
        return false
      },
    }
  }

  const readByChunk = (query: AuditQuery, { size, source, conditions }: Chunks): SlicedReading => {
    const { order, after, limit } = query
    const isNewestFirst = order === 'newest_first'
    const entries: StoredAuditEntry[] = []
    const chunkOf = (row: unknown): number =>
      // That of an empty log is none of its.
      Math.floor(((row as { readonly id: number | null }).id ?? 0) / size)
    const from = chunkOf((isNewestFirst ? selectLast : selectFirst).get())
    const to = chunkOf((isNewestFirst ? selectFirst : selectLast).get())
    const step = isNewestFirst ? -1 : 1
    const isBehind = (chunk: number): boolean => (isNewestFirst ? chunk < to : chunk > to)
    let next = after === undefined ? from : Math.floor(after / size)
    if (isNewestFirst ? next > from : next < from) next = from
    return {
      entries,
      readSlice() {
        const began = performance.now()
        while (entries.length < limit && !isBehind(next)) {
          const left = { ...query, limit: limit - entries.length }
          entries.push(...select(left, source, conditions(next)))
          next += step
          if (performance.now() - began >= SLICE_MS) return true
        }
        return false
      },
    }
  }

  /** Whether so few entries are of the time asked for that sorting them takes no time. */
  const isOfFew = ({ since, until }: AuditQuery): boolean => {
    if (since === undefined) return false
    const { count } = countFew.get(since, until ?? Number.MAX_SAFE_INTEGER, FEW + 1) as {
      readonly count: number
    }
    return count <= FEW
  }

  return (query) => {
    const chunks = chunksFor(query)
    if (chunks === undefined) return readAtOnce(query, 'audit')
    if (isOfFew(query)) return readAtOnce(query, 'audit INDEXED BY audit_by_time')
    return readByChunk(query, chunks)
  }
}

/** The chunks in which entries are looked for; `undefined` where an index leads to them, or the first ones are among them. */
function chunksFor(query: AuditQuery): Chunks | undefined {
  const { requestId, kind, clientId, actorId, keyId, event, outcome, since, until } = query
  if (requestId !== undefined || kind === 'changes') return undefined
  if (clientId !== undefined) return OF_APP
  const isAnyLookedFor = [actorId, keyId, event, outcome, since, until].some(
    (value) => value !== undefined,
  )
  if (!isAnyLookedFor) return undefined
  return kind === 'refusals' ? REFUSALS : ALL
}

function chunksByPlace(size: number, source: string): Chunks {
  return {
    size,
    source,
    conditions: (chunk) => [
      ['id >=', chunk * size],
      ['id <', (chunk + 1) * size],
    ],
  }
}
