/**
 * `keygrant admin remove`.
 * @module
 */

import { confirm, type DeletionFlags, makeChange } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import { findPerson } from './find-person.ts'

/** Deactivates a person and removes them. */
export async function removeAdministrator(
  this: CliContext,
  flags: DeletionFlags,
  login: string,
): Promise<void> {
  const api = await openOperatorApi(this, flags, ['okta.users.manage'])
  const person = await findPerson(api, login)
  if (person === undefined) {
    throw new CommandError(
      ExitCode.input,
      `there is nobody who signs in as ${quoteInput(login)}`,
      'keygrant admin list shows who there is',
    )
  }
  await confirm(this, flags, `Remove ${login} from those who administer?`)
  // As in Okta's API, the first deactivates, and the second removes.
  const times = person.status === 'DEPROVISIONED' ? 1 : 2
  for (let time = 1; time <= times; time++) {
    const made = await makeChange(this, flags, api, api.deletePerson(person.id))
    if (made === undefined) return
  }
  if (flags.json === true) this.output.json({ id: person.id, login, deleted: true })
  else this.output.line(`Removed ${escapeControls(login)}.`)
}
