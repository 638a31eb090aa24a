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
  type KeyKind,
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

/** Says that signing keys are kept in the store, and rotated there. */
export interface KeptSigningKeys {
  /**
   * Secret keys of 32 octets each that seal the private keys in the store. The first one seals, all of them open.
   * All processes of a server have the same ones.
   */
  readonly envelopeKeys: readonly Uint8Array[]
  /** Keys from before there were any in the store: it takes them over when it has none. */
  readonly imported?: ImportedSigningKeys
  /** The algorithm of the keys of an empty store; an administrator may change it later. Default: ES256. */
  readonly algorithm?: SigningAlgorithm
  /** The next key takes over after this many days; 0 for never by itself. Default: 90. */
  readonly rotateAfterDays?: number
  /**
   * Makes new keys in place of those that no envelope key opens, which stay published for as long as their
   * tokens are good. Default: false, and the server does not start.
   */
  readonly replaceUnreadable?: boolean
}

/** Signing keys out of a file that is needed no more once the store has them. */
export interface ImportedSigningKeys {
  readonly keys: SigningKeys
  /** Deletes the file. */
  forget(): Promise<void>
}

/** What access tokens may be signed with. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

/** The key that each algorithm is for. */
const KINDS: Readonly<Record<SigningAlgorithm, KeyKind>> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  RS256: { kty: 'RSA', modulusBits: 2048 },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** Algorithms that access tokens may be signed with. */
export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = Object.keys(
  KINDS,
) as SigningAlgorithm[]

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
  const key = await generateSigningKey('ES256')
  return {
    keys: { current: key, publicKeys: [key.publicKey] },
    privateJwkSet: { keys: [exportPrivateJwk(key)] },
  }
}

/** Makes a new key for an algorithm. */
export function generateSigningKey(alg: SigningAlgorithm): Promise<PrivateKey> {
  return generateKey(KINDS[alg], { alg })
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
