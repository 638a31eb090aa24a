/**
 * Writing files that may hold secrets: whole or not at all, and never over something by accident.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { link, open, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { quoteInput } from './untrusted-text.ts'

/** How to write a file. */
export interface WriteOptions {
  /** 0600 for a private key; 0644 for what anyone may read. */
  readonly mode: 0o600 | 0o644
  /** Whether to replace a file that is there. */
  readonly isForced: boolean
}

/**
 * Writes a file in one step: a reader sees all of it or none. Without `isForced` a file that is
 * there stays as it is, also when it appears at the last moment.
 *
 * @throws {@link CommandError} that says why nothing was written.
 */
export async function writeNewFile(
  path: string,
  content: string,
  { mode, isForced }: WriteOptions,
): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    await writeDurably(draft, content, mode)
    if (isForced) await rename(draft, path)
    else await publish(draft, path, content, mode)
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    throw describeWriteError(error, path)
  }
}

/** Refuses early, before work is done for a file that could not be written. */
export async function assertWritable(path: string, isForced: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory() === true) throw describeWriteError({ code: 'EISDIR' }, path)
  if (found !== undefined && !isForced) throw describeWriteError({ code: 'EEXIST' }, path)
}

async function writeDurably(path: string, content: string, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A hard link fails when the name is taken; where there are no hard links, `wx` does the same. */
async function publish(draft: string, path: string, content: string, mode: number): Promise<void> {
  try {
    await link(draft, path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    await writeDurably(path, content, mode)
  }
  await unlink(draft)
}

function describeWriteError(error: unknown, path: string): CommandError {
  const code = (error as { readonly code?: unknown }).code
  const name = quoteInput(path)
  switch (code) {
    case 'EEXIST':
      return new CommandError(
        ExitCode.input,
        `${name} exists, and is left as it is`,
        'choose another name, or replace it with --force',
      )
    case 'EISDIR':
      return new CommandError(ExitCode.input, `${name} is a directory`, 'name a file in it')
    case 'ENOENT':
    case 'ENOTDIR':
      return new CommandError(
        ExitCode.input,
        `there is no directory ${quoteInput(dirname(path))} to write to`,
        'make the directory first, or choose another name',
      )
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new CommandError(
        ExitCode.environment,
        `${name} can not be written: this user may not write there`,
      )
    case 'ENOSPC':
      return new CommandError(ExitCode.environment, `${name} can not be written: the disk is full`)
    default:
      return new CommandError(
        ExitCode.environment,
        `${name} can not be written (${typeof code === 'string' ? code : 'unknown reason'})`,
      )
  }
}
