/**
 * `keygrant app delete`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'

/** Deletes a service app. */
export async function deleteApp(
  this: CliContext,
  flags: DeletionFlags,
  appName: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const id = await resolveApp(api, appName)
  const { label } = await api.getApp(id)
  await confirm(this, flags, `Delete the service app "${label}" (${id}) for good?`)
  const made = await makeChange(this, flags, api, api.deleteApp(id))
  if (made === undefined) return
  if (flags.json === true) this.output.json({ id, deleted: true })
  else this.output.line(`Deleted the service app ${id}.`)
}
