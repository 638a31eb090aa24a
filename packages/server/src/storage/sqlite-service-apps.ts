/**
 * Service apps in SQLite: an app is read whole, and what changed of it is written.
 * @module
 */

import type {
  ClientKey,
  Grant,
  Role,
  RoleAssignment,
  ServiceApp,
  ServiceAppQuery,
} from './ports.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite.ts'

interface AppRow {
  readonly client_id: string
  readonly label: string
  readonly status: ServiceApp['status']
  readonly created: number
  readonly last_updated: number
  readonly tokens_not_before: number
}

interface KeyRow {
  readonly id: string
  readonly jwk: string
  readonly status: ClientKey['status']
  readonly created: number
  readonly last_updated: number
}

interface GrantRow {
  readonly id: string
  readonly scope: string
  readonly created: number
  readonly created_by: string
}

interface RoleRow {
  readonly id: string
  readonly role: Role
  readonly created: number
}

/** The service apps of one database connection. */
export interface SqliteServiceApps {
  find(clientId: string): ServiceApp | undefined
  exists(clientId: string): boolean
  list(query: ServiceAppQuery): ServiceApp[]
  /** Writes the difference. Runs inside a write transaction. */
  write(before: ServiceApp | undefined, after: ServiceApp | undefined): void
}

/** The service apps of one database connection. */
export function createSqliteServiceApps(database: SqliteDatabase): SqliteServiceApps {
  const appMembers = 'client_id, label, status, created, last_updated, tokens_not_before'
  const selectApp = database.prepare(`SELECT ${appMembers} FROM service_apps WHERE client_id = ?`)
  const selectExists = database.prepare('SELECT 1 FROM service_apps WHERE client_id = ?')
  const selectPage = database.prepare(`
    SELECT ${appMembers} FROM service_apps
    WHERE place > coalesce((SELECT place FROM service_apps WHERE client_id = ?1), 0)
      AND lower(substr(label, 1, length(?2))) = lower(?2)
    ORDER BY place LIMIT ?3`)
  const insertApp = database.prepare(
    `INSERT INTO service_apps (${appMembers}) VALUES (?, ?, ?, ?, ?, ?)`,
  )
  const updateApp = database.prepare(`
    UPDATE service_apps SET label = ?, status = ?, last_updated = ?, tokens_not_before = ?
    WHERE client_id = ?`)
  const deleteApp = database.prepare('DELETE FROM service_apps WHERE client_id = ?')
  const keys = children<ClientKey, KeyRow>(database, {
    table: 'client_keys',
    members: ['kid', 'jwk', 'status', 'created', 'last_updated'],
    values: (key) => [
      key.jwk.kid,
      JSON.stringify(key.jwk),
      key.status,
      key.created,
      key.lastUpdated,
    ],
    read: (row) => ({
      id: row.id,
      jwk: JSON.parse(row.jwk) as ClientKey['jwk'],
      status: row.status,
      created: row.created,
      lastUpdated: row.last_updated,
    }),
  })
  const grants = children<Grant, GrantRow>(database, {
    table: 'grants',
    members: ['scope', 'created', 'created_by'],
    values: (grant) => [grant.scope, grant.created, grant.createdBy],
    read: (row) => ({
      id: row.id,
      scope: row.scope,
      created: row.created,
      createdBy: row.created_by,
    }),
  })
  const roles = children<RoleAssignment, RoleRow>(database, {
    table: 'role_assignments',
    members: ['role', 'created'],
    values: (assignment) => [assignment.role, assignment.created],
    read: (row) => ({ id: row.id, role: row.role, created: row.created }),
  })

  const whole = (row: AppRow): ServiceApp => ({
    clientId: row.client_id,
    label: row.label,
    status: row.status,
    created: row.created,
    lastUpdated: row.last_updated,
    tokensNotBefore: row.tokens_not_before,
    keys: keys.of(row.client_id),
    grants: grants.of(row.client_id),
    roles: roles.of(row.client_id),
  })

  return {
    find(clientId) {
      const row = selectApp.get(clientId) as AppRow | undefined
      return row === undefined ? undefined : whole(row)
    },

    exists: (clientId) => selectExists.get(clientId) !== undefined,

    list: ({ after, labelStart, limit }) =>
      (selectPage.all(after ?? null, labelStart ?? '', limit) as AppRow[]).map(whole),

    write(before, after) {
      if (after === undefined) {
        if (before !== undefined) deleteApp.run(before.clientId)
        return
      }
      const { clientId, label, status, created, lastUpdated, tokensNotBefore } = after
      if (before === undefined) {
        insertApp.run(clientId, label, status, created, lastUpdated, tokensNotBefore)
      } else {
        updateApp.run(label, status, lastUpdated, tokensNotBefore, clientId)
      }
      keys.write(clientId, before?.keys ?? [], after.keys)
      grants.write(clientId, before?.grants ?? [], after.grants)
      roles.write(clientId, before?.roles ?? [], after.roles)
    },
  }
}

interface ChildTable<Child, Row> {
  readonly table: string
  readonly members: readonly string[]
  values(child: Child): readonly (string | number)[]
  read(row: Row): Child
}

/** Rows that hang on an app. A child that is the same object before and after is left alone. */
function children<Child extends { readonly id: string }, Row>(
  database: SqliteDatabase,
  { table, members, values, read }: ChildTable<Child, Row>,
): {
  of(clientId: string): Child[]
  write(clientId: string, before: readonly Child[], after: readonly Child[]): void
} {
  const marks = members.map(() => '?').join(', ')
  const select: SqliteStatement = database.prepare(
    `SELECT id, ${members.join(', ')} FROM ${table} WHERE client_id = ? ORDER BY rowid`,
  )
  const remove = database.prepare(`DELETE FROM ${table} WHERE id = ?`)
  const insert = database.prepare(
    `INSERT INTO ${table} (${members.join(', ')}, client_id, id) VALUES (${marks}, ?, ?)`,
  )
  const update = database.prepare(
    `UPDATE ${table} SET ${members.map((name) => `${name} = ?`).join(', ')}
     WHERE client_id = ? AND id = ?`,
  )
  return {
    of: (clientId) => (select.all(clientId) as Row[]).map(read),

    write(clientId, before, after) {
      const kept = new Map(after.map((child) => [child.id, child]))
      for (const { id } of before) if (!kept.has(id)) remove.run(id)
      for (const child of after) {
        const old = before.find(({ id }) => id === child.id)
        if (old === child) continue
        const statement = old === undefined ? insert : update
        statement.run(...values(child), clientId, child.id)
      }
    },
  }
}
