/**
 * `keygrant app key delete`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'

/** Deletes a key. */
export async function deleteKey(
  this: CliContext,
  flags: DeletionFlags,
  appName: string,
  name: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const { id, kid } = await findKey(api, appId, name)
  await confirm(this, flags, `Delete the key "${kid}" (${id}) of ${appId} for good?`)
  const made = await makeChange(this, flags, api, api.deleteKey(appId, id))
  if (made === undefined) return
  if (flags.json === true) this.output.json({ id, kid, deleted: true })
  else this.output.line(`Deleted the key ${escapeControls(kid)} of ${appId}.`)
}
