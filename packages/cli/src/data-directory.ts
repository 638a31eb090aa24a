/**
 * Where the data directory is, and who the operator in it is.
 * @module
 */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { shortPath } from './shell.ts'
import { quoteInput } from './untrusted-text.ts'

/** Used when neither `--data` nor `KEYGRANT_DATA` names another one. */
export const DEFAULT_DATA_DIRECTORY = '.keygrant'

/** The operator: the service app that the commands of an administrator sign as. */
export interface OperatorProfile {
  readonly issuer: string
  readonly clientId: string
  /** File of the private key. */
  readonly keyFile: string
}

/** The data directory by flag, environment or default, as an absolute path. */
export function resolveDataDirectory(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const named = env['KEYGRANT_DATA']
  return resolve(flag ?? (named === undefined || named === '' ? DEFAULT_DATA_DIRECTORY : named))
}

/**
 * Reads who the operator is. The key file is the one beside it, also when the directory was moved.
 *
 * @throws {@link CommandError} when a server has never used this directory.
 */
export async function readOperator(directory: string): Promise<OperatorProfile> {
  const value = parse(await readOperatorFile(directory))
  if (value === undefined) {
    throw new CommandError(
      ExitCode.environment,
      `operator.json in ${quoteInput(shortPath(directory))} is damaged`,
      'restore it from a backup, or delete it: the next start of the server makes another operator',
    )
  }
  return { ...value, keyFile: join(directory, 'operator-key.json') }
}

async function readOperatorFile(directory: string): Promise<string> {
  try {
    return await readFile(join(directory, 'operator.json'), 'utf8')
  } catch (error) {
    const code = systemErrorCode(error)
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR'
    if (code === 'ENOENT' && existsSync(directory)) {
      throw new CommandError(
        ExitCode.environment,
        `there is no operator in ${quoteInput(shortPath(directory))}`,
        'name the data directory of a server with --data or KEYGRANT_DATA; of several nodes on one database, the first one has the operator',
      )
    }
    throw new CommandError(
      ExitCode.environment,
      isAbsent
        ? `there is no Keygrant data in ${quoteInput(shortPath(directory))}`
        : `the data directory ${quoteInput(shortPath(directory))} can not be read (${code ?? 'unknown reason'})`,
      isAbsent
        ? 'name the data directory of a server with --data or KEYGRANT_DATA, or start one: keygrant serve'
        : 'run the command as the user who started the server',
    )
  }
}

function parse(text: string): Pick<OperatorProfile, 'issuer' | 'clientId'> | undefined {
  try {
    const { issuer, clientId } = JSON.parse(text) as Record<string, unknown>
    return typeof issuer === 'string' && typeof clientId === 'string'
      ? { issuer, clientId }
      : undefined
  } catch {
    return undefined
  }
}
