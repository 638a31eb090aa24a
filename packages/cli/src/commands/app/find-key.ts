/**
 * The key of a service app that a person means.
 * @module
 */

import type { AdminApi, AppKey } from '../../admin-api.ts'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { quoteInput } from '../../untrusted-text.ts'

/**
 * The key by its ID, or by its Key ID.
 *
 * @throws {@link CommandError} when the app has no such key.
 */
export async function findKey(api: AdminApi, appId: string, name: string): Promise<AppKey> {
  const keys = await api.listKeys(appId)
  const found = keys.find(({ id }) => id === name) ?? keys.find(({ kid }) => kid === name)
  if (found !== undefined) return found
  throw new CommandError(
    ExitCode.input,
    `the service app ${appId} has no key ${quoteInput(name)}`,
    `keygrant app key list ${appId} shows those that it has`,
  )
}
