/**
 * The admin API for the commands of an administrator: the server and the operator that the data
 * directory names.
 * @module
 */

import { type AdminApi, type AdminScope, type App, createAdminApi } from './admin-api.ts'
import { CommandError } from './command-error.ts'
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
  const operator = await readOperator(resolveDataDirectory(flags.data, context.env))
  const signer = await readPrivateKey(context, operator.keyFile)
  const { issuer, clientId } = operator
  return createAdminApi({ issuer, clientId, signer, scopes })
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
