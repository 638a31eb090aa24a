/**
 * The files of a rotation: the key that is in force, and beside it the next key, the old key, and how
 * far the rotation is. Each is whole or absent at any moment, also after a crash.
 * @module
 */

import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  link,
  open,
  readFile,
  realpath,
  rename,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** Where everything is, as absolute paths. */
export interface RotationFiles {
  /** The key that the service reads. */
  readonly key: string
  readonly next: string
  readonly previous: string
  readonly state: string
  readonly lock: string
}

/** A key of a rotation, without anything secret. */
export interface RotatedKey {
  readonly kid: string
  readonly thumbprint: string
  /** ID of its registration. */
  readonly id?: string
}

/** What was done last. */
export type RotationStep =
  'begun' | 'made' | 'registered' | 'proved' | 'switched' | 'unused' | 'deactivated' | 'deleted'

/** How far a rotation is. */
export interface RotationState {
  readonly version: 1
  readonly step: RotationStep
  readonly issuer: string
  readonly clientId: string
  readonly old: RotatedKey
  readonly next?: RotatedKey
  /** Milliseconds since 1970. */
  readonly begunAt: number
  readonly switchedAt?: number
  /** How long a token lives that was got in the proof. */
  readonly tokenLifetimeSeconds?: number
}

/**
 * Finds the files. A link is followed: what is replaced is the file that it leads to.
 *
 * @throws {@link CommandError} when there is no such key file.
 */
export async function locateFiles(keyFile: string): Promise<RotationFiles> {
  let key: string
  try {
    key = await realpath(keyFile)
    if (!(await stat(key)).isFile()) throw Object.assign(new Error('no file'), { code: 'EISDIR' })
  } catch (error) {
    const code = systemErrorCode(error)
    throw new CommandError(
      ExitCode.input,
      code === 'EISDIR'
        ? `${quoteInput(keyFile)} is no file`
        : `${quoteInput(keyFile)} ${code === 'ENOENT' ? 'does not exist' : `can not be read (${code ?? 'unknown reason'})`}`,
      'name the file of the private key that the service reads',
    )
  }
  const beside = (suffix: string): string => join(dirname(key), `.${basename(key)}.${suffix}`)
  return {
    key,
    next: beside('next'),
    previous: beside('previous'),
    state: beside('rotation'),
    lock: beside('rotation.lock'),
  }
}

/**
 * Reads how far a rotation is; `undefined` when none is under way.
 *
 * @throws {@link CommandError} when the file is damaged.
 */
export async function readState({ state }: RotationFiles): Promise<RotationState | undefined> {
  const text = await readIfThere(state)
  if (text === undefined) return undefined
  const value = parse(text)
  if (value !== undefined) return value
  throw new CommandError(
    ExitCode.environment,
    `${quoteInput(state)} is damaged`,
    'compare the keys of the app with those in this directory, then delete that file: keygrant app key list',
  )
}

/** Keeps how far a rotation is. */
export async function writeState(files: RotationFiles, state: RotationState): Promise<void> {
  await replaceFile(files.state, `${JSON.stringify(state, undefined, 2)}\n`)
}

/** Writes a file that only this user can read, in one step. */
export async function replaceFile(path: string, content: string): Promise<void> {
  // One name for all tries: what a crash leaves behind is overwritten by the next one.
  const draft = `${path}.draft`
  await writing(path, async () => {
    await removeFile(draft)
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, path)
    await syncFolder(path)
  })
}

/** Puts the next key into the place of the key, with the mode and the owner that the key has. */
export async function switchKey(files: RotationFiles): Promise<void> {
  await writing(files.key, async () => {
    const { mode, uid, gid } = await stat(files.key)
    const made = await stat(files.next)
    if (made.uid !== uid || made.gid !== gid) await chown(files.next, uid, gid)
    await chmod(files.next, mode & 0o777)
    await rename(files.next, files.key)
    await syncFolder(files.key)
  })
}

/** Removes a file; one that is not there is removed. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

/** The text of a file, or `undefined` when it is not there. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(path)} can not be read (${systemErrorCode(error) ?? 'unknown reason'})`,
    )
  }
}

/**
 * Runs something while no other rotation of the same file runs on this machine.
 *
 * @throws {@link CommandError} when one does.
 */
export async function whileLocked<T>(files: RotationFiles, run: () => Promise<T>): Promise<T> {
  await takeLock(files)
  try {
    return await run()
  } finally {
    await removeFile(files.lock)
  }
}

async function takeLock({ lock, key }: RotationFiles): Promise<void> {
  const mine = `${lock}.${randomBytes(6).toString('hex')}`
  for (let tries = 0; tries < 3; tries++) {
    try {
      // Written beside and then linked, a lock without its owner's number is never seen.
      await writeFile(mine, `${process.pid}\n`, { mode: 0o600 })
      return await link(mine, lock)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw describe(error, lock)
    } finally {
      await removeFile(mine)
    }
    const owner = Number((await readIfThere(lock)) ?? '')
    if (owner > 0 && isRunning(owner)) {
      throw new CommandError(
        ExitCode.environment,
        `another rotation of ${quoteInput(key)} is running (process ${owner})`,
        `wait for it; if that process is something else, delete ${quoteInput(lock)}`,
      )
    }
    // Of two that find it stale, one moves it away; the other one finds the first one's lock, or none.
    await rename(lock, mine).catch(() => undefined)
    await removeFile(mine)
  }
  throw new CommandError(ExitCode.environment, `${quoteInput(lock)} can not be taken`, 'try again')
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemErrorCode(error) === 'EPERM'
  }
}

async function syncFolder(path: string): Promise<void> {
  // Not every system can open a directory; the rename is atomic all the same.
  const handle = await open(dirname(path), 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function writing(path: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw describe(error, path)
  }
}

function describe(error: unknown, path: string): CommandError {
  const code = systemErrorCode(error)
  return new CommandError(
    ExitCode.environment,
    `${quoteInput(path)} can not be written (${code ?? 'unknown reason'})`,
    code === 'EPERM' || code === 'EACCES' || code === 'EROFS'
      ? 'run the command as the user who owns the key and its directory'
      : undefined,
  )
}

const STEPS: readonly string[] = [
  'begun',
  'made',
  'registered',
  'proved',
  'switched',
  'unused',
  'deactivated',
  'deleted',
] satisfies RotationStep[]

function parse(text: string): RotationState | undefined {
  try {
    const value = JSON.parse(text) as Partial<RotationState>
    const isState =
      value.version === 1 &&
      STEPS.includes(String(value.step)) &&
      typeof value.issuer === 'string' &&
      typeof value.clientId === 'string' &&
      isKey(value.old) &&
      (value.next === undefined || isKey(value.next)) &&
      typeof value.begunAt === 'number'
    return isState ? (value as RotationState) : undefined
  } catch {
    return undefined
  }
}

function isKey(value: Partial<RotatedKey> | undefined): boolean {
  return typeof value?.kid === 'string' && typeof value.thumbprint === 'string'
}
