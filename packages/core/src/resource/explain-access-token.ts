/**
 * Words for people about an access token, where they differ from those about a client assertion: here
 * the authorization server signs, and whoever reads them can seldom change the token.
 * @module
 */

import {
  type CheckName,
  type CheckResult,
  explain,
  type Explanation,
  type FailResult,
} from '../assertion/index.ts'
import type { JsonValue } from '../json.ts'
import { describeDifference } from '../text-difference.ts'

/** Puts a result about an access token into words. They may quote what the token says. */
export function explainAccessToken(result: CheckResult): Explanation {
  switch (result.status) {
    case 'pass': {
      const sentence = PASSED[result.check]
      return sentence === undefined ? explain(result) : { sentence }
    }
    case 'skip':
      return explain(result)
    case 'fail':
      return { ...explain(result), ...explainFailure(result) }
  }
}

const PASSED: Readonly<Partial<Record<CheckName, string>>> = {
  typ: 'the type says that it is an access token',
  key: 'one key of the authorization server fits "kid" and "alg"',
  iss: 'the issuer is the authorization server that is expected',
  sub: 'the subject is named',
  aud: 'the audience is this resource server, and nobody else',
  iat: 'it was not issued in the future',
  jti: 'it has an identifier, and it is well-formed',
}

/** Claims that RFC 9068, section 2.2 requires. */
const REQUIRED: readonly CheckName[] = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id']

/** What has to be said differently. */
function explainFailure(result: FailResult): Partial<Explanation> {
  const { check, reason, expected, actual } = result
  switch (reason) {
    case 'missing':
      if (check === 'key') {
        return {
          sentence: `the header has no "kid", and the authorization server has several keys: ${listed(expected)}`,
          fix: 'the authorization server has to name its key in the "kid" header parameter',
        }
      }
      return REQUIRED.includes(check) || check === 'typ' || check === 'alg' ? ISSUE_BETTER : {}
    case 'malformed':
      return check === 'format'
        ? { fix: 'send the access token exactly as the token response gave it' }
        : ISSUE_BETTER
    case 'mismatch':
      return explainMismatch(result)
    case 'not_allowed':
      return explainNotAllowed(check, actual)
    case 'no_matching_key':
      return {
        sentence:
          Array.isArray(expected) && expected.length === 0
            ? 'the authorization server has no key that can be used'
            : `no key of the authorization server fits ${JSON.stringify(actual)}; it has ${listed(expected)}`,
        fix: 'see that the token comes from this authorization server, and fetch its JWK Set again: the key may be newer or retired',
      }
    case 'bad_signature':
      return { fix: 'refuse it: it was changed on its way, or somebody else signed it' }
    case 'expired':
      return { fix: 'get a new access token; if it is new, set the clock of this machine' }
    case 'not_yet_valid':
      return {
        fix: 'set the clock of the machine that is wrong: this one, or that of the authorization server',
      }
    case 'lifetime_too_long':
      return {
        fix: 'let the authorization server issue access tokens for a shorter time, or raise "maxLifetimeSeconds"',
      }
    case 'too_old':
    case 'replayed':
      return {}
  }
}

const ISSUE_BETTER = {
  fix: 'the authorization server has to issue JWT access tokens as RFC 9068 describes them; an ID token or an opaque token opens no API',
} as const

function explainMismatch({ check, expected, actual }: FailResult): Partial<Explanation> {
  if (check === 'iss' && typeof expected === 'string' && typeof actual === 'string') {
    return {
      sentence: `"iss" is "${actual}", which ${describeDifference(expected, actual)}`,
      fix: `get a token from "${expected}", or expect the issuer that this one names`,
    }
  }
  if (check === 'aud') {
    return {
      fix: `get a token for ${listed(expected)}: name it in "resource" of the token request, or ask for its scopes`,
    }
  }
  if (check === 'key') {
    return { fix: 'the authorization server has to sign with the algorithm that its key is for' }
  }
  return check === 'nbf' || check === 'iat' ? ISSUE_BETTER : {}
}

function explainNotAllowed(check: CheckName, actual: JsonValue | undefined): Partial<Explanation> {
  if (check === 'alg') {
    return {
      fix:
        typeof actual === 'string' && actual.startsWith('HS')
          ? 'the authorization server has to sign with a private key; a shared secret proves nothing here'
          : 'let the authorization server sign with one of the algorithms that are accepted here',
    }
  }
  if (check === 'aud') {
    return { fix: 'get a token for this resource server alone' }
  }
  return check === 'typ' ? ISSUE_BETTER : {}
}

function listed(value: JsonValue | undefined): string {
  const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value]
  return values.map((each) => JSON.stringify(each)).join(', ')
}
