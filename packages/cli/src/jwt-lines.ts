/**
 * What a JWT says, and what the checks say about it, as lines for people.
 * @module
 */

import { type CheckResult, explain, type Explanation } from '@keygrant/core/assertion'
import { labelled } from './columns.ts'
import { humanTime } from './human-time.ts'
import type { Colors } from './output.ts'
import { escapeControls, showJson } from './untrusted-text.ts'

const NUMERIC_DATES = new Set(['exp', 'nbf', 'iat', 'auth_time'])
const MAX_SHOWN = 400

/** The members of a header or a Claims Set, one a line, with times that can be read. */
export function memberLines(
  members: Readonly<Record<string, unknown>>,
  options: { readonly colors: Colors; readonly now: number },
): readonly string[] {
  const { colors, now } = options
  const rows = Object.entries(members).map(([name, value]) => {
    const shown = showJson(value)
    const text = shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
    const isDate = NUMERIC_DATES.has(name) && typeof value === 'number'
    const words = isDate ? colors.dim(`  ${humanTime(value, now)}`) : ''
    return [escapeControls(name).slice(0, 40), `${text}${words}`] as const
  })
  return rows.length === 0 ? ['  (nothing)'] : labelled(rows, colors.bold)
}

/** Puts a result into the words of what was judged: an assertion, an access token, a proof. */
export type Explain = (result: CheckResult) => Explanation

/** Each check on a line with its verdict, and the fix below what failed. */
export function checkLines(
  checks: readonly CheckResult[],
  colors: Colors,
  explainResult: Explain = explain,
): readonly string[] {
  const width = Math.max(...checks.map(({ check }) => check.length))
  const symbols = checkSymbols(colors)
  return checks.flatMap((result) => {
    const { sentence, fix } = explainResult(result)
    const name = result.check.padEnd(width)
    const words = escapeControls(sentence)
    switch (result.status) {
      case 'pass':
        return [`  ${colors.green(`${symbols.pass}pass`)}  ${name}  ${words}`]
      case 'skip':
        return [colors.dim(`  ${symbols.skip}skip  ${name}  ${words}`)]
      case 'fail':
        return [
          `  ${colors.bold(colors.red(`${symbols.fail}FAIL`))}  ${colors.bold(name)}  ${words}`,
          ...(fix === undefined
            ? []
            : [`${' '.repeat(width + 10 + symbols.fail.length)}fix: ${escapeControls(fix)}`]),
        ]
    }
  })
}

/** On a terminal with colours a symbol stands before the word; a pipe gets the word alone. */
function checkSymbols(colors: Colors): Readonly<Record<'pass' | 'fail' | 'skip', string>> {
  const isPlain = colors.green('x') === 'x'
  return isPlain ? { pass: '', fail: '', skip: '' } : { pass: '✓ ', fail: '✗ ', skip: '· ' }
}

/** Each check with its words, for `--json`. */
export function checksWithWords(
  checks: readonly CheckResult[],
  explainResult: Explain = explain,
): readonly (CheckResult & { readonly sentence: string; readonly fix?: string })[] {
  return checks.map((result) => ({ ...result, ...explainResult(result) }))
}
