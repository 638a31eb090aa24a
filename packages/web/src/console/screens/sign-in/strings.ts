/**
 * The texts of signing in.
 * @module
 */

/** The catalogue. */
export const signInStrings = {
  title: 'Sign in',
  lead: 'People sign in here with a passkey: the fingerprint, face or PIN of a device, or a security key.',
  over: 'Your session is over. Sign in again; you come back to where you were.',
  button: 'Sign in with a passkey',
  cancelled: 'The sign-in was not finished. Try again.',
  refused: 'This passkey is not known here, or its person may not sign in.',
  helpTitle: 'No passkey, or lost it?',
  help: 'Ask a Super Admin for an invitation or a recovery link.',
  operator: 'With the operator key, on the server:',
  command: 'keygrant admin invite you@example.com --role SUPER_ADMIN',
} as const
