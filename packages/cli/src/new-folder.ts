/**
 * A folder that is there whole or not at all: it gets its name when everything in it is on the disk.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { shortPath } from './shell.ts'
import { quoteInput } from './untrusted-text.ts'

const PRIVATE_DIRECTORY = 0o700

/** What {@link makeFolder} needs. */
export interface NewFolder<T> {
  /** Puts everything into the folder, which has another name by then. */
  fill(draft: string): Promise<T>
  /** Makes sure that nothing is in the way of the name; throws when something is, and leaves it as it is. */
  makeWay(target: string): Promise<void>
}

/**
 * Makes a folder that its owner alone can read. When it fails, nothing of it stays.
 *
 * @throws {@link CommandError} when the disk does not take it; else what `fill` and `makeWay` throw.
 */
export async function makeFolder<T>(target: string, { fill, makeWay }: NewFolder<T>): Promise<T> {
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(draft, PRIVATE_DIRECTORY)
    const made = await fill(draft)
    await makeWay(target)
    await rename(draft, target)
    await sync(target)
    await sync(dirname(target))
    return made
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw systemErrorCode(error) === undefined ? error : unmakable(target, error)
  }
}

/** Why a folder can not be made, by the error of the system. */
export function unmakable(target: string, error: unknown): CommandError {
  const code = systemErrorCode(error)
  const name = quoteInput(shortPath(target))
  return new CommandError(
    ExitCode.environment,
    code === 'ENOSPC'
      ? `the disk is full; ${name} was not made`
      : `${name} can not be made (${code ?? 'no reason known'})`,
    'check that the folder above it is there and that this user may write to it',
  )
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
