/**
 * The names of the checks, and the three results that a check can have.
 * @module
 */

import type { JsonValue } from '../json.ts'

/** A named check. Where the RFC has a member of that name, the check bears it. */
export type CheckName =
  | 'format'
  | 'crit'
  | 'typ'
  | 'alg'
  | 'key'
  | 'signature'
  | 'iss'
  | 'sub'
  | 'aud'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'jti'
  | 'lifetime'
  | 'replay'
  | 'client_id'
  | 'scope'
  | 'cnf'
  | 'htm'
  | 'htu'
  | 'ath'
  | 'nonce'
  | 'active'

/** Why a check failed. */
export type FailReason =
  | 'missing'
  | 'malformed'
  | 'mismatch'
  | 'not_allowed'
  | 'no_matching_key'
  | 'bad_signature'
  | 'expired'
  | 'not_yet_valid'
  | 'too_old'
  | 'lifetime_too_long'
  | 'replayed'

/** The check holds. */
export interface PassResult {
  readonly check: CheckName
  readonly status: 'pass'
}

/** The check does not hold: what it wanted and what it found. Neither ever holds a secret. */
export interface FailResult {
  readonly check: CheckName
  readonly status: 'fail'
  readonly reason: FailReason
  readonly expected?: JsonValue
  readonly actual?: JsonValue
}

/** The check was not made. */
export interface SkipResult {
  readonly check: CheckName
  readonly status: 'skip'
  /** The check that has to pass first, or `not_given`: the caller gave nothing to check against. */
  readonly because: CheckName | 'not_given'
}

/** What became of one check. */
export type CheckResult = PassResult | FailResult | SkipResult

/** The result of a check that holds. */
export function pass(check: CheckName): PassResult {
  return { check, status: 'pass' }
}

/** The result of a check that does not hold. */
export function fail(
  check: CheckName,
  reason: FailReason,
  evidence: {
    readonly expected?: JsonValue | undefined
    readonly actual?: JsonValue | undefined
  } = {},
): FailResult {
  const { expected, actual } = evidence
  return {
    check,
    status: 'fail',
    reason,
    ...(expected === undefined ? undefined : { expected }),
    ...(actual === undefined ? undefined : { actual }),
  }
}

/** The result of a check that was not made. */
export function skip(check: CheckName, because: SkipResult['because']): SkipResult {
  return { check, status: 'skip', because }
}
