/**
 * The texts that the workbench shows at first, ready to be translated. Those of its steps are beside them.
 * @module
 */

/** The title, and the step of the key. */
export const workbenchStrings = {
  title: 'Workbench',
  lead: 'Make a key, sign the JWT, get a token, call the API. The private key stays in a frame that has no network.',
  privacy:
    'The private key stays in its frame, which may not open any connection. This page sends a token request or an API call when you press the button. It asks its own server about the public key and its apps once you press for that, or come from the console.',
  key: {
    title: 'Signing key',
    isolation: 'This frame has no network access.',
    why: 'Why?',
    reasons: [
      'It is a document without an origin: a sandbox without “same origin”. No page can read it, this one included.',
      'Its policy lets it load nothing and connect to nothing, and it has no address that it could be led to.',
      'It signs what this page asks for, and tells this page the public key. The private key leaves it only as a file that you save.',
    ],
    policy: 'The policy of the frame, as this page holds it:',
    limit:
      'Not proved: what your browser’s extensions see, and channels that no policy of the web governs.',
    publicTitle: 'Public key',
    register:
      'Register this half with the app. With the command line: keygrant app key add CLIENT_ID public.jwk',
    copyJwk: 'Copy JWK',
    copyJwks: 'Copy JWK Set',
    copyPem: 'Copy PEM',
    what: { jwk: 'public JWK', jwks: 'public JWK Set', pem: 'public PEM' },
    thumbprint: 'Thumbprint',
  },
} as const
