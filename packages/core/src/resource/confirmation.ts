/**
 * `cnf`: the key that a token is bound to (RFC 7800, RFC 9449 section 6).
 * @module
 */

import { type CheckResult, fail, pass } from '../assertion/index.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** Other ways to name the one key that a token is bound to; none of them is checked here. */
const OTHER_METHODS = ['jwk', 'jwe', 'kid', 'jku', 'x5t#S256']

const EXPECTED = 'a DPoP proof, signed by the key that the token is bound to'

/**
 * Whether a token was sent the way it is bound: without `cnf` as Bearer, with `cnf.jkt` and a proof
 * as DPoP. A token that is bound in any other way is refused, never taken as if it were not bound.
 */
export function checkConfirmation(claims: JsonObject, presentedAs: 'Bearer' | 'DPoP'): CheckResult {
  const { cnf } = claims
  if (cnf === undefined) return presentedAs === 'Bearer' ? pass('cnf') : fail('cnf', 'missing')
  if (!isJsonObject(cnf))
    return fail('cnf', 'malformed', { expected: 'a JSON object', actual: cnf })
  const { jkt } = cnf
  if (jkt === undefined || OTHER_METHODS.some((method) => cnf[method] !== undefined)) {
    return fail('cnf', 'not_allowed', {
      expected: 'a DPoP proof, the only proof of a key that is checked here',
      actual: Object.keys(cnf),
    })
  }
  if (typeof jkt !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(jkt)) {
    return fail('cnf', 'malformed', { expected: 'a JWK Thumbprint in "jkt"', actual: jkt })
  }
  return presentedAs === 'DPoP' ? pass('cnf') : fail('cnf', 'not_allowed', { expected: EXPECTED })
}
