/**
 * The runtime's own SQLite, in memory.
 * @module
 */

import type { SqliteDatabase } from '../storage/sqlite.ts'

/** A name that the types of Node 20 do not know. */
const NODE_SQLITE: string = 'node:sqlite'

/**
 * Opens an empty database.
 *
 * @throws `Error` when the runtime has no SQLite.
 */
export async function openMemoryDatabase(): Promise<SqliteDatabase> {
  const { emitWarning } = process
  // Node calls its SQLite experimental, in a warning that the tests of others need not show.
  process.emitWarning = () => undefined
  try {
    const { DatabaseSync } = (await import(NODE_SQLITE)) as {
      readonly DatabaseSync: new (file: string) => SqliteDatabase
    }
    return new DatabaseSync(':memory:')
  } catch (cause) {
    throw new Error(
      `Node ${process.versions.node} has no SQLite built in; pass an empty database as "database", such as libsql's new Database(':memory:')`,
      { cause },
    )
  } finally {
    process.emitWarning = emitWarning
  }
}
