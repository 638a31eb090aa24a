/**
 * From a data directory to a server that can listen, with everything that has to be closed again.
 * @module
 */

import { existsSync } from 'node:fs'
import { KeyError } from '@keygrant/core/errors'
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  type DataDirectory,
  inviteFirstAdministrator,
  type LogOptions,
  type NewInvitation,
  openDataDirectory,
  type Operator,
  prepareOperator,
  prepareSharedOperator,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { CONSOLE_PAGE, PAGES } from '../../package-files.ts'
import { openPostgres } from '../../postgres.ts'
import { shortPath } from '../../shell.ts'
import { loadSqlite, type OpenSqlite } from '../../sqlite.ts'
import { keepObjectsYoung } from './heap.ts'
import type { ServerPlan } from './plan.ts'
import { lockDataDirectory } from './server-lock.ts'
import type { Settings } from './settings.ts'

/** The data of a server, open in this process. */
export interface OpenData {
  readonly directory: DataDirectory
  readonly storage: Storage
}

/** A data directory that this process has to itself, with an operator. */
export interface HeldData extends OpenData {
  /** `undefined`: another data directory has the operator of the database. */
  readonly operator: Operator | undefined
  /** The link of the first administrator: while there is nobody yet, and there is a page to open it. */
  readonly invitation: NewInvitation | undefined
  /** Lets the data directory go. The store has to be closed before. */
  release(): void
}

/** A server, as another process can be told to run it. */
export interface ServerOrder extends Pick<
  ServerPlan,
  'data' | 'database' | 'issuer' | 'port' | 'signing' | 'options'
> {
  readonly host: string
  readonly log: Settings['log']
}

/**
 * Takes a data directory, so that no other server uses it, and makes what a first start needs: keys, the
 * store in this version, the operator. With a database, others may use the directory too.
 *
 * @throws {@link CommandError} or `StorageError` with a sentence; then nothing stays open.
 */
export async function holdData({
  data,
  database,
  issuer,
  signing,
  isNewOperatorWanted,
}: Pick<
  ServerPlan,
  'data' | 'database' | 'issuer' | 'signing' | 'isNewOperatorWanted'
>): Promise<HeldData> {
  const directory = await openDirectory(data, signing.envelopeKey)
  const lock = database === undefined ? lockDataDirectory(data, await loadSqlite()) : undefined
  const release = (): void => lock?.release()
  try {
    const storage = await openStorage(directory, database)
    try {
      const operator = await openOperator(() =>
        database === undefined
          ? prepareOperator({ directory, storage, issuer })
          : prepareSharedOperator({ directory, storage, issuer, isNewWanted: isNewOperatorWanted }),
      )
      // The next link ends the one before: of several nodes one makes it.
      const invitation =
        operator !== undefined && existsSync(CONSOLE_PAGE)
          ? await inviteFirstAdministrator({ storage, issuer })
          : undefined
      return { directory, storage, operator, invitation, release }
    } catch (error) {
      await storage.close()
      throw error
    }
  } catch (error) {
    release()
    throw error
  }
}

async function openStorage(
  { databaseFile }: DataDirectory,
  database: string | undefined,
): Promise<Storage> {
  if (database !== undefined) return openPostgres(database)
  return openSqliteStorage(openDatabase(databaseFile, await loadSqlite()))
}

/**
 * Opens data that the process holds that started this one.
 *
 * @throws {@link CommandError} or `StorageError` with a sentence; then nothing stays open.
 */
export async function openHeldData({
  data,
  database,
  signing,
}: Pick<ServerOrder, 'data' | 'database' | 'signing'>): Promise<OpenData> {
  const directory = await openDirectory(data, signing.envelopeKey)
  return { directory, storage: await openStorage(directory, database) }
}

/**
 * Makes a server on open data; it does not listen yet.
 *
 * @throws {@link CommandError} when its signing keys can't be opened.
 */
export async function createServer(
  { directory, storage }: OpenData,
  { issuer, log, options, signing }: Pick<ServerOrder, 'issuer' | 'log' | 'options' | 'signing'>,
  shared: Pick<AuthorizationServerOptions, 'siblings'> = {},
): Promise<AuthorizationServer> {
  keepObjectsYoung()
  try {
    return await createAuthorizationServer({
      issuer,
      storage,
      signingKeys: {
        ...directory.signingKeys,
        algorithm: signing.signingAlgorithm,
        rotateAfterDays: signing.signingKeyDays,
        replaceUnreadable: signing.newSigningKeys,
      },
      log: logTarget(log),
      ...options,
      ...shared,
      ...(existsSync(PAGES) ? { uiDirectory: PAGES } : undefined),
    })
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(
      ExitCode.environment,
      `the signing keys in the database can not be opened: ${error.message}`,
      'restore the file envelope-key of the data directory from a backup, or copy that of another node of the database and name it with --envelope-key; if it is lost, start once with --new-signing-keys',
    )
  }
}

/** Where a process logs. */
export function logTarget(level: Settings['log']): LogOptions | false {
  return level === 'off' ? false : { level, stream: process.stderr }
}

async function openDirectory(
  data: string,
  envelopeKeyFile: string | undefined,
): Promise<DataDirectory> {
  try {
    return await openDataDirectory(data, envelopeKeyFile === undefined ? {} : { envelopeKeyFile })
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(
      ExitCode.environment,
      `signing-keys.json in the data directory ${shortPath(data)} is damaged: ${error.message}`,
      'restore it from a backup; if there is none, delete it: new keys are made, and tokens that are out stop working',
    )
  }
}

async function openOperator<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare()
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(
      ExitCode.environment,
      `operator-key.json in the data directory is damaged: ${error.message}`,
      'restore it from a backup, or delete it: a new key is made and registered for the operator',
    )
  }
}

function openDatabase(file: string, openSqlite: OpenSqlite): ReturnType<OpenSqlite> {
  try {
    return openSqlite(file)
  } catch {
    throw new CommandError(
      ExitCode.environment,
      `the database ${shortPath(file)} can not be opened`,
      'check that it is a file that this user may write; move it away to begin anew',
    )
  }
}
