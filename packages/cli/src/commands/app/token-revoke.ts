/**
 * `keygrant app token revoke`: taking back what an app, or one of its keys, got.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { findKey } from './find-key.ts'

/** Flags of `keygrant app token revoke`. */
export interface TokenRevokeFlags extends DeletionFlags {
  readonly key?: string
  readonly token?: string
}

/** What is said whenever tokens are void that somebody may still hold. */
export const LOCAL_VERIFIERS =
  'APIs that verify tokens without asking the server take them until they end, for an hour at most'

/** Voids tokens of a service app. */
export async function revokeTokens(
  this: CliContext,
  flags: TokenRevokeFlags,
  appName: string,
): Promise<void> {
  const { key: keyName, token } = flags
  if (keyName !== undefined && token !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--key and --token were given together',
      'one token is named by --token alone',
    )
  }
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const key = keyName === undefined ? undefined : await findKey(api, appId, keyName)
  const what =
    token === undefined
      ? `every access token that ${key === undefined ? '' : `the key ${key.kid} of `}${appId} got`
      : `the access token ${token} of ${appId}`
  await confirm(this, flags, `Void ${what}?`)
  const made = await makeChange(
    this,
    flags,
    api,
    api.revokeTokens(appId, {
      ...(key === undefined ? undefined : { keyId: key.id }),
      ...(token === undefined ? undefined : { tokenId: token }),
    }),
  )
  if (made === undefined) return
  if (flags.json === true) return this.output.json({ appId, kid: key?.kid, token, revoked: true })
  this.output.line(`Void: ${escapeControls(what)}.`)
  this.output.note(LOCAL_VERIFIERS)
}
