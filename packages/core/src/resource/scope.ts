/**
 * Scopes: what a token allows, and whether it is enough.
 * @module
 */

import { type CheckResult, fail, pass } from '../assertion/index.ts'
import { invalidArgumentValue } from '../errors.ts'

/** Scopes separated by spaces, or a list of them. */
export type ScopeInput = string | readonly string[]

/** One scope (RFC 6749, section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Whether a token has every scope that a request needs, as the result of the check `scope`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `needed` holds what is no scope.
 * @example
 * ```ts
 * const result = requireScope(report.claims, 'orders.write')
 * if (result.status === 'fail') console.log(explain(result).sentence)
 * ```
 * @see RFC 6750, section 3.1, `insufficient_scope`
 */
export function requireScope(
  claims: { readonly scope?: unknown },
  needed: ScopeInput,
): CheckResult {
  const granted = scopesOf(claims)
  const lacking = parseScopes('scope', needed).filter((scope) => !granted.has(scope))
  if (lacking.length === 0) return pass('scope')
  return fail('scope', 'missing', { expected: lacking.join(' '), actual: [...granted].join(' ') })
}

/** The scopes of a token. */
export function scopesOf({ scope }: { readonly scope?: unknown }): ReadonlySet<string> {
  return new Set(typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : [])
}

/** Reads the scopes that a developer wrote. */
export function parseScopes(name: string, scopes: ScopeInput): readonly string[] {
  const list = typeof scopes === 'string' ? scopes.split(' ').filter((each) => each !== '') : scopes
  if (!Array.isArray(list) || !list.every((scope) => SCOPE_TOKEN.test(String(scope)))) {
    throw invalidArgumentValue(name, 'scopes, separated by spaces or in an array')
  }
  return list as readonly string[]
}
