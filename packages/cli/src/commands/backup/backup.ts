/**
 * `keygrant backup`.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { areSigningKeysReadable, parseEnvelopeKeys } from '@keygrant/server'
import { backUpSqlite } from '@keygrant/server/storage/sqlite'
import {
  type BackupList,
  copyPrivately,
  DATABASE_FILE,
  describeFile,
  ENVELOPE_KEY_FILE,
  inspectDatabase,
  KEY_FILES,
  PLAIN_FILES,
  writeBackupList,
} from '../../backup-files.ts'
import { labelled } from '../../columns.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { readOperator, resolveDataDirectory } from '../../data-directory.ts'
import { ExitCode } from '../../exit-codes.ts'
import type { OperatorFlags } from '../../operator-api.ts'
import { shortPath } from '../../shell.ts'
import { loadSqlite } from '../../sqlite.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** Flags of `keygrant backup`. */
export interface BackupFlags extends OperatorFlags {
  readonly withoutKeys?: boolean
}

/** Backs up a data directory. */
export async function backUp(this: CliContext, flags: BackupFlags, to: string): Promise<void> {
  const { output } = this
  const data = resolveDataDirectory(flags.data, this.env)
  const { issuer } = await readOperator(data)
  if (!existsSync(join(data, DATABASE_FILE))) {
    throw new CommandError(
      ExitCode.environment,
      `there is no ${DATABASE_FILE} in ${quoteInput(shortPath(data))}`,
      'a server on PostgreSQL is backed up with the tools of PostgreSQL: see docs/operating.md',
    )
  }
  const target = resolve(to)
  await requireNew(target)
  // Whole or not there: the folder gets its name when everything in it is on the disk.
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(draft, 0o700)
  } catch (error) {
    throw unwritable(target, error)
  }
  try {
    const filling = fill(draft, data, issuer, flags.withoutKeys === true)
    const made = await output.during('copying', filling)
    await publish(draft, target)
    if (!made.isLogWhole) this.exitWith(ExitCode.refused)
    if (flags.json === true) output.json(asJson(target, made))
    else print(this, target, made)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw systemErrorCode(error) === undefined ? error : unwritable(target, error)
  }
}

interface MadeBackup {
  readonly list: BackupList
  readonly apps: number
  readonly entries: number | undefined
  readonly isLogWhole: boolean
  /** Whether the envelope key of the server is a file elsewhere. */
  readonly isKeyElsewhere: boolean
}

async function fill(
  draft: string,
  data: string,
  issuer: string,
  isWithoutKeys: boolean,
): Promise<MadeBackup> {
  const openSqlite = await loadSqlite()
  const made = new Date().toISOString()
  const source = openSqlite(join(data, DATABASE_FILE))
  try {
    backUpSqlite(source, join(draft, DATABASE_FILE))
  } finally {
    source.close()
  }
  // After the database: what was sealed by then is opened by the keys that are there now.
  const names = [...(isWithoutKeys ? [] : KEY_FILES), ...PLAIN_FILES]
  const present = names.filter((name) => existsSync(join(data, name)))
  for (const name of present) await copyPrivately(join(data, name), join(draft, name))

  const { contents, verdict, close } = await inspectDatabase(join(draft, DATABASE_FILE), openSqlite)
  try {
    const envelopeKeys = join(data, ENVELOPE_KEY_FILE)
    const isKeyHere =
      existsSync(envelopeKeys) &&
      (await areSigningKeysReadable(
        contents,
        parseEnvelopeKeys(await readFile(envelopeKeys, 'utf8')),
      )) !== false
    const files: Record<string, BackupList['files'][string]> = {}
    for (const name of [DATABASE_FILE, ...present])
      files[name] = await describeFile(join(draft, name))
    const list = { made, issuer, log: verdict?.end, files }
    await writeBackupList(draft, list)
    const { serviceApps: apps } = contents
    const isLogWhole = verdict?.isWhole !== false
    return { list, apps, entries: verdict?.count, isLogWhole, isKeyElsewhere: !isKeyHere }
  } finally {
    close()
  }
}

async function requireNew(target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined)
  if (found === undefined) return
  throw new CommandError(
    ExitCode.input,
    `${quoteInput(shortPath(target))} is there already, and is left as it is`,
    'name a new folder: a backup is never replaced',
  )
}

async function publish(draft: string, target: string): Promise<void> {
  await chmod(draft, 0o700)
  await requireNew(target)
  await rename(draft, target)
  for (const path of [target, dirname(target)]) {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

function unwritable(target: string, error: unknown): CommandError {
  const code = systemErrorCode(error)
  return new CommandError(
    ExitCode.environment,
    code === 'ENOSPC'
      ? `the disk is full; ${quoteInput(shortPath(target))} was not made`
      : `${quoteInput(shortPath(target))} can not be made (${code ?? 'no reason known'})`,
    'check that the folder above it is there and that this user may write to it',
  )
}

function asJson(directory: string, { list, apps, isLogWhole }: MadeBackup): object {
  return { directory, ...list, apps, isLogWhole }
}

function print({ output }: CliContext, target: string, made: MadeBackup): void {
  const { list, apps, entries, isLogWhole, isKeyElsewhere } = made
  const names = Object.keys(list.files).filter((name) => name !== DATABASE_FILE)
  output.line(`Backed up to ${shortPath(target)}, and looked through the copy.`)
  output.line()
  const rows = [
    ['As of', list.made],
    ['Database', `${apps} service apps, ${list.files[DATABASE_FILE]?.octets ?? 0} octets`],
    ...(entries === undefined ? [] : [['Log', `${entries} entries`] as const]),
    ['Files', names.join(', ')],
  ] as const
  for (const line of labelled(rows, output.colors.bold)) output.line(line)
  if (!isLogWhole) {
    output.warn('the audit log is not whole, in the copy as in the server: see keygrant log verify')
  }
  const holdsKeys = KEY_FILES.some((name) => names.includes(name))
  if (holdsKeys) output.note('it holds private keys: keep it where its owner alone can read it')
  if (!names.includes(ENVELOPE_KEY_FILE) || isKeyElsewhere) {
    output.warn(
      'the envelope key of the server is not in it: keep that key too, or its signing keys are lost',
    )
  }
}
