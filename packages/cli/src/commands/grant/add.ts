/**
 * `keygrant grant add`.
 * @module
 */

import type { AppGrant } from '../../admin-api.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi, type OperatorFlags, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Grants scopes, one after the other. */
export async function addGrants(
  this: CliContext,
  flags: OperatorFlags,
  ...[appName, ...scopeLists]: string[]
): Promise<void> {
  const scopes = scopeLists.flatMap((list) => list.split(/[ ,]+/)).filter((scope) => scope !== '')
  if (appName === undefined || scopes.length === 0) {
    throw new CommandError(ExitCode.usage, 'no scope was given', 'name one, such as okta.apps.read')
  }
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.appGrants.manage'])
  const appId = await resolveApp(api, appName)
  const grants: AppGrant[] = []
  for (const scope of scopes) {
    grants.push(await api.addGrant(appId, scope))
    if (flags.json !== true) this.output.line(`Granted ${escapeControls(scope)} to ${appId}.`)
  }
  if (flags.json === true) this.output.json(grants)
}
