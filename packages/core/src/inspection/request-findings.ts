/**
 * What is wrong with the request around an assertion, as far as its text shows it.
 * @module
 */

import type { Finding } from '../finding.ts'
import { headerField, parameter, type TokenRequest } from './token-request.ts'

const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const RULES = {
  'grant-type-missing': {
    sentence: 'the request has no "grant_type"',
    fix: 'add grant_type=client_credentials',
  },
  'assertion-type-missing': {
    sentence: 'the request has no "client_assertion_type"',
    fix: 'add client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  },
  'assertion-type-wrong': {
    sentence: '"client_assertion_type" is not the one value that is known',
    fix: 'set it to urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  },
  'assertion-missing': {
    sentence: 'the request has no "client_assertion"',
    fix: 'sign a JWT with the private key of the client and send it as client_assertion',
  },
  'several-methods': {
    sentence: 'the request authenticates the client in two ways',
    fix: 'send the client_assertion, and neither client_secret nor an Authorization header',
  },
  'secret-used': {
    sentence: 'the request authenticates with a shared secret, not with a key',
    fix: 'send client_assertion_type and client_assertion instead',
  },
  'parameter-twice': {
    sentence: 'a parameter is there twice',
    fix: 'send each parameter once; scopes stand in one, with blanks between them',
  },
  'body-not-form': {
    sentence: 'the body is not a form',
    fix: 'send it as application/x-www-form-urlencoded',
  },
  'parameters-in-query': {
    sentence: 'parameters stand in the address, where logs keep them',
    fix: 'send them in the body; with curl, leave out --get and use --data-urlencode',
  },
  'method-not-post': {
    sentence: 'the request is not a POST',
    fix: 'send it with POST',
  },
} as const satisfies Readonly<Record<string, Pick<Finding, 'sentence' | 'fix'>>>

type Rule = keyof typeof RULES

/**
 * Finds what a token endpoint refuses before it looks at the assertion. Does not look at the assertion.
 */
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
    ...RULES[rule],
  }))
}
