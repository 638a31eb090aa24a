/**
 * Brings the schema in a PostgreSQL database to this version, one node at a time.
 * @module
 */

import { StorageError } from './ports.ts'
import type { PostgresConnections, RunQuery } from './postgres-connection.ts'
import { Lock, LOCK_SPACE, MIGRATIONS, type PostgresMigration } from './postgres-schema.ts'

interface VersionRow {
  readonly version: number
  readonly works_from_version: number
}

/** A migration of large tables takes its time. */
const DEADLINE_MS = 10 * 60_000

/**
 * Checks the database and makes the migrations that it lacks, all in one transaction. A database of a later
 * version is taken as long as its migrations allow servers of this one beside them.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when it is too new or is none of ours;
 * `ERR_STORAGE_UNAVAILABLE` when it can't hold what was written.
 */
export async function migrate(
  connections: PostgresConnections,
  migrations: readonly PostgresMigration[] = MIGRATIONS,
): Promise<void> {
  await connections.transaction(async (query) => {
    await requireDurability(query)
    await query({ text: `SELECT pg_advisory_xact_lock(${LOCK_SPACE}, ${Lock.migration})` })
    const version = await readVersion(query, migrations.length)
    if (version >= migrations.length) return
    // What is being written is written first, and nothing is until this is done.
    await query({ text: `SELECT pg_advisory_xact_lock(${LOCK_SPACE}, ${Lock.log})` })
    await query({ text: `SET LOCAL statement_timeout = ${DEADLINE_MS}` })
    for (const { sql } of migrations.slice(version)) await query({ text: sql })
    const worksFrom = Math.max(...migrations.map(({ worksFromVersion }) => worksFromVersion))
    await query({
      text: `INSERT INTO keygrant.schema_version (version, works_from_version) VALUES ($1, $2)
        ON CONFLICT (one) DO UPDATE SET version = excluded.version,
          works_from_version = excluded.works_from_version`,
      values: [migrations.length, worksFrom],
    })
  }, DEADLINE_MS)
}

async function readVersion(query: RunQuery, known: number): Promise<number> {
  const [there] = await query<{ readonly has_schema: boolean; readonly has_version: boolean }>({
    text: `SELECT to_regnamespace('keygrant') IS NOT NULL AS has_schema,
      to_regclass('keygrant.schema_version') IS NOT NULL AS has_version`,
  })
  if (there?.has_version !== true) {
    if (there?.has_schema !== true) await query({ text: 'CREATE SCHEMA keygrant' })
    await requireEmptySchema(query)
    await query({
      text: `CREATE TABLE keygrant.schema_version (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        version integer NOT NULL,
        works_from_version integer NOT NULL
      )`,
    })
    return 0
  }
  const [row] = await query<VersionRow>({
    text: 'SELECT version, works_from_version FROM keygrant.schema_version',
  })
  const { version = 0, works_from_version: worksFrom = 0 } = row ?? {}
  if (worksFrom > known) {
    throw new StorageError(
      'ERR_STORAGE_SCHEMA',
      `the database is of version ${version}, and this Keygrant knows versions up to ${known}; start the newer Keygrant that wrote it, or name another database`,
    )
  }
  return version
}

async function requireEmptySchema(query: RunQuery): Promise<void> {
  const tables = await query({
    text: `SELECT 1 FROM pg_class WHERE relnamespace = 'keygrant'::regnamespace LIMIT 1`,
  })
  if (tables.length === 0) return
  throw new StorageError(
    'ERR_STORAGE_SCHEMA',
    'the database has a schema "keygrant" of another program; name another database',
  )
}

/** What PostgreSQL says is committed has to outlive a power cut: single use rests on it. */
async function requireDurability(query: RunQuery): Promise<void> {
  const [row] = await query<{ readonly fsync: string; readonly is_standby: boolean }>({
    text: `SELECT current_setting('fsync') AS fsync, pg_is_in_recovery() AS is_standby`,
  })
  if (row?.is_standby === true) {
    throw new StorageError(
      'ERR_STORAGE_UNAVAILABLE',
      'the database is a standby that can not be written; name the primary',
    )
  }
  if (row?.fsync !== 'on') {
    throw new StorageError(
      'ERR_STORAGE_UNAVAILABLE',
      'the database runs with fsync off: a power cut would let assertions be used again; set fsync = on',
    )
  }
}
