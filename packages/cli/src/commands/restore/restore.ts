/**
 * `keygrant restore`.
 * @module
 */

import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { areSigningKeysReadable, noteRestoration, parseEnvelopeKeys } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import {
  type BackupList,
  copyPrivately,
  DATABASE_FILE,
  ENVELOPE_KEY_FILE,
  inspectDatabase,
  readBackupList,
  requireUnchanged,
} from '../../backup-files.ts'
import { labelled, table } from '../../columns.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { resolveDataDirectory } from '../../data-directory.ts'
import { ExitCode } from '../../exit-codes.ts'
import { makeFolder, unmakable } from '../../new-folder.ts'
import type { OperatorFlags } from '../../operator-api.ts'
import { shellWord, shortPath } from '../../shell.ts'
import { loadSqlite, type OpenSqlite } from '../../sqlite.ts'
import { escapeControls, quoteInput } from '../../untrusted-text.ts'
import { findLostChanges, type LostChange } from './lost-changes.ts'

/** Flags of `keygrant restore`. */
export interface RestoreFlags extends OperatorFlags {
  readonly check?: boolean
  readonly log?: string
}

/** A backup that was looked through. */
interface JudgedBackup {
  readonly list: BackupList
  readonly apps: number
  readonly isLogWhole: boolean
  /** Whether the envelope key that its signing keys are sealed with is part of it. */
  readonly hasEnvelopeKey: boolean
  /** `undefined` when the log was not given. */
  readonly lost: readonly LostChange[] | undefined
}

/** Makes a data directory from a backup. */
export async function restore(this: CliContext, flags: RestoreFlags, from: string): Promise<void> {
  const { output } = this
  const isCheck = flags.check === true
  const openSqlite = await loadSqlite()
  const data = resolveDataDirectory(flags.data, this.env)
  if (!isCheck) await requireEmpty(data)
  const judged = await output.during(
    'looking through the backup',
    judge(this, from, flags.log, openSqlite),
  )
  const at = Date.now()
  if (!isCheck) {
    const { list } = judged
    const making = makeFolder(data, {
      makeWay,
      fill: (draft) => fill(draft, { from, list, at }, openSqlite),
    })
    await output.during('copying', making)
  }
  if (!judged.isLogWhole) this.exitWith(ExitCode.refused)
  if (flags.json === true) {
    const { list, lost, ...rest } = judged
    const made = isCheck ? undefined : { data, restored: new Date(at).toISOString() }
    output.json({ ...made, ...list, ...rest, lostChanges: lost })
    return
  }
  output.line(
    isCheck
      ? 'The backup is good. Nothing was made.'
      : `Made ${escapeControls(shortPath(data))} from the backup.`,
  )
  print(this, judged)
  if (!isCheck) {
    output.note(
      `start it as before, with --data ${escapeControls(shellWord(shortPath(data)))}; for ten seconds it gives no token`,
    )
    output.note('the log goes on from the backup: begin a new export of it')
  }
}

async function judge(
  { stdin }: CliContext,
  from: string,
  log: string | undefined,
  openSqlite: OpenSqlite,
): Promise<JudgedBackup> {
  const list = await readBackupList(from)
  await requireUnchanged(from, list)
  const { contents, verdict, close } = await inspectDatabase(join(from, DATABASE_FILE), openSqlite)
  try {
    const keys = Object.hasOwn(list.files, ENVELOPE_KEY_FILE)
      ? parseEnvelopeKeys(await readFile(join(from, ENVELOPE_KEY_FILE), 'utf8'))
      : undefined
    const hasEnvelopeKey =
      keys !== undefined && (await areSigningKeysReadable(contents, keys)) !== false
    const lost = log === undefined ? undefined : await findLostChanges(log, list.log, stdin)
    const isLogWhole = verdict?.isWhole !== false
    return { list, apps: contents.serviceApps, isLogWhole, hasEnvelopeKey, lost }
  } finally {
    close()
  }
}

async function requireEmpty(data: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await readdir(data)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return
    throw unmakable(data, error)
  }
  if (names.length === 0) return
  throw new CommandError(
    ExitCode.input,
    `${quoteInput(shortPath(data))} is not empty, and is left as it is`,
    'name a new data directory with --data, or move the old one away first',
  )
}

async function fill(
  draft: string,
  { from, list, at }: { readonly from: string; readonly list: BackupList; readonly at: number },
  openSqlite: OpenSqlite,
): Promise<void> {
  for (const name of Object.keys(list.files)) {
    await copyPrivately(join(from, name), join(draft, name))
  }
  await requireUnchanged(draft, list)
  const storage = openSqliteStorage(openSqlite(join(draft, DATABASE_FILE)))
  try {
    await noteRestoration(storage, { at, backupAt: Date.parse(list.made) })
  } finally {
    await storage.close()
  }
}

/** An empty directory that is there makes room; one that got something meanwhile does not. */
async function makeWay(data: string): Promise<void> {
  await requireEmpty(data)
  await rmdir(data).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  })
}

function print(
  { output }: CliContext,
  { list, apps, isLogWhole, hasEnvelopeKey, lost }: JudgedBackup,
): void {
  const { bold } = output.colors
  const rows = [
    ['As of', list.made],
    ...(list.issuer === undefined ? [] : [['Issuer', escapeControls(list.issuer)] as const]),
    ['Service apps', String(apps)],
  ] as const
  output.line()
  for (const line of labelled(rows, bold)) output.line(line)
  if (lost !== undefined && lost.length > 0) {
    output.line()
    output.line(bold('Changes after the backup, which are lost'))
    const cells = lost.map(({ time, event, app, key, by }) =>
      [time, event, app, key, by].map(escapeControls),
    )
    for (const line of table(['Time', 'Event', 'App', 'Key', 'By'], cells, bold)) output.line(line)
  }
  if (lost === undefined) {
    output.warn(
      `changes after ${list.made} are lost: keys that were deactivated since are active again (--log lists them)`,
    )
  } else if (lost.length === 0) {
    output.note('no administrator changed anything between the backup and the end of that log')
  }
  if (!isLogWhole) output.warn('the audit log in it is not whole: see keygrant log verify')
  if (!hasEnvelopeKey) {
    output.warn(
      'the envelope key is not in it: name its file with --envelope-key when you start the server',
    )
  }
}
