/**
 * `keygrant resource list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists the resources. */
export async function listResources(this: CliContext, flags: AdministratorFlags): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.read'])
  const resources = await api.listResources()
  if (flags.json === true) return output.json(resources)
  const rows = resources.map(({ id, status, audiences, name }) =>
    [id, status, audiences.join(' '), name].map(escapeControls),
  )
  const heading = ['ID', 'Status', 'Audience', 'Name']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}
