/**
 * `keygrant resource add`.
 * @module
 */

import { type ChangeFlags, makeChange } from '../../admin-change.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { type PolicyFlags, policyMembers } from './policy.ts'
import { resourceLines } from './resource-lines.ts'

/** Flags of `keygrant resource add`. */
export interface AddFlags extends ChangeFlags, PolicyFlags {
  readonly audience: string
  readonly id?: string
}

/** Registers a resource. */
export async function addResource(this: CliContext, flags: AddFlags, name: string): Promise<void> {
  const { output } = this
  const { audience, id } = flags
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  const change = api.addResource({
    ...(id === undefined ? undefined : { id }),
    name,
    audiences: [audience],
    ...policyMembers(flags),
  })
  const made = await makeChange(this, flags, api, change)
  if (made === undefined) return
  if (flags.json === true) return output.json(made.answer)
  output.line('Registered a resource.')
  output.line()
  for (const line of resourceLines(made.answer, output.colors.bold)) output.line(line)
  output.note(
    `it has no scope yet: keygrant resource scope add ${escapeControls(made.answer.id)} SCOPE`,
  )
}
