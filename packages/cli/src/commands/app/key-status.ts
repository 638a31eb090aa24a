/**
 * `keygrant app key activate` and `keygrant app key deactivate`.
 * @module
 */

import type { Status } from '../../admin-api.ts'
import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'

/** Activates a key. */
export function activateKey(
  this: CliContext,
  flags: ChangeFlags,
  appName: string,
  name: string,
): Promise<void> {
  return setStatus(this, flags, [appName, name], 'ACTIVE')
}

/** Deactivates a key. */
export function deactivateKey(
  this: CliContext,
  flags: ChangeFlags,
  appName: string,
  name: string,
): Promise<void> {
  return setStatus(this, flags, [appName, name], 'INACTIVE')
}

async function setStatus(
  context: CliContext,
  flags: ChangeFlags,
  [appName, name]: readonly [string, string],
  status: Status,
): Promise<void> {
  const api = await openOperatorApi(context, flags, ['okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const { id, kid } = await findKey(api, appId, name)
  const made = await makeChange(context, flags, api, api.setKeyStatus(appId, id, status))
  if (made === undefined) return
  if (flags.json === true) return context.output.json(made.answer)
  const verb = status === 'ACTIVE' ? 'Activated' : 'Deactivated'
  context.output.line(`${verb} the key ${escapeControls(kid)} of ${appId}.`)
}
