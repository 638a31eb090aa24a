/**
 * The store in a PostgreSQL database that several servers share. The pool of connections is passed in: that
 * of `pg` has the shape that is asked for.
 * @module
 */

import { createChangeListeners } from './change-listeners.ts'
import {
  type Decision,
  type Storage,
  type StorageChange,
  StorageError,
  USAGE_DAYS,
} from './ports.ts'
import { createPostgresAudit } from './postgres-audit.ts'
import { createPostgresChanges } from './postgres-changes.ts'
import {
  createPostgresConnections,
  lockLog,
  type PostgresPool,
  type RunQuery,
} from './postgres-connection.ts'
import {
  addUsage,
  appExists,
  findApp,
  findRecord,
  isStorable,
  listApps,
  listRecords,
  readUsage,
  writeApp,
  writeRecord,
} from './postgres-documents.ts'
import { migrate } from './postgres-migrations.ts'
import { createPostgresReplay } from './postgres-replay.ts'
import { proved } from './replay.ts'
import { lastForgottenHour } from './rows.ts'

export type { PostgresClient, PostgresPool, PostgresQuery } from './postgres-connection.ts'

/** Connections that one server uses at most; its pool should have as many. */
export const POSTGRES_CONNECTIONS = 8

/** Rows of `key_usage` that one maintenance deletes. */
const MAX_DELETED = 10_000

/**
 * Opens a store on a pool, which it then owns: checks the database, makes its own schema `keygrant` or
 * brings it to this version. Every server that names the same database shares what is in it, and sees within
 * a second what another one changed.
 *
 * Does not set how long the pool waits for a connection: see `connectionTimeoutMillis` of `pg`.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when the database is from a newer version or is not ours;
 * `ERR_STORAGE_UNAVAILABLE` when it does not answer, is a standby, or would forget in a power cut.
 * @example
 * ```ts
 * import pg from 'pg'
 *
 * const connectionString = 'postgres://keygrant@db.internal/keygrant'
 * const pool = new pg.Pool({ connectionString, max: POSTGRES_CONNECTIONS })
 * const storage = await openPostgresStorage(pool)
 * ```
 */
export async function openPostgresStorage(pool: PostgresPool): Promise<Storage> {
  const connections = createPostgresConnections(pool)
  let place = 0
  try {
    await migrate(connections)
    const [last] = await connections.lend((query) =>
      query<{ readonly place: string }>({
        text: 'SELECT coalesce(max(place), 0) AS place FROM keygrant.changes',
      }),
    )
    place = Number(last?.place)
  } catch (error) {
    await connections.close().catch(() => undefined)
    throw error
  }
  const listeners = createChangeListeners()
  const changes = createPostgresChanges(connections, listeners, place)
  const replay = createPostgresReplay(connections, changes)
  const audit = createPostgresAudit(connections)
  let isClosed = false

  /** One change after the other, in every node: so they are decided on what is there. */
  const change = async <T, Subject>(
    actorId: string,
    subject: Exclude<StorageChange, { what: 'anything' }>,
    find: (query: RunQuery) => Promise<Subject | undefined>,
    decide: (
      current: Subject | undefined,
      ...actors: readonly [
        Awaited<ReturnType<typeof findApp>>,
        Awaited<ReturnType<typeof findRecord>>,
      ]
    ) => Decision<T, Subject>,
    isSame: (next: Subject) => boolean,
    write: (query: RunQuery, next: Subject | undefined) => Promise<void>,
  ): Promise<T> => {
    const answer = await connections.transaction(async (query) => {
      await lockLog(query)
      const current = await find(query)
      const app = await findApp(query, actorId)
      const person = await findRecord(query, 'person', actorId)
      const decision = decide(current, app, person)
      const { next } = decision
      const id = subject.what === 'app' ? subject.clientId : subject.id
      if ((next !== undefined && !isSame(next)) || !isStorable(id)) {
        throw new StorageError('ERR_STORAGE_CONFLICT', 'the decision is about another subject')
      }
      await write(query, next)
      await changes.note(query, subject)
      await audit.insert(query, decision.audit)
      return decision.answer
    })
    await changes.readNew()
    return answer
  }

  return {
    serviceApps: {
      find: (clientId) => connections.lend((query) => findApp(query, clientId)),
      exists: (clientId) => connections.lend((query) => appExists(query, clientId)),
      list: (page) => connections.lend((query) => listApps(query, page)),
      change: ({ clientId, actorId }, decide) =>
        change(
          actorId,
          { what: 'app', clientId },
          (query) => findApp(query, clientId),
          decide,
          (next) => next.clientId === clientId,
          (query, next) => writeApp(query, clientId, next),
        ),
    },
    records: {
      find: (kind, id) => connections.lend((query) => findRecord(query, kind, id)),
      list: (kind, page) => connections.lend((query) => listRecords(query, kind, page)),
      change: ({ kind, id, actorId }, decide) =>
        change(
          actorId,
          { what: 'record', kind, id },
          (query) => findRecord(query, kind, id),
          decide,
          (next) => next.kind === kind && next.id === id,
          (query, next) => writeRecord(query, kind, id, next),
        ),
    },
    replay: {
      recordOnce: async (use) => {
        if (audit.isFull()) {
          throw new StorageError('ERR_STORAGE_UNAVAILABLE', 'the audit log can not be written')
        }
        return proved(await replay.recordOnce(use))
      },
      isRecorded: async (use) => proved(await replay.isRecorded(use)),
    },
    usage: {
      add: (counts) => connections.lend((query) => addUsage(query, counts)),
      read: (clientId) => connections.lend((query) => readUsage(query, clientId)),
    },
    audit,
    onChange(listener) {
      changes.start()
      return listeners.add(listener)
    },
    isInTouch: changes.isInTouch,
    async maintain(now) {
      await replay.maintain(Math.floor(now / 1000))
      await connections.lend(async (query) => {
        await query({ text: 'DELETE FROM keygrant.records WHERE expires_at < $1', values: [now] })
        await query({
          text: `DELETE FROM keygrant.key_usage WHERE ctid IN (
            SELECT ctid FROM keygrant.key_usage WHERE hour <= $1 LIMIT ${MAX_DELETED}
            FOR UPDATE SKIP LOCKED)`,
          values: [lastForgottenHour(now, USAGE_DAYS)],
        })
        await changes.prune(query)
      })
    },
    async close() {
      if (isClosed) return
      isClosed = true
      changes.stop()
      await audit.flush().catch(() => undefined)
      await connections.close()
    },
  }
}
