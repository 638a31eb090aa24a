/**
 * Where the client's keys come from: given once, or asked for again before each token request.
 * @module
 */

import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { JwsAlgorithmName, KeyInput, Signer } from '../keys/index.ts'

/**
 * Keys that may change while a client lives. It is asked before each token request, which is seldom,
 * so that a new key is picked up without anything having to watch.
 */
export interface KeySource {
  /** The keys to sign with, the preferred one first; the others are for when the server refuses that. */
  keys(): readonly Signer[] | Promise<readonly Signer[]>
}

/** The ways to give the client its key; exactly one of the first five. */
export interface ClientKeyOptions {
  /** A private key in any form that `importPrivateKey` reads, or a `Signer`. */
  readonly key?: KeyInput | Signer
  /** A key that is in this process or elsewhere. */
  readonly signer?: Signer
  /** Several keys during a rotation, the preferred one first; or a source that is asked again. */
  readonly keys?: readonly (KeyInput | Signer)[] | KeySource
  /** Path of a key file. It is read again when it changes. Node and its kin only. */
  readonly keyFile?: string
  /** Path of a directory of key files, the newest preferred; read again when it changes. Node only. */
  readonly keyDirectory?: string
  /** Key ID, where the key itself has none or another than the server. */
  readonly kid?: string
  /** The algorithm to sign with, where the key itself does not say. */
  readonly alg?: JwsAlgorithmName
  /** Opens an encrypted key. */
  readonly passphrase?: string
}

const WAYS = ['key', 'signer', 'keys', 'keyFile', 'keyDirectory'] as const

/**
 * Makes a source of whichever way the options take. Reads nothing yet.
 *
 * @throws `TypeError` when there is no way, or more than one.
 */
export function keySourceOf(options: ClientKeyOptions): KeySource {
  const given = WAYS.filter((name) => options[name] !== undefined)
  const [way] = given
  if (way === undefined || given.length > 1) {
    throw invalidArgumentValue(
      `options.${way ?? 'key'}`,
      way === undefined
        ? `given, or one of ${WAYS.slice(1).join(', ')}`
        : `the only one of ${given.join(' and ')}`,
    )
  }
  const { key, signer, keys, keyFile, keyDirectory } = options
  if (keyFile !== undefined || keyDirectory !== undefined) return fileSource(options)
  if (keys !== undefined && isKeySource(keys)) return keys
  const inputs = keys ?? [(key ?? signer) as KeyInput | Signer]
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw invalidArgumentType('options.keys', 'a list of at least one key, or a KeySource')
  }
  return fixedSource(inputs as readonly (KeyInput | Signer)[], options)
}

/** Whether it signs already, and need not be read. */
export function isSigner(value: unknown): value is Signer {
  if (typeof value !== 'object' || value === null) return false
  const { sign, kid, alg } = value as Partial<Signer>
  return typeof sign === 'function' && typeof kid === 'string' && typeof alg === 'string'
}

function isKeySource(value: object): value is KeySource {
  // A list has a method of that name too.
  return !Array.isArray(value) && typeof (value as Partial<KeySource>).keys === 'function'
}

/** Reads a key once; a failure is not kept, so that what is mended works. */
function fixedSource(inputs: readonly (KeyInput | Signer)[], options: ClientKeyOptions): KeySource {
  let signers: readonly Signer[] | undefined = inputs.every(isSigner) ? inputs : undefined
  return {
    async keys() {
      signers ??= await Promise.all(inputs.map((input) => readSigner(input, options)))
      return signers
    },
  }
}

/** Makes a signer of a key in any form. The reader is loaded when it is needed. */
export async function readSigner(
  input: KeyInput | Signer,
  { kid, alg, passphrase }: ClientKeyOptions,
): Promise<Signer> {
  if (isSigner(input)) return input
  const { readPrivateKey } = await import('./key-reading.ts')
  return readPrivateKey(input, {
    ...(kid === undefined ? undefined : { kid }),
    ...(alg === undefined ? undefined : { alg }),
    ...(passphrase === undefined ? undefined : { passphrase }),
  })
}

function fileSource(options: ClientKeyOptions): KeySource {
  let source: KeySource | undefined
  return {
    async keys() {
      if (source === undefined) {
        const { keyFiles } = await import('#key-files')
        source = keyFiles(options, readSigner)
      }
      return source.keys()
    },
  }
}
