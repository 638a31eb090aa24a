/**
 * The texts of the people who administer.
 * @module
 */

import type { PersonStatus } from '../../wire.ts'

/** The catalogue. */
export const peopleStrings = {
  lead: 'They sign in with passkeys. What they may do follows from their role.',
  what: 'people',
  invite: 'Invite somebody',
  columns: { name: 'Name', status: 'Status', roles: 'Roles', lastLogin: 'Last sign-in' },
  caption: (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`,
  you: 'you',
  states: {
    STAGED: 'Not invited yet',
    PROVISIONED: 'Invited, no passkey yet',
    ACTIVE: 'Active',
    DEPROVISIONED: 'Deactivated',
  } as Readonly<Record<PersonStatus, string>>,
  roleTitle: 'What the roles may do',
  roles: {
    SUPER_ADMIN: 'Everything: grants, roles, people, keys of every app.',
    APP_ADMIN:
      'Adds and changes service apps; changes the keys of an app until it holds a scope of the admin API or a role.',
    READ_ONLY_ADMIN: 'Reads everything, the log too.',
  },
  onlySuper: 'Only a Super Admin invites people and changes roles.',
  inviteTitle: 'Invite somebody',
  email: 'Email address',
  emailHint:
    'It names the person here, and can not be changed later. No mail is sent: you hand the link over.',
  firstName: 'First name (optional)',
  lastName: 'Last name (optional)',
  role: 'Role',
  noEmail: 'Give the email address.',
  make: 'Make the invitation',
  linkTitle: 'Invitation link',
  linkText: (name: string): string =>
    `Hand this link to ${name}. It is shown this once, is good once, and until:`,
  link: 'Link',
  done: 'Done',
  invited: (name: string): string => `${name} invited`,
} as const
