/**
 * `keygrant app activate` and `keygrant app deactivate`.
 * @module
 */

import type { Status } from '../../admin-api.ts'
import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'

/** Activates a service app. */
export function activateApp(this: CliContext, flags: ChangeFlags, appName: string): Promise<void> {
  return setStatus(this, flags, appName, 'ACTIVE')
}

/** Deactivates a service app. */
export function deactivateApp(
  this: CliContext,
  flags: ChangeFlags,
  appName: string,
): Promise<void> {
  return setStatus(this, flags, appName, 'INACTIVE')
}

async function setStatus(
  context: CliContext,
  flags: ChangeFlags,
  appName: string,
  status: Status,
): Promise<void> {
  const api = await openOperatorApi(context, flags, ['okta.apps.manage'])
  const id = await resolveApp(api, appName)
  const made = await makeChange(context, flags, api, api.setAppStatus(id, status))
  if (made === undefined) return
  if (flags.json === true) return context.output.json({ id, status })
  context.output.line(
    status === 'ACTIVE'
      ? `Activated the service app ${id}.`
      : `Deactivated the service app ${id}: it gets no more tokens, and those it has are void.`,
  )
}
