/**
 * The person that somebody means by an email address.
 * @module
 */

import type { AdminApi, Person } from '../../admin-api.ts'
import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { quoteInput } from '../../untrusted-text.ts'

const LOGIN = /^[^\s"\\@]+@[^\s"\\@]+$/

/**
 * Finds a person by login.
 *
 * @throws {@link CommandError} when it can be nobody's.
 */
export async function findPerson(api: AdminApi, login: string): Promise<Person | undefined> {
  if (LOGIN.test(login)) return (await api.findPeople(login))[0]
  throw new CommandError(
    ExitCode.usage,
    `${quoteInput(login)} is no email address`,
    'people sign in with one, such as ada@example.com',
  )
}
