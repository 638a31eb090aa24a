/**
 * Connections to PostgreSQL: set up for durable writes, given out with a deadline, and thrown away when
 * what became of them is not known.
 * @module
 */

import { StorageError } from './ports.ts'
import { Lock, LOCK_SPACE, MIGRATIONS } from './postgres-schema.ts'

/** One statement. */
export interface PostgresQuery {
  readonly text: string
  readonly values?: unknown[]
  /** Under this name the connection keeps the statement prepared. */
  readonly name?: string
}

/** The part of a connection of `pg` that the store uses. */
export interface PostgresClient {
  query(query: PostgresQuery): Promise<{ readonly rows: unknown[] }>
  on(event: 'error' | 'end' | 'notification', listener: () => void): unknown
  release(isBroken?: boolean): void
}

/** The part of a pool of `pg` that the store uses. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  on(event: 'error', listener: () => void): unknown
  end(): Promise<void>
}

/** Runs one statement; every failure is a `StorageError`. */
export type RunQuery = <Row>(query: PostgresQuery) => Promise<readonly Row[]>

/** The connections of a store. */
export interface PostgresConnections {
  /**
   * Gives work one connection, and takes it back.
   *
   * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` after the deadline, and when a statement fails;
   * any other error is the work's own.
   */
  lend<T>(work: (query: RunQuery) => Promise<T>, deadlineMs?: number): Promise<T>
  /** The same in a transaction, which is rolled back when the work throws. */
  transaction<T>(work: (query: RunQuery) => Promise<T>, deadlineMs?: number): Promise<T>
  /** One connection to listen at, until it breaks or is given up. */
  listen(channel: string, on: { notification(): void; broken(): void }): Promise<() => void>
  close(): Promise<void>
}

/** Time for work that no deadline was given for. */
const DEADLINE_MS = 5000
/** For what a server that lost its client is still doing. */
const SETTINGS = `
  SELECT set_config('statement_timeout', '10000', false),
    set_config('idle_in_transaction_session_timeout', '10000', false),
    set_config('default_transaction_isolation', 'read committed', false),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
      WHEN 'off' THEN 'on' WHEN 'local' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`

/** Takes over a pool. */
export function createPostgresConnections(pool: PostgresPool): PostgresConnections {
  const ready = new WeakSet<PostgresClient>()
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  pool.on('error', () => undefined)

  const connect = async (): Promise<PostgresClient> => {
    const client = await pool.connect().catch((cause: unknown) => {
      throw unavailable(cause)
    })
    if (ready.has(client)) return client
    client.on('error', () => undefined)
    try {
      await client.query({ text: SETTINGS })
    } catch (cause) {
      client.release(true)
      throw unavailable(cause)
    }
    ready.add(client)
    return client
  }

  const lend = <T>(work: (query: RunQuery) => Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> =>
    new Promise((resolve, reject) => {
      let client: PostgresClient | undefined
      let isOver = false
      const timer = setTimeout(() => {
        isOver = true
        // Its answer would be taken for the next one's.
        client?.release(true)
        reject(unavailable(new Error(`no answer within ${deadlineMs} ms`)))
      }, deadlineMs)
      const run = async (): Promise<T> => {
        const own = await connect()
        if (isOver) {
          own.release()
          throw unavailable(undefined)
        }
        client = own
        let hasFailed = false
        try {
          return await work(async <Row>(query: PostgresQuery) => {
            try {
              return (await own.query(query)).rows as Row[]
            } catch (cause) {
              hasFailed ||= isBroken(cause)
              throw unavailable(cause)
            }
          })
        } finally {
          client = undefined
          if (!isOver) own.release(hasFailed)
        }
      }
      run()
        .then(resolve, reject)
        .finally(() => clearTimeout(timer))
    })

  return {
    lend,

    transaction: (work, deadlineMs) =>
      lend(async (query) => {
        await query({ text: 'BEGIN' })
        try {
          const result = await work(query)
          await query({ text: 'COMMIT' })
          return result
        } catch (error) {
          await query({ text: 'ROLLBACK' }).catch(() => undefined)
          throw error
        }
      }, deadlineMs),

    async listen(channel, { notification, broken }) {
      const client = await connect()
      let isOver = false
      const stop = (): void => {
        if (isOver) return
        isOver = true
        client.release(true)
      }
      const breaks = (): void => {
        if (isOver) return
        stop()
        broken()
      }
      client.on('notification', notification)
      client.on('error', breaks)
      client.on('end', breaks)
      try {
        await client.query({ text: `LISTEN ${channel}` })
      } catch (cause) {
        stop()
        throw unavailable(cause)
      }
      return stop
    },

    close: () => pool.end(),
  }
}

/** Takes the lock under which changes and audit entries get their places, to the end of the transaction. */
export async function lockLog(query: RunQuery): Promise<void> {
  await query({ text: `SELECT pg_advisory_xact_lock(${LOCK_SPACE}, ${Lock.log})` })
  // Behind the lock: a migration may have waited for it, or this one for a migration.
  const [row] = await query<{ readonly works_from: number }>({
    name: 'keygrant_works_from',
    text: `SELECT ${WORKS_FROM} AS works_from`,
  })
  requireKnown(row?.works_from)
}

/** The oldest version whose servers may use the database, as an expression in SQL. */
export const WORKS_FROM = '(SELECT works_from_version FROM keygrant.schema_version)' as const

/**
 * Whether a server of this version may still use the database: a newer one may have migrated it meanwhile.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE`.
 */
export function requireKnown(worksFrom: number | undefined): void {
  if (worksFrom !== undefined && worksFrom <= MIGRATIONS.length) return
  throw new StorageError(
    'ERR_STORAGE_UNAVAILABLE',
    'a newer Keygrant has taken the database over; start that one instead of this',
  )
}

/** The code of PostgreSQL's error below a failure, such as `23514`. */
export function sqlState(error: unknown): string | undefined {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } }
  return typeof cause?.code === 'string' ? cause.code : undefined
}

/** What PostgreSQL refused, it answered; after anything else the connection is in an unknown state. */
function isBroken(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  const isAnswer = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)
  // Class 57 tells of a server that stops or ends the session.
  return !isAnswer || code.startsWith('57') || code.startsWith('08')
}

function unavailable(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause
  return new StorageError('ERR_STORAGE_UNAVAILABLE', 'the database does not answer as it should', {
    cause,
  })
}
