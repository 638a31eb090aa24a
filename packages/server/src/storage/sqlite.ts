/**
 * The store in one SQLite file. The database client is passed in: `node:sqlite`, `libsql` and
 * `better-sqlite3` have the shape that is asked for.
 * @module
 */

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { createChangeListeners } from './change-listeners.ts'
import {
  type AuditEntry,
  type Decision,
  type Storage,
  type StorageChange,
  StorageError,
} from './ports.ts'
import { createSqliteAudit } from './sqlite-audit.ts'
import { createSqliteChanges } from './sqlite-changes.ts'
import { proved } from './replay.ts'
import { openFailure, prepareFile } from './sqlite-file.ts'
import { createSqliteRecords } from './sqlite-records.ts'
import { createSqliteReplay, type SqliteReplay } from './sqlite-replay.ts'
import { createSqliteServiceApps } from './sqlite-service-apps.ts'
import { createSqliteUsage } from './sqlite-usage.ts'
import { createWriteQueue } from './write-queue.ts'

export { backUpSqlite, inspectSqlite, type SqliteContents } from './sqlite-file.ts'

/** A value that is bound to a statement. */
export type SqliteValue = null | number | string | Uint8Array

/** The part of a prepared statement that the store uses. */
export interface SqliteStatement {
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): unknown[]
}

/** The part of a database client that the store uses. All of it is synchronous. */
export interface SqliteDatabase {
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  close(): unknown
}

/** Entries of the audit log that may wait for a store that fails; more are lost. */
const MAX_WAITING_AUDIT = 10_000
/** Entries that are written at once, as soon as there are as many: each then costs half of what one alone does. */
const AUDIT_AT_ONCE = 256
/** Fewer wait this long for more. */
const AUDIT_WAIT_MS = 100
/** How soon a process that writes nothing hears what another one changed. */
const POLL_MS = 250
/** After this long without asking, as in a process that was suspended, what is remembered may be out of date. */
const IN_TOUCH_MS = 1000
/** Another process that writes is waited for this long in all, without blocking the event loop. */
const LOCKED_MS = 2000
const SQLITE_BUSY = 5
/** Of the file that is kept in memory, by each process: the indexes in which apps and the log are looked up. */
const PAGE_CACHE_KIB = 6 * 1024
/**
 * Pages of its log that SQLite copies into the file at once, in the commit that has them full: half of what it does
 * by itself, so that nobody waits for it longer than 20 ms.
 */
const CHECKPOINT_PAGES = 500
/** A read waits only while another process repairs what one that was killed left behind. */
const REPAIR_MS = 1000
/** Between two slices of what is deleted, requests have their turn. */
const SLICE_PAUSE_MS = 5

/**
 * Opens a store on a database connection, which it then owns: sets it up for durable writes, checks the
 * file, and brings it to this version.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when the file is from a newer version or is not
 * ours; `ERR_STORAGE_UNAVAILABLE` when it is damaged or can't be written.
 * @example
 * ```ts
 * import Database from 'libsql'
 *
 * const storage = openSqliteStorage(new Database('/var/lib/keygrant/keygrant.db'))
 * ```
 */
export function openSqliteStorage(database: SqliteDatabase): Storage {
  prepareFile(database)
  // The event loop is never held up for a lock: what has to be written waits in its queue.
  database.exec(`PRAGMA busy_timeout = 0; PRAGMA cache_size = -${PAGE_CACHE_KIB}`)
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  const usage = createSqliteUsage(database)
  const serviceApps = createSqliteServiceApps(database, usage)
  const records = createSqliteRecords(database)
  const replay = openReplay(database)
  const audit = createSqliteAudit(database)
  const changes = createSqliteChanges(database)
  const listeners = createChangeListeners()
  const readDataVersion = database.prepare('PRAGMA data_version')
  const dataVersion = (): number =>
    (readDataVersion.get() as { readonly data_version: number }).data_version
  let polledVersion = 0
  /** Nothing, when this connection has to look again what is in the file. */
  let writtenVersion: number | undefined
  let polling: NodeJS.Timeout | undefined
  let polledAt = performance.now()
  let lockedSince: number | undefined
  let waitingAudit: AuditEntry[] = []
  let auditOfThisTurn: AuditEntry[] = []
  let isAuditDue = false
  let auditTimer: NodeJS.Timeout | undefined
  let hasChanged = false
  let isClosed = false

  /** Takes the lock of the one who writes; `false` when another process has it, and not for too long. */
  const lock = (): boolean => {
    try {
      database.exec('BEGIN IMMEDIATE')
    } catch (error) {
      lockedSince ??= performance.now()
      if (isLocked(error) && performance.now() - lockedSince < LOCKED_MS) return false
      lockedSince = undefined
      throw error
    }
    lockedSince = undefined
    return true
  }

  /**
   * What other processes committed counts before anything that is written now. Costs one number to read
   * when they committed nothing.
   */
  const catchUp = (): void => {
    const version = dataVersion()
    if (version === writtenVersion) return
    listeners.tell(changes.readNew())
    replay.begin()
    audit.begin()
    writtenVersion = version
  }

  /** Reads outside of a transaction. */
  const read = <T>(work: () => T): T =>
    runSql(() => {
      try {
        return work()
      } catch (error) {
        if (!isLocked(error)) throw error
        database.exec(`PRAGMA busy_timeout = ${REPAIR_MS}`)
        try {
          return work()
        } finally {
          database.exec('PRAGMA busy_timeout = 0')
        }
      }
    })

  const queue = createWriteQueue(
    {
      begin() {
        try {
          if (!lock()) return false
          catchUp()
          if (isAuditDue) insertWaitingAudit()
          return true
        } catch (cause) {
          throw unavailable(cause)
        }
      },
      commit() {
        try {
          replay.write()
          database.exec('COMMIT')
        } catch (cause) {
          throw unavailable(cause)
        }
        replay.ended(true)
        auditOfThisTurn = []
        if (waitingAudit.length === 0) isAuditDue = false
        if (hasChanged) tellChanges()
      },
      rollback() {
        writtenVersion = undefined
        replay.ended(false)
        waitingAudit = [...auditOfThisTurn, ...waitingAudit].slice(-MAX_WAITING_AUDIT)
        auditOfThisTurn = []
        hasChanged = false
        try {
          database.exec('ROLLBACK')
        } catch {
          // The failure that led here has ended the transaction, or it never began.
        }
      },
    },
    (error) => error instanceof StorageError && error.code === 'ERR_STORAGE_UNAVAILABLE',
  )

  const insertWaitingAudit = (): void => {
    const waiting = waitingAudit
    waitingAudit = []
    auditOfThisTurn = [...auditOfThisTurn, ...waiting]
    audit.insert(waiting)
  }

  /** The next write takes along the entries that wait; this one makes sure that there is one. */
  const writeWaitingAudit = (): void => {
    clearTimeout(auditTimer)
    auditTimer = undefined
    isAuditDue = true
    if (!queue.isWaiting) queue.add(() => undefined).catch(() => undefined)
  }

  const tellChanges = (): void => {
    hasChanged = false
    listeners.tell(changes.readNew())
  }

  const poll = (): void => {
    try {
      // Another number than before when another process wrote anything.
      const version = dataVersion()
      if (version !== polledVersion) {
        polledVersion = version
        tellChanges()
        replay.catchUp()
      }
      polledAt = performance.now()
    } catch {
      // The next one finds what this one missed.
    }
  }

  /** Writes what was decided, whole or not at all. */
  const write = <T, Subject>(
    { next, audit: entries, answer }: Decision<T, Subject>,
    change: Exclude<StorageChange, { what: 'anything' }>,
    isSame: (next: Subject) => boolean,
    put: (next: Subject | undefined) => void,
  ): T => {
    if (next !== undefined && !isSame(next)) {
      throw new StorageError('ERR_STORAGE_CONFLICT', 'the decision is about another subject')
    }
    return runSql(() => {
      put(next)
      changes.note(change)
      // What happened before the change stands before it.
      insertWaitingAudit()
      audit.insert(entries)
      hasChanged = true
      return answer
    })
  }

  const actors = (id: string) =>
    [runSql(() => serviceApps.find(id)), runSql(() => records.find('person', id))] as const

  const flush = async (): Promise<void> => {
    if (waitingAudit.length > 0) isAuditDue = true
    if (isAuditDue || queue.isWaiting) await queue.add(() => undefined)
  }

  return {
    serviceApps: {
      find: async (clientId) => read(() => serviceApps.find(clientId)),
      exists: async (clientId) => read(() => serviceApps.exists(clientId)),
      list: async (query) => read(() => serviceApps.list(query)),
      change: ({ clientId, actorId }, decide) =>
        queue.add(() => {
          const current = runSql(() => serviceApps.find(clientId))
          return write(
            decide(current, ...actors(actorId)),
            { what: 'app', clientId },
            (next) => next.clientId === clientId,
            (next) => serviceApps.write(clientId, next),
          )
        }),
    },
    records: {
      find: async (kind, id) => read(() => records.find(kind, id)),
      list: async (kind, query) => read(() => records.list(kind, query)),
      change: ({ kind, id, actorId }, decide) =>
        queue.add(() => {
          const current = runSql(() => records.find(kind, id))
          return write(
            decide(current, ...actors(actorId)),
            { what: 'record', kind, id },
            (next) => next.kind === kind && next.id === id,
            (next) => records.write(kind, id, next),
          )
        }),
    },
    replay: {
      recordOnce: async (use) =>
        proved(await queue.add(() => runSql(() => replay.recordOnce(use)))),
      isRecorded: async (use) => proved(read(() => replay.isRecorded(use))),
    },
    usage: {
      add: (counts) => queue.add(() => runSql(() => usage.add(counts))),
      read: async (clientId) => read(() => usage.read(clientId)),
    },
    audit: {
      append(entry) {
        if (waitingAudit.length >= MAX_WAITING_AUDIT) return
        waitingAudit.push(entry)
        if (isAuditDue || waitingAudit.length >= AUDIT_AT_ONCE) writeWaitingAudit()
        else auditTimer ??= setTimeout(writeWaitingAudit, AUDIT_WAIT_MS)
      },
      read: async (query) => {
        await flush()
        const { entries, readSlice } = read(() => audit.read(query))
        while (read(readSlice)) await nextTurn()
        return entries
      },
      links: async (after, limit) => {
        await flush()
        return read(() => audit.links(after, limit))
      },
      ends: async () => {
        await flush()
        return read(() => audit.ends())
      },
      prune: (before, now) => queue.add(() => runSql(() => audit.prune(before, now))),
      flush,
    },
    onChange(listener) {
      polling ??= setInterval(poll, POLL_MS).unref()
      return listeners.add(listener)
    },
    isInTouch() {
      if (performance.now() - polledAt >= IN_TOUCH_MS) poll()
      return performance.now() - polledAt < IN_TOUCH_MS
    },
    async maintain(now) {
      await queue.add(() =>
        runSql(() => {
          replay.closeOver(Math.floor(now / 1000))
          changes.prune()
        }),
      )
      const slices = [
        () => records.deleteExpired(now),
        () => usage.deleteOld(now),
        () => replay.dropSlice(),
      ]
      for (const slice of slices) {
        while (await queue.add(() => !isClosed && runSql(slice))) await pause(SLICE_PAUSE_MS)
      }
    },
    close: async () => {
      if (isClosed) return
      isClosed = true
      clearInterval(polling)
      clearTimeout(auditTimer)
      await flush().catch(() => undefined)
      try {
        database.exec(`PRAGMA busy_timeout = ${REPAIR_MS}`)
        // Leaves one file behind that is whole by itself.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // On a full disk, say. What was answered is in the log beside the file, and stays there.
      } finally {
        database.close()
      }
    },
  }
}

function openReplay(database: SqliteDatabase): SqliteReplay {
  try {
    return createSqliteReplay(database)
  } catch (cause) {
    throw openFailure(cause)
  }
}

/** Whether another process has the lock: libsql gives a code, Node a number. */
function isLocked(error: unknown): boolean {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown }
  return (typeof code === 'string' && code.startsWith('SQLITE_BUSY')) || errcode === SQLITE_BUSY
}

/** Runs SQL; whatever fails there means that the store is not available. */
function runSql<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw cause instanceof StorageError ? cause : unavailable(cause)
  }
}

function unavailable(cause: unknown): StorageError {
  return new StorageError('ERR_STORAGE_UNAVAILABLE', 'the database does not answer as it should', {
    cause,
  })
}
