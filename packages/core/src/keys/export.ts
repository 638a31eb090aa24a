/**
 * Keys as JWK, JWK Set and PEM.
 * @module
 */

import type { PrivateJwk } from './jwk.ts'
import { encodePem } from './pem.ts'
import { pkcs8FromJwk, spkiFromJwk } from './pkcs8.ts'
import { type PrivateKey, privateMembers } from './private-key.ts'
import type { PublicKey } from './public-key.ts'

/** A JWK Set of public keys (RFC 7517, section 5). */
export interface JwkSet {
  readonly keys: readonly PublicKey['jwk'][]
}

/** Gives the private JWK away as plain data. Write it to a file of mode 0600, and nowhere else. */
export function exportPrivateJwk(key: PrivateKey): PrivateJwk & { readonly kid: string } {
  return { ...privateMembers(key) }
}

/** Gives the private key away as an unencrypted PKCS#8 PEM. PEM has no place for `kid` or `alg`. */
export function exportPkcs8Pem(key: PrivateKey): string {
  return encodePem('PRIVATE KEY', pkcs8FromJwk(privateMembers(key)))
}

/** Writes a public key as an SPKI PEM. PEM has no place for `kid` or `alg`. */
export function exportSpkiPem(key: PublicKey): string {
  return encodePem('PUBLIC KEY', spkiFromJwk(key.jwk))
}

/** Makes the JWK Set of some public keys. */
export function exportJwkSet(keys: readonly PublicKey[]): JwkSet {
  return { keys: keys.map((key) => key.jwk) }
}
