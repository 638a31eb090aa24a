/**
 * Reading and making keys: apart, so that a client whose key signs already does not load it.
 * @module
 */

import {
  generateKey,
  importPrivateKey,
  type ImportPrivateKeyOptions,
  jwkThumbprint,
  type KeyInput,
  type PrivateKey,
  type Signer,
} from '../keys/index.ts'

/** Reads a private key in any form. */
export async function readPrivateKey(
  input: KeyInput,
  options: ImportPrivateKeyOptions = {},
): Promise<PrivateKey> {
  return importPrivateKey(input, options)
}

/** Makes a DPoP key: P-256, which every server knows and which is the quickest to make. */
export async function makeDpopKey(): Promise<PrivateKey> {
  return generateKey({ kty: 'EC', crv: 'P-256' })
}

/** JWK Thumbprint of the public half. */
export async function thumbprintOf({ publicKey }: Signer): Promise<string> {
  return jwkThumbprint(publicKey.jwk)
}
