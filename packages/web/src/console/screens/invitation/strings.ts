/**
 * The texts of taking up an invitation.
 * @module
 */

/** The catalogue. */
export const invitationStrings = {
  titles: {
    first: 'Set up this server',
    enrolment: 'Welcome',
    recovery: 'Replace your passkeys',
  },
  leads: {
    first: 'You are the first administrator. Say who you are, then make a passkey.',
    enrolment: 'Make a passkey, and you are signed in. There is no password.',
    recovery:
      'The passkey that you make now takes the place of all your others, and all your sessions end.',
  },
  what: 'the invitation',
  account: 'Account',
  roles: 'Role',
  noRole: 'None yet: a Super Admin gives you one',
  expires: 'The link is good until',
  login: 'Email address',
  loginHint: 'It names you here, and can not be changed later. No mail is sent to it.',
  firstName: 'First name (optional)',
  lastName: 'Last name (optional)',
  name: 'Name of the passkey',
  nameHint: 'To tell your passkeys apart, such as the name of this device.',
  nameDefault: 'First passkey',
  make: 'Make a passkey',
  cancelled: 'No passkey was made. Try again.',
  noLogin: 'Give your email address.',
  over: 'This link is not good any more. It is good once and for a short time; ask for a new one.',
  toSignIn: 'Go to sign in',
  problems: 'There is something to put right',
} as const
