/**
 * The tables of the PostgreSQL store, in a schema of their own, as migrations that only go forward.
 * @module
 */

import { type TimeBuckets, timeBuckets } from './replay.ts'

/** A step that takes the schema from version n to n + 1. A step that was released is never changed. */
export interface PostgresMigration {
  readonly sql: string
  /**
   * The oldest version whose servers may go on, and start, while and after this step is made. As long as
   * both versions run in a rolling upgrade, each has to understand what the other writes, and above all
   * both record single use in the same place under the same keys. Servers of versions before it write
   * nothing and give no token any more once the step is made.
   */
  readonly worksFromVersion: number
}

/** The number space of our advisory locks that two integers name; replay keys have the other one. */
export const LOCK_SPACE = 0x4b474e54

/** What the advisory locks in {@link LOCK_SPACE} guard. */
export const Lock = {
  migration: 1,
  /** Changes and the audit log: places are given, and become visible, in one order. */
  log: 2,
  buckets: 3,
} as const

/** The channel of `NOTIFY` that tells of changes. */
export const CHANNEL = 'keygrant_changes'

const BUCKET_SECONDS = 3600
/** An hour each: dropping a partition waits for those who record, so it is done seldom. */
export const BUCKETS: TimeBuckets = timeBuckets(BUCKET_SECONDS)

/** The steps, in their order. */
export const MIGRATIONS: readonly PostgresMigration[] = [
  {
    worksFromVersion: 1,
    sql: `
  CREATE TABLE keygrant.service_apps (
    place bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    client_id text COLLATE "C" PRIMARY KEY,
    label text COLLATE "C" NOT NULL,
    record text NOT NULL
  );

  CREATE TABLE keygrant.records (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    record text NOT NULL,
    expires_at bigint,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX records_by_expiry ON keygrant.records (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE keygrant.changes (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text,
    id text NOT NULL
  );

  CREATE TABLE keygrant.key_usage (
    client_id text COLLATE "C" NOT NULL,
    key_id text COLLATE "C" NOT NULL,
    hour integer NOT NULL,
    count bigint NOT NULL,
    last_used bigint NOT NULL,
    PRIMARY KEY (client_id, key_id, hour)
  );
  CREATE INDEX key_usage_by_hour ON keygrant.key_usage (hour);

  CREATE TABLE keygrant.audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    event text NOT NULL,
    outcome text NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    actor_id text COLLATE "C",
    client_id text COLLATE "C",
    key_id text COLLATE "C",
    detail text NOT NULL
  );
  CREATE INDEX audit_by_time ON keygrant.audit (at);
  CREATE INDEX audit_by_request ON keygrant.audit (request_id);
  CREATE INDEX audit_by_client ON keygrant.audit (client_id, id) WHERE client_id IS NOT NULL;
  CREATE INDEX audit_by_key ON keygrant.audit (key_id, id) WHERE key_id IS NOT NULL;

  -- One partition for each bucket, dropped whole. The key comes first, so that it is found in any bucket.
  CREATE TABLE keygrant.replay (
    replay_key bytea NOT NULL,
    bucket bigint NOT NULL,
    PRIMARY KEY (replay_key, bucket)
  ) PARTITION BY LIST (bucket);
  CREATE TABLE keygrant.replay_horizon (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    dropped_until bigint NOT NULL
  );
  INSERT INTO keygrant.replay_horizon (dropped_until) VALUES (0);

  -- Records uses in one atomic act: keys come one after the other, 32 octets each. Gives the positions of
  -- those that are the first, the horizon below which nothing was recorded, and the place of the last
  -- change that was committed. Each key is locked to the end of the transaction, because a unique index
  -- can't span buckets; locks are taken in one order everywhere.
  CREATE FUNCTION keygrant.record_once(
    use_keys bytea, use_expiries bigint[], use_locks bigint[],
    OUT firsts bigint[], OUT horizon bigint, OUT last_change bigint
  ) LANGUAGE plpgsql VOLATILE
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(each) FROM unnest(use_locks) AS each;
    SELECT dropped_until INTO horizon FROM keygrant.replay_horizon;
    WITH uses AS (
      SELECT substring(use_keys FROM (at * 32 - 31)::int FOR 32) AS replay_key,
        expires_at / ${BUCKET_SECONDS} AS bucket, at
      FROM unnest(use_expiries) WITH ORDINALITY AS each (expires_at, at)
      WHERE expires_at >= horizon
    ), added AS (
      INSERT INTO keygrant.replay (replay_key, bucket)
      SELECT uses.replay_key, uses.bucket FROM uses
      WHERE NOT EXISTS (
        SELECT FROM keygrant.replay AS old WHERE old.replay_key = uses.replay_key
      )
      ON CONFLICT DO NOTHING
      RETURNING replay.replay_key
    )
    SELECT coalesce(array_agg(uses.at), '{}') INTO firsts
    FROM uses JOIN added ON added.replay_key = uses.replay_key;
    SELECT coalesce(max(place), 0) INTO last_change FROM keygrant.changes;
  END $$;
  `,
  },
  {
    // An older server would write entries without a place in the chain.
    worksFromVersion: 2,
    sql: `
  ALTER TABLE keygrant.audit ALTER COLUMN id DROP IDENTITY;
  ALTER TABLE keygrant.audit ADD COLUMN hash text NOT NULL DEFAULT '';
  CREATE TABLE keygrant.audit_chain (
    name text PRIMARY KEY,
    id bigint NOT NULL,
    hash text NOT NULL
  );
  INSERT INTO keygrant.audit_chain SELECT 'start', coalesce(max(id), 0), '' FROM keygrant.audit;
  INSERT INTO keygrant.audit_chain SELECT 'end', coalesce(max(id), 0), '' FROM keygrant.audit;
  `,
  },
  {
    // What was refused, and what was changed, are found among any number of tokens that were issued.
    worksFromVersion: 2,
    sql: `
  CREATE INDEX audit_refusals ON keygrant.audit (id) WHERE outcome <> 'SUCCESS';
  CREATE INDEX audit_changes ON keygrant.audit (id) WHERE event NOT IN (
    'token.issued', 'token.refused', 'token.revoked', 'introspection.refused',
    'revocation.refused', 'rotation.refused', 'admin.denied', 'session.started',
    'session.refused', 'session.confirmed', 'session.ended', 'jwks.refused',
    'key.expiring', 'audit.omitted', 'audit.pruned'
  );
  CREATE INDEX audit_changes_by_client ON keygrant.audit (client_id, id) WHERE event NOT IN (
    'token.issued', 'token.refused', 'token.revoked', 'introspection.refused',
    'revocation.refused', 'rotation.refused', 'admin.denied', 'session.started',
    'session.refused', 'session.confirmed', 'session.ended', 'jwks.refused',
    'key.expiring', 'audit.omitted', 'audit.pruned'
  );
  `,
  },
  {
    // As in SQLite. Servers of versions before find changes as well, and slower.
    worksFromVersion: 2,
    sql: `
  DROP INDEX keygrant.audit_changes;
  DROP INDEX keygrant.audit_changes_by_client;
  CREATE INDEX audit_changes ON keygrant.audit (id) WHERE event <> 'token.issued' AND event NOT IN (
    'token.refused', 'token.revoked', 'introspection.refused', 'revocation.refused',
    'rotation.refused', 'admin.denied', 'session.started', 'session.refused',
    'session.confirmed', 'session.ended', 'jwks.refused', 'key.expiring',
    'audit.omitted', 'audit.pruned', 'signer.traced'
  );
  CREATE INDEX audit_changes_by_client ON keygrant.audit (client_id, id) WHERE event <> 'token.issued' AND event NOT IN (
    'token.refused', 'token.revoked', 'introspection.refused', 'revocation.refused',
    'rotation.refused', 'admin.denied', 'session.started', 'session.refused',
    'session.confirmed', 'session.ended', 'jwks.refused', 'key.expiring',
    'audit.omitted', 'audit.pruned', 'signer.traced'
  );
  `,
  },
]
