/**
 * `keygrant resource scope add`.
 * @module
 */

import { type ChangeFlags, makeChanges } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant resource scope add`. */
export interface AddScopesFlags extends ChangeFlags {
  readonly description?: string
  readonly default?: boolean
}

/** Adds scopes to a resource. */
export async function addScopes(
  this: CliContext,
  flags: AddScopesFlags,
  ...[id = '', ...names]: string[]
): Promise<void> {
  const { description, default: isDefault } = flags
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  const changes = names.map((name) =>
    api.addResourceScope(id, {
      name,
      ...(description === undefined ? undefined : { description }),
      ...(isDefault === undefined ? undefined : { default: isDefault }),
    }),
  )
  const inWords = ({ name }: { readonly name: string }): string =>
    `Added the scope ${escapeControls(name)} to ${id}.`
  await makeChanges(this, flags, api, changes, inWords)
}
