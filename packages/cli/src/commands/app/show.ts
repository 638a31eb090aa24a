/**
 * `keygrant app show`.
 * @module
 */

import type { App } from '../../admin-api.ts'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

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
  if (keys.length === 0) output.note(`it has no key: keygrant app key add ${appId} FILE`)
  if (grants.length === 0) output.note(`it may do nothing: keygrant grant add ${appId} SCOPE`)
}

/** The settings that are no text for machines: what is said of them is what a person would ask. */
function settingRows({ settings }: App): readonly (readonly [string, string])[] {
  const { jwks_uri: jwksUri, dpop_bound_access_tokens: isDpopBound } = settings.oauthClient
  const { self_service_key_rotation: mayRotate } = settings.oauthClient
  return [
    ...(typeof jwksUri === 'string' ? [['Keys at', jwksUri] as const] : []),
    ...(isDpopBound === true ? [['DPoP', 'required'] as const] : []),
    ...(mayRotate === true ? [['Rotation', 'may replace its own key'] as const] : []),
  ]
}
