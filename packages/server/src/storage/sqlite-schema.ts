/**
 * The tables of the SQLite store, as migrations that only go forward.
 * @module
 */

import { packReplayKeys, shortenBuckets } from './sqlite-replay-migrations.ts'
import type { SqliteDatabase } from './sqlite.ts'

/** Marks a file as ours (`PRAGMA application_id`): "KGNT". */
export const APPLICATION_ID = 0x4b474e54

/** Of a day. */
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/** SQL, or what does what SQL can't. Runs inside the transaction of all steps. */
export type SqliteMigration = string | ((database: SqliteDatabase) => void)

/**
 * Step n takes a file from version n to n + 1 (`PRAGMA user_version`). A step that was released is
 * never changed; a change of the tables is a new step at the end. A new member of a service app or of
 * another record needs none: those are documents.
 */
export const MIGRATIONS: readonly SqliteMigration[] = [
  `
  CREATE TABLE service_apps (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id TEXT NOT NULL UNIQUE,
    -- In lower case, to find apps by the beginning of their label.
    label TEXT NOT NULL,
    record TEXT NOT NULL
  ) STRICT;

  CREATE TABLE records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX records_by_expiry ON records (expires_at) WHERE expires_at IS NOT NULL;

  -- What was changed, for the caches of other processes; the oldest rows are deleted.
  CREATE TABLE changes (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    -- NULL: a service app.
    kind TEXT,
    id TEXT NOT NULL
  ) STRICT;

  CREATE TABLE key_usage (
    client_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    hour INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    PRIMARY KEY (client_id, key_id, hour)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX key_usage_by_hour ON key_usage (hour);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request_id TEXT NOT NULL,
    actor_id TEXT,
    client_id TEXT,
    key_id TEXT,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_by_request ON audit (request_id);
  CREATE INDEX audit_by_client ON audit (client_id) WHERE client_id IS NOT NULL;
  CREATE INDEX audit_by_key ON audit (key_id) WHERE key_id IS NOT NULL;

  -- One row for each table replay_<bucket>; those that are over wait to be emptied and dropped.
  CREATE TABLE replay_buckets (
    bucket INTEGER PRIMARY KEY,
    is_over INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- Uses that expire before this NumericDate can't be told apart any more.
  CREATE TABLE replay_horizon (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    dropped_until INTEGER NOT NULL
  ) STRICT;
  INSERT INTO replay_horizon (one, dropped_until) VALUES (1, 0);
  `,
  // The audit log becomes a chain. Its places are given by the chain, and an index less is kept: keys are
  // found among the entries of their app.
  `
  CREATE TABLE chained_audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request_id TEXT NOT NULL,
    actor_id TEXT,
    client_id TEXT,
    key_id TEXT,
    detail TEXT NOT NULL,
    -- Empty for entries from before there was a chain.
    hash TEXT NOT NULL
  ) STRICT;
  INSERT INTO chained_audit SELECT *, '' FROM audit;
  DROP TABLE audit;
  ALTER TABLE chained_audit RENAME TO audit;
  CREATE INDEX audit_by_time ON audit (at);
  CREATE INDEX audit_by_request ON audit (request_id);
  CREATE INDEX audit_by_client ON audit (client_id) WHERE client_id IS NOT NULL;
  CREATE TABLE audit_chain (
    name TEXT PRIMARY KEY,
    id INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO audit_chain SELECT 'start', coalesce(max(id), 0), '' FROM audit;
  INSERT INTO audit_chain SELECT 'end', coalesce(max(id), 0), '' FROM audit;
  `,
  // What was refused, and what was changed, are found among any number of tokens that were issued.
  `
  CREATE INDEX audit_refusals ON audit (id) WHERE outcome <> 'SUCCESS';
  CREATE INDEX audit_changes ON audit (id) WHERE event NOT IN (
    'token.issued', 'token.refused', 'token.revoked', 'introspection.refused',
    'revocation.refused', 'rotation.refused', 'admin.denied', 'session.started',
    'session.refused', 'session.confirmed', 'session.ended', 'jwks.refused',
    'key.expiring', 'audit.omitted', 'audit.pruned'
  );
  CREATE INDEX audit_changes_by_client ON audit (client_id, id) WHERE event NOT IN (
    'token.issued', 'token.refused', 'token.revoked', 'introspection.refused',
    'revocation.refused', 'rotation.refused', 'admin.denied', 'session.started',
    'session.refused', 'session.confirmed', 'session.ended', 'jwks.refused',
    'key.expiring', 'audit.omitted', 'audit.pruned'
  );
  `,
  // Changes are told apart from tokens, which most entries are about, by one comparison; 'signer.traced' is none.
  `
  DROP INDEX audit_changes;
  DROP INDEX audit_changes_by_client;
  CREATE INDEX audit_changes ON audit (id) WHERE event <> 'token.issued' AND event NOT IN (
    'token.refused', 'token.revoked', 'introspection.refused', 'revocation.refused',
    'rotation.refused', 'admin.denied', 'session.started', 'session.refused',
    'session.confirmed', 'session.ended', 'jwks.refused', 'key.expiring',
    'audit.omitted', 'audit.pruned', 'signer.traced'
  );
  CREATE INDEX audit_changes_by_client ON audit (client_id, id) WHERE event <> 'token.issued' AND event NOT IN (
    'token.refused', 'token.revoked', 'introspection.refused', 'revocation.refused',
    'rotation.refused', 'admin.denied', 'session.started', 'session.refused',
    'session.confirmed', 'session.ended', 'jwks.refused', 'key.expiring',
    'audit.omitted', 'audit.pruned', 'signer.traced'
  );
  `,
  // What is written for each token goes to a small part of the file, however many apps ask: the counts of keys
  // stand by the day, and the index of entries by app has a part for each 4096 entries.
  `
  ALTER TABLE key_usage RENAME TO hourly_usage;
  CREATE TABLE key_usage (
    day INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    last_used INTEGER NOT NULL,
    ${HOURS.map((hour) => `hour_${hour} INTEGER NOT NULL DEFAULT 0,`).join(' ')}
    PRIMARY KEY (day, client_id, key_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO key_usage
  SELECT hour / 24, client_id, key_id, max(last_used),
    ${HOURS.map((hour) => `sum(iif(hour % 24 = ${hour}, count, 0))`).join(', ')}
  FROM hourly_usage GROUP BY hour / 24, client_id, key_id;
  DROP TABLE hourly_usage;

  DROP INDEX audit_by_client;
  CREATE INDEX audit_by_client ON audit (id >> 12, client_id) WHERE client_id IS NOT NULL;
  `,
  // The keys of what was used lie many to a row, in the order in which they came.
  packReplayKeys,
  // What was used is forgotten ten minutes at a time, where it was an hour.
  shortenBuckets,
]

/** The version of a file that has had every migration. */
export const SCHEMA_VERSION: number = MIGRATIONS.length
