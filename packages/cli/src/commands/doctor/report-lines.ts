/**
 * A diagnosis as text: steps, then causes, the likeliest first.
 * @module
 */

import type { Output } from '../../output.ts'
import { escapeControls } from '../../untrusted-text.ts'
import type { Cause, Step } from './cause.ts'

/** What is printed. */
export interface Report {
  readonly verdict: string
  /** Token requests that were made. */
  readonly requests: number
  readonly steps: readonly Step[]
  readonly causes: readonly Cause[]
}

const WORDS = { pass: 'pass', warn: 'warn', fail: 'FAIL', skip: 'skip' } as const
const CERTAINTY = { certain: 'certain', likely: 'likely', possible: 'possible' } as const

/** Prints a diagnosis. */
export function printDiagnosis(output: Output, report: Report): void {
  const { colors, line } = output
  const paint = {
    pass: colors.green,
    warn: colors.yellow,
    fail: (text: string) => colors.bold(colors.red(text)),
    skip: colors.dim,
  }
  const width = Math.max(...report.steps.map(({ step }) => step.length))
  for (const { step, status, sentence } of report.steps) {
    const words = escapeControls(sentence)
    const shown = status === 'skip' ? colors.dim(words) : words
    line(`  ${paint[status](WORDS[status])}  ${step.padEnd(width)}  ${shown}`)
  }
  const { causes } = report
  line()
  if (causes.length === 0) {
    line(colors.green('Everything that was looked at works.'))
    return
  }
  const isBroken = causes.some(({ severity }) => severity === 'error')
  line(colors.bold(isBroken ? 'Causes, the likeliest first' : 'It works; worth knowing'))
  for (const [index, { sentence, fix, certainty, severity, rule }] of causes.entries()) {
    const tag = severity === 'error' ? CERTAINTY[certainty] : severity
    line(`  ${index + 1}. ${escapeControls(sentence)} ${colors.dim(`[${rule}, ${tag}]`)}`)
    line(`     ${colors.cyan('fix:')} ${escapeControls(fix)}`)
  }
}
