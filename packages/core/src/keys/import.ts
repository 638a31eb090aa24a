/**
 * Keys from the forms in which people hold them. A JWK is read here; the reader of everything else
 * is loaded when it is needed.
 * @module
 */

import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import { JWS_ALGORITHMS, jwsAlgorithm } from './algorithms.ts'
import type { FindOptions, FoundKey } from './forms/found-key.ts'
import { assertFoundHalf } from './forms/wrong-half.ts'
import { describeJwk, type ImportKeyOptions, judgeKey, type KeyInput } from './import-jwk.ts'
import { createPrivateKey, type PrivateKey } from './private-key.ts'
import { createPublicKey, type PublicKey } from './public-key.ts'

/** Options of {@link importPrivateKey} and {@link readKey}. */
export interface ImportPrivateKeyOptions extends ImportKeyOptions {
  /** Opens a key that is encrypted; an empty one counts as none, and other keys ignore it. */
  readonly passphrase?: string
}

const MAX_PASSPHRASE = 4096

/**
 * Reads a private key, and proves that it signs for its public half.
 *
 * Takes a JWK, a JWK Set, PKCS#8, PKCS#1, SEC1, encrypted PKCS#8 (PBES2 with AES), PEM encrypted the
 * old way (`Proc-Type`, with AES), PKCS#12, OpenSSH and the key files of Google, Okta and Zitadel;
 * PEM or DER; also in base64, in quotes, on one line or with literal `\n`. What it can't take it
 * names, with the fix. No input ever becomes a shared secret.
 *
 * @throws {@link KeyError}, `ERR_KEY_PASSPHRASE_REQUIRED` and `ERR_KEY_PASSPHRASE_WRONG` among its
 * codes; `TypeError` when an argument is of the wrong type.
 * @example
 * ```ts
 * const key = await importPrivateKey(await readFile('key.pem'), { kid: 'my-key' })
 * ```
 */
export async function importPrivateKey(
  input: KeyInput,
  options: ImportPrivateKeyOptions = {},
): Promise<PrivateKey> {
  const found = await findKey(input, options, 'private')
  return createPrivateKey(judgeKey(found, options))
}

/**
 * Reads a public key: a JWK, a JWK Set, SPKI, PKCS#1, an X.509 certificate or an OpenSSH public key,
 * in the same wrappings as {@link importPrivateKey}. Refuses a private key: what is public must not
 * be made from what is not by accident. Does not check a certificate: only its key is read.
 *
 * @throws {@link KeyError}, `ERR_KEY_WRONG_HALF` for a private key; `TypeError` when an argument is
 * of the wrong type.
 */
export async function importPublicKey(
  input: KeyInput,
  options: ImportKeyOptions = {},
): Promise<PublicKey> {
  const found = await findKey(input, options, 'public')
  return createPublicKey(judgeKey(found, options))
}

/** What {@link readKey} found: the key, and the form it was in. A union on `half`. */
export type KeyReading = PrivateKeyReading | PublicKeyReading

/** A private key, and the form it was in. */
export interface PrivateKeyReading {
  readonly half: 'private'
  /** In words for people, such as `PKCS#1 PEM` or `encrypted PKCS#8 PEM in base64`. */
  readonly form: string
  readonly privateKey: PrivateKey
  readonly publicKey: PublicKey
}

/** A public key, and the form it was in. */
export interface PublicKeyReading {
  readonly half: 'public'
  /** In words for people, such as `SPKI PEM` or `X.509 certificate DER`. */
  readonly form: string
  readonly publicKey: PublicKey
}

/**
 * Reads a key of either half in any form, and says which form it was. Where an input holds both
 * halves, the private key is read.
 *
 * @throws {@link KeyError} as {@link importPrivateKey} does.
 * @example
 * ```ts
 * const { half, form, publicKey } = await readKey(text)
 * console.log(`${half} key ${publicKey.kid}: ${form}`)
 * ```
 */
export async function readKey(
  input: KeyInput,
  options: ImportPrivateKeyOptions = {},
): Promise<KeyReading> {
  const found = await findKey(input, options, 'either')
  const parsed = judgeKey(found, options)
  const { form } = found
  if (parsed.privateJwk === undefined) {
    return { half: 'public', form, publicKey: await createPublicKey(parsed) }
  }
  const privateKey = await createPrivateKey(parsed)
  return { half: 'private', form, privateKey, publicKey: privateKey.publicKey }
}

/** Finds the key. A complete JWK is at hand; the reader of all else is loaded when it is needed. */
async function findKey(
  input: KeyInput,
  options: ImportPrivateKeyOptions,
  want: FindOptions['want'],
): Promise<FoundKey> {
  checkArguments(input, options)
  if (isCompleteJwk(input)) {
    const found = describeJwk(input)
    assertFoundHalf(found, { want, ...options })
    return found
  }
  const reader = await import('./forms/find-key.ts')
  return reader.findKey(input, { want, ...options })
}

/** Refuses arguments of the wrong type. */
export function checkArguments(input: unknown, options: ImportPrivateKeyOptions): void {
  if (typeof input !== 'string' && (typeof input !== 'object' || input === null)) {
    throw invalidArgumentType('input', 'a string, octets or an object')
  }
  const { kid, alg, passphrase = '' } = options
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) {
    throw invalidArgumentType('options.kid', 'a non-empty string')
  }
  if (alg !== undefined && jwsAlgorithm(alg) === undefined) {
    throw invalidArgumentValue('options.alg', `one of ${JWS_ALGORITHMS.join(', ')}`)
  }
  if (typeof passphrase !== 'string') throw invalidArgumentType('options.passphrase', 'a string')
  if (passphrase.length > MAX_PASSPHRASE) {
    throw invalidArgumentValue('options.passphrase', `at most ${MAX_PASSPHRASE} characters`)
  }
}

/** RSA keys may lack members that can be computed; that is not done here. */
function isCompleteJwk(input: KeyInput): input is object {
  if (typeof input !== 'object' || !Object.hasOwn(input, 'kty')) return false
  const { kty, d, dp } = input as Record<string, unknown>
  return kty !== 'RSA' || d === undefined || dp !== undefined
}
