/**
 * `keygrant role remove`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'

/** Takes a role back, by its name or by the ID of its assignment. */
export async function removeRole(
  this: CliContext,
  flags: DeletionFlags,
  appName: string,
  role: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.roles.manage'])
  const appId = await resolveApp(api, appName)
  const roles = await api.listRoles(appId)
  const assigned = roles.find(({ id, type }) => type === role || id === role)
  if (assigned === undefined) {
    throw new CommandError(
      ExitCode.input,
      `${appId} does not have the role ${quoteInput(role)}`,
      `keygrant role list ${appId} shows those that it has`,
    )
  }
  const { id, type } = assigned
  await confirm(this, flags, `Take the role ${type} back from ${appId}?`)
  const made = await makeChange(this, flags, api, api.removeRole(appId, id))
  if (made === undefined) return
  if (flags.json === true) this.output.json({ id, type, deleted: true })
  else this.output.line(`Took the role ${escapeControls(type)} back from ${appId}.`)
}
