/**
 * `keygrant app show`.
 * @module
 */

import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { settingRows } from './setting-rows.ts'

/** Shows a service app, with its keys, grants and roles. */
export async function showApp(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, [
    'okta.apps.read',
    'okta.appGrants.read',
    'okta.roles.read',
  ])
  const appId = await resolveApp(api, appName)
  const app = await api.getApp(appId)
  const [keys, grants, roles] = [
    await api.listKeys(appId),
    await api.listGrants(appId),
    await api.listRoles(appId),
  ]
  if (flags.json === true) return output.json({ ...app, grants, roles })
  const { bold } = output.colors
  const rows: readonly (readonly [string, string])[] = [
    ['Name', app.label],
    ['Client ID', app.id],
    ['Status', app.status],
    ['Created', app.created],
    ...(app.lastUpdated === undefined ? [] : [['Changed', app.lastUpdated] as const]),
    ...settingRows(app),
    ...keys.map(({ kid, status, id }) => ['Key', `${kid} (${status}, ${id})`] as const),
    ...grants.map(({ scopeId }) => ['Grant', scopeId] as const),
    ...roles.map(({ type }) => ['Role', type] as const),
  ]
  const shown = rows.map(([label, value]) => [label, escapeControls(value)] as const)
  for (const line of labelled(shown, bold)) output.line(line)
  if (keys.length === 0 && app.settings.oauthClient['jwks_uri'] === undefined) {
    output.note(`it has no key: keygrant app key add ${appId} FILE`)
  }
  if (grants.length === 0) output.note(`it may do nothing: keygrant grant add ${appId} SCOPE`)
}
