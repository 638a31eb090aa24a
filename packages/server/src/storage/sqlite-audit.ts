/**
 * The audit log in SQLite.
 * @module
 */

import { linkAll, prunable, pruningEntry } from './audit-chain.ts'
import type { AuditEntry, AuditLink, AuditPlace, AuditQuery, StoredAuditEntry } from './ports.ts'
import {
  AUDIT_COLUMNS,
  type AuditCondition,
  type AuditPlaceRow,
  type AuditRow,
  auditSelection,
  auditValues,
  readAuditEnds,
  readAuditLink,
  readAuditRow,
} from './rows.ts'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './sqlite.ts'

/** The audit log of one database connection. */
export interface SqliteAudit {
  /**
   * Looks again where the log ends: another process may have written to it. Runs at the beginning of a
   * write transaction.
   */
  begin(): void
  /** Chains entries to the end. Runs inside a write transaction. */
  insert(entries: readonly AuditEntry[]): void
  read(query: AuditQuery): SlicedReading
  links(after: number, limit: number): AuditLink[]
  ends(): { readonly start: AuditPlace; readonly end: AuditPlace }
  /** Removes what is older, some hundred at once. Runs inside a write transaction. */
  prune(before: number, now: number): number
}

/** Entries that are read a slice at a time, so that others have their turn between. */
export interface SlicedReading {
  /** Those that were found so far. */
  readonly entries: readonly StoredAuditEntry[]
  /** Reads on; `false` when nothing is left to read. One that throws has read nothing, and may be called again. */
  readSlice(): boolean
}

/** Entries that retention removes at once: some milliseconds of work. */
const PRUNED_AT_ONCE = 500
/** Rows of one statement, where there are as many: a statement costs as much as a third of a row. */
const ROWS_AT_ONCE = 16
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
const ROW = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'
/** What a row of a token does not have in common with all others, by its column. */
const TOKEN_VALUES = 6

/** The audit log of one database connection. */
export function createSqliteAudit(database: SqliteDatabase): SqliteAudit {
  const prepareInsert = (rows: number): SqliteStatement =>
    database.prepare(
      `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES ${Array<string>(rows).fill(ROW).join()}`,
    )
  const insertOne = prepareInsert(1)
  const insertSeveral = prepareInsert(ROWS_AT_ONCE)
  const insertTokens = database.prepare(
    `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES ${Array.from({ length: ROWS_AT_ONCE }, tokenRow).join()}`,
  )
  const selectLinks = database.prepare('SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?')
  const selectEnds = database.prepare('SELECT name, id, hash FROM audit_chain')
  const movePlace = database.prepare('UPDATE audit_chain SET id = ?, hash = ? WHERE name = ?')
  const remove = database.prepare('DELETE FROM audit WHERE id <= ?')
  const countFew = database.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM audit WHERE at >= ? AND at < ? LIMIT ?)',
  )
  const selectFirst = database.prepare('SELECT min(id) AS id FROM audit')
  const selectLast = database.prepare('SELECT max(id) AS id FROM audit')
  const statements = new Map<string, SqliteStatement>()

  const links = (after: number, limit: number): AuditLink[] =>
    (selectLinks.all(after, limit) as AuditRow[]).map(readAuditLink)
  const ends = () => readAuditEnds(selectEnds.all() as AuditPlaceRow[])
  let end = ends().end
  const insertValues = (entries: readonly AuditLink['values'][]): void => {
    if (entries.length === 0) return
    const added = linkAll(end, entries)
    let next = 0
    for (; next + ROWS_AT_ONCE <= added.length; next += ROWS_AT_ONCE) {
      const several = added.slice(next, next + ROWS_AT_ONCE)
      if (several.every(isToken)) insertTokens.run(...tokenRowsOf(several))
      else insertSeveral.run(...rowsOf(several))
    }
    for (; next < added.length; next++) insertOne.run(...rowsOf([added[next] as AuditLink]))
    end = added.at(-1) as AuditLink
    movePlace.run(end.id, end.hash, 'end')
  }

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

  const read = (query: AuditQuery): SlicedReading => {
    const chunks = chunksFor(query)
    if (chunks === undefined) return readAtOnce(query, 'audit')
    if (isOfFew(query)) return readAtOnce(query, 'audit INDEXED BY audit_by_time')
    return readByChunk(query, chunks)
  }

  return {
    begin() {
      end = ends().end
    },

    insert: (entries) => insertValues(entries.map(auditValues)),
    links,
    ends,

    read,

    prune(before, now) {
      const old = prunable(links(ends().start.id, PRUNED_AT_ONCE), before)
      const last = old.at(-1)
      if (last === undefined) return 0
      remove.run(last.id)
      movePlace.run(last.id, last.hash, 'start')
      insertValues([pruningEntry(last, old.length, now)])
      return old.length
    },
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

/** The values of rows, one row after the other. */
function rowsOf(links: readonly AuditLink[]): SqliteValue[] {
  return links.flatMap(({ id, values, hash }) => [id, ...values, hash])
}

/** Whether an entry is about a token that a client got: most are. */
function isToken({ values: [, event, outcome, , actorId, clientId] }: AuditLink): boolean {
  return event === 'token.issued' && outcome === 'SUCCESS' && actorId === clientId
}

/**
 * The row of a token in a statement with several, whose first value is the place of the first one: a client takes as long
 * to hand over three values as SQLite to write the row.
 */
function tokenRow(_: unknown, index: number): string {
  const first = index * TOKEN_VALUES + 2
  const [at, request, client, key, detail, hash] = Array.from(
    { length: TOKEN_VALUES },
    (_each, place) => `?${first + place}`,
  )
  return `(?1 + ${index}, ${at}, 'token.issued', 'SUCCESS', ${request}, ${client}, ${client}, ${key}, ${detail}, ${hash})`
}

/** The values of rows of tokens that follow each other. */
function tokenRowsOf(links: readonly AuditLink[]): SqliteValue[] {
  const row: SqliteValue[] = [(links[0] as AuditLink).id]
  for (const { values, hash } of links) {
    const [at, , , requestId, , clientId, keyId, detail] = values
    row.push(at, requestId, clientId, keyId, detail, hash)
  }
  return row
}
