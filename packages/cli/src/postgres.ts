/**
 * PostgreSQL: its client, loaded when a database is named; what the URL of a database says, without what it keeps secret; and
 * why one can not be used, in words.
 * @module
 */

import { randomUUID } from 'node:crypto'
import { KeygrantError } from '@keygrant/core/errors'
import type { Storage } from '@keygrant/server'
import type { Pool } from 'pg'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { quoteInput } from './untrusted-text.ts'

/** What the URL of a database says. */
export interface DatabaseUrl {
  /** Where it is and who connects; no password, and no parameter. */
  readonly shown: string
  readonly hasPassword: boolean
  /** Whether it is on this machine, by a socket or the loopback. */
  readonly isLocal: boolean
  /** Whether TLS is asked for, with a certificate that is verified. */
  readonly isVerified: boolean
}

const FORM =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?:(?<user>[^/?#]*)@)?(?<host>(?:[^/?#:]*|\[[0-9a-fA-F:.]+\])(?::[0-9]*)?)(?:\/(?<name>[^?#]*))?(?:\?(?<query>[^#]*))?$/
const LOCAL = /^(?:|localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?$/
/** A half-open connection is given up after this; a request has been answered with 503 before. */
const CONNECT_MS = 5000
const DUPLICATE_SCHEMA = '42P06'

/**
 * Reads the URL of a database, and connects to nothing.
 *
 * @throws {@link CommandError} when it is none; the text is not repeated, for it may hold a password.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const parts = FORM.exec(text)?.groups
  // What is behind an @ in the name may be the rest of a password.
  if (parts?.['scheme'] === undefined || parts['name']?.includes('@') === true) {
    throw new CommandError(
      ExitCode.usage,
      '--database is no URL of a PostgreSQL database',
      'write it as postgres://user@host:5432/name; a password in it has %40 for @ and %2F for /, and is better in PGPASSWORD or ~/.pgpass',
    )
  }
  const { scheme, user = '', host = '', name = '', query = '' } = parts
  const parameters = new URLSearchParams(query)
  const [role = '', ...password] = user.split(':')
  // A socket is named by its directory, which may stand in a parameter.
  const socket = parameters.get('host')?.startsWith('/') === true
  return {
    shown: `${scheme}${role === '' ? '' : `${role}@`}${host}/${name}`,
    hasPassword: password.length > 0 || parameters.has('password'),
    isLocal: socket || (LOCAL.test(host) && (parameters.get('host') ?? '') === ''),
    isVerified: /^verify-(?:ca|full)$/.test(parameters.get('sslmode') ?? ''),
  }
}

/**
 * Opens the store in a PostgreSQL database.
 *
 * @throws {@link CommandError} with a sentence when the database can't be used.
 */
export async function openPostgres(url: string): Promise<Storage> {
  const { shown } = parseDatabaseUrl(url)
  const { openPostgresStorage } = await import('@keygrant/server/storage/postgres')
  const pool = await openPool(url)
  try {
    return await openPostgresStorage(pool)
  } catch (error) {
    throw describeOpening(error, shown)
  }
}

/** A store that is there for a while. */
export interface PassingStore {
  readonly storage: Storage
  /** Closes it, and removes everything that it made. */
  remove(): Promise<void>
}

/**
 * Opens a store in a database that no server uses.
 *
 * @throws {@link CommandError} with a sentence when the database can't be used, or a server uses it.
 */
export async function openPassingPostgres(url: string): Promise<PassingStore> {
  const { shown } = parseDatabaseUrl(url)
  const pool = await openPool(url)
  // By it the schema is known again, so that nothing is ever removed that a server made.
  const mark = `for a while: ${randomUUID()}`
  try {
    await pool.query(`CREATE SCHEMA keygrant; COMMENT ON SCHEMA keygrant IS '${mark}'`)
  } catch (error) {
    await pool.end()
    if (systemErrorCode(error) !== DUPLICATE_SCHEMA) throw describeFailure(error, shown)
    throw new CommandError(
      ExitCode.environment,
      `the database ${quoteInput(shown)} has a schema "keygrant" already`,
      'name an empty database: createdb keygrant_bench',
    )
  }
  const drop = async (): Promise<void> => {
    try {
      const { rows } = await pool.query<{ readonly mark: string | null }>(
        `SELECT obj_description('keygrant'::regnamespace) AS mark`,
      )
      if (rows[0]?.mark === mark) await pool.query('DROP SCHEMA keygrant CASCADE')
    } finally {
      await pool.end()
    }
  }
  try {
    const storage = await openPostgres(url)
    return {
      storage,
      async remove() {
        await storage.close()
        await drop()
      },
    }
  } catch (error) {
    await drop()
    throw error
  }
}

async function openPool(url: string): Promise<Pool> {
  const [{ default: pg }, { POSTGRES_CONNECTIONS }] = await Promise.all([
    import('pg'),
    import('@keygrant/server/storage/postgres'),
  ])
  const pool = new pg.Pool({
    connectionString: url,
    max: POSTGRES_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'keygrant',
    keepAlive: true,
  })
  // Without a listener, a connection that breaks while nobody uses it would end the process.
  return pool.on('error', () => undefined)
}

/** What PostgreSQL's codes, and those of the network, mean to who starts a server. */
const REASONS: Readonly<Record<string, readonly [fault: string, fix: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'start PostgreSQL, or name another host and port'],
  ENOENT: ['there is no socket of PostgreSQL', 'start PostgreSQL, or name its host'],
  ENOTFOUND: ['there is no host of that name', 'check the host in --database'],
  ETIMEDOUT: ['it does not answer', 'check the host, and what lies between'],
  '28P01': ['the password is wrong', 'check PGPASSWORD, ~/.pgpass or the URL'],
  '28000': ['the role may not connect', 'see pg_hba.conf of the database'],
  '3D000': ['there is no database of that name', 'make it: createdb NAME'],
  '42501': [
    'the role may not make its schema there',
    'let it: GRANT CREATE ON DATABASE name TO role; or make it the owner',
  ],
  EAI_AGAIN: ['its host could not be looked up', 'check the host in --database, and DNS'],
  '25006': ['it can only be read', 'name the primary'],
  '53300': ['it has no connection left', 'raise max_connections; each process takes up to 8'],
  '57P03': ['it is starting or stopping', 'try again'],
}

function describeOpening(error: unknown, shown: string): unknown {
  if (!(error instanceof KeygrantError) || error.code !== 'ERR_STORAGE_UNAVAILABLE') return error
  // What was refused with a sentence of its own has no cause.
  return error.cause === undefined ? error : describeFailure(error.cause, shown)
}

function describeFailure(cause: unknown, shown: string): CommandError {
  const code = systemErrorCode(cause) ?? ''
  const isTimeout = cause instanceof Error && /timeout|no answer within/i.test(cause.message)
  const [fault, fix] = REASONS[isTimeout ? 'ETIMEDOUT' : code] ?? [
    `the reason is ${code === '' ? 'not known' : code}`,
    'see the log of PostgreSQL',
  ]
  return new CommandError(
    ExitCode.environment,
    `the database ${quoteInput(shown)} can not be used: ${fault}`,
    fix,
  )
}
