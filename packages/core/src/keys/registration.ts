/**
 * Whether public keys may be registered. What looks for it is loaded when it is asked.
 * @module
 */

import type { Finding } from '../finding.ts'
import { checkArguments } from './import.ts'
import type { ImportKeyOptions, KeyInput } from './import-jwk.ts'
import type { PublicKey } from './public-key.ts'

/**
 * Checks whether a public key may be registered for a client. Beside all that {@link importPublicKey}
 * refuses it finds keys whose private half is public or can be computed: published examples, ROCA,
 * close primes, small factors, an exponent of 1; and what does not belong into a registry: private
 * members, certificates, keys for encryption, a `kid` that is too long or has control characters.
 *
 * Whatever the input is, it is judged and never kept. Does not look at other keys: whether this one is
 * registered already, or shares a prime with another, only the registry can tell.
 *
 * @throws `TypeError` when an argument is of the wrong type; nothing else, whatever the input is.
 * @returns Findings; a key may be registered when none of them is an `error`.
 * @example
 * ```ts
 * const findings = await checkKeyForRegistration(jwk)
 * const isAccepted = findings.every(({ severity }) => severity !== 'error')
 * ```
 * @see RFC 8725, section 3.5; CVE-2017-15361 (ROCA); CVE-2022-26320 (close primes)
 */
export async function checkKeyForRegistration(
  input: KeyInput | PublicKey,
  options: ImportKeyOptions = {},
): Promise<readonly Finding[]> {
  checkArguments(input, options)
  const { findingsOfKey } = await import('./registration/key-findings.ts')
  return findingsOfKey(input, options)
}

/**
 * Lints a JWK Set: each key by {@link checkKeyForRegistration}, and what only the set can show: several
 * keys of one `kid`, or keys without one beside others. Never throws for an input.
 *
 * @param input The set as text, or as a value that was read already.
 * @returns Findings that name the key by its place and `kid`; empty for a set that is fine.
 * @see RFC 7517, section 5, JWK Set Format
 */
export async function lintJwkSet(input: unknown): Promise<readonly Finding[]> {
  const { findingsOfJwkSet } = await import('./registration/jwk-set-findings.ts')
  return findingsOfJwkSet(input)
}
