/**
 * `keygrant grant list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists what a service app may ask for. */
export async function listGrants(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.appGrants.read'])
  const appId = await resolveApp(api, appName)
  const grants = await api.listGrants(appId)
  if (flags.json === true) return output.json(grants)
  if (grants.length === 0) {
    return output.note(`nothing is granted to it: keygrant grant add ${appId} SCOPE`)
  }
  // A column for what there mostly is nothing to say about would be in the way.
  const isOfResource = grants.some(({ issuer }) => issuer !== api.issuer)
  const rows = grants.map(({ scopeId, issuer, created, id }) =>
    [
      scopeId,
      ...(isOfResource ? [issuer.slice(`${api.issuer}/oauth2/`.length)] : []),
      created.slice(0, 10),
      id,
    ].map(escapeControls),
  )
  const heading = ['Scope', ...(isOfResource ? ['Resource'] : []), 'Granted', 'ID']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}
