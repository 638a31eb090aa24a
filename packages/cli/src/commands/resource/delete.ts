/**
 * `keygrant resource delete`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'

/** Deletes a resource. */
export async function deleteResource(
  this: CliContext,
  flags: DeletionFlags,
  id: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  await confirm(this, flags, `Delete the resource ${id}, with its scopes and grants, for good?`)
  const made = await makeChange(this, flags, api, api.deleteResource(id))
  if (made === undefined) return
  if (flags.json === true) this.output.json({ id, deleted: true })
  else this.output.line(`Deleted the resource ${id}.`)
}
