/**
 * `keygrant serve --check`: what would run, where each setting is from, and every fault.
 * @module
 */

import { labelled, table } from '../../columns.ts'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { type PlanReport, refuseFaults } from './plan.ts'
import { fileName, SETTING_NAMES } from './settings.ts'

/**
 * Prints the plan of a server.
 *
 * @throws {@link CommandError} when it could not run.
 */
export function checkServer(
  { output }: CliContext,
  { plan, faults }: PlanReport,
  isJson: boolean,
): void {
  const { settings, origins } = plan
  const rows = SETTING_NAMES.map((name) => ({
    name: fileName(name),
    value: settings[name],
    from: origins[name] ?? 'default',
  })).filter(({ value }) => value !== undefined)
  if (isJson) {
    output.json({
      issuer: plan.issuer,
      data: plan.data,
      isNew: plan.isNew,
      settings: Object.fromEntries(rows.map(({ name, value, from }) => [name, { value, from }])),
      faults: faults.map(({ message, hint }) => ({ message, hint })),
    })
    if (faults.length > 0) throw new CommandError(ExitCode.usage, 'the server could not start')
    return
  }
  const { bold } = output.colors
  const what = [
    ['Issuer', plan.issuer === '' ? 'not known' : escapeControls(plan.issuer)],
    ['Data', `${escapeControls(shortPath(plan.data))}${plan.isNew ? ' (would be made)' : ''}`],
  ] as const
  for (const line of labelled(what, bold)) output.line(line)
  output.line()
  const cells = rows.map(({ name, value, from }) =>
    [name, Array.isArray(value) ? value.join(', ') : String(value), from].map(escapeControls),
  )
  for (const line of table(['Setting', 'Value', 'From'], cells, bold)) output.line(line)
  output.line()
  refuseFaults(faults)
  output.line('No fault was found. Nothing was started or changed.')
}
