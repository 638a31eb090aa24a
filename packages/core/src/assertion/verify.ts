/**
 * Judging a client assertion: every check, in order, and never stopping early.
 * @module
 */

import { invalidArgumentType } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { JwsAlgorithmName, PublicKey } from '../keys/index.ts'
import { type MaybePromise, whenReady } from '../maybe-promise.ts'
import { type CheckResult, fail, pass, skip } from './check.ts'
import {
  checkAud,
  checkExp,
  checkIat,
  checkIss,
  checkJti,
  checkLifetime,
  checkNbf,
  checkSub,
} from './checks.ts'
import type { ClientAssertionClaims } from './claims.ts'
import { judgeJwt } from './judge.ts'
import { parseJwt, type ParsedJwt } from './jws.ts'
import type { AssertionProfile } from './profiles.ts'
import { assertionReplayKey, type RecordFirstUse } from './replay.ts'
import type { VerificationReport } from './report.ts'

/** The keys of a client: known, or to be looked up by the client that the assertion claims to be. */
export type ClientKeys =
  | readonly PublicKey[]
  | ((clientId: string) => readonly PublicKey[] | Promise<readonly PublicKey[]>)

/** What a server expects of a client assertion. */
export interface AssertionExpectations {
  readonly profile: AssertionProfile
  /** The issuer identifier of the authorization server. */
  readonly issuer: string
  /** The URL of the endpoint invoked, which the `okta` profile accepts as `aud`. */
  readonly endpoint?: string
  /** The client, when it is known: the `client_id` parameter of the request, if it was sent. */
  readonly clientId?: string | undefined
  /** The client's active keys. */
  readonly keys: ClientKeys
  /** NumericDate of receipt, in seconds. */
  readonly now: number
  /** Records the use, as the last check. `unchecked` leaves replay to the caller. */
  readonly replay: RecordFirstUse | 'unchecked'
  /** Instead of the profile's own. */
  readonly algorithms?: readonly JwsAlgorithmName[]
  /** Instead of the profile's own, in seconds. */
  readonly maxLifetimeSeconds?: number
}

const TYP = { typs: ['client-authentication+jwt', 'jwt'], isTypRequired: false } as const
const CLAIM_CHECKS = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'lifetime'] as const

/**
 * Verifies a client assertion for an authorization server: runs all checks and reports each.
 *
 * A use is recorded only when everything else holds, so a failed assertion never burns its `jti`.
 * Does not decide whether the client may do what it asks for.
 *
 * @throws `TypeError` when the expectations are not usable; whatever `keys` and `replay` throw.
 * @see RFC 7523, section 3, JWT Format and Processing Requirements; RFC 8725, section 3
 * @example
 * ```ts
 * const report = await verifyAssertion(assertion, {
 *   profile: STRICT_PROFILE,
 *   issuer: 'https://as.example',
 *   keys: [publicKey],
 *   now: Math.floor(Date.now() / 1000),
 *   replay: (use) => store.recordOnce(use),
 * })
 * if (report.accepted) console.log(report.claims.sub)
 * ```
 */
export async function verifyAssertion(
  assertion: unknown,
  expectations: AssertionExpectations,
): Promise<VerificationReport<ClientAssertionClaims>> {
  if (!Number.isFinite(expectations.now)) throw invalidArgumentType('now', 'a finite number')
  const jwt = parseJwt(assertion)
  return whenReady(judge(jwt, expectations), (checks) => conclude(jwt, checks, expectations))
}

/** The verdict, with `replay` as the last check: made only when nothing else is open. */
function conclude(
  jwt: ParsedJwt,
  checks: CheckResult[],
  { issuer, replay }: AssertionExpectations,
): MaybePromise<VerificationReport<ClientAssertionClaims>> {
  const { header, claims } = jwt
  const open = checks.find(({ status }) => status !== 'pass')
  const last =
    open !== undefined || replay === 'unchecked'
      ? skip('replay', open?.check ?? 'not_given')
      : checkReplay(jwt, issuer, replay)
  return whenReady(last, (result) => {
    checks.push(result)
    return open !== undefined || result.status === 'fail'
      ? { accepted: false, checks }
      : {
          accepted: true,
          checks,
          header: header as JsonObject,
          claims: claims as ClientAssertionClaims,
        }
  })
}

/** What is known about the receiver of an assertion that is only looked at. */
export type PartialExpectations = Partial<AssertionExpectations> &
  Pick<AssertionExpectations, 'profile' | 'now'>

/** What a JWT says, unverified, with every check that could be made. */
export interface JwtInspection {
  readonly header: JsonObject | undefined
  /** Not verified, whatever the checks say: some of them may have been skipped. */
  readonly unverifiedClaims: JsonObject | undefined
  readonly checks: readonly CheckResult[]
}

/**
 * Looks at an assertion with whatever is known about its receiver; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts and records no use.
 */
export async function inspectAssertion(
  assertion: unknown,
  expectations: PartialExpectations,
): Promise<JwtInspection> {
  const jwt = parseJwt(assertion)
  const checks = await judge(jwt, expectations)
  checks.push(skip('replay', 'not_given'))
  return { header: jwt.header, unverifiedClaims: jwt.claims, checks }
}

function judge(jwt: ParsedJwt, expectations: PartialExpectations): MaybePromise<CheckResult[]> {
  const { keys } = expectations
  if (typeof keys !== 'function') return judgeWith(keys, jwt, expectations)
  const found = claimedClientKeys(jwt.claims, keys)
  // Keys that are in memory are used at once.
  if (Array.isArray(found)) return judgeWith(found, jwt, expectations)
  return Promise.resolve(found).then((each) => judgeWith(each, jwt, expectations))
}

function judgeWith(
  keys: readonly PublicKey[] | undefined,
  jwt: ParsedJwt,
  expectations: PartialExpectations,
): MaybePromise<CheckResult[]> {
  const { profile, now } = expectations
  const tolerance = profile.clockToleranceSeconds
  return judgeJwt(jwt, {
    typ: TYP,
    algorithms: expectations.algorithms ?? profile.algorithms,
    keys,
    claimChecks: CLAIM_CHECKS,
    checkClaims: (claims) => [
      checkIss(claims, expectations.clientId),
      checkSub(claims),
      checkAudience(claims, expectations),
      checkExp(claims, now),
      checkNbf(claims, now, tolerance),
      checkIat(claims, now, tolerance),
      checkJti(claims, profile.isJtiRequired),
      checkLifetime(claims, now, expectations.maxLifetimeSeconds ?? profile.maxLifetimeSeconds),
    ],
  })
}

function checkAudience(claims: JsonObject, expectations: PartialExpectations): CheckResult {
  const { profile, issuer, endpoint } = expectations
  if (issuer === undefined) return skip('aud', 'not_given')
  return checkAud(claims, {
    audiences: expectedAudiences(profile, issuer, endpoint),
    isArrayAllowed: profile.audience === 'issuer_or_endpoint',
  })
}

/** The values that `aud` may have, the preferred one first. */
export function expectedAudiences(
  profile: AssertionProfile,
  issuer: string,
  endpoint: string | undefined,
): readonly string[] {
  const isEndpointAllowed = profile.audience === 'issuer_or_endpoint' && endpoint !== undefined
  return isEndpointAllowed ? [endpoint, issuer] : [issuer]
}

async function checkReplay(
  jwt: ParsedJwt,
  issuer: string,
  replay: RecordFirstUse,
): Promise<CheckResult> {
  const { sub, jti, exp } = jwt.claims as ClientAssertionClaims
  const replayKey = await assertionReplayKey(issuer, sub, jti, jwt.signingInput)
  const isFirst = await replay({ issuer, clientId: sub, replayKey, expiresAt: exp })
  if (isFirst === true) return pass('replay')
  return fail('replay', 'replayed', jti === undefined ? {} : { actual: jti })
}

/** The claimed client is used to find keys, and for nothing else, until the signature holds. */
function claimedClientKeys(
  claims: JsonObject | undefined,
  keys: Extract<ClientKeys, (clientId: string) => unknown>,
): readonly PublicKey[] | Promise<readonly PublicKey[]> {
  const clientId = claims?.['sub']
  return typeof clientId === 'string' && clientId !== '' ? keys(clientId) : []
}
