/**
 * The texts about public keys that are pasted.
 * @module
 */

/** The catalogue. */
export const publicKeyStrings = {
  label: 'Public key',
  hint: 'JWK, JWK Set, PEM or certificate',
  isPrivate:
    'This is a private key. It was not sent. Treat it as exposed if this screen was shared; make a new pair.',
  none: 'There is no key in this text.',
  found: 'Found',
  thumbprint: 'Thumbprint',
} as const
