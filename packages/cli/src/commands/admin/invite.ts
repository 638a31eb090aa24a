/**
 * `keygrant admin invite`.
 * @module
 */

import type { AdminApi, AdminChange, Invitation, Person } from '../../admin-api.ts'
import { type ChangeFlags, makeChange, makeChanges } from '../../admin-change.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import { findPerson } from './find-person.ts'

/** Flags of `keygrant admin invite`. */
export interface InviteFlags extends ChangeFlags {
  readonly role?: 'SUPER_ADMIN' | 'APP_ADMIN' | 'READ_ONLY_ADMIN'
}

/** Prints the link for a person, who is added if need be. */
export async function inviteAdministrator(
  this: CliContext,
  flags: InviteFlags,
  login: string,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.users.manage', 'okta.roles.manage'])
  const person = await findPerson(api, login)
  if (person === undefined && flags.role === undefined) {
    throw new CommandError(
      ExitCode.usage,
      `there is nobody yet who signs in as ${quoteInput(login)}`,
      'to add them, say what they may do: --role SUPER_ADMIN, APP_ADMIN or READ_ONLY_ADMIN',
    )
  }
  const before = await changesBefore(api, person, { login, role: flags.role })
  if (flags.dryRun === true) {
    return makeChanges(this, flags, api, [...before, api.invitePerson(login)], () => '')
  }
  for (const change of before) await change.send()
  const made = await makeChange<Invitation>(this, flags, api, api.invitePerson(login))
  if (made === undefined) return
  const { url, expiresAt, isRecovery } = made.answer
  if (flags.json === true) return output.json(made.answer)
  output.line(escapeControls(url))
  const until = `good once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`
  output.note(
    isRecovery
      ? `${until}; the passkey that is made there replaces those that ${login} has`
      : `${until}; whoever opens it signs up as ${login}`,
  )
}

async function changesBefore(
  api: AdminApi,
  person: Person | undefined,
  { login, role }: { readonly login: string; readonly role: string | undefined },
): Promise<readonly AdminChange<unknown>[]> {
  const isOut = person?.status === 'STAGED' || person?.status === 'DEPROVISIONED'
  const roles = person === undefined ? [] : await api.listPersonRoles(login)
  const hasRole = role === undefined || roles.some(({ type }) => type === role)
  return [
    ...(person === undefined ? [api.addPerson(login)] : []),
    ...(isOut ? [api.activatePerson(login)] : []),
    ...(hasRole ? [] : [api.assignPersonRole(login, role)]),
  ]
}
