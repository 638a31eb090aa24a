/**
 * `keygrant resource scope remove`.
 * @module
 */

import { confirm, type DeletionFlags, makeChanges } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'

/** Deletes scopes of a resource: none, when one of them is not there. */
export async function removeScopes(
  this: CliContext,
  flags: DeletionFlags,
  ...[id = '', ...names]: string[]
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  const there = await api.listResourceScopes(id)
  const scopes = names.map((name) => {
    const scope = there.find((each) => each.name === name || each.id === name)
    if (scope !== undefined) return scope
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(name)} is no scope of ${id}`,
      `keygrant resource scope list ${id} shows those that there are`,
    )
  })
  const list = scopes.map(({ name }) => name).join(', ')
  await confirm(this, flags, `Delete ${list} of ${id}, and the grants of it, for good?`)
  const changes = scopes.map(({ id: scopeId, name }) => {
    const change = api.deleteResourceScope(id, scopeId)
    return { ...change, send: () => change.send().then(() => ({ name, deleted: true })) }
  })
  const inWords = ({ name }: { readonly name: string }): string =>
    `Deleted the scope ${escapeControls(name)} of ${id}.`
  await makeChanges(this, flags, api, changes, inWords)
}
