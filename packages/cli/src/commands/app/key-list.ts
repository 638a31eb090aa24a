/**
 * `keygrant app key list`.
 * @module
 */

import type { AppKey } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists the keys of a service app. */
export async function listKeys(
  this: CliContext,
  flags: AdministratorFlags,
  appName: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read'])
  const appId = await resolveApp(api, appName)
  const keys = await api.listKeys(appId)
  if (flags.json === true) return output.json(keys)
  if (keys.length === 0) return output.note(`it has no key: keygrant app key add ${appId} FILE`)
  const rows = keys.map((key) =>
    [key.id, key.status, typeOf(key), key.created.slice(0, 10), key.kid].map(escapeControls),
  )
  const heading = ['ID', 'Status', 'Type', 'Created', 'Key ID']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}

/** Type and algorithm of a key, for people. */
export function typeOf({ kty, crv, alg }: AppKey): string {
  return alg === null || alg === undefined ? (crv ?? kty) : `${crv ?? kty} ${alg}`
}
