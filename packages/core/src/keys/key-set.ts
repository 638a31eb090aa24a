/**
 * Public keys from a JWK Set (RFC 7517, section 5), all or those that are usable.
 * @module
 */

import { KeyError } from '../errors.ts'
import { parseJson, parseJsonOctets } from '../json.ts'
import { jwkSetEntries } from './forms/jwk-set.ts'
import { type KeyInput, importPublicJwk } from './import-jwk.ts'
import type { PublicKey } from './public-key.ts'

/** Sets that are met have two or three, and each key costs time. */
const MAX_SET_KEYS = 1000

/** What {@link readJwkSet} found. */
export interface JwkSetReading {
  /** The keys that can verify, in their order. */
  readonly keys: readonly PublicKey[]
  /** The others, in no certain order, each with its place in the set and the reason. */
  readonly refused: readonly RefusedKey[]
}

/** A key of a JWK Set that can't be used. */
export interface RefusedKey {
  /** Its place in "keys", from 0. */
  readonly index: number
  readonly error: KeyError
}

/**
 * Reads a JWK Set and keeps the keys that can verify: one that is broken, of an unknown type or a
 * private one does not take the others with it. Of keys with one `kid` none is kept, unless they are
 * the same key.
 *
 * @throws {@link KeyError} when the input is no JWK Set at all, or one of more than 1000 keys.
 * @see RFC 7517, section 5, JWK Set Format
 */
export async function readJwkSet(input: KeyInput): Promise<JwkSetReading> {
  const refused: RefusedKey[] = []
  const found: { index: number; key: PublicKey }[] = []
  for (const [index, entry] of entriesOf(input).entries()) {
    try {
      found.push({ index, key: await importPublicJwk(entry as object) })
    } catch (error) {
      if (!(error instanceof KeyError || error instanceof TypeError)) throw error
      refused.push({ index, error: error instanceof KeyError ? error : notAJwk() })
    }
  }
  const keys: PublicKey[] = []
  for (const { index, key } of found) {
    const twins = found.filter((other) => other.key.kid === key.kid)
    if (!twins.every((twin) => isSameKey(twin.key, key))) {
      refused.push({ index, error: ambiguous(key.kid) })
    } else if (twins[0]?.index === index) keys.push(key)
  }
  return { keys, refused }
}

function notAJwk(): KeyError {
  return new KeyError('ERR_KEY_MALFORMED', 'a JWK must be a JSON object')
}

function ambiguous(kid: string): KeyError {
  return new KeyError('ERR_KEY_AMBIGUOUS', 'two keys of the JWK Set have the same "kid"', {
    kid,
    fix: 'give each key a "kid" of its own',
  })
}

/**
 * Reads every public key of a JWK Set.
 *
 * @throws {@link KeyError} for the first key that can't be used, or when two have one `kid`.
 */
export async function importJwkSet(input: KeyInput): Promise<readonly PublicKey[]> {
  const { keys, refused } = await readJwkSet(input)
  const [first] = refused
  if (first === undefined) return keys
  throw first.error
}

function entriesOf(input: KeyInput): readonly unknown[] {
  const entries = jwkSetEntries(valueOf(input))
  if (entries === undefined) {
    throw new KeyError('ERR_KEY_MALFORMED', 'this is no JWK Set: an object with a "keys" array', {
      fix: 'write the keys as {"keys": […]}',
    })
  }
  if (entries.length > MAX_SET_KEYS) {
    throw new KeyError('ERR_KEY_MALFORMED', `the JWK Set has more than ${MAX_SET_KEYS} keys`, {
      fix: 'leave in it the keys that are in use',
    })
  }
  return entries
}

function valueOf(input: KeyInput): unknown {
  if (typeof input === 'object' && !(input instanceof Uint8Array)) return input
  const json = typeof input === 'string' ? parseJson(input.trim()) : parseJsonOctets(input)
  return json.ok ? json.value : undefined
}

function isSameKey({ jwk: a }: PublicKey, { jwk: b }: PublicKey): boolean {
  const names = ['kty', 'crv', 'n', 'e', 'x', 'y', 'pub', 'alg', 'use'] as const
  const read = (jwk: object, name: string): unknown => (jwk as Record<string, unknown>)[name]
  return names.every((name) => read(a, name) === read(b, name))
}
