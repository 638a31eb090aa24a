/**
 * `keygrant app key expire`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'
import { describeEnd } from './key-list.ts'

/** Sets when a key ceases to be good, as a NumericDate, or that it never does. */
export async function expireKey(
  this: CliContext,
  flags: ChangeFlags,
  appName: string,
  name: string,
  end: number | 'never',
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const { id, kid } = await findKey(api, appId, name)
  const expiresAt = end === 'never' ? null : new Date(end * 1000).toISOString()
  const made = await makeChange(this, flags, api, api.setKeyEnd(appId, id, expiresAt))
  if (made === undefined) return
  if (flags.json === true) return output.json(made.answer)
  const what = `The key ${escapeControls(kid)} of ${appId}`
  const day = describeEnd(made.answer, Date.now())
  output.line(day === '' ? `${what} does not expire.` : `${what} expires on ${day}.`)
}
