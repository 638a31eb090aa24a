/**
 * `keygrant key new`: a key pair, the private half in a file of its own.
 * @module
 */

import { resolve } from 'node:path'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  generateKey,
  type JwsAlgorithmName,
  KEY_KINDS,
  type KeyKind,
  type PrivateKey,
} from '@keygrant/core/keys'
import { labelled } from '../../columns.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { describeKey, keyLines } from '../../key-words.ts'
import { assertWritable, writeNewFile } from '../../new-file.ts'
import { escapeControls, showJson } from '../../untrusted-text.ts'

/** A name in core's table of key kinds, which is not loaded to parse a command line. */
export type KeyTypeName =
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'RSA-2048'
  | 'RSA-3072'
  | 'RSA-4096'
  | 'Ed25519'
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87'

/** Flags of `keygrant key new`. */
export interface NewFlags {
  readonly type: KeyTypeName
  readonly alg?: JwsAlgorithmName
  readonly kid?: string
  readonly format: 'jwk' | 'pem'
  readonly out?: string
  readonly publicOut?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Makes a key pair and writes it. */
export async function newKey(this: CliContext, flags: NewFlags): Promise<void> {
  const { format, publicOut, force: isForced = false } = flags
  const out = flags.out ?? (format === 'pem' ? 'private-key.pem' : 'private-key.json')
  assertOneDocument(flags, out)
  for (const path of [out, publicOut]) {
    if (path !== undefined && path !== '-') await assertWritable(path, isForced)
  }
  const key = await this.output.during('making the key', generate(flags))
  if (out === '-') this.output.raw(privateText(key, format))
  else await writeNewFile(out, privateText(key, format), { mode: 0o600, isForced })
  if (publicOut !== undefined) {
    await writeNewFile(publicOut, publicText(key, format), { mode: 0o644, isForced })
  }
  await report(this, key, flags, out)
}

function assertOneDocument({ json, publicOut }: NewFlags, out: string): void {
  if (json === true && out === '-') {
    throw new CommandError(
      ExitCode.usage,
      '--json describes the key and --out - prints it: stdout can only have one of them',
    )
  }
  if (publicOut === '-') {
    throw new CommandError(
      ExitCode.usage,
      '--public-out needs the name of a file',
      'the public JWK is printed anyway',
    )
  }
  if (publicOut !== undefined && resolve(publicOut) === resolve(out)) {
    throw new CommandError(ExitCode.usage, '--out and --public-out name the same file')
  }
}

async function generate({ type, alg, kid }: NewFlags): Promise<PrivateKey> {
  const kind = KEY_KINDS[type] as KeyKind
  try {
    return await generateKey(kind, {
      ...(alg === undefined ? undefined : { alg }),
      ...(kid === undefined ? undefined : { kid }),
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CommandError(
      ExitCode.usage,
      `a ${type} key can not sign with ${alg ?? 'this algorithm'}`,
      'leave --alg out, or choose a type that fits: ES256 needs P-256, RS256 and PS256 need RSA',
    )
  }
}

async function report(
  { output }: CliContext,
  key: PrivateKey,
  { json, publicOut, format }: NewFlags,
  out: string,
): Promise<void> {
  const description = await describeKey(key)
  const { publicJwk, kid, thumbprint, type } = description
  if (out === '-') {
    output.note(`made a ${type} key, Key ID ${escapeControls(kid)}; its private half is on stdout`)
    output.note(`public JWK: ${showJson(publicJwk)}`)
    return
  }
  if (json === true) {
    output.json({ kid, thumbprint, type, path: resolve(out), publicPath: publicOut, publicJwk })
    return
  }
  const { bold } = output.colors
  output.line(`Made a key pair.`)
  output.line()
  const rows = [
    ...keyLines(description),
    [
      'Private key',
      `${escapeControls(out)} (mode 0600; keep it here, nobody else needs it)`,
    ] as const,
    ...(publicOut === undefined ? [] : [['Public key', escapeControls(publicOut)] as const]),
  ]
  for (const line of labelled(rows, bold)) output.line(line)
  output.line()
  output.line('The public JWK, to be registered with the server:')
  output.line()
  output.line(showJson(publicJwk))
  if (format === 'pem') {
    output.note(
      'PEM has no place for a Key ID: where the server gives the key another one, say it with --kid',
    )
  }
}

function privateText(key: PrivateKey, format: 'jwk' | 'pem'): string {
  return format === 'pem' ? exportPkcs8Pem(key) : `${JSON.stringify(exportPrivateJwk(key))}\n`
}

function publicText({ publicKey }: PrivateKey, format: 'jwk' | 'pem'): string {
  return format === 'pem' ? exportSpkiPem(publicKey) : `${JSON.stringify(publicKey.jwk)}\n`
}
