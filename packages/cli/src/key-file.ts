/**
 * Keys as a person holds them: a file or a pipe with a JWK, a JWK Set or a PEM.
 * @module
 */

import {
  hasPrivateMember,
  type ImportKeyOptions,
  importJwkSet,
  importPrivateKey,
  importPublicKey,
  MAX_KEY_INPUT,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { decodeText, readInput } from './input.ts'

/** What a key file holds. A set may hold both halves of some keys. */
export interface KeyFile {
  readonly form: 'JWK' | 'JWK Set' | 'PEM'
  readonly keys: readonly (PrivateKey | PublicKey)[]
}

/** Whether this is the private half. */
export function isPrivateKey(key: PrivateKey | PublicKey): key is PrivateKey {
  return 'publicKey' in key
}

/** The public half of either half. */
export function publicHalf(key: PrivateKey | PublicKey): PublicKey {
  return isPrivateKey(key) ? key.publicKey : key
}

/** Reads every key of a file; `kid` picks one out of a set. */
export async function readKeyFile(
  context: Pick<CliContext, 'stdin'>,
  file: string | undefined,
  options: ImportKeyOptions = {},
): Promise<KeyFile> {
  const input = await readKeyInput(context, file)
  const glance = glanceAt(input)
  switch (glance.form) {
    case 'private':
      return { form: glance.syntax, keys: [await importPrivateKey(input, options)] }
    case 'public':
      return { form: glance.syntax, keys: [await importPublicKey(input, options)] }
    case 'set':
      return { form: 'JWK Set', keys: await importSet(input, glance.entries, options) }
  }
}

/** Reads the one private key of a file. */
export async function readPrivateKey(
  context: Pick<CliContext, 'stdin'>,
  file: string | undefined,
  options: ImportKeyOptions = {},
): Promise<PrivateKey> {
  return importPrivateKey(await readKeyInput(context, file), options)
}

/** Reads the public keys of a file: a public key, a JWK Set, or the public half of a private key. */
export async function readPublicKeys(
  context: Pick<CliContext, 'stdin'>,
  file: string | undefined,
  options: ImportKeyOptions = {},
): Promise<readonly PublicKey[]> {
  const { keys } = await readKeyFile(context, file, options)
  return keys.map(publicHalf)
}

async function readKeyInput(
  context: Pick<CliContext, 'stdin'>,
  file: string | undefined,
): Promise<string | Uint8Array> {
  const octets = await readInput(file, {
    stdin: context.stdin,
    what: 'a key (JWK, JWK Set or PEM)',
    maxOctets: MAX_KEY_INPUT,
  })
  return decodeText(octets) ?? octets
}

type Glance =
  | { readonly form: 'private' | 'public'; readonly syntax: 'JWK' | 'PEM' }
  | { readonly form: 'set'; readonly entries: readonly unknown[] }

/** Looks which half is there, so that the strict reading can be asked for it. */
function glanceAt(input: string | Uint8Array): Glance {
  if (typeof input !== 'string') return { form: 'public', syntax: 'JWK' }
  if (input.includes('-----BEGIN')) {
    const form = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(input) ? 'private' : 'public'
    return { form, syntax: 'PEM' }
  }
  const value = parseLoosely(input)
  if (typeof value !== 'object' || value === null) return { form: 'public', syntax: 'JWK' }
  if ('keys' in value && Array.isArray(value.keys)) return { form: 'set', entries: value.keys }
  return { form: hasPrivateMember(value) ? 'private' : 'public', syntax: 'JWK' }
}

function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function importSet(
  input: string | Uint8Array,
  entries: readonly unknown[],
  options: ImportKeyOptions,
): Promise<readonly (PrivateKey | PublicKey)[]> {
  const isPrivate = (entry: unknown): entry is object =>
    typeof entry === 'object' && entry !== null && hasPrivateMember(entry)
  const keys = entries.some(isPrivate)
    ? await Promise.all(
        entries.map((entry) =>
          isPrivate(entry) ? importPrivateKey(entry) : importPublicKey(entry as object),
        ),
      )
    : await importJwkSet(input)
  if (keys.length === 0) throw new CommandError(ExitCode.input, 'the JWK Set holds no key')
  if (options.kid === undefined) return keys
  const named = keys.filter(({ kid }) => kid === options.kid)
  if (named.length > 0) return named
  throw new CommandError(
    ExitCode.input,
    'the JWK Set holds no key with this "kid"',
    `it has ${keys.map(({ kid }) => `"${kid}"`).join(', ')}`,
  )
}
