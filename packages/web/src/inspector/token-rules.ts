/**
 * The rules for access tokens, ID tokens and DPoP proofs. Loaded apart from the page, because most of what is
 * pasted is none of them.
 * @module
 */

import {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkNbf,
  type CheckResult,
  checkText,
  explain,
  type Explanation,
  fail,
  judgeJwt,
  parseJwt,
  skip,
} from '@keygrant/core/assertion'
import { JWS_ALGORITHMS, type PublicKey } from '@keygrant/core/keys'
import { resultStrings } from './result-strings.ts'

export { explainDpopProof, inspectDpopProof } from '@keygrant/core/dpop'
export { explainAccessToken, inspectAccessToken } from '@keygrant/core/resource'

/** What the app expects that an ID token is for. */
export interface IdTokenExpectations {
  readonly now: number
  readonly issuer?: string
  /** The client ID of the app. */
  readonly audience?: string
  readonly keys?: readonly PublicKey[]
}

const TOLERANCE_SECONDS = 10

/**
 * Looks at an ID token with the checks of core, as far as they say something about it; `nonce` and hashes are its
 * app's alone to check.
 *
 * @see OpenID Connect Core 1.0, section 3.1.3.7, ID Token Validation
 */
export async function inspectIdToken(
  token: string,
  { now, issuer, audience, keys }: IdTokenExpectations,
): Promise<readonly CheckResult[]> {
  return judgeJwt(parseJwt(token), {
    typ: { typs: ['jwt'], isTypRequired: false },
    algorithms: JWS_ALGORITHMS,
    keys,
    claimChecks: ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat'],
    checkClaims: (claims) => [
      issuer === undefined ? skip('iss', 'not_given') : checkIss(claims, issuer),
      checkText('sub', claims, undefined),
      audience === undefined
        ? skip('aud', 'not_given')
        : checkAud(claims, { audiences: [audience], isArrayAllowed: true }),
      checkExp(claims, now),
      checkNbf(claims, now, TOLERANCE_SECONDS),
      claims['iat'] === undefined
        ? fail('iat', 'missing')
        : checkIat(claims, now, TOLERANCE_SECONDS),
    ],
  })
}

/** Puts a result about an ID token into words: whoever reads them can't change it. */
export function explainIdToken(result: CheckResult): Explanation {
  const { idToken } = resultStrings
  const { sentence } = explain(result)
  if (result.status === 'pass') return { sentence: idToken.passed[result.check] ?? sentence }
  return result.status === 'fail' ? { sentence, fix: idToken.fix } : { sentence }
}
