/**
 * `keygrant admin list`.
 * @module
 */

import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Lists the people who administer, with what they may do. */
export async function listAdministrators(
  this: CliContext,
  flags: AdministratorFlags,
): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.users.read', 'okta.roles.read'])
  const people = []
  for (const person of await api.findPeople()) {
    const roles = await api.listPersonRoles(person.id)
    people.push({ ...person, roles: roles.map(({ type }) => type) })
  }
  if (flags.json === true) return output.json(people)
  if (people.length === 0) {
    return output.note('nobody yet: keygrant admin invite EMAIL --role SUPER_ADMIN')
  }
  const rows = people.map(({ profile, status, roles, lastLogin }) =>
    [profile.login, status, roles.join(', '), lastLogin?.slice(0, 10) ?? 'never'].map(
      escapeControls,
    ),
  )
  const columns = ['Email', 'Status', 'Roles', 'Signed in']
  for (const line of table(columns, rows, output.colors.bold)) output.line(line)
}
