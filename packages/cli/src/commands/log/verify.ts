/**
 * `keygrant log verify`.
 * @module
 */

import { existsSync } from 'node:fs'
import type { AuditPlace } from '@keygrant/server'
import { type AuditVerdict, exportedPart, verifyAuditChain } from '@keygrant/server/audit-log'
import { labelled } from '../../columns.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { findExportEnd, linksOfExport } from '../../log-export.ts'
import { quoteInput } from '../../untrusted-text.ts'
import { anchorText } from './anchor.ts'
import { describeFault, linksOfServer } from './chain.ts'

/** Flags of `keygrant log verify`. */
export interface VerifyFlags extends AdministratorFlags {
  readonly anchor?: AuditPlace
  readonly against?: string
  readonly database?: string
}

/** Verifies the log of a server, or an export of it. */
export async function verifyLog(
  this: CliContext,
  flags: VerifyFlags,
  file: string | undefined,
): Promise<void> {
  const anchors = await readAnchors(flags)
  const verdict = await this.output.during('verifying', verify(this, flags, file, anchors))
  if (file !== undefined && verdict.count === 0) {
    throw new CommandError(
      ExitCode.input,
      `${file === '-' ? 'standard input' : quoteInput(file)} holds no entry of a log`,
      'name a file that keygrant log export wrote',
    )
  }
  if (!verdict.isWhole) this.exitWith(ExitCode.refused)
  if (flags.json === true) this.output.json(verdict)
  else print(this, verdict, anchors)
}

async function verify(
  context: CliContext,
  flags: VerifyFlags,
  file: string | undefined,
  anchors: readonly AuditPlace[],
): Promise<AuditVerdict> {
  const { database } = flags
  if (database !== undefined) {
    if (file === undefined) return verifyDatabase(database, anchors)
    throw new CommandError(
      ExitCode.usage,
      '--database and a file were given together',
      'an export is verified without the database',
    )
  }
  const log =
    file === undefined
      ? linksOfServer(await openOperatorApi(context, flags, ['okta.logs.read']))
      : await exportedPart(linksOfExport(file, context.stdin))
  return verifyAuditChain(log, anchors)
}

/** The log of a server that does not run. */
async function verifyDatabase(file: string, anchors: readonly AuditPlace[]): Promise<AuditVerdict> {
  const { loadSqlite } = await import('../../sqlite.ts')
  const { inspectDatabase } = await import('../../backup-files.ts')
  // SQLite would make a file that is not there.
  if (!existsSync(file)) {
    throw new CommandError(ExitCode.input, `${quoteInput(file)} does not exist`)
  }
  const { verdict, close } = await inspectDatabase(file, await loadSqlite(), anchors)
  close()
  if (verdict !== undefined) return verdict
  throw new CommandError(
    ExitCode.input,
    `${quoteInput(file)} is of an earlier version of Keygrant, which had no chain`,
    'the first start of this version makes one',
  )
}

async function readAnchors({ anchor, against }: VerifyFlags): Promise<readonly AuditPlace[]> {
  const given = anchor === undefined ? [] : [anchor]
  if (against === undefined) return given
  const end = await findExportEnd(against)
  if (end?.place !== undefined) return [...given, end.place]
  throw new CommandError(
    ExitCode.input,
    end === undefined ? `${quoteInput(against)} does not exist` : `${quoteInput(against)} is empty`,
    'name an earlier export of this log',
  )
}

function print(
  { output }: CliContext,
  { isWhole, count, start, end, faults, oldAnchors }: AuditVerdict,
  anchors: readonly AuditPlace[],
): void {
  const { bold } = output.colors
  output.line(bold(isWhole ? 'The log is whole.' : 'The log is not whole.'))
  output.line()
  for (const fault of faults) output.line(`  ${describeFault(fault)}`)
  if (faults.length > 0) output.line()
  const rows = [
    ['Entries', String(count)],
    ...(count === 0 ? [] : [['First', String(start.id + 1)] as const]),
    ...(isWhole && count > 0 ? [['Anchor', anchorText(end)] as const] : []),
  ] as const
  for (const line of labelled(rows, bold)) output.line(line)
  for (const { id } of oldAnchors) {
    output.warn(
      `the log no longer reaches back to entry ${id}: that anchor proves nothing any more`,
    )
  }
  if (isWhole && anchors.length === oldAnchors.length && count > 0) {
    output.note(
      'keep the anchor where the server can not write: --anchor then also finds a log that was written anew',
    )
  }
}
