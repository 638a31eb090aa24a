/**
 * Keys from the forms in which people hold them: JWK, JWK Set, PKCS#8 PEM, SPKI PEM.
 * @module
 */

import { KeyError } from '../errors.ts'
import { type JsonFault, parseJson, parseJsonOctets } from '../json.ts'
import { type JwsAlgorithmName, jwsAlgorithm } from './algorithms.ts'
import { hasPrivateMember, type ParsedJwk, parseJwk } from './jwk.ts'
import { parsePem } from './pem.ts'
import { jwkFromPkcs8, jwkFromSpki } from './pkcs8.ts'
import { createPrivateKey, type PrivateKey } from './private-key.ts'
import { createPublicKey, type PublicKey } from './public-key.ts'

/** A key as text or octets (JSON or PEM), or as an object already (a JWK or a JWK Set). */
export type KeyInput = string | Uint8Array | object

/** Which key to take, and what to add to it. */
export interface ImportKeyOptions {
  /** Key ID. It picks the key out of a JWK Set; a single key takes it as its own. */
  readonly kid?: string
  /** The algorithm that the key is for, when the key itself does not say. */
  readonly alg?: JwsAlgorithmName
}

/** Input beyond this many characters or octets is no key. */
export const MAX_KEY_INPUT = 65_536

/**
 * Reads a private key from a JWK, a JWK Set or a PKCS#8 PEM, and proves that it signs for its
 * public half. A set with more than one private key needs `options.kid`.
 *
 * @throws {@link KeyError} that names the form found and the fix.
 */
export async function importPrivateKey(
  input: KeyInput,
  options: ImportKeyOptions = {},
): Promise<PrivateKey> {
  return createPrivateKey(await readKey(input, options, 'private'))
}

/**
 * Reads a public key from a JWK, a JWK Set or an SPKI PEM. Refuses a private key: what is public
 * must not be made from what is not by accident.
 *
 * @throws {@link KeyError} that names the form found and the fix.
 */
export async function importPublicKey(
  input: KeyInput,
  options: ImportKeyOptions = {},
): Promise<PublicKey> {
  const parsed = await readKey(input, options, 'public')
  if (parsed.privateJwk === undefined) return createPublicKey(parsed)
  throw new KeyError(
    'ERR_KEY_MALFORMED',
    'this is a private key where a public key is expected; use its public half, and treat the private key as exposed if it was sent anywhere',
    { kid: parsed.publicJwk.kid },
  )
}

/**
 * Reads every public key of a JWK Set.
 *
 * @throws {@link KeyError} for the first key that can't be used, or when two have one `kid`.
 */
export async function importJwkSet(input: KeyInput): Promise<readonly PublicKey[]> {
  const value = await readJson(input)
  const entries = keySetEntries(value)
  if (entries === undefined) {
    throw new KeyError('ERR_KEY_MALFORMED', 'a JWK Set must be an object with a "keys" array')
  }
  const keys = await Promise.all(entries.map((entry) => importPublicKey(entry)))
  const twice = keys.find((key, index) => keys.findIndex(({ kid }) => kid === key.kid) !== index)
  if (twice === undefined) return keys
  throw new KeyError('ERR_KEY_AMBIGUOUS', 'two keys of the JWK Set have the same "kid"', {
    kid: twice.kid,
  })
}

type Half = 'private' | 'public'

async function readKey(input: KeyInput, options: ImportKeyOptions, half: Half): Promise<ParsedJwk> {
  const text = typeof input === 'string' ? input : undefined
  const value =
    text !== undefined && text.includes('-----BEGIN')
      ? await fromPem(text, half)
      : await readJson(input)
  const entries = keySetEntries(value)
  if (entries !== undefined) return pick(entries, options, half)
  return parseJwk(withOptions(value, options))
}

async function readJson(input: KeyInput): Promise<unknown> {
  if (typeof input === 'object' && !(input instanceof Uint8Array)) return input
  if (input.length > MAX_KEY_INPUT) {
    throw new KeyError(
      'ERR_KEY_MALFORMED',
      `the input is larger than ${MAX_KEY_INPUT} characters; no key is`,
    )
  }
  if (typeof input !== 'string') {
    const text = new TextDecoder().decode(input)
    if (text.includes('-----BEGIN')) return fromPem(text, 'private')
  }
  const parsed = typeof input === 'string' ? parseJson(input.trim()) : parseJsonOctets(input)
  if (parsed.ok) return parsed.value
  throw new KeyError('ERR_KEY_MALFORMED', notJson(parsed.fault, parsed.position, input.length))
}

function notJson(fault: JsonFault, position: number, length: number): string {
  if (length === 0) return 'the input is empty; expected a JWK or a PEM key'
  if (fault === 'duplicate_member') return `the JWK names a member twice (at character ${position})`
  return 'the input is neither JSON (a JWK or a JWK Set) nor PEM ("-----BEGIN …-----" to "-----END …-----")'
}

async function fromPem(text: string, half: Half): Promise<object> {
  if (text.length > MAX_KEY_INPUT) {
    throw new KeyError(
      'ERR_KEY_MALFORMED',
      `the input is larger than ${MAX_KEY_INPUT} characters; no key is`,
    )
  }
  const blocks = parsePem(text)
  const wanted = half === 'private' ? 'PRIVATE KEY' : 'PUBLIC KEY'
  const block = blocks.find(({ label }) => label === wanted) ?? blocks[0]
  if (block === undefined) {
    throw new KeyError(
      'ERR_KEY_MALFORMED',
      'the PEM is cut off: it has a "-----BEGIN …-----" line but no complete block up to "-----END …-----"',
    )
  }
  if (block.der === undefined) {
    throw new KeyError('ERR_KEY_MALFORMED', `the PEM block "${block.label}" is not base64 inside`)
  }
  if (block.label === 'PRIVATE KEY') return jwkFromPkcs8(block.der)
  if (block.label === 'PUBLIC KEY') return jwkFromSpki(block.der)
  throw new KeyError(
    'ERR_KEY_UNSUPPORTED',
    `the PEM block is "${block.label}"; expected "PRIVATE KEY" (PKCS#8) or "PUBLIC KEY" (SPKI); convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem`,
  )
}

function keySetEntries(value: unknown): readonly object[] | undefined {
  if (typeof value !== 'object' || value === null || !('keys' in value)) return undefined
  return Array.isArray(value.keys) ? (value.keys as object[]) : undefined
}

function pick(entries: readonly object[], options: ImportKeyOptions, half: Half): ParsedJwk {
  const isObject = (entry: unknown): entry is Record<string, unknown> =>
    typeof entry === 'object' && entry !== null
  const fitting = entries
    .filter(isObject)
    .filter((entry) => half === 'public' || hasPrivateMember(entry))
    .filter((entry) => options.kid === undefined || entry['kid'] === options.kid)
    .filter((entry) => options.alg === undefined || (entry['alg'] ?? options.alg) === options.alg)
  const [only] = fitting
  if (only === undefined) {
    throw new KeyError(
      'ERR_KEY_NOT_FOUND',
      options.kid === undefined
        ? `the JWK Set holds no ${half} key${options.alg === undefined ? '' : ` for "${options.alg}"`}`
        : `the JWK Set holds no ${half} key with this "kid"`,
      { kid: options.kid },
    )
  }
  if (fitting.length > 1) {
    const kids = fitting.map(({ kid }) => (typeof kid === 'string' ? `"${kid}"` : 'none'))
    throw new KeyError(
      'ERR_KEY_AMBIGUOUS',
      `the JWK Set holds ${fitting.length} ${half} keys that fit; name one by its "kid": ${kids.join(', ')}`,
    )
  }
  return parseJwk(withOptions(only, options))
}

function withOptions(value: unknown, options: ImportKeyOptions): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const jwk = value as Record<string, unknown>
  if (
    options.alg !== undefined &&
    jwsAlgorithm(jwk['alg']) !== undefined &&
    jwk['alg'] !== options.alg
  ) {
    throw new KeyError(
      'ERR_KEY_UNSUPPORTED',
      `the key is for "alg" "${String(jwk['alg'])}", not "${options.alg}"`,
    )
  }
  return { ...jwk, kid: options.kid ?? jwk['kid'], alg: jwk['alg'] ?? options.alg }
}
