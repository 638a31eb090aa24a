/**
 * SQLite: the runtime's own where it has one, else libsql, which comes prebuilt.
 * @module
 */

import type { SqliteDatabase } from '@keygrant/server/storage/sqlite'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'

/** Opens database files. */
export type OpenSqlite = (file: string) => SqliteDatabase

/**
 * Loads a database client.
 *
 * @throws {@link CommandError} when this machine has none.
 */
export async function loadSqlite(): Promise<OpenSqlite> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 13)) return loadNodeSqlite()
  try {
    const { default: Database } = await import('libsql')
    return (file) => new Database(file)
  } catch {
    throw new CommandError(
      ExitCode.environment,
      `there is no SQLite for this machine (${process.platform} ${process.arch}, Node ${process.versions.node})`,
      'run npm install again, or use Node 22.13 or later, which has SQLite built in',
    )
  }
}

/** A name that the types of Node 20 do not know. */
const NODE_SQLITE: string = 'node:sqlite'

/** Node calls its SQLite experimental in a warning that nobody who starts a server can act on. */
async function loadNodeSqlite(): Promise<OpenSqlite> {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    const { DatabaseSync } = (await import(NODE_SQLITE)) as {
      readonly DatabaseSync: new (file: string) => SqliteDatabase
    }
    return (file) => new DatabaseSync(file)
  } finally {
    process.emitWarning = emitWarning
  }
}
