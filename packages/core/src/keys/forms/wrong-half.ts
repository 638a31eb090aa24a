/**
 * Refusing the half of a key pair that was not asked for.
 * @module
 */

import { KeyError } from '../../errors.ts'
import type { FindOptions, FoundKey, Half } from './found-key.ts'

/** Refuses a key that was found in the half that is not wanted. What is no key at all is judged later. */
export function assertFoundHalf({ half, form, members }: FoundKey, options: FindOptions): void {
  if (['RSA', 'EC', 'OKP', 'AKP'].includes(members['kty'] as string)) {
    assertHalf(half, form, options)
  }
}

/** Refuses a key whose half is known from its form alone, before any of it is read or decrypted. */
export function assertHalf(half: Half, form: string, { want, kid }: FindOptions): void {
  if (want === 'either' || want === half) return
  throw half === 'private'
    ? new KeyError(
        'ERR_KEY_WRONG_HALF',
        `this is a private key (${form}) where a public key is expected`,
        {
          kid,
          fix: 'give its public half, and replace the key pair if the private key was sent anywhere',
        },
      )
    : new KeyError(
        'ERR_KEY_WRONG_HALF',
        `this is a public key (${form}) where a private key is expected`,
        {
          kid,
          fix: 'give the private key that it belongs to: a JWK with its private members, or a PEM of "-----BEGIN PRIVATE KEY-----"',
        },
      )
}
