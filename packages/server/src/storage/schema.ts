/**
 * The tables of the SQLite store, as migrations that only go forward.
 * @module
 */

/** Marks a file as ours (`PRAGMA application_id`): "KGNT". */
export const APPLICATION_ID = 0x4b474e54

/**
 * Step n takes a file from version n to n + 1 (`PRAGMA user_version`). A step that was released is
 * never changed; a change of the tables is a new step at the end.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE service_apps (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_updated INTEGER NOT NULL,
    tokens_not_before INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE client_keys (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES service_apps (client_id) ON DELETE CASCADE,
    kid TEXT NOT NULL,
    jwk TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    last_updated INTEGER NOT NULL,
    UNIQUE (client_id, kid)
  ) STRICT;

  CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES service_apps (client_id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    created INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (client_id, scope)
  ) STRICT;

  CREATE TABLE role_assignments (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES service_apps (client_id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (client_id, role)
  ) STRICT;

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL,
    request_id TEXT NOT NULL,
    actor_id TEXT,
    client_id TEXT,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_request ON audit (request_id);
  CREATE INDEX audit_by_client ON audit (client_id) WHERE client_id IS NOT NULL;

  -- One row for each table replay_<bucket>.
  CREATE TABLE replay_buckets (bucket INTEGER PRIMARY KEY) STRICT;
  -- Uses that expire before this NumericDate can't be told apart any more.
  CREATE TABLE replay_horizon (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    dropped_until INTEGER NOT NULL
  ) STRICT;
  INSERT INTO replay_horizon (one, dropped_until) VALUES (1, 0);
  `,
]

/** The version of a file that has had every migration. */
export const SCHEMA_VERSION: number = MIGRATIONS.length
