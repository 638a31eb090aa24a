/**
 * The SQLite schema of the next version: one more migration.
 * @module
 */
import { MIGRATIONS as KNOWN, type SqliteMigration } from '../../../src/storage/sqlite-schema.ts'

export * from '../../../src/storage/sqlite-schema.ts'

export const MIGRATIONS: readonly SqliteMigration[] = [
  ...KNOWN,
  `
  ALTER TABLE replay_buckets ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
  `,
]
