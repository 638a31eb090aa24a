/**
 * `keygrant key convert`: the same key in another form.
 * @module
 */

import {
  exportJwkSet,
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  type JwsAlgorithmName,
  type PrivateKey,
  type PublicKey,
} from '@keygrant/core/keys'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { isPrivateKey, publicHalf, readKeyFile } from '../../key-file.ts'
import { writeNewFile } from '../../new-file.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** Flags of `keygrant key convert`. */
export interface ConvertFlags {
  readonly to: 'jwk' | 'pem' | 'jwks' | 'public-jwk' | 'public-pem'
  readonly out?: string
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
  readonly force?: boolean
}

/** Writes a key in the form that was asked for. */
export async function convertKey(
  this: CliContext,
  flags: ConvertFlags,
  file?: string,
): Promise<void> {
  const { to, out, kid, alg, force: isForced = false } = flags
  const { keys } = await readKeyFile(this, file, {
    ...(kid === undefined ? undefined : { kid }),
    ...(alg === undefined ? undefined : { alg }),
  })
  const { text, isPrivate } = convert(keys, to)
  if (isPrivate && out === undefined) {
    throw new CommandError(
      ExitCode.usage,
      'the result is a private key, which is only printed when you say so',
      'write it with --out FILE, print it with --out -, or take the public half: --to public-jwk',
    )
  }
  if (out === undefined || out === '-') {
    this.output.raw(text)
    return
  }
  await writeNewFile(out, text, { mode: isPrivate ? 0o600 : 0o644, isForced })
  this.output.note(
    `wrote ${quoteInput(out)}${isPrivate ? ' (mode 0600: it holds a private key)' : ''}`,
  )
}

interface Converted {
  readonly text: string
  readonly isPrivate: boolean
}

function convert(keys: readonly (PrivateKey | PublicKey)[], to: ConvertFlags['to']): Converted {
  if (to === 'jwks') return { text: json(exportJwkSet(keys.map(publicHalf))), isPrivate: false }
  const key = onlyKey(keys, to)
  if (to === 'jwk' && isPrivateKey(key)) {
    return { text: json(exportPrivateJwk(key)), isPrivate: true }
  }
  if (to === 'pem' && isPrivateKey(key)) return { text: exportPkcs8Pem(key), isPrivate: true }
  const half = publicHalf(key)
  const isPem = to === 'pem' || to === 'public-pem'
  return { text: isPem ? exportSpkiPem(half) : json(half.jwk), isPrivate: false }
}

function onlyKey(keys: readonly (PrivateKey | PublicKey)[], to: string): PrivateKey | PublicKey {
  const [only] = keys
  if (only !== undefined && keys.length === 1) return only
  throw new CommandError(
    ExitCode.usage,
    `the JWK Set holds ${keys.length} keys, and ${to} takes one`,
    `name one with --kid: ${keys.map(({ kid }) => quoteInput(kid)).join(', ')}`,
  )
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
