/**
 * `keygrant role assign`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Assigns a role. */
export async function assignRole(
  this: CliContext,
  flags: ChangeFlags,
  appName: string,
  role: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.roles.manage'])
  const appId = await resolveApp(api, appName)
  const made = await makeChange(this, flags, api, api.assignRole(appId, role))
  if (made === undefined) return
  if (flags.json === true) this.output.json(made.answer)
  else this.output.line(`Assigned the role ${escapeControls(made.answer.type)} to ${appId}.`)
}
