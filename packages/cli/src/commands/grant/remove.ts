/**
 * `keygrant grant remove`.
 * @module
 */

import { confirm, type DeletionFlags, makeChanges } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi, resolveApp } from '../../operator-api.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import { readScopes } from './scopes.ts'

/** Takes scopes back: none, when one of them is not granted. */
export async function removeGrants(
  this: CliContext,
  flags: DeletionFlags,
  ...[appName = '', ...words]: string[]
): Promise<void> {
  const scopes = readScopes(words)
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.appGrants.manage'])
  const appId = await resolveApp(api, appName)
  const granted = await api.listGrants(appId)
  const grants = scopes.map((scope) => {
    const grant = granted.find(({ scopeId, id }) => scopeId === scope || id === scope)
    if (grant !== undefined) return grant
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(scope)} is not granted to ${appId}`,
      `keygrant grant list ${appId} shows what is`,
    )
  })
  const names = grants.map(({ scopeId }) => scopeId).join(', ')
  await confirm(this, flags, `Take ${names} back from ${appId}?`)
  const changes = grants.map(({ id, scopeId }) => {
    const change = api.removeGrant(appId, id)
    return { ...change, send: () => change.send().then(() => ({ id, scopeId, deleted: true })) }
  })
  await makeChanges(
    this,
    flags,
    api,
    changes,
    ({ scopeId }) => `Took ${escapeControls(scopeId)} back from ${appId}.`,
  )
}
