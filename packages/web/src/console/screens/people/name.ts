/**
 * What people are called.
 * @module
 */

import { visibleText } from '../../../parts/visible-text.ts'
import type { Person } from '../../wire.ts'

/** The name of a person, or the login of one who has none. */
export function nameOf({
  profile: { firstName, lastName, login },
}: {
  readonly profile: Pick<Person['profile'], 'firstName' | 'lastName' | 'login'>
}): string {
  const name = [firstName, lastName].filter((part) => part !== null && part !== '').join(' ')
  return visibleText(name === '' ? login : name)
}
