/**
 * An export of the audit log as a file: its entries, and where it ends.
 * @module
 */

import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { AuditLink, AuditPlace } from '@keygrant/server'
import { readExportLine } from '@keygrant/server/audit-log'
import { CommandError, systemErrorCode } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import { quoteInput } from './untrusted-text.ts'

/** A line of an export is never near this: what a sender chose is cut when it is stored. */
const MAX_LINE_OCTETS = 2 ** 20

/**
 * The entries of an export, as they are read.
 *
 * @throws {@link CommandError} at a line that is no entry, and when the file can't be read.
 */
export async function* linksOfExport(
  file: string,
  stdin: Readable,
): AsyncGenerator<AuditLink, void, undefined> {
  const input = file === '-' ? stdin : createReadStream(file)
  const name = file === '-' ? 'standard input' : quoteInput(file)
  let number = 0
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++
      if (line === '') continue
      const link = readExportLine(line)
      if (link === undefined) {
        throw new CommandError(
          ExitCode.input,
          `line ${number} of ${name} is no entry of an exported log`,
          'keygrant log export writes one JSON document a line; a line that is cut off is left by a full disk',
        )
      }
      yield link
    }
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw unreadable(name, error)
  }
}

/** Where an export ends. */
export interface ExportEnd {
  /** `undefined` when it holds no entry. */
  readonly place: AuditPlace | undefined
  /** Octets up to the end of its last whole line. */
  readonly octets: number
}

/**
 * Looks where an export ends; `undefined` when there is no such file.
 *
 * @throws {@link CommandError} when it is something else, or can't be read.
 */
export async function findExportEnd(file: string): Promise<ExportEnd | undefined> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw unreadable(quoteInput(file), error)
  }
  try {
    const { size } = await handle.stat()
    const tail = Buffer.alloc(Math.min(size, MAX_LINE_OCTETS))
    await handle.read(tail, 0, tail.length, size - tail.length)
    // What an interrupted export left behind its last whole line is no entry.
    const end = tail.lastIndexOf('\n') + 1
    const lines = tail.toString('utf8', 0, end).split('\n')
    const last = lines.filter((line) => line !== '').at(-1)
    if (last === undefined && size === 0) return { place: undefined, octets: 0 }
    const link = last === undefined ? undefined : readExportLine(last)
    if (link !== undefined) {
      return { place: { id: link.id, hash: link.hash }, octets: size - tail.length + end }
    }
    throw new CommandError(
      ExitCode.input,
      `${quoteInput(file)} does not end as an exported log does`,
      'name a new file, or one that keygrant log export wrote',
    )
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw unreadable(quoteInput(file), error)
  } finally {
    await handle.close()
  }
}

function unreadable(name: string, error: unknown): CommandError {
  const code = systemErrorCode(error)
  return new CommandError(
    ExitCode.input,
    code === 'ENOENT'
      ? `${name} does not exist`
      : `${name} can not be read (${code ?? 'no reason known'})`,
    'name a file that keygrant log export wrote',
  )
}
