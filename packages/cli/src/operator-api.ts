/**
 * The admin API for the commands of an administrator: the server and the operator that the data
 * directory names.
 * @module
 */

import type { PrivateKey } from '@keygrant/core/keys'
import { type AdminApi, type AdminScope, type App, createAdminApi } from './admin-api.ts'
import { CommandError, describeFailure } from './command-error.ts'
import type { CliContext } from './context.ts'
import { readOperator, resolveDataDirectory } from './data-directory.ts'
import { ExitCode } from './exit-codes.ts'
import { readPrivateKey } from './key-file.ts'
import { quoteInput } from './untrusted-text.ts'

/** Flags that every command of an administrator has. */
export interface OperatorFlags {
  readonly data?: string
  readonly json?: boolean
}

/** Opens the admin API as the operator. Nothing is sent before the first call. */
export async function openOperatorApi(
  context: CliContext,
  flags: OperatorFlags,
  scopes: readonly AdminScope[],
): Promise<AdminApi> {
  return createAdminApi({ ...(await identifyOperator(context, flags)), scopes })
}

/** The operator with its key. */
export interface OperatorIdentity {
  readonly issuer: string
  readonly clientId: string
  readonly signer: PrivateKey
}

/**
 * The operator that the data directory names, with its key.
 *
 * @throws {@link CommandError} when there is none, or its key can't be read.
 */
export async function identifyOperator(
  context: CliContext,
  flags: OperatorFlags,
): Promise<OperatorIdentity> {
  const { issuer, clientId, keyFile } = await readOperator(
    resolveDataDirectory(flags.data, context.env),
  )
  try {
    return { issuer, clientId, signer: await readPrivateKey(context, keyFile) }
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `the key of the operator can not be used: ${describeFailure(error).message}`,
      'restore it from a backup, or delete it: the next start of the server makes and registers a new one',
    )
  }
}

const CLIENT_ID = /^0oa[A-Za-z0-9]{17}$/

/**
 * The service app that a person means: by its client ID, or by its name when only one has it.
 *
 * @throws {@link CommandError} when no app, or more than one, has the name.
 */
export async function resolveApp(api: AdminApi, idOrName: string): Promise<string> {
  if (CLIENT_ID.test(idOrName)) return idOrName
  const named = (await api.listApps(idOrName)).filter(({ label }) => label === idOrName)
  const [only] = named
  if (only !== undefined && named.length === 1) return only.id
  throw new CommandError(
    ExitCode.input,
    only === undefined
      ? `there is no service app named ${quoteInput(idOrName)}`
      : `${named.length} service apps are named ${quoteInput(idOrName)}`,
    only === undefined
      ? 'keygrant app list shows the service apps that there are'
      : `use the client ID: ${named.map(({ id }: App) => id).join(' or ')}`,
  )
}
