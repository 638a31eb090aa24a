/**
 * Making the next key: of the kind of the old one, and in its form.
 * @module
 */

import {
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  type JwsAlgorithmName,
  jwkThumbprint,
  KEY_KINDS,
  type PrivateKey,
} from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { isPrivateKey, readKeyFile } from '../../key-file.ts'
import { describeKey } from '../../key-words.ts'
import { quoteInput } from '../../untrusted-text.ts'
import type { RotatedKey } from './rotation-files.ts'

/** What is in a key file. */
export interface HeldKey {
  readonly key: PrivateKey
  /** Which form the next key gets. */
  readonly form: 'jwk' | 'pem'
}

/** What may be said about the next key. */
export interface NextKeyOptions {
  readonly type?: string
  readonly alg?: JwsAlgorithmName
  readonly kid?: string
}

/**
 * Reads the key that is to be replaced.
 *
 * @throws {@link CommandError} when it is none that can be written back in its form.
 */
export async function readHeldKey(context: CliContext, file: string): Promise<HeldKey> {
  const { form, isSet, keys } = await readKeyFile(context, file)
  const [key] = keys
  if (key === undefined || isSet || keys.length > 1 || !isPrivateKey(key)) {
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(file)} holds ${isSet ? 'a JWK Set' : 'a public key'}, and not one private key`,
      'name the file of the private key that the service reads',
    )
  }
  if (form === 'JWK') return { key, form: 'jwk' }
  if (/PEM/.test(form) && !/encrypted|\+|certificate/i.test(form)) return { key, form: 'pem' }
  throw new CommandError(
    ExitCode.input,
    `${quoteInput(file)} is ${form}, a form that the next key could not be written in`,
    'change it to JWK or to PKCS#8 PEM first: keygrant key convert',
  )
}

/** Makes the next key, as the text of its file. */
export async function makeNextKey(
  { key, form }: HeldKey,
  { type, alg, kid }: NextKeyOptions,
): Promise<string> {
  const old = await describeKey(key)
  const isSameType = type === undefined || type === old.type
  const boundAlg = alg ?? (isSameType && old.isAlgBound ? (old.alg as JwsAlgorithmName) : undefined)
  // An RSA key of a size that nobody makes any more is followed by one that is at least as large.
  const name = type ?? (old.type.startsWith('RSA-') && !KEY_KINDS[old.type] ? 'RSA-4096' : old.type)
  const kind = Object.hasOwn(KEY_KINDS, name) ? KEY_KINDS[name] : undefined
  if (kind === undefined) {
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(name)} is no kind of key`,
      `use one of ${Object.keys(KEY_KINDS).join(', ')}`,
    )
  }
  if (form === 'pem' && kid !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--kid needs a JWK: a PEM file has no place for a Key ID',
      'leave --kid out, or change the file to JWK first: keygrant key convert',
    )
  }
  try {
    const next = await generateKey(kind, {
      ...(boundAlg === undefined || form === 'pem' ? undefined : { alg: boundAlg }),
      ...(kid === undefined ? undefined : { kid }),
    })
    return form === 'pem' ? exportPkcs8Pem(next) : `${JSON.stringify(exportPrivateJwk(next))}\n`
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CommandError(
      ExitCode.usage,
      `a ${name} key can not sign with ${boundAlg ?? 'this algorithm'}`,
      'name an algorithm that fits with --alg',
    )
  }
}

/** How a rotation names a key. */
export async function nameKey({ kid, publicKey }: PrivateKey): Promise<RotatedKey> {
  return { kid, thumbprint: await jwkThumbprint(publicKey.jwk) }
}
