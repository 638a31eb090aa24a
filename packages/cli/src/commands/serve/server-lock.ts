/**
 * One server at a time for a data directory: its caches and its replay record are its own.
 * @module
 */

import { join } from 'node:path'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { shortPath } from '../../shell.ts'
import type { OpenSqlite } from '../../sqlite.ts'

/** A lock that the process holds; the system lets it go when the process ends, however that happens. */
export interface ServerLock {
  release(): void
}

/**
 * Takes the lock of a data directory. It is a lock of SQLite's on a file of its own, because Node has
 * no file locks and a process ID in a file outlives its process.
 *
 * @throws {@link CommandError} when another server has it.
 */
export function lockDataDirectory(directory: string, openSqlite: OpenSqlite): ServerLock {
  try {
    const database = openSqlite(join(directory, 'server.lock'))
    // Nothing is ever written, so a journal would only be one more file.
    database.exec('PRAGMA journal_mode = MEMORY')
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE')
    return { release: () => void database.close() }
  } catch (error) {
    const isTaken = /locked|busy/i.test(error instanceof Error ? error.message : String(error))
    throw new CommandError(
      ExitCode.environment,
      isTaken
        ? `another server is running with the data directory ${shortPath(directory)}`
        : `server.lock in the data directory ${shortPath(directory)} can not be used`,
      isTaken
        ? 'stop it first, or give this one a data directory of its own with --data'
        : 'delete that file; it holds no data',
    )
  }
}
