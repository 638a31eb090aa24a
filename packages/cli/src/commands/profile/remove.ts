/**
 * `keygrant profile remove`.
 * @module
 */

import type { CliContext } from '../../context.ts'
import { readProfiles, requireProfile, writeProfiles } from '../../profiles.ts'

/** Flags of `keygrant profile remove`. */
export interface RemoveFlags {
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Removes a profile. */
export async function removeProfile(
  this: CliContext,
  flags: RemoveFlags,
  name: string,
): Promise<void> {
  const { output, env } = this
  const profiles = await readProfiles(env)
  requireProfile(profiles, name)
  const { [name]: _removed, ...rest } = profiles
  if (flags.dryRun !== true) await writeProfiles(rest, env)
  if (flags.json === true) return output.json({ name, removed: flags.dryRun !== true })
  output.line(`${flags.dryRun === true ? 'Would remove' : 'Removed'} the profile ${name}.`)
}
