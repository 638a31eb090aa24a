/**
 * Findings of the linters, as lines.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import type { Colors } from './output.ts'
import { escapeControls } from './untrusted-text.ts'

const MARKS = { error: '✗', warning: '!', info: '·' } as const

/** Two lines for each finding: what was found, with its rule, and what to do. */
export function findingLines(
  findings: readonly Finding[],
  { dim }: Pick<Colors, 'dim'>,
): readonly string[] {
  return findings.flatMap(({ rule, severity, sentence, fix }) => [
    `  ${MARKS[severity]} ${escapeControls(sentence)} ${dim(`[${rule}]`)}`,
    `    ${escapeControls(fix)}`,
  ])
}
