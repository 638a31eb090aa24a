/**
 * The texts around the frame in which a key pair is made.
 * @module
 */

/** The catalogue. */
export const keyPairStrings = {
  title: 'Key pair for this app',
  text: 'Make a new pair, or paste a private key that you have. Only its public half leaves the frame.',
  isolation: 'This frame has no network access.',
  why: 'Why that is safe',
  reasons: [
    'It is a document of its own, without an origin: nothing on this page can read what is in it.',
    'Its policy allows no connection, no image, no form and no storage.',
    'What it gives to this page are public keys, and nothing else.',
  ],
  kid: 'Key ID',
  publicKey: 'Public half',
  copyJwk: 'Copy JWK',
  jwk: 'JWK',
  copyPem: 'Copy PEM',
  pem: 'PEM',
  use: 'Use the public half',
  cancel: 'Cancel',
  save: 'Save the private key in the frame before you go on. Nobody else has it.',
} as const
