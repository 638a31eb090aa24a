/**
 * Keys as a person holds them: in a file or a pipe, in any form that core reads.
 * @module
 */

import { KeyError } from '@keygrant/core/errors'
import {
  hasPrivateMember,
  importPrivateJwk,
  importPrivateKey,
  type ImportPrivateKeyOptions,
  importPublicJwk,
  MAX_KEY_INPUT,
  type PrivateKey,
  type PublicKey,
  readKey,
} from '@keygrant/core/keys'
import type { KeyReference } from './client-configuration.ts'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { decodeText, readInput } from './input.ts'

/** What a key file holds. A JWK Set may hold both halves of some keys. */
export interface KeyFile {
  /** In words, such as `JWK Set` or `PKCS#8 PEM`. */
  readonly form: string
  readonly isSet: boolean
  readonly keys: readonly (PrivateKey | PublicKey)[]
}

/** Where keys come from. */
export type KeyContext = Pick<CliContext, 'stdin' | 'env'>

/** Whether this is the private half. */
export function isPrivateKey(key: PrivateKey | PublicKey): key is PrivateKey {
  return 'publicKey' in key
}

/** The public half of either half. */
export function publicHalf(key: PrivateKey | PublicKey): PublicKey {
  return isPrivateKey(key) ? key.publicKey : key
}

/** Reads every key of a file; `kid` picks one out of a JWK Set, and names any other key. */
export async function readKeyFile(
  context: KeyContext,
  file: string | undefined,
  options: ImportPrivateKeyOptions = {},
): Promise<KeyFile> {
  return readKeyOctets(context, await readKeyInput(context, file), options)
}

/** Reads every key of what was read already. */
export async function readKeyOctets(
  context: KeyContext,
  octets: Uint8Array,
  options: ImportPrivateKeyOptions = {},
): Promise<KeyFile> {
  const entries = jwkSetEntries(octets)
  if (entries !== undefined) {
    return { form: 'JWK Set', isSet: true, keys: await readSet(entries, options) }
  }
  const reading = await readKey(octets, withPassphrase(context, options))
  const key = reading.half === 'private' ? reading.privateKey : reading.publicKey
  return { form: reading.form, isSet: false, keys: [key] }
}

/** Reads the one private key of a file, or of a text. */
export async function readPrivateKey(
  context: KeyContext,
  file: KeyReference | undefined,
  options: ImportPrivateKeyOptions = {},
): Promise<PrivateKey> {
  const input = typeof file === 'object' ? file.text : await readKeyInput(context, file)
  return importPrivateKey(input, withPassphrase(context, options))
}

/** Reads the public keys of a file: public keys, or the public halves of private ones. */
export async function readPublicKeys(
  context: KeyContext,
  file: string | undefined,
  options: ImportPrivateKeyOptions = {},
): Promise<readonly PublicKey[]> {
  const { keys } = await readKeyFile(context, file, options)
  return keys.map(publicHalf)
}

function readKeyInput(context: KeyContext, file: string | undefined): Promise<Buffer> {
  return readInput(file, { context, what: 'a key', maxOctets: MAX_KEY_INPUT })
}

/** The passphrase of an encrypted key. Not a flag: other users of the machine see command lines. */
function withPassphrase(
  { env }: KeyContext,
  options: ImportPrivateKeyOptions,
): ImportPrivateKeyOptions {
  const passphrase = env['KEYGRANT_PASSPHRASE'] ?? env['KEYGRANT_KEY_PASSPHRASE']
  return passphrase === undefined ? options : { ...options, passphrase }
}

/** The keys of a JWK Set, or `undefined` for anything else. The strict reading comes after. */
function jwkSetEntries(octets: Uint8Array): readonly unknown[] | undefined {
  const text = decodeText(octets)
  if (text === undefined || !/"keys"\s*:/.test(text)) return undefined
  try {
    const value = JSON.parse(text) as { readonly keys?: unknown } | null
    return Array.isArray(value?.keys) ? value.keys : undefined
  } catch {
    return undefined
  }
}

async function readSet(
  entries: readonly unknown[],
  { kid }: ImportPrivateKeyOptions,
): Promise<readonly (PrivateKey | PublicKey)[]> {
  if (entries.length === 0) throw new CommandError(ExitCode.input, 'the JWK Set holds no key')
  const keys = await Promise.all(entries.map(readSetEntry))
  if (kid === undefined) return keys
  const named = keys.filter((key) => key.kid === kid)
  if (named.length > 0) return named
  throw new CommandError(
    ExitCode.input,
    'the JWK Set holds no key with this "kid"',
    `it has ${keys.map((key) => `"${key.kid}"`).join(', ')}`,
  )
}

async function readSetEntry(entry: unknown, index: number): Promise<PrivateKey | PublicKey> {
  const place = `key ${index + 1} of the JWK Set`
  if (typeof entry !== 'object' || entry === null) {
    throw new CommandError(ExitCode.input, `${place} is no JSON object, so it is no JWK`)
  }
  try {
    return await (hasPrivateMember(entry) ? importPrivateJwk(entry) : importPublicJwk(entry))
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw new CommandError(ExitCode.input, `${place} can not be used: ${error.message}`)
  }
}
