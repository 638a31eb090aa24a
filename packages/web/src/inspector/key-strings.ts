/**
 * The texts about keys that were pasted, ready to be translated. Loaded with what reads them.
 * @module
 */

/** The catalogue. */
export const keyStrings = {
  title: 'Keys',
  usable: 'Usable',
  refused: 'Refused',
  isPrivate: 'A private key was here: everyone who saw it can sign as the client.',
  privateFix: 'make a new key pair, and register its public half only',
  privateOnly: 'this is a private key; only its public half belongs here',
  privateOnlyFix: 'paste the public key: openssl pkey -in key.pem -pubout',
  noKid: 'It has no "kid"; the thumbprint is used.',
  use: 'Check signatures with these',
  used: 'These keys are now what the receiver expects. Paste a JWT.',
  facts: { type: 'Type', alg: 'alg', use: 'use', kid: 'kid', thumbprint: 'Thumbprint' },
  anyAlg: (names: string) => `not stated; fits ${names}`,
  bits: (bits: number) => `RSA, ${bits} bits`,
  copyThumbprint: 'Copy',
  nth: (index: number) => `Key ${index + 1}`,
  none: 'There is no key in it.',
} as const
