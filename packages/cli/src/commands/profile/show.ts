/**
 * `keygrant profile show`.
 * @module
 */

import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { PROFILE_MEMBERS, readProfiles, requireProfile } from '../../profiles.ts'
import { escapeControls } from '../../untrusted-text.ts'
import type { ListFlags } from './list.ts'

/** Shows what a profile says. */
export async function showProfile(this: CliContext, flags: ListFlags, name: string): Promise<void> {
  const { output, env } = this
  const profile = requireProfile(await readProfiles(env), name)
  if (flags.json === true) return output.json({ name, ...profile })
  const rows = PROFILE_MEMBERS.flatMap((member) => {
    const value = profile[member]
    return value === undefined ? [] : [[member, escapeControls(value)] as const]
  })
  if (rows.length === 0) return output.note('it says nothing yet: keygrant profile set --help')
  for (const line of labelled(rows, output.colors.bold)) output.line(line)
}
