/**
 * The counts of a result in words.
 * @module
 */

import type { Inspection } from './inspection.ts'
import { inspectorStrings } from './strings.ts'

/** How many checks fail, pass and were skipped, what is unwise, and whether the request is at fault. */
export function tally({ checks, requestFaults, advice }: Inspection): string {
  const count = (status: string): number => checks.filter((each) => each.status === status).length
  const warnings = advice.filter(({ severity }) => severity === 'warning').length
  return inspectorStrings.tally(
    count('fail'),
    count('pass'),
    count('skip'),
    requestFaults.length,
    warnings,
  )
}
