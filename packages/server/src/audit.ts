/**
 * What goes into the audit log: enough to answer "why was this refused?", never a secret, and never
 * more than a bounded amount of what a stranger sent.
 * @module
 */

import { createHash } from 'node:crypto'
import { type CheckResult, explain, type ParsedJwt } from '@keygrant/core/assertion'
import type { AuditValue } from './storage/ports.ts'

const MAX_TEXT = 256
const MAX_ELEMENTS = 16
const MAX_DEPTH = 3
/** Parameters and claims that tell why an assertion was refused; others are not stored. */
const HEADER_MEMBERS = ['alg', 'kid', 'typ', 'cty', 'crit', 'b64']
const CLAIM_MEMBERS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

/** Cuts a value down to what is worth keeping: long texts, long lists and deep nesting are shortened. */
export function bounded(value: unknown, depth = 0): AuditValue {
  if (typeof value === 'string') {
    return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}… (${value.length})`
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'object') return null
  if (depth === MAX_DEPTH) return '…'
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ELEMENTS).map((element) => bounded(element, depth + 1))
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ELEMENTS)
      .map(([name, member]) => [name.slice(0, MAX_TEXT), bounded(member, depth + 1)]),
  )
}

/** A client ID as it may be stored before it was verified. */
export function claimedClientId(jwt: ParsedJwt): string | undefined {
  const sub = jwt.claims?.['sub']
  return typeof sub === 'string' && sub !== '' ? sub.slice(0, MAX_TEXT) : undefined
}

/** The `kid` of the key that was used or, out of its {@link assertionEvidence}, that a refused assertion named. */
export function claimedKid(detail: { readonly [name: string]: unknown }): string | undefined {
  const header = detail['header'] as { readonly kid?: unknown } | undefined
  const kid = detail['kid'] ?? header?.kid
  return typeof kid === 'string' ? kid : undefined
}

/**
 * The report on a refused assertion, with what it said. The signature is not part of it; whoever holds the assertion
 * can tell by the hash that it is the one.
 */
export function assertionEvidence(
  checks: readonly CheckResult[],
  jwt: ParsedJwt,
  assertion: string,
): { readonly [name: string]: AuditValue } {
  return {
    checks: explainedChecks(checks),
    assertionSha256: createHash('sha256').update(assertion).digest('base64url'),
    ...(jwt.header === undefined ? undefined : { header: pick(jwt.header, HEADER_MEMBERS) }),
    ...(jwt.claims === undefined ? undefined : { claims: pick(jwt.claims, CLAIM_MEMBERS) }),
  }
}

/** Each check with its result and, where it failed, the explanation in words. */
export function explainedChecks(checks: readonly CheckResult[]): AuditValue {
  return checks.map((result) => {
    const { check, status } = result
    if (status === 'pass') return { check, status }
    const { sentence, fix } = explain(result)
    return {
      check,
      status,
      ...(status === 'skip' ? { because: result.because } : { reason: result.reason }),
      ...(status === 'fail' && result.expected !== undefined
        ? { expected: bounded(result.expected) }
        : undefined),
      ...(status === 'fail' && result.actual !== undefined
        ? { actual: bounded(result.actual) }
        : undefined),
      sentence: bounded(sentence),
      ...(fix === undefined ? undefined : { fix: bounded(fix) }),
    }
  })
}

/** Parameters of a request that tell why it was refused. None of them is a credential. */
const PARAMETERS = [
  'grant_type',
  'client_assertion_type',
  'client_id',
  'scope',
  'resource',
  'token_type_hint',
]

/** What a request asked for. */
export function requestEvidence(parameters: ReadonlyMap<string, string>): AuditValue {
  return pick(Object.fromEntries(parameters), PARAMETERS)
}

function pick(source: object, names: readonly string[]): AuditValue {
  const present = names.filter((name) => Object.hasOwn(source, name))
  const members = source as Readonly<Record<string, unknown>>
  return Object.fromEntries(present.map((name) => [name, bounded(members[name])]))
}
