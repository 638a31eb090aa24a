/**
 * Identifiers that this server makes: a prefix that tells the kind, and random letters and digits.
 * @module
 */

import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_CHARACTERS = 17
/** Octets from here on would make the first letters likelier than the last ones. */
const UNBIASED = 256 - (256 % ALPHABET.length)

/** What an identifier names: a service app, a key, a grant, a role assignment, an error, a resource, a scope, a passkey. */
export type IdentifierPrefix = '0oa' | 'pks' | 'oag' | 'ra1' | 'oae' | 'aus' | 'scp' | 'pky'

/** Makes an identifier with 101 random bits, in Okta's form. */
export function newIdentifier(prefix: IdentifierPrefix): string {
  let text = ''
  while (text.length < RANDOM_CHARACTERS) {
    for (const octet of randomBytes(2 * RANDOM_CHARACTERS)) {
      if (octet >= UNBIASED || text.length === RANDOM_CHARACTERS) continue
      text += ALPHABET.charAt(octet % ALPHABET.length)
    }
  }
  return prefix + text
}
