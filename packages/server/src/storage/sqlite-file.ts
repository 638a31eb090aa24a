/**
 * The file of the SQLite store: whether it is ours and whole, and its migrations.
 * @module
 */

import { closeSync, fchmodSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { StorageError } from './ports.ts'
import { APPLICATION_ID, MIGRATIONS } from './sqlite-schema.ts'
import type { SqliteDatabase } from './sqlite.ts'

/**
 * Checks a file, and brings it to this version.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` or `ERR_STORAGE_UNAVAILABLE`, with a sentence.
 */
export function prepareFile(
  database: SqliteDatabase,
  migrations: readonly string[] = MIGRATIONS,
): void {
  try {
    database.exec('PRAGMA busy_timeout = 1000')
    const version = readPragma(database, 'user_version')
    const application = readPragma(database, 'application_id')
    if (version > migrations.length && application === APPLICATION_ID) {
      throw new StorageError(
        'ERR_STORAGE_SCHEMA',
        `the database is of version ${version}, and this Keygrant knows versions up to ${migrations.length}; start the newer Keygrant that wrote it, or name another data directory`,
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
    if (version > 0 && version < migrations.length) backUp(database, version)
    migrate(database, migrations)
  } catch (cause) {
    if (cause instanceof StorageError) throw cause
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', describeOpenFailure(cause), { cause })
  }
}

/** Keeps the file as it is before its tables change, beside it. */
function backUp(database: SqliteDatabase, version: number): void {
  const [main] = database.prepare('PRAGMA database_list').all() as { readonly file: string }[]
  if (main === undefined || main.file === '') return
  const copy = `${main.file}.version-${version}`
  // What an interrupted start left behind may be half a copy.
  rmSync(copy, { force: true })
  database.prepare('VACUUM INTO ?').run(copy)
  const file = openSync(copy, 'r+')
  try {
    fchmodSync(file, 0o600)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function migrate(database: SqliteDatabase, migrations: readonly string[]): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    // Read again: another process may have migrated before this one got the lock.
    const version = readPragma(database, 'user_version')
    for (const step of migrations.slice(version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
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
