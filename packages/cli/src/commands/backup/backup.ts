/**
 * `keygrant backup`.
 * @module
 */

import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
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
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { readOperator, resolveDataDirectory } from '../../data-directory.ts'
import { ExitCode } from '../../exit-codes.ts'
import { makeFolder } from '../../new-folder.ts'
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
  const isWithoutKeys = flags.withoutKeys === true
  const making = makeFolder(target, {
    makeWay: requireNew,
    fill: (draft) => fill(draft, data, issuer, isWithoutKeys),
  })
  const made = await output.during('copying', making)
  if (!made.isLogWhole) this.exitWith(ExitCode.refused)
  if (flags.json === true) output.json(asJson(target, made))
  else print(this, target, made)
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
