/**
 * What becomes of a check when nobody said what to compare with. A door of its own, because only those who
 * look at tokens and proofs need it.
 * @module
 */

import { type CheckResult, fail, skip } from './check.ts'

/** Only the form of the claim was judged. */
export function leftOpen(result: CheckResult): CheckResult {
  const { check, status } = result
  if (status === 'pass') return skip(check, 'not_given')
  return status === 'fail' ? fail(check, result.reason, { actual: result.actual }) : result
}
