/**
 * `keygrant grant add`.
 * @module
 */

import { type ChangeFlags, makeChanges } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { readScopes } from './scopes.ts'

/** Flags of `keygrant grant add`. */
export interface AddFlags extends ChangeFlags {
  readonly resource?: string
}

/** Grants scopes, one after the other. */
export async function addGrants(
  this: CliContext,
  flags: AddFlags,
  ...[appName = '', ...words]: string[]
): Promise<void> {
  const scopes = readScopes(words)
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.appGrants.manage'])
  const appId = await resolveApp(api, appName)
  const changes = scopes.map((scope) => api.addGrant(appId, scope, flags.resource))
  await makeChanges(
    this,
    flags,
    api,
    changes,
    ({ scopeId }) => `Granted ${escapeControls(scopeId)} to ${appId}.`,
  )
}
