/**
 * `keygrant resource scope list`.
 * @module
 */

import type { ResourceScope } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists the scopes of a resource. */
export async function listScopes(
  this: CliContext,
  flags: AdministratorFlags,
  id: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.read'])
  const scopes = await api.listResourceScopes(id)
  if (flags.json === true) this.output.json(scopes)
  else showScopes(this, id, scopes)
}

/** Prints scopes as a table. */
export function showScopes(
  { output }: CliContext,
  id: string,
  scopes: readonly ResourceScope[],
): void {
  if (scopes.length === 0) {
    return output.note(`it has no scope: keygrant resource scope add ${id} SCOPE`)
  }
  const rows = scopes.map((scope) =>
    [scope.name, scope.default ? 'yes' : '', scope.description].map(escapeControls),
  )
  const heading = ['Scope', 'Default', 'Description']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line.trimEnd())
}
