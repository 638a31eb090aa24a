/**
 * `keygrant log list`.
 * @module
 */

import type { AdminApi, LogEntry } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'
import {
  type FilterFlags,
  LOG_COLUMNS,
  type LogFilter,
  logRow,
  type Period,
  readFilter,
} from './entries.ts'

/** Flags of `keygrant log list`. */
export interface ListFlags extends FilterFlags, Period {
  readonly limit: number
}

const PAGE_SIZE = 200

/** Lists entries of the audit log. */
export async function listLog(this: CliContext, flags: ListFlags): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.logs.read'])
  const entries = await read(api, await readFilter(api, flags), flags)
  if (flags.json === true) return output.json(entries)
  if (entries.length === 0) return output.note('the log has no such entry')
  const rows = entries.map((entry) => logRow(entry).map(escapeControls))
  for (const line of table(LOG_COLUMNS, rows, output.colors.bold)) output.line(line)
}

async function read(
  api: AdminApi,
  { query, accepts }: LogFilter,
  { limit, since, until }: ListFlags,
): Promise<readonly LogEntry[]> {
  const found: LogEntry[] = []
  const pageSize = Math.min(limit, PAGE_SIZE)
  for await (const page of api.readLog({ ...query, since, until, pageSize })) {
    found.push(...page.filter(accepts))
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}
