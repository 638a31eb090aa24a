/**
 * The report that a server in development mode puts into its refusal.
 * @module
 */

import type { CheckResult } from '@keygrant/core/assertion'

const STATES: readonly unknown[] = ['pass', 'fail', 'skip']

/** Its checks, as far as they are checks: what answers may be anything. */
export function reportedChecks(report: unknown): readonly CheckResult[] {
  const { checks } = (report ?? {}) as { readonly checks?: unknown }
  if (!Array.isArray(checks)) return []
  return checks.filter((each): each is CheckResult => {
    const { check, status } = (each ?? {}) as Record<string, unknown>
    return typeof check === 'string' && STATES.includes(status)
  })
}
