/**
 * The file of the SQLite store: whether it is ours and whole, and its migrations.
 * @module
 */

import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { type AuditStore, type RecordStore, StorageError } from './ports.ts'
import { createSqliteAudit } from './sqlite-audit.ts'
import { createSqliteRecords } from './sqlite-records.ts'
import { APPLICATION_ID, MIGRATIONS, type SqliteMigration } from './sqlite-schema.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** Opening waits for another process that migrates. */
const OPENING_BUSY_MS = 10_000
/** A file up to this size is checked whole in half a second. */
const WHOLE_CHECK_OCTETS = 64 * 2 ** 20

/**
 * Checks a file, and brings it to this version.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` or `ERR_STORAGE_UNAVAILABLE`, with a sentence.
 */
export function prepareFile(
  database: SqliteDatabase,
  migrations: readonly SqliteMigration[] = MIGRATIONS,
): void {
  try {
    database.exec(`PRAGMA busy_timeout = ${OPENING_BUSY_MS}`)
    const version = requireOurs(database)
    if (version > migrations.length) throw tooNew(version, migrations.length)
    requireWhole(database)
    database.exec('PRAGMA journal_mode = WAL')
    database.exec('PRAGMA synchronous = FULL')
    database.exec('PRAGMA foreign_keys = ON')
    if (version > 0 && version < migrations.length) keepVersion(database, version)
    migrate(database, migrations)
  } catch (cause) {
    throw openFailure(cause)
  }
}

/**
 * Looks for damage: in the whole file while it is small, else in the tables that administrators manage.
 * Damage in the others is found where it is met, and what can't be read proves nothing.
 */
function requireWhole(database: SqliteDatabase): void {
  const octets = readPragma(database, 'page_count') * readPragma(database, 'page_size')
  const parts =
    octets <= WHOLE_CHECK_OCTETS
      ? ['1']
      : ['service_apps', 'records', 'changes', 'replay_buckets', 'replay_horizon']
  for (const part of parts) {
    const [first] = database.prepare(`PRAGMA quick_check(${part})`).all() as {
      quick_check?: string
    }[]
    if (first?.quick_check !== 'ok') throw new Error(String(first?.quick_check))
  }
}

/** Keeps the file as it is before its tables change, beside it. */
function keepVersion(database: SqliteDatabase, version: number): void {
  const [main] = database.prepare('PRAGMA database_list').all() as { readonly file: string }[]
  if (main === undefined || main.file === '') return
  const copy = `${main.file}.version-${version}`
  // What an interrupted start left behind may be half a copy.
  rmSync(copy, { force: true })
  copyTo(database, copy)
}

/**
 * Copies a database into a new file, whole and as it is at one moment, while servers go on writing to it.
 * The connection is one of its own, in a process of its own: copying blocks the event loop. The file is
 * neither migrated nor changed. The copy is on disk when this returns, is readable by its owner alone, and
 * is opened as any other data file.
 *
 * Does not copy signing keys, which are not in the database. A copy knows nothing of what was used after
 * it was made.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when the file is not ours; `ERR_STORAGE_UNAVAILABLE`
 * with a sentence when it is damaged, or when `to` is there already or can't be written; then no copy is
 * left behind.
 * @example
 * ```ts
 * import Database from 'libsql'
 *
 * backUpSqlite(new Database('/var/lib/keygrant/keygrant.db'), '/backup/keygrant-2026-11-24.db')
 * ```
 */
export function backUpSqlite(database: SqliteDatabase, to: string): void {
  try {
    closeSync(openSync(to, 'wx', 0o600))
  } catch (cause) {
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', describeCopyFailure(cause), { cause })
  }
  try {
    database.exec(`PRAGMA busy_timeout = ${OPENING_BUSY_MS}`)
    requireOurs(database)
    copyTo(database, to)
  } catch (cause) {
    rmSync(to, { force: true })
    throw openFailure(cause)
  }
}

/** What a file is and holds. */
export interface SqliteContents {
  readonly version: number
  readonly serviceApps: number
  readonly records: Pick<RecordStore, 'find'>
  /** The log; `undefined` in a file of an earlier version, which has other tables. */
  readonly audit: Pick<AuditStore, 'links' | 'ends'> | undefined
}

/**
 * Looks through a file that nobody writes to, such as a copy: whether it is ours, every page and every index is whole,
 * and this version knows it. Does not change it.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` or `ERR_STORAGE_UNAVAILABLE`, with a sentence.
 */
export function inspectSqlite(database: SqliteDatabase): SqliteContents {
  try {
    const version = requireOurs(database)
    if (version > MIGRATIONS.length) throw tooNew(version, MIGRATIONS.length)
    if (version === 0) throw new StorageError('ERR_STORAGE_SCHEMA', 'the database is empty')
    const [found] = database.prepare('PRAGMA integrity_check(1)').all() as {
      readonly integrity_check?: string
    }[]
    if (found?.integrity_check !== 'ok') throw new Error(String(found?.integrity_check))
    const apps = database.prepare('SELECT count(*) AS apps FROM service_apps').get()
    const records = createSqliteRecords(database)
    const audit = version < MIGRATIONS.length ? undefined : createSqliteAudit(database)
    return {
      version,
      serviceApps: (apps as { readonly apps: number }).apps,
      records: { find: async (kind, id) => records.find(kind, id) },
      audit: audit && {
        links: async (after, limit) => audit.links(after, limit),
        ends: async () => audit.ends(),
      },
    }
  } catch (cause) {
    throw openFailure(cause)
  }
}

function tooNew(version: number, known: number): StorageError {
  return new StorageError(
    'ERR_STORAGE_SCHEMA',
    `the database is of version ${version}, and this Keygrant knows versions up to ${known}; start the newer Keygrant that wrote it, or name another data directory`,
  )
}

function copyTo(database: SqliteDatabase, copy: string): void {
  // Made first, so that nobody else can read it at any moment; an empty file is taken for none.
  closeSync(openSync(copy, 'a', 0o600))
  database.prepare('VACUUM INTO ?').run(copy)
  for (const path of [copy, dirname(copy)]) {
    const handle = openSync(path, 'r')
    try {
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
  }
}

function describeCopyFailure(cause: unknown): string {
  const { code } = cause as { readonly code?: unknown }
  return code === 'EEXIST'
    ? 'the file for the copy is there already; name a new one'
    : 'the copy can not be written; check the permissions of the directory and the space on the disk'
}

function migrate(database: SqliteDatabase, migrations: readonly SqliteMigration[]): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Read again: another process may have migrated before this one got the lock.
    const version = readPragma(database, 'user_version')
    for (const step of migrations.slice(version)) {
      if (typeof step === 'string') database.exec(step)
      else step(database)
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** The version of a file that is ours, or empty. */
function requireOurs(database: SqliteDatabase): number {
  const version = readPragma(database, 'user_version')
  const application = readPragma(database, 'application_id')
  if (application !== APPLICATION_ID && (version !== 0 || hasTables(database))) {
    throw new StorageError(
      'ERR_STORAGE_SCHEMA',
      'the file is an SQLite database of another program; name another file or data directory',
    )
  }
  return version
}

function readPragma(
  database: SqliteDatabase,
  name: 'user_version' | 'application_id' | 'page_count' | 'page_size',
): number {
  return (database.prepare(`PRAGMA ${name}`).get() as Record<string, number>)[name] as number
}

function hasTables(database: SqliteDatabase): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined
}

/** Why a file can't be opened, in a sentence. */
export function openFailure(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  return new StorageError('ERR_STORAGE_UNAVAILABLE', describeOpenFailure(cause), { cause })
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
