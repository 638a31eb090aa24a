/**
 * The texts of one's own account.
 * @module
 */

/** The catalogue. */
export const accountStrings = {
  title: 'Your account',
  lead: 'How you sign in, and where you are signed in.',
  who: 'Who you are',
  name: 'Name',
  login: 'Account',
  roles: 'Role',
  fresh: 'Changes without another check',
  freshUntil: 'until',
  notFresh: 'The next change asks for your passkey.',
  ends: 'This session ends',
  endsText: 'at the latest, and after 30 minutes without use',
} as const
