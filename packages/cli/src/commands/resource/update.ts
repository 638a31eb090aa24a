/**
 * `keygrant resource update`.
 * @module
 */

import { type ChangeFlags, makeChange, changeRead } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { type PolicyFlags, policyMembers } from './policy.ts'
import { resourceLines } from './resource-lines.ts'

/** Flags of `keygrant resource update`. */
export interface UpdateFlags extends ChangeFlags, PolicyFlags {
  readonly name?: string
  readonly audience?: string
}

/** Changes what is named of a resource. */
export async function updateResource(
  this: CliContext,
  flags: UpdateFlags,
  id: string,
): Promise<void> {
  const { name, audience } = flags
  const members = {
    ...policyMembers(flags),
    ...(name === undefined ? undefined : { name }),
    ...(audience === undefined ? undefined : { audiences: [audience] }),
  }
  if (Object.keys(members).length === 0) {
    throw new CommandError(ExitCode.usage, 'nothing to change was given', 'see the flags: --help')
  }
  const api = await openOperatorApi(this, flags, ['okta.authorizationServers.manage'])
  const made = await changeRead(async () => {
    const { record, etag } = await api.readResource(id)
    const { _links, credentials: _credentials, ...before } = record
    return makeChange(this, flags, api, api.replaceResource({ ...before, ...members }, etag))
  })
  if (made === undefined) return
  if (flags.json === true) return this.output.json(made.answer)
  for (const line of resourceLines(made.answer, this.output.colors.bold)) this.output.line(line)
}
