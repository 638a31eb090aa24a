/**
 * JWT access tokens (RFC 9068), as a resource server judges them.
 * @module
 */

import {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkJti,
  checkNbf,
  checkText,
  type CheckResult,
  judgeJwt,
  parseJwt,
  type VerificationReport,
} from '../assertion/index.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { JWS_ALGORITHMS, type PublicKey } from '../keys/index.ts'

/** The claims of an access token that was verified. */
export interface AccessTokenClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly jti: string
  readonly client_id: string
  /** Scopes, separated by single spaces. */
  readonly scope?: string
  readonly [claim: string]: JsonValue | undefined
}

/** What a resource server expects of an access token. */
export interface AccessTokenExpectations {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string
  /** The resource server's own identifier. */
  readonly audience: string
  /** The keys of the authorization server. */
  readonly keys: readonly PublicKey[]
  /** NumericDate of receipt, in seconds. */
  readonly now: number
  /** `iat` and `nbf` may be this far ahead. `exp` has no tolerance. Default: 10. */
  readonly clockToleranceSeconds?: number
}

const TYP = { typs: ['at+jwt'], isTypRequired: true } as const
const CLAIM_CHECKS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
] as const

/**
 * Verifies a JWT access token for one resource server: runs all checks and reports each.
 *
 * Does not look whether `scope` suffices for a request, and does not ask the authorization server
 * whether the token was revoked. `replay` is no check here: an access token may be used again.
 *
 * @see RFC 9068, section 4, Validating JWT Access Tokens
 */
export async function verifyAccessToken(
  token: unknown,
  expectations: AccessTokenExpectations,
): Promise<VerificationReport<AccessTokenClaims>> {
  const { now, issuer, audience, keys, clockToleranceSeconds = 10 } = expectations
  const jwt = parseJwt(token)
  const checks = await judgeJwt(jwt, {
    typ: TYP,
    algorithms: JWS_ALGORITHMS,
    keys,
    claimChecks: CLAIM_CHECKS,
    checkClaims: (claims) => [
      checkIss(claims, issuer),
      checkText('sub', claims, undefined),
      checkAud(claims, { audiences: [audience], isArrayAllowed: true }),
      checkExp(claims, now),
      checkNbf(claims, now, clockToleranceSeconds),
      checkRequiredIat(claims, now, clockToleranceSeconds),
      checkJti(claims, true),
      checkText('client_id', claims, undefined),
      checkScope(claims),
    ],
  })
  if (!checks.every(({ status }) => status === 'pass')) return { accepted: false, checks }
  return {
    accepted: true,
    checks,
    header: jwt.header as JsonObject,
    claims: jwt.claims as AccessTokenClaims,
  }
}

/** RFC 9068, section 2.2 requires `iat`. */
function checkRequiredIat(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult {
  if (claims['iat'] === undefined) return { check: 'iat', status: 'fail', reason: 'missing' }
  return checkIat(claims, now, toleranceSeconds)
}

function checkScope(claims: JsonObject): CheckResult {
  if (claims['scope'] === undefined) return { check: 'scope', status: 'pass' }
  return checkText('scope', claims, undefined)
}
