/**
 * The texts that the workbench shows at first, ready to be translated. Those of its steps are beside them.
 * @module
 */

/** The title, and the step of the key. */
export const workbenchStrings = {
  title: 'Workbench',
  lead: 'Make a key, sign the JWT, get a token, call the API. The private key stays in a frame that has no network.',
  privacy:
    'The private key stays in its frame, which may not open any connection. This page sends a token request or an API call when you press the button. It asks its own server who is signed in there, and about the public key and its apps once you press for that or come from the console.',
  key: {
    title: 'Signing key',
    isolation: 'This frame has no network access.',
    why: 'Why?',
  },
} as const
