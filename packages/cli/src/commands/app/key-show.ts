/**
 * `keygrant app key show`.
 * @module
 */

import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'
import { describeEnd, typeOf } from './key-list.ts'

/** Shows one key. */
export async function showAppKey(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
  name: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const key = await findKey(api, await resolveApp(api, appName), name)
  if (flags.json === true) return output.json(key)
  const end = describeEnd(key, Date.now())
  const rows: readonly (readonly [string, string])[] = [
    ['Key ID', key.kid],
    ['ID', key.id],
    ['Status', key.status],
    ['Type', typeOf(key)],
    ['Created', key.created],
    ...(end === '' ? [] : [['Expires', end] as const]),
    ...(key.lastUsed === undefined ? [] : [['Last used', key.lastUsed] as const]),
    ...(key.lastUpdated === undefined ? [] : [['Changed', key.lastUpdated] as const]),
  ]
  const shown = rows.map(([label, value]) => [label, escapeControls(value)] as const)
  for (const line of labelled(shown, output.colors.bold)) output.line(line)
}
