/**
 * The PostgreSQL schema of the next version: one more migration, of the kind that runs beside servers of this
 * version. It changes the table and the function by which single use is recorded.
 * @module
 */
import {
  MIGRATIONS as KNOWN,
  type PostgresMigration,
} from '../../../src/storage/postgres-schema.ts'

export * from '../../../src/storage/postgres-schema.ts'

export const MIGRATIONS: readonly PostgresMigration[] = [
  ...KNOWN,
  {
    worksFromVersion: KNOWN.length,
    sql: `
  ALTER TABLE keygrant.replay ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now();
  DO $$ BEGIN
    EXECUTE replace(
      pg_get_functiondef('keygrant.record_once(bytea, bigint[], bigint[])'::regprocedure),
      'INSERT INTO keygrant.replay (replay_key, bucket)
      SELECT uses.replay_key, uses.bucket FROM uses',
      'INSERT INTO keygrant.replay (replay_key, bucket, recorded_at)
      SELECT uses.replay_key, uses.bucket, clock_timestamp() FROM uses'
    );
  END $$;
  `,
  },
]
