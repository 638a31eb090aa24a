/**
 * `keygrant resource activate` and `keygrant resource deactivate`.
 * @module
 */

import type { Status } from '../../admin-api.ts'
import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'

/** Activates a resource. */
export function activateResource(this: CliContext, flags: ChangeFlags, id: string): Promise<void> {
  return setStatus(this, flags, id, 'ACTIVE')
}

/** Deactivates a resource. */
export function deactivateResource(
  this: CliContext,
  flags: ChangeFlags,
  id: string,
): Promise<void> {
  return setStatus(this, flags, id, 'INACTIVE')
}

async function setStatus(
  context: CliContext,
  flags: ChangeFlags,
  id: string,
  status: Status,
): Promise<void> {
  const api = await openOperatorApi(context, flags, ['okta.authorizationServers.manage'])
  const made = await makeChange(context, flags, api, api.setResourceStatus(id, status))
  if (made === undefined) return
  if (flags.json === true) return context.output.json({ id, status })
  const verb = status === 'ACTIVE' ? 'Activated' : 'Deactivated'
  context.output.line(`${verb} the resource ${id}.`)
}
