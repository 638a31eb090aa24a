/**
 * From a data directory to a server that can listen, with everything that has to be closed again.
 * @module
 */

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KeyError } from '@keygrant/core/errors'
import {
  type AuthorizationServer,
  type CloseOptions,
  createAuthorizationServer,
  type DataDirectory,
  openDataDirectory,
  type Operator,
  prepareOperator,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { shortPath } from '../../shell.ts'
import { loadSqlite, type OpenSqlite } from '../../sqlite.ts'
import type { ServerPlan } from './plan.ts'
import { lockDataDirectory } from './server-lock.ts'

/** The pages for the browser, which the build puts into this package. */
export const PAGES: string = fileURLToPath(new URL('../../../ui', import.meta.url))

/** A server, not listening yet. */
export interface OpenServer {
  readonly server: AuthorizationServer
  readonly directory: DataDirectory
  readonly operator: Operator
  /** Stops the server, closes the store, and lets the data directory go. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Opens the data directory, the store and the server.
 *
 * @throws {@link CommandError} or `StorageError` with a sentence; then nothing stays open.
 */
export async function openServer(plan: ServerPlan): Promise<OpenServer> {
  const { data, issuer, settings, options } = plan
  const openSqlite = await loadSqlite()
  const directory = await openDirectory(data)
  const lock = lockDataDirectory(data, openSqlite)
  try {
    const storage = openSqliteStorage(openDatabase(directory.databaseFile, openSqlite))
    try {
      const operator = await openOperator(() => prepareOperator({ directory, storage, issuer }))
      const server = await createAuthorizationServer({
        issuer,
        storage,
        signingKeys: directory.signingKeys,
        log: settings.log === 'off' ? false : { level: settings.log, stream: process.stderr },
        ...options,
        ...(existsSync(PAGES) ? { uiDirectory: PAGES } : undefined),
      })
      const close = async (closing?: CloseOptions): Promise<void> => {
        await server.close(closing)
        await storage.close()
        lock.release()
      }
      return { server, directory, operator, close }
    } catch (error) {
      await storage.close()
      throw error
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function openDirectory(data: string): Promise<DataDirectory> {
  try {
    return await openDataDirectory(data)
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(
      ExitCode.environment,
      `signing-keys.json in the data directory ${shortPath(data)} is damaged: ${error.message}`,
      'restore it from a backup; if there is none, delete it: new keys are made, and tokens that are out stop working',
    )
  }
}

async function openOperator(prepare: () => Promise<Operator>): Promise<Operator> {
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
