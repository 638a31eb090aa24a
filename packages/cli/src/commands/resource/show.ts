/**
 * `keygrant resource show`.
 * @module
 */

import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { resourceLines } from './resource-lines.ts'
import { showScopes } from './scope-list.ts'

/** Shows a resource with its scopes. */
export async function showResource(
  this: CliContext,
  flags: AdministratorFlags,
  id: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.read'])
  const resource = await api.getResource(id)
  const scopes = await api.listResourceScopes(id)
  if (flags.json === true) return output.json({ ...resource, scopes })
  for (const line of resourceLines(resource, output.colors.bold)) output.line(line)
  output.line()
  showScopes(this, id, scopes)
}
