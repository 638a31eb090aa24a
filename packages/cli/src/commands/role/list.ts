/**
 * `keygrant role list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists what a service app may do as an administrator. */
export async function listRoles(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.roles.read'])
  const appId = await resolveApp(api, appName)
  const roles = await api.listRoles(appId)
  if (flags.json === true) return output.json(roles)
  if (roles.length === 0) {
    return output.note(`it has no admin role: keygrant role assign ${appId} ROLE`)
  }
  const rows = roles.map(({ type, created, id }) =>
    [type, created.slice(0, 10), id].map(escapeControls),
  )
  for (const line of table(['Role', 'Assigned', 'ID'], rows, output.colors.bold)) output.line(line)
}
