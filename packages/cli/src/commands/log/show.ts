/**
 * `keygrant log show`: what the server stored about one request.
 * @module
 */

import type { CheckResult } from '@keygrant/core/assertion'
import type { LogEntry } from '../../admin-api.ts'
import { labelled } from '../../columns.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { checkLines, memberLines } from '../../jwt-lines.ts'
import { type AdministratorFlags, openOperatorApi } from '../../operator-api.ts'
import { escapeControls, quoteInput, showJson } from '../../untrusted-text.ts'

/** Explains a request. */
export async function showRequest(
  this: CliContext,
  flags: AdministratorFlags,
  requestId: string,
): Promise<void> {
  if (!/^[\w.:-]{1,128}$/.test(requestId)) {
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(requestId)} is no request ID`,
      'it is the value of the header x-request-id of the answer',
    )
  }
  const api = await openOperatorApi(this, flags, ['okta.logs.read'])
  const entries: LogEntry[] = []
  const query = { filter: `transaction.id eq "${requestId}"`, pageSize: 100 }
  for await (const page of api.readLog(query)) entries.push(...page)
  if (entries.length === 0) {
    throw new CommandError(
      ExitCode.input,
      `the log has no entry for the request ${quoteInput(requestId)}`,
      'keygrant log list shows the last entries; requests for documents leave none',
    )
  }
  if (flags.json === true) return this.output.json(entries)
  for (const [index, entry] of entries.entries()) {
    if (index > 0) this.output.line()
    print(this, entry)
  }
}

function print({ output }: CliContext, entry: LogEntry): void {
  const { colors, line } = output
  const {
    checks,
    header,
    claims,
    description: _description,
    tookMs,
    ...rest
  } = entry.debugContext.debugData
  const now = Math.floor(Date.parse(entry.published) / 1000)
  const reason = typeof entry.outcome.reason === 'string' ? `: ${entry.outcome.reason}` : '.'
  line(colors.bold(escapeControls(`${entry.displayMessage}${reason}`)))
  line()
  const rows = [
    ['Time', entry.published],
    ['Result', entry.outcome.result],
    ['Event', entry.eventType],
    ['Request', entry.transaction.id],
    ['Asked by', entry.actor.id],
    ...entry.target.map(({ id }) => ['About', id] as const),
    ['Address', textOf(entry.client.ipAddress)],
    ['User agent', textOf(entry.client.userAgent)],
    ['Took', typeof tookMs === 'number' ? `${tookMs} ms` : ''],
    ...Object.entries(rest).map(([name, value]) => [name, textOf(value)] as const),
  ] as const
  const shown = rows
    .filter(([, value]) => value !== '')
    .map(([label, value]) => [escapeControls(label), escapeControls(value)] as const)
  for (const text of labelled(shown, colors.bold)) line(text)
  for (const [title, members] of [
    ['Header of the assertion', header],
    ['Claims of the assertion', claims],
  ] as const) {
    if (typeof members !== 'object' || members === null) continue
    line()
    line(colors.bold(title))
    for (const text of memberLines(members as Record<string, unknown>, { colors, now })) line(text)
  }
  if (!isReport(checks)) return
  line()
  line(colors.bold('Checks'))
  for (const text of checkLines(checks, colors)) line(text)
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : showJson(value)
}

function isReport(value: unknown): value is readonly CheckResult[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => typeof (entry as CheckResult | null)?.check === 'string')
  )
}
