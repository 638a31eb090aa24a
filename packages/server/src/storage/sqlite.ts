/**
 * The store in one SQLite file. The database client is passed in: `node:sqlite`, `libsql` and
 * `better-sqlite3` have the shape that is asked for.
 * @module
 */

import {
  type AuditEntry,
  type Decision,
  type ServiceApp,
  type Storage,
  StorageError,
} from './ports.ts'
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts'
import { createSqliteAudit } from './sqlite-audit.ts'
import { createSqliteReplay } from './sqlite-replay.ts'
import { createSqliteServiceApps } from './sqlite-service-apps.ts'
import { createWriteQueue } from './write-queue.ts'

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
  const serviceApps = createSqliteServiceApps(database)
  const replay = createSqliteReplay(database)
  const audit = createSqliteAudit(database)
  let waitingAudit: AuditEntry[] = []
  let auditOfThisTurn: AuditEntry[] = []
  let isClosed = false

  const queue = createWriteQueue(
    {
      begin() {
        try {
          database.exec('BEGIN IMMEDIATE')
          replay.begin()
          auditOfThisTurn = waitingAudit
          waitingAudit = []
          for (const entry of auditOfThisTurn) audit.insert(entry)
        } catch (cause) {
          throw unavailable(cause)
        }
      },
      commit() {
        try {
          database.exec('COMMIT')
        } catch (cause) {
          throw unavailable(cause)
        }
        auditOfThisTurn = []
      },
      rollback() {
        waitingAudit = [...auditOfThisTurn, ...waitingAudit].slice(-MAX_WAITING_AUDIT)
        auditOfThisTurn = []
        try {
          database.exec('ROLLBACK')
        } catch {
          // The failure that led here has ended the transaction, or it never began.
        }
      },
    },
    (error) => error instanceof StorageError && error.code === 'ERR_STORAGE_UNAVAILABLE',
  )

  const change = <T>(
    before: ServiceApp | undefined,
    { next, audit: entries, answer }: Decision<T>,
  ): T => {
    runSql(() => database.exec('SAVEPOINT change'))
    try {
      serviceApps.write(before, next)
      for (const entry of entries) audit.insert(entry)
    } catch (cause) {
      if (!isConstraint(cause)) throw unavailable(cause)
      runSql(() => database.exec('ROLLBACK TO change; RELEASE change'))
      throw new StorageError('ERR_STORAGE_CONFLICT', 'the identifier is taken', { cause })
    }
    runSql(() => database.exec('RELEASE change'))
    return answer
  }

  const flush = async (): Promise<void> => {
    if (waitingAudit.length > 0 || queue.isWaiting) await queue.add(() => undefined)
  }

  return {
    serviceApps: {
      find: async (clientId) => runSql(() => serviceApps.find(clientId)),
      exists: async (clientId) => runSql(() => serviceApps.exists(clientId)),
      list: async (query) => runSql(() => serviceApps.list(query)),
      change: ({ clientId, actorId }, decide) =>
        queue.add(() => {
          const current = runSql(() => serviceApps.find(clientId))
          const actor = actorId === clientId ? current : runSql(() => serviceApps.find(actorId))
          return change(current, decide(current, actor))
        }),
    },
    replay: {
      async recordOnce(use) {
        const isFirst = await queue.add(() => runSql(() => replay.recordOnce(use)))
        if (isFirst !== undefined) return isFirst
        throw new StorageError(
          'ERR_STORAGE_UNAVAILABLE',
          'single use can not be proved for this time any more: the clock was set back',
        )
      },
    },
    audit: {
      append(entry) {
        if (waitingAudit.length >= MAX_WAITING_AUDIT) return
        waitingAudit.push(entry)
        // The next write takes the entry along; this one makes sure that there is one.
        if (!queue.isWaiting) queue.add(() => undefined).catch(() => undefined)
      },
      read: async (query) => {
        await flush()
        return runSql(() => audit.read(query))
      },
      flush,
    },
    maintain: (now) => queue.add(() => runSql(() => replay.dropOver(Math.floor(now / 1000)))),
    close: async () => {
      if (isClosed) return
      isClosed = true
      await flush().catch(() => undefined)
      try {
        // Leaves one file behind that is whole by itself.
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } finally {
        database.close()
      }
    },
  }
}

function prepareFile(database: SqliteDatabase): void {
  try {
    database.exec('PRAGMA busy_timeout = 1000')
    const version = readPragma(database, 'user_version')
    const application = readPragma(database, 'application_id')
    if (version > SCHEMA_VERSION && application === APPLICATION_ID) {
      throw new StorageError(
        'ERR_STORAGE_SCHEMA',
        `the database is of version ${version}, and this Keygrant knows versions up to ${SCHEMA_VERSION}; start the newer Keygrant that wrote it, or name another data directory`,
      )
    }
    if (application !== APPLICATION_ID && (version !== 0 || hasTables(database))) {
      throw new StorageError(
        'ERR_STORAGE_SCHEMA',
        'the file is an SQLite database of another program; name another file or data directory',
      )
    }
    const [damage] = database.prepare('PRAGMA quick_check(1)').all() as {
      quick_check?: string
    }[]
    if (damage?.quick_check !== 'ok') throw new Error(String(damage?.quick_check))
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    migrate(database)
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', describeOpenFailure(cause), { cause })
  }
}

function migrate(database: SqliteDatabase): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Read again: another process may have migrated before this one got the lock.
    const version = readPragma(database, 'user_version')
    for (const step of MIGRATIONS.slice(version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function readPragma(database: SqliteDatabase, name: 'user_version' | 'application_id'): number {
  return (database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[name] as number
}

function hasTables(database: SqliteDatabase): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined
}

function describeOpenFailure(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/readonly|read-only|unable to open/i.test(message)) {
    return 'the database can not be written; check the permissions of the file and of its directory'
  }
  if (/locked|busy/i.test(message)) return 'the database is locked by another process'
  if (/full/i.test(message)) return 'the disk is full; the database can not be opened'
  return 'the database is damaged and was left as it is; restore a backup, or move the file away to begin anew'
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

function isConstraint(error: unknown): boolean {
  return error instanceof Error && /constraint/i.test(error.message)
}
