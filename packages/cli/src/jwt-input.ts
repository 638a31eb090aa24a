/**
 * A JWT as a person gives it: as an argument, in a file, or through a pipe.
 * @module
 */

import { stat } from 'node:fs/promises'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { decodeText, readInput } from './input.ts'
import { holdsKey } from './untrusted-text.ts'

/** Room for the longest JWT that is read (16384 characters) and for white space around it. */
const MAX_OCTETS = 32_768
/** The most that a key is read from. */
const MAX_PASTED_OCTETS = 65_536

/**
 * Reads a JWT; the argument is the JWT itself, the name of a file, or `-`. White space around it is
 * dropped, and so is what a copied header line puts before it: `Authorization: Bearer`.
 */
export async function readJwt(
  context: Pick<CliContext, 'stdin'>,
  argument: string | undefined,
): Promise<string> {
  const text = (await isInline(argument)) ? (argument as string) : await readText(context, argument)
  const jwt = text
    .trim()
    .replace(/^authorization:\s*/i, '')
    .replace(/^(?:bearer|dpop)\s+/i, '')
  if (jwt !== '') return jwt
  throw new CommandError(ExitCode.input, 'the input is empty; expected a JWT')
}

/**
 * Reads what a person has, whatever it is; the argument is the text itself, the name of a file, or `-`. A
 * key is no argument: others could see it.
 */
export async function readPasted(
  context: Pick<CliContext, 'stdin'>,
  argument: string | undefined,
): Promise<Buffer> {
  if (argument !== undefined && !holdsKey(argument) && (await isInline(argument))) {
    return Buffer.from(argument)
  }
  return readInput(argument, {
    context,
    what: 'a JWT, a token request, a token response or a key',
    maxOctets: MAX_PASTED_OCTETS,
  })
}

/** An argument is the JWT itself unless it is the name of a file. */
async function isInline(argument: string | undefined): Promise<boolean> {
  if (argument === undefined || argument === '-') return false
  if (argument.length > 255) return true
  const found = await stat(argument).catch(() => undefined)
  return found === undefined
}

async function readText(
  context: Pick<CliContext, 'stdin'>,
  file: string | undefined,
): Promise<string> {
  const octets = await readInput(file, {
    context,
    what: 'a JWT',
    maxOctets: MAX_OCTETS,
  })
  const text = decodeText(octets)
  if (text !== undefined) return text
  throw new CommandError(
    ExitCode.input,
    'the input is binary; a JWT is text: three parts of letters, digits, "-" and "_" between dots',
  )
}
