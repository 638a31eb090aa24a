/**
 * A backup as a folder: the database as it was at one moment, the files beside it, and a list of them with their digests.
 * @module
 */

import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { AuditPlace } from '@keygrant/server'
import { type AuditVerdict, verifyAuditChain } from '@keygrant/server/audit-log'
import { inspectSqlite, type SqliteContents } from '@keygrant/server/storage/sqlite'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { shortPath } from './shell.ts'
import type { OpenSqlite } from './sqlite.ts'
import { quoteInput } from './untrusted-text.ts'

/** The database in a data directory, and in a backup. */
export const DATABASE_FILE = 'keygrant.db'
/** Seals the signing keys in the database. */
export const ENVELOPE_KEY_FILE = 'envelope-key'
/** Files that hold private keys. */
export const KEY_FILES: readonly string[] = [
  ENVELOPE_KEY_FILE,
  'signing-keys.json',
  'operator-key.json',
  'demo-key.json',
]
/** The others that belong to a data directory. */
export const PLAIN_FILES: readonly string[] = ['operator.json', 'demo.json']

const LIST_FILE = 'backup.json'
const FORMAT = 1
const ALL_FILES: readonly string[] = [DATABASE_FILE, ...KEY_FILES, ...PLAIN_FILES]

/** A file of a backup. */
export interface BackedUpFile {
  readonly octets: number
  /** In hexadecimal. */
  readonly sha256: string
}

/** What a backup says of itself. */
export interface BackupList {
  /** When the database was as it is there, as RFC 3339 writes it. */
  readonly made: string
  readonly issuer: string | undefined
  /** The last entry of the log. */
  readonly log: AuditPlace | undefined
  readonly files: Readonly<Record<string, BackedUpFile>>
}

/** Writes the list of a backup; the last file of it. */
export async function writeBackupList(directory: string, list: BackupList): Promise<void> {
  const text = `${JSON.stringify({ keygrantBackup: FORMAT, ...list }, null, 2)}\n`
  const handle = await open(join(directory, LIST_FILE), 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Reads the list of a backup.
 *
 * @throws {@link CommandError} when it is none.
 */
export async function readBackupList(directory: string): Promise<BackupList> {
  const name = quoteInput(shortPath(directory))
  let text: string
  try {
    text = await readFile(join(directory, LIST_FILE), 'utf8')
  } catch (error) {
    const code = systemErrorCode(error)
    throw new CommandError(
      ExitCode.input,
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `${name} is no backup: there is no ${LIST_FILE} in it`
        : `the backup ${name} can not be read (${code ?? 'no reason known'})`,
      'name a folder that keygrant backup made',
    )
  }
  const list = parseList(text)
  if (list !== undefined) return list
  throw new CommandError(
    ExitCode.input,
    `${LIST_FILE} in ${name} is damaged, or of a newer Keygrant`,
    'use another backup, or the Keygrant that made this one',
  )
}

function parseList(text: string): BackupList | undefined {
  try {
    const { keygrantBackup, made, issuer, log, files } = JSON.parse(text) as BackupList & {
      readonly keygrantBackup?: unknown
    }
    const isGood =
      keygrantBackup === FORMAT &&
      !Number.isNaN(Date.parse(made)) &&
      // A name of our own leads out of no folder.
      Object.entries(files).every(
        ([file, { octets, sha256 }]) =>
          ALL_FILES.includes(file) && Number.isSafeInteger(octets) && /^[0-9a-f]{64}$/.test(sha256),
      ) &&
      Object.hasOwn(files, DATABASE_FILE)
    return isGood ? { made, issuer, log, files } : undefined
  } catch {
    return undefined
  }
}

/** What a file is now. */
export async function describeFile(path: string): Promise<BackedUpFile> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return { octets: (await stat(path)).size, sha256: hash.digest('hex') }
}

/**
 * Requires that every file of a backup is as it was.
 *
 * @throws {@link CommandError} that names the first that is not.
 */
export async function requireUnchanged(
  directory: string,
  { files }: Pick<BackupList, 'files'>,
): Promise<void> {
  for (const [name, expected] of Object.entries(files)) {
    const path = join(directory, name)
    const found = await describeFile(path).catch((error: unknown) => {
      throw new CommandError(
        ExitCode.input,
        `${quoteInput(shortPath(path))} can not be read (${systemErrorCode(error) ?? 'no reason known'})`,
        'the backup is not complete: use another one',
      )
    })
    if (found.octets === expected.octets && found.sha256 === expected.sha256) continue
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(shortPath(path))} is not what was backed up: it was changed or damaged`,
      'use another backup',
    )
  }
}

/** Copies a file to a new one that its owner alone reads, and on to the disk. */
export async function copyPrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL)
  await chmod(to, 0o600)
  const handle = await open(to, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** What was found in a database that nobody writes to. */
export interface InspectedDatabase {
  readonly contents: Pick<SqliteContents, 'version' | 'serviceApps' | 'records'>
  /** `undefined` where there is no chain to verify: the file is of an earlier version. */
  readonly verdict: AuditVerdict | undefined
  close(): void
}

/**
 * Looks through a database: every page, and the chain of its log.
 *
 * @throws `StorageError` with a sentence.
 */
export async function inspectDatabase(
  file: string,
  openSqlite: OpenSqlite,
  anchors: readonly AuditPlace[] = [],
): Promise<InspectedDatabase> {
  const database = openSqlite(file)
  try {
    const { audit, ...contents } = inspectSqlite(database)
    const verdict = audit === undefined ? undefined : await verifyAuditChain(audit, anchors)
    return { contents, verdict, close: () => void database.close() }
  } catch (error) {
    database.close()
    throw error
  }
}
