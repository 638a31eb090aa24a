/**
 * `keygrant profile list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { profilesFile, readProfiles } from '../../profiles.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of the commands that read profiles. */
export interface ListFlags {
  readonly json?: boolean
}

/** Lists the profiles. */
export async function listProfiles(this: CliContext, flags: ListFlags): Promise<void> {
  const { output, env } = this
  const profiles = await readProfiles(env)
  if (flags.json === true) return output.json(profiles)
  const entries = Object.entries(profiles)
  if (entries.length === 0) {
    return output.note(`there is no profile in ${escapeControls(profilesFile(env))}`)
  }
  const rows = entries.map(([name, { issuer, tokenEndpoint, data, clientId, key }]) =>
    [name, issuer ?? tokenEndpoint ?? data ?? '-', clientId ?? '-', key ?? '-'].map(escapeControls),
  )
  for (const line of table(['Profile', 'Server', 'Client ID', 'Key'], rows, output.colors.bold)) {
    output.line(line)
  }
}
