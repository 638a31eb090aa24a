/**
 * The report: one result for each named check, and claims only when all of them hold.
 * @module
 */

import { AssertionRejectedError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { CheckResult, FailResult } from './check.ts'
import { explain } from './explain.ts'

/** Every check holds: these claims were verified. */
export interface AcceptedReport<Claims> {
  readonly accepted: true
  readonly checks: readonly CheckResult[]
  readonly header: JsonObject
  readonly claims: Claims
}

/** Some check does not hold; what the token says is not verified, and is not here. */
export interface RejectedReport {
  readonly accepted: false
  readonly checks: readonly CheckResult[]
}

/** The verdict on a JWT: a union on `accepted`. */
export type VerificationReport<Claims> = AcceptedReport<Claims> | RejectedReport

/** The checks of a report that failed, in their order. */
export function failedChecks(report: {
  readonly checks: readonly CheckResult[]
}): readonly FailResult[] {
  return report.checks.filter((result) => result.status === 'fail')
}

/**
 * Turns a rejecting report into an error, for callers that prefer exceptions.
 *
 * @throws {@link AssertionRejectedError} whose message explains the first failed check.
 */
export function assertAccepted<Claims>(
  report: VerificationReport<Claims>,
): asserts report is AcceptedReport<Claims> {
  if (report.accepted) return
  const [first] = failedChecks(report)
  throw new AssertionRejectedError(
    first === undefined ? 'the assertion could not be verified' : explain(first).sentence,
    report,
  )
}
