/**
 * A key that another program signs with: the signing input on its stdin, the signature on its stdout.
 * @module
 */

import { createSigner, type PublicKey, type Signer } from '@keygrant/core/keys'
import { CommandError } from '../command-error.ts'
import { ExitCode } from '../exit-codes.ts'
import { quoteInput } from '../untrusted-text.ts'
import { describeEnd, runChild } from './child.ts'
import type { SignerOptions } from './remote-key.ts'

/** Which program, and which key it signs with. */
export interface CommandSignerOptions extends SignerOptions {
  /** The program and its arguments; no shell is involved. */
  readonly command: readonly string[]
  /** The public half of the key that the program signs with. */
  readonly publicKey: PublicKey
  /** The environment of the program. It gets `KEYGRANT_ALG` and `KEYGRANT_KID` too. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A `command:` reference, read. */
export interface CommandReference {
  readonly command: readonly string[]
  /** The file with the public half. */
  readonly publicKeyFile: string
  readonly timeoutMs: number | undefined
}

const TIMEOUT_MS = 30_000
const EXAMPLE = 'command:public-key=pub.pem openssl dgst -sha256 -sign key.pem'

/**
 * Makes a signer of a program. What it writes may be the signature itself, DER, or either in base64
 * or base64url.
 */
export function createCommandSigner(options: CommandSignerOptions): Signer {
  const { command, publicKey, alg, env, timeoutMs } = options
  const [program = '', ...args] = command
  const signer = createSigner({
    publicKey,
    ...(alg === undefined ? {} : { alg }),
    async sign(signingInput) {
      const result = await runChild({
        program,
        args,
        input: signingInput,
        env: { ...env, KEYGRANT_ALG: signer.alg, KEYGRANT_KID: signer.kid },
        timeoutMs: timeoutMs ?? TIMEOUT_MS,
        installHint: 'name it by its path, or see that it is in PATH',
      })
      if (result.code !== 0) {
        throw new CommandError(
          ExitCode.environment,
          `${quoteInput(program)} ${describeEnd(result)}`,
          'nothing was signed; run the command by hand to see why',
        )
      }
      return decodeSignature(result.stdout)
    },
  })
  return signer
}

/** The octets of base64 or base64url text; anything else is the signature itself. */
export function decodeSignature(output: Buffer): Buffer {
  const text = output.toString('latin1').replaceAll(/[\t\n\r ]+/g, '')
  // Octets of a signature that all happen to be of this alphabet are too unlikely to happen.
  if (text.length < 64 || !/^[\w+/-]+={0,2}$/.test(text)) return output
  return Buffer.from(text, 'base64')
}

/**
 * Reads what follows `command:`. It is a list of words: first settings (`public-key=FILE`,
 * `timeout=SECONDS`), then the program and its arguments. Quotes and backslashes work as in a shell;
 * nothing is expanded.
 */
export function parseCommandReference(text: string): CommandReference {
  const words = splitWords(text)
  const settings = new Map<string, string>()
  let at = 0
  for (; at < words.length; at++) {
    const [, name, value] = /^(public-key|timeout)=(.*)$/s.exec(words[at] as string) ?? []
    if (name === undefined || value === undefined) break
    settings.set(name, value)
  }
  const command = words.slice(at)
  const publicKeyFile = settings.get('public-key')
  const timeout = settings.get('timeout')
  if (command.length === 0) throw unusable('names no program')
  if (publicKeyFile === undefined || publicKeyFile === '') {
    throw unusable('does not say which file holds the public key')
  }
  const timeoutMs = timeout === undefined ? undefined : Number(timeout) * 1000
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 3_600_000)) {
    throw unusable('has a timeout that is not a number of seconds up to 3600')
  }
  return { command, publicKeyFile, timeoutMs }
}

/** Words as a shell splits them, without any expansion. */
function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let rest = text
  while (rest !== '') {
    const [token, blank, single, double, escaped] =
      /^(?:(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|[^\s'"\\])/s.exec(rest) ?? []
    if (token === undefined) throw unusable('has a quote that is not closed')
    rest = rest.slice(token.length)
    if (blank !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? token)
    }
  }
  return word === undefined ? words : [...words, word]
}

function unusable(why: string): CommandError {
  return new CommandError(
    ExitCode.usage,
    `the command: reference ${why}`,
    `write it like ${EXAMPLE}`,
  )
}
