/**
 * PostgreSQL: its client, loaded when a database is named; what the URL of a database says, without what it keeps secret; and
 * why one can not be used, in words.
 * @module
 */

import { KeygrantError } from '@keygrant/core/errors'
import type { Storage } from '@keygrant/server'
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
  const [{ default: pg }, { openPostgresStorage, POSTGRES_CONNECTIONS }] = await Promise.all([
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
  try {
    return await openPostgresStorage(pool)
  } catch (error) {
    throw describeOpening(error, shown)
  }
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
  '53300': ['it has no connection left', 'raise max_connections; each process takes up to 8'],
  '57P03': ['it is starting or stopping', 'try again'],
}

function describeOpening(error: unknown, shown: string): unknown {
  if (!(error instanceof KeygrantError) || error.code !== 'ERR_STORAGE_UNAVAILABLE') return error
  // What was refused with a sentence of its own has no cause.
  if (error.cause === undefined) return error
  const { cause } = error
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
