/**
 * `keygrant log export`.
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises'
import type { AuditLink, AuditPlace } from '@keygrant/server'
import { type AuditVerdict, exportEntry, verifyAuditChain } from '@keygrant/server/audit-log'
import type { AdminApi } from '../../admin-api.ts'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { findExportEnd } from '../../log-export.ts'
import { quoteInput } from '../../untrusted-text.ts'
import { anchorText } from './anchor.ts'
import { describeFault } from './chain.ts'

/** Flags of `keygrant log export`. */
export interface ExportFlags extends AdministratorFlags {
  readonly out?: string
  readonly after?: number
}

const PAGE = 1000
const NOWHERE: AuditPlace = { id: 0, hash: '' }

/** Writes the log as JSON Lines: all of it, or what came since an earlier export. */
export async function exportLog(this: CliContext, flags: ExportFlags): Promise<void> {
  const { output } = this
  const { out, after } = flags
  const api = await openOperatorApi(this, flags, ['okta.logs.read'])
  if (out === undefined) {
    const from = { id: after ?? 0, hash: undefined }
    await copyLog(this, api, from, async (lines) => output.raw(lines))
    return
  }
  if (after !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--after and --out were given together',
      'a file tells by its last line where to go on',
    )
  }
  const file = await openExport(out)
  try {
    const copying = copyLog(this, api, file.end, async (lines) => {
      await file.handle.appendFile(lines)
    })
    const { count, last } = await output.during('copying the log', copying)
    await file.handle.sync()
    if (flags.json === true) output.json({ file: out, count, last })
    else output.line(`${count} entries, to ${quoteInput(out)}. Anchor: ${anchorText(last)}`)
  } finally {
    await file.handle.close()
  }
}

/** Where a copy begins; without a hash, what comes first is taken as it is. */
interface From {
  readonly id: number
  readonly hash: string | undefined
}

/** Copies entries as they stand there. Refuses to go on behind an entry that they do not follow from. */
async function copyLog(
  { output, exitWith }: CliContext,
  api: AdminApi,
  from: From,
  write: (lines: string) => Promise<void>,
): Promise<{ readonly count: number; readonly last: AuditPlace }> {
  let last: AuditPlace = { ...from, hash: from.hash ?? '' }
  let count = 0
  let isFaulty = false
  for (;;) {
    const { start, end, links } = await api.readLogChain(last.id, PAGE)
    const isFirst = count === 0
    if (isFirst && from.hash !== undefined && from.id > 0) {
      await requireContinuation(last, start, end, links)
    }
    const [first] = links
    if (first === undefined) break
    const before = isFirst && from.id === 0 ? start : last
    isFaulty ||= !(await isChained(isFirst && from.hash === undefined ? first : before, links))
    await write(links.map((link) => `${JSON.stringify(exportEntry(link))}\n`).join(''))
    count += links.length
    const { id, hash } = links.at(-1) ?? first
    last = { id, hash }
    if (links.length < PAGE) break
  }
  if (isFaulty) {
    exitWith(ExitCode.refused)
    output.warn('the log is not whole; it was written as it stands there: see keygrant log verify')
  }
  return { count, last }
}

async function requireContinuation(
  from: AuditPlace,
  start: AuditPlace,
  end: AuditPlace,
  links: readonly AuditLink[],
): Promise<void> {
  const refuse = (message: string): CommandError =>
    new CommandError(
      ExitCode.refused,
      message,
      'nothing was written; keep that file, and export to a new one',
    )
  if (start.id > from.id) {
    throw refuse(
      `entries ${from.id + 1} to ${start.id} were removed from the log before they were exported`,
    )
  }
  const { faults } = await judgeChain(from, links.slice(0, 1))
  const isAnotherEnd = end.id < from.id || (end.id === from.id && end.hash !== from.hash)
  const [fault] = faults
  if (fault === undefined && !isAnotherEnd) return
  throw refuse(
    fault === undefined
      ? `the log does not hold entry ${from.id}, with which the file ends: entries were cut off, or it is that of another server`
      : `the log does not go on where the file ends: ${describeFault(fault)}`,
  )
}

/** Entries from before there was a chain prove nothing. */
async function isChained(before: AuditPlace, links: readonly AuditLink[]): Promise<boolean> {
  const chained = links.filter(({ hash, id }) => hash !== '' && id > before.id)
  return (await judgeChain(before, chained)).isWhole
}

/** Judges entries by the one before them alone. */
function judgeChain({ id, hash }: AuditPlace, links: readonly AuditLink[]): Promise<AuditVerdict> {
  const page = [...links]
  return verifyAuditChain({
    ends: async () => ({ start: { id, hash } }),
    links: async () => page.splice(0),
  })
}

/** A file to write to, behind what an earlier export wrote. */
async function openExport(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly end: From }> {
  const found = await findExportEnd(path)
  try {
    const handle = await open(path, found === undefined ? 'ax' : 'a', 0o600)
    if (found !== undefined) await handle.truncate(found.octets)
    return { handle, end: found?.place ?? NOWHERE }
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `${quoteInput(path)} can not be written (${systemErrorCode(error) ?? 'no reason known'})`,
      'check that the directory is there and that this user may write to it',
    )
  }
}
