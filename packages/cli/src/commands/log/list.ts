/**
 * `keygrant log list`.
 * @module
 */

import type { LogEntry } from '../../admin-api.ts'
import { table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { openOperatorApi, type OperatorFlags, resolveApp } from '../../operator-api.ts'
import { escapeControls } from '../../untrusted-text.ts'

/** Flags of `keygrant log list`. */
export interface ListFlags extends OperatorFlags {
  readonly app?: string
  readonly limit: number
}

/** Lists entries of the audit log. */
export async function listLog(this: CliContext, flags: ListFlags): Promise<void> {
  const { output } = this
  const api = await openOperatorApi(this, flags, ['okta.apps.read', 'okta.logs.read'])
  const appId = flags.app === undefined ? undefined : await resolveApp(api, flags.app)
  const entries = await api.listLog({
    limit: flags.limit,
    ...(appId === undefined ? undefined : { filter: `target.id eq "${appId}"` }),
  })
  if (flags.json === true) return output.json(entries)
  const rows = entries.map((entry) => row(entry).map(escapeControls))
  const heading = ['Time', 'Result', 'App', 'Request', 'What']
  for (const line of table(heading, rows, output.colors.bold)) output.line(line)
}

function row({ published, outcome, target, transaction, displayMessage }: LogEntry): string[] {
  const reason = typeof outcome.reason === 'string' ? `: ${outcome.reason}` : ''
  return [
    published.replace(/\.\d+Z$/, 'Z'),
    outcome.result,
    (target[0]?.id ?? '-').slice(0, 24),
    transaction.id,
    displayMessage + reason,
  ]
}
