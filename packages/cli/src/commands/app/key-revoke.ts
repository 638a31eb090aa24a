/**
 * `keygrant app key revoke`: a key that is in the wrong hands.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'
import { LOCAL_VERIFIERS } from './token-revoke.ts'

/** Takes a key out of use for good, with every token that it got. */
export async function revokeKey(
  this: CliContext,
  flags: DeletionFlags,
  appName: string,
  name: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const { settings } = await api.getApp(appId)
  // The keys that an app publishes are known by their Key IDs alone.
  const isPublished = typeof settings.oauthClient['jwks_uri'] === 'string'
  const key = isPublished ? { id: name, kid: name } : await findKey(api, appId, name)
  await confirm(
    this,
    flags,
    `Revoke the key ${key.kid} of ${appId} for good, with every token that it got?`,
  )
  const made = await makeChange(this, flags, api, api.revokeKey(appId, key.id))
  if (made === undefined) return
  if (flags.json === true) return output.json({ id: key.id, kid: key.kid, revoked: true })
  output.line(`Revoked the key ${escapeControls(key.kid)} of ${appId}.`)
  output.note(LOCAL_VERIFIERS)
  output.note(`what it got: keygrant app token list ${appId} --key ${escapeControls(key.kid)}`)
}
