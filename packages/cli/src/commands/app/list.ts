/**
 * `keygrant app list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists every service app. */
export async function listApps(this: CliContext, flags: AdministratorFlags): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const apps = await api.listApps()
  if (flags.json === true) return output.json(apps)
  const rows = apps.map(({ id, status, settings, created, label }) => {
    const keys = settings.oauthClient.jwks?.keys ?? []
    const active = keys.filter((key) => key.status === 'ACTIVE').length
    return [id, status, `${active} of ${keys.length}`, created.slice(0, 10), label].map(
      escapeControls,
    )
  })
  const heading = ['Client ID', 'Status', 'Active keys', 'Created', 'Name']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}
