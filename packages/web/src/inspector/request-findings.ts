/**
 * What is wrong with the request around an assertion, as far as its text shows it.
 * @module
 */

import type { Finding } from '@keygrant/core/assertion'
import { strings } from '../strings.ts'
import { headerField, parameter, type TokenRequest } from './token-request.ts'

const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

type Rule = keyof typeof strings.inspector.requestFindings

/** Finds what a token endpoint refuses before it looks at the assertion. */
export function requestFindings(request: TokenRequest): readonly Finding[] {
  const rules: Rule[] = []
  const { method, bodyKind, parameters, queryNames } = request
  const type = parameter(request, 'client_assertion_type')
  const hasAssertion = parameter(request, 'client_assertion') !== undefined
  const hasSecret =
    parameter(request, 'client_secret') !== undefined ||
    headerField(request, 'authorization') !== undefined
  const names = parameters.map(([name]) => name)

  if (method !== undefined && method !== 'POST') rules.push('method-not-post')
  if (bodyKind !== 'form') rules.push('body-not-form')
  if (queryNames.length > 0) rules.push('parameters-in-query')
  if (new Set(names).size < names.length) rules.push('parameter-twice')
  if (parameter(request, 'grant_type') === undefined) rules.push('grant-type-missing')
  if (hasSecret) rules.push(hasAssertion ? 'several-methods' : 'secret-used')
  else if (!hasAssertion) rules.push('assertion-missing')
  if (hasAssertion && type === undefined) rules.push('assertion-type-missing')
  if (type !== undefined && type !== CLIENT_ASSERTION_TYPE) rules.push('assertion-type-wrong')
  return rules.map((rule) => ({
    rule,
    severity: 'error',
    ...strings.inspector.requestFindings[rule],
  }))
}
