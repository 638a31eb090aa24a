/**
 * `keygrant serve --check`: what would run, where each setting is from, and everything that is wrong.
 * @module
 */

import { labelled, table } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import { parseDatabaseUrl } from '../../postgres.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { type PlanReport, refuseFaults } from './plan.ts'
import { fileName, SETTING_NAMES, type SettingName, type Settings } from './settings.ts'

function shownDatabase(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  try {
    return parseDatabaseUrl(url).shown
  } catch {
    // What is wrong with it is among the faults.
    return 'no URL'
  }
}

function shownValue(value: Settings[SettingName] | null): string {
  if (value === null) return 'can not be used'
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/**
 * Prints the plan of a server. Ends with 0 when nothing is wrong, 1 when there are warnings.
 *
 * @throws `CommandError` when the server could not start.
 */
export function checkServer(
  { output, exitWith }: Pick<CliContext, 'output' | 'exitWith'>,
  { plan, unusable, isFileRead, faults, warnings }: PlanReport,
  isJson: boolean,
): void {
  const { settings, origins } = plan
  // While the file can not be read, nobody knows what would run.
  const rows = (isFileRead ? SETTING_NAMES : [])
    .map((name) => ({
      name: fileName(name),
      // A URL may hold a password.
      value:
        unusable[name] !== undefined
          ? null
          : name === 'database'
            ? shownDatabase(settings.database)
            : settings[name],
      from: unusable[name] ?? origins[name] ?? 'default',
    }))
    .filter(({ value }) => value !== undefined)
  if (warnings.length > 0 && faults.length === 0) exitWith(ExitCode.refused)
  if (isJson) {
    output.json({
      issuer: plan.issuer === '' || !isFileRead ? null : plan.issuer,
      data: plan.data,
      isNew: plan.isNew,
      settings: Object.fromEntries(rows.map(({ name, value, from }) => [name, { value, from }])),
      faults: faults.map(({ message, hint }) => ({ message, hint })),
      warnings,
    })
    refuseFaults(faults)
    return
  }
  if (!isFileRead) return refuseFaults(faults)
  const { bold } = output.colors
  const what = [
    ['Issuer', plan.issuer === '' ? 'not known' : escapeControls(plan.issuer)],
    ['Data', `${escapeControls(shortPath(plan.data))}${plan.isNew ? ' (would be made)' : ''}`],
  ] as const
  for (const line of labelled(what, bold)) output.line(line)
  output.line()
  const cells = rows.map(({ name, value, from }) =>
    [name, shownValue(value), from].map(escapeControls),
  )
  for (const line of table(['Setting', 'Value', 'From'], cells, bold)) output.line(line)
  output.line()
  for (const warning of warnings) output.warn(warning)
  refuseFaults(faults)
  output.line(
    warnings.length === 0
      ? 'Nothing is wrong. Nothing was started or changed.'
      : 'It would start. Nothing was started or changed.',
  )
}
