/**
 * Reading what a person gives: a file, `-` or a pipe; never more of it than makes sense.
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { holdsKey, quoteInput } from './untrusted-text.ts'

/** Where input comes from, and what it should be. */
export interface InputOptions {
  readonly context: { readonly stdin: Readable & { readonly isTTY?: boolean } }
  /** What is read, in words: "a key". */
  readonly what: string
  /** The most octets that make sense. */
  readonly maxOctets: number
}

/**
 * Reads a file; `-`, or no name when something is piped in, means standard input.
 *
 * @throws {@link CommandError} that says what to give instead.
 */
export async function readInput(
  file: string | undefined,
  { context, what, maxOctets }: InputOptions,
): Promise<Buffer> {
  if (file === undefined && context.stdin.isTTY === true) {
    throw new CommandError(
      ExitCode.usage,
      `no file was given, and nothing is piped in`,
      `name the file that holds ${what}, or pipe it in`,
    )
  }
  const isStdin = file === undefined || file === '-'
  const octets = isStdin
    ? await readCapped(context.stdin, maxOctets)
    : await readFile(file, what, maxOctets)
  const name = isStdin ? 'standard input' : quoteInput(file)
  if (octets.length > maxOctets) {
    throw new CommandError(
      ExitCode.input,
      `${name} is larger than ${maxOctets} octets, which is more than ${what} can be`,
      'is it the right one?',
    )
  }
  if (octets.length === 0) {
    throw new CommandError(
      ExitCode.input,
      `${name} is empty; expected ${what}`,
      isStdin ? 'the command before the pipe may have failed' : undefined,
    )
  }
  return octets
}

/** The text of octets, or `undefined` when they are not UTF-8 text. */
export function decodeText(octets: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(octets)
    return text.includes('\u0000') ? undefined : text
  } catch {
    return undefined
  }
}

async function readFile(file: string, what: string, maxOctets: number): Promise<Buffer> {
  if (holdsKey(file)) {
    throw new CommandError(
      ExitCode.usage,
      'a key was given on the command line, where other users of this machine can see it',
      'put it into a file, or pipe it in',
    )
  }
  try {
    const handle = await open(file)
    try {
      return await readHandle(handle, maxOctets)
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(file)} ${whyUnreadable(error)}`,
      `name a file that holds ${what}`,
    )
  }
}

function whyUnreadable(error: unknown): string {
  switch (systemErrorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user'
    case 'EISDIR':
      return 'is a directory'
    default:
      return `can not be read (${systemErrorCode(error) ?? 'unknown reason'})`
  }
}

/** Reads to the end, or to just beyond the limit. */
async function readCapped(stream: Readable, maxOctets: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > maxOctets) break
  }
  return Buffer.concat(chunks)
}

async function readHandle(handle: FileHandle, maxOctets: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxOctets + 1)
  let size = 0
  while (size < buffer.length) {
    const { bytesRead } = await handle.read(buffer, size, buffer.length - size, null)
    if (bytesRead === 0) break
    size += bytesRead
  }
  return buffer.subarray(0, size)
}
