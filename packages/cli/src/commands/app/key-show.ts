/**
 * `keygrant app key show`.
 * @module
 */

import type { UsedAppKey } from '../../admin-api.ts'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'
import { describeEnd, typeOf } from './key-list.ts'

const SHOWN_HOURS = 24

/** Shows one key, with its uses by the hour. */
export async function showAppKey(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
  name: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const appId = await resolveApp(api, appName)
  const key = await api.getKey(appId, (await findKey(api, appId, name)).id)
  if (flags.json === true) return output.json(key)
  const end = describeEnd(key, Date.now())
  const rows: readonly (readonly [string, string])[] = [
    ['Key ID', key.kid],
    ['ID', key.id],
    ['Status', key.status],
    ['Type', typeOf(key)],
    ['Created', key.created],
    ...(typeof key.createdBy?.id === 'string' ? [['By', key.createdBy.id] as const] : []),
    ...(end === '' ? [] : [['Expires', end] as const]),
    ...(key.firstUsed === undefined ? [] : [['First used', key.firstUsed] as const]),
    ...(key.lastUsed === undefined ? [] : [['Last used', key.lastUsed] as const]),
    ...(key.lastUpdated === undefined ? [] : [['Changed', key.lastUpdated] as const]),
    ...useRows(key),
  ]
  const shown = rows.map(([label, value]) => [label, escapeControls(value)] as const)
  for (const line of labelled(shown, output.colors.bold)) output.line(line)
}

/** The uses of the latest hours in which there were any. */
function useRows({ uses }: UsedAppKey): readonly (readonly [string, string])[] {
  return (uses ?? [])
    .slice(0, SHOWN_HOURS)
    .map(({ hour, count }) => ['Uses', `${count} in the hour from ${hour.slice(0, 16)}Z`])
}
