/**
 * `keygrant app key add`.
 * @module
 */

import { type ChangeFlags, makeChanges } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { readPublicKeys } from '../../key-file.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant app key add`. */
export interface AddKeyFlags extends ChangeFlags {
  /** NumericDate. */
  readonly expires?: number
}

/** Registers every key of a file. */
export async function addKey(
  this: CliContext,
  flags: AddKeyFlags,
  appName: string,
  file: string,
): Promise<void> {
  const keys = await readPublicKeys(this, file)
  const api = await openOperatorApi(this, flags, ['okta.apps.manage'])
  const appId = await resolveApp(api, appName)
  const { expires } = flags
  const end = expires === undefined ? undefined : new Date(expires * 1000).toISOString()
  const changes = keys.map(({ jwk }) => api.addKey(appId, jwk, end))
  await makeChanges(
    this,
    flags,
    api,
    changes,
    ({ kid }) => `Registered the key ${escapeControls(kid)} with ${appId}.`,
  )
}
