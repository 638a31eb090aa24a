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
  type CheckName,
  type CheckResult,
  fail,
  judgeJwt,
  type JwtInspection,
  type JwtRules,
  type ParsedJwt,
  parseJwt,
  pass,
  skip,
  type VerificationReport,
} from '../assertion/index.ts'
import { leftOpen } from '../assertion/left-open.ts'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { JWS_ALGORITHMS, type JwsAlgorithmName, type PublicKey } from '../keys/index.ts'
import { checkConfirmation } from './confirmation.ts'
import { type JwksCache, sharedJwksCache } from './jwks-cache.ts'

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
  /** The key that the token is bound to (RFC 9449, section 6.1). */
  readonly cnf?: { readonly jkt: string }
  readonly [claim: string]: JsonValue | undefined
}

/** What a resource server expects of an access token. */
export interface AccessTokenExpectations {
  /** The issuer identifier of the authorization server. */
  readonly issuer: string
  /** The resource server's own identifier. */
  readonly audience: string
  /**
   * The keys of the authorization server. Default: those that its metadata leads to, fetched when
   * they are needed and cached for all calls with this issuer.
   */
  readonly keys?: readonly PublicKey[] | JwksCache
  /** NumericDate of receipt, in seconds. Default: the clock of this machine. */
  readonly now?: number
  /** `iat` and `nbf` may be this far ahead, at most 60. `exp` has no tolerance. Default: 10. */
  readonly clockToleranceSeconds?: number
  /** `exp` may be this far ahead. Default: 86400. */
  readonly maxLifetimeSeconds?: number
  /** Default: every algorithm that this package knows; none of them is symmetric. */
  readonly algorithms?: readonly JwsAlgorithmName[]
  /**
   * How the token was sent. As `Bearer` a token that is bound to a key is refused; as `DPoP` one that
   * is not, and the caller has to verify the proof with `claims.cnf.jkt`. Default: `Bearer`.
   */
  readonly presentedAs?: 'Bearer' | 'DPoP'
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
  'lifetime',
  'client_id',
  'scope',
  'cnf',
] as const

const DEFAULT_CLOCK_TOLERANCE_SECONDS = 10
const MAX_CLOCK_TOLERANCE_SECONDS = 60
const DEFAULT_MAX_LIFETIME_SECONDS = 86_400

/**
 * Verifies a JWT access token for one resource server: runs all checks and reports each. Keys are
 * fetched only for a token that holds in everything else.
 *
 * Does not look whether `scope` suffices for a request: call {@link requireScope}. Does not ask the
 * authorization server whether the token was revoked, and does not verify a DPoP proof. `replay` is
 * no check here: an access token may be used again.
 *
 * @throws `TypeError` when the expectations are not usable; `UnavailableError`
 * `ERR_JWKS_UNAVAILABLE` when the keys can't be had, which says nothing about the token.
 * @example
 * ```ts
 * const report = await verifyAccessToken(token, {
 *   issuer: 'https://as.example',
 *   audience: 'https://api.example',
 * })
 * if (report.accepted) console.log(report.claims.client_id)
 * ```
 * @see RFC 9068, section 4, Validating JWT Access Tokens
 */
export async function verifyAccessToken(
  token: unknown,
  expectations: AccessTokenExpectations,
): Promise<VerificationReport<AccessTokenClaims>> {
  const { issuer, audience, presentedAs = 'Bearer' } = expectations
  for (const [name, value] of Object.entries({ issuer, audience })) {
    if (typeof value !== 'string' || value === '') {
      throw invalidArgumentType(name, 'a non-empty string')
    }
  }
  const rules = rulesOf({ ...expectations, presentedAs })
  const jwt = parseJwt(token)
  const keys = expectations.keys ?? sharedJwksCache(expectations.issuer)
  const checks =
    'keysFor' in keys
      ? await judgeWithCache(jwt, rules, keys)
      : await judgeJwt(jwt, { ...rules, keys })
  if (!checks.every(({ status }) => status === 'pass')) return { accepted: false, checks }
  return {
    accepted: true,
    checks,
    header: jwt.header as JsonObject,
    claims: jwt.claims as AccessTokenClaims,
  }
}

/** What is known about the receiver of an access token that is only looked at. */
export interface PartialAccessTokenExpectations extends Partial<
  Omit<AccessTokenExpectations, 'keys'>
> {
  /** The keys of the authorization server. Without them the signature is not checked. */
  readonly keys?: readonly PublicKey[]
}

/**
 * Looks at an access token with whatever is known about its receiver; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts, and fetches nothing. Without `presentedAs` it is
 * taken as sent in the way it is bound.
 *
 * @throws `TypeError` when the expectations are not usable.
 */
export async function inspectAccessToken(
  token: unknown,
  expectations: PartialAccessTokenExpectations,
): Promise<JwtInspection> {
  const jwt = parseJwt(token)
  const checks = await judgeJwt(jwt, { ...rulesOf(expectations), keys: expectations.keys })
  return { header: jwt.header, unverifiedClaims: jwt.claims, checks }
}

/** Asks for keys only when they decide: a token that is wrong anyway moves nobody to fetch. */
async function judgeWithCache(
  jwt: ParsedJwt,
  rules: Omit<JwtRules, 'keys'>,
  cache: JwksCache,
): Promise<CheckResult[]> {
  const kid = jwt.header?.['kid']
  const wanted = typeof kid === 'string' ? kid : undefined
  const ready = cache.peek(wanted)
  if (ready !== undefined) return judgeJwt(jwt, { ...rules, keys: ready })
  const checks = await judgeJwt(jwt, { ...rules, keys: undefined })
  if (checks.some(({ status }) => status === 'fail')) return checks
  return judgeJwt(jwt, { ...rules, keys: await cache.keysFor(wanted) })
}

/** Without an issuer, an audience or a way of sending, the checks of them are left open. */
function rulesOf(expectations: Partial<AccessTokenExpectations>): Omit<JwtRules, 'keys'> {
  const {
    issuer,
    audience,
    presentedAs,
    now = Math.floor(Date.now() / 1000),
    clockToleranceSeconds = DEFAULT_CLOCK_TOLERANCE_SECONDS,
    maxLifetimeSeconds = DEFAULT_MAX_LIFETIME_SECONDS,
  } = expectations
  if (!Number.isFinite(now)) throw invalidArgumentType('now', 'a finite number')
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= MAX_CLOCK_TOLERANCE_SECONDS)) {
    throw invalidArgumentValue(
      'clockToleranceSeconds',
      `a number from 0 to ${MAX_CLOCK_TOLERANCE_SECONDS}`,
    )
  }
  if (!(maxLifetimeSeconds > 0)) {
    throw invalidArgumentValue('maxLifetimeSeconds', 'a positive number')
  }
  return {
    typ: TYP,
    algorithms: expectations.algorithms ?? JWS_ALGORITHMS,
    claimChecks: CLAIM_CHECKS,
    checkClaims: (claims) => [
      issuer === undefined ? leftOpen(checkIss(claims, undefined)) : checkIss(claims, issuer),
      checkText('sub', claims, undefined),
      checkAudience(claims, audience),
      checkExp(claims, now),
      checkNbf(claims, now, clockToleranceSeconds),
      checkRequiredIat(claims, now, clockToleranceSeconds),
      checkJti(claims, true),
      checkLifetime(claims, now + maxLifetimeSeconds),
      checkText('client_id', claims, undefined),
      checkOptionalText('scope', claims),
      checkConfirmation(claims, presentedAs ?? (claims['cnf'] === undefined ? 'Bearer' : 'DPoP')),
    ],
  }
}

function checkAudience(claims: JsonObject, audience: string | undefined): CheckResult {
  const { aud } = claims
  const expected = audience ?? (Array.isArray(aud) ? (aud as readonly JsonValue[])[0] : aud)
  const audiences = typeof expected === 'string' && expected !== '' ? [expected] : []
  const result = checkAud(claims, { audiences, isArrayAllowed: true })
  return audience === undefined ? leftOpen(result) : result
}

/** RFC 9068, section 2.2 requires `iat`. */
function checkRequiredIat(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult {
  if (claims['iat'] === undefined) return fail('iat', 'missing')
  return checkIat(claims, now, toleranceSeconds)
}

/** A token that is good for years is a mistake, or was made to outlive the key. */
function checkLifetime(claims: JsonObject, latest: number): CheckResult {
  const { exp } = claims
  if (typeof exp !== 'number') return skip('lifetime', 'exp')
  if (exp <= latest) return pass('lifetime')
  return fail('lifetime', 'lifetime_too_long', { expected: latest, actual: exp })
}

/** A claim that, when it is there, is a non-empty string. */
export function checkOptionalText(check: CheckName, claims: JsonObject): CheckResult {
  return claims[check] === undefined ? pass(check) : checkText(check, claims, undefined)
}
