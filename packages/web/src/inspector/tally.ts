/**
 * The counts of a result in words.
 * @module
 */

import { strings } from '../strings.ts'
import type { Inspection } from './inspection.ts'

/** How many checks fail, pass and were skipped, and whether the request is at fault. */
export function tally({ checks, requestFaults }: Inspection): string {
  const count = (status: string): number => checks.filter((each) => each.status === status).length
  return strings.inspector.tally(count('fail'), count('pass'), count('skip'), requestFaults.length)
}
