/**
 * `keygrant profile set`.
 * @module
 */

import { resolve } from 'node:path'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import {
  type Profile,
  PROFILE_MEMBERS,
  profilesFile,
  readProfiles,
  writeProfiles,
} from '../../profiles.ts'
import { isSignerReference } from '../../signer-reference.ts'
import { escapeControls, holdsKey } from '../../untrusted-text.ts'

/** Flags of `keygrant profile set`. */
export interface SetFlags extends Profile {
  readonly unset?: readonly (keyof Profile)[]
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Makes a profile, or changes the one that is there. */
export async function setProfile(this: CliContext, flags: SetFlags, name: string): Promise<void> {
  const { output, env } = this
  const profiles = await readProfiles(env)
  const given = PROFILE_MEMBERS.filter((member) => flags[member] !== undefined)
  const unset = flags.unset ?? []
  if (given.length === 0 && unset.length === 0) {
    throw new CommandError(
      ExitCode.usage,
      'nothing to set was given',
      'use --issuer, --client-id, --key or another flag: keygrant profile set --help',
    )
  }
  const before: Profile = (Object.hasOwn(profiles, name) ? profiles[name] : undefined) ?? {}
  const values = PROFILE_MEMBERS.map(
    (member) =>
      [member, unset.includes(member) ? undefined : valueOf(flags, member, before)] as const,
  )
  const profile: Profile = Object.fromEntries(values.filter(([, value]) => value !== undefined))
  if (flags.dryRun !== true) await writeProfiles({ ...profiles, [name]: profile }, env)
  if (flags.json === true) return output.json({ name, ...profile })
  const verb = flags.dryRun === true ? 'Would set' : 'Set'
  output.line(`${verb} the profile ${name} in ${escapeControls(profilesFile(env))}.`)
}

/** Paths are kept absolute, so that the profile means the same file wherever it is used. */
function valueOf(flags: SetFlags, member: keyof Profile, before: Profile): string | undefined {
  const value = flags[member]
  if (value === undefined) return before[member]
  if (holdsKey(value)) {
    throw new CommandError(
      ExitCode.usage,
      'a key was given on the command line, where other users of this machine can see it',
      'put it into a file, and name the file',
    )
  }
  const isPath = member === 'data' || (member === 'key' && !isSignerReference(value))
  return isPath ? resolve(value) : value
}
