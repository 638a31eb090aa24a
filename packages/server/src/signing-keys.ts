/**
 * The keys that this server signs access tokens with.
 * @module
 */

import {
  exportJwkSet,
  exportPrivateJwk,
  generateKey,
  importPrivateKey,
  type JwkSet,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import { KeyError } from '@keygrant/core/errors'

/** The server's signing keys: one signs, all are published. */
export interface SigningKeys {
  /** Signs every new access token. */
  readonly current: PrivateKey
  /** Verify access tokens; the public halves of all keys. */
  readonly publicKeys: readonly PublicKey[]
}

/** Whoever verifies tokens may keep the published keys for this long. */
export const KEYS_MAX_AGE_SECONDS = 600

/**
 * Reads the signing keys from a private JWK Set as text; the first key signs.
 *
 * @throws `KeyError` when a key can't be used.
 */
export async function importSigningKeys(text: string): Promise<SigningKeys> {
  const entries = jwkSetEntries(text)
  const keys = await Promise.all(entries.map((entry) => importPrivateKey(entry)))
  const [current] = keys
  if (current === undefined) {
    throw new KeyError('ERR_KEY_NOT_FOUND', 'the JWK Set holds no private key')
  }
  return { current, publicKeys: keys.map(({ publicKey }) => publicKey) }
}

/** Makes a new ES256 key, and the private JWK Set that holds it. Write that to a file of mode 0600. */
export async function generateSigningKeys(): Promise<{ keys: SigningKeys; privateJwkSet: object }> {
  const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
  return {
    keys: { current: key, publicKeys: [key.publicKey] },
    privateJwkSet: { keys: [exportPrivateJwk(key)] },
  }
}

/** The JWK Set that is published: public members only. */
export function publishedJwkSet({ publicKeys }: SigningKeys): JwkSet {
  return exportJwkSet(publicKeys)
}

function jwkSetEntries(text: string): readonly object[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message quotes its input, which is private.
    throw new KeyError('ERR_KEY_MALFORMED', 'the signing keys are not JSON')
  }
  const keys = (value as { keys?: unknown } | null)?.keys
  if (Array.isArray(keys)) return keys as object[]
  throw new KeyError('ERR_KEY_MALFORMED', 'the signing keys are not a JWK Set with a "keys" array')
}
