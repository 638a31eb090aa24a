/**
 * Judging a DPoP proof (RFC 9449, section 4.3): every check, in order, and never stopping early.
 * @module
 */

import {
  type AcceptedReport,
  checkJti,
  checkText,
  type CheckName,
  type CheckResult,
  fail,
  failedChecks,
  judgeJwt,
  type JwtInspection,
  type ParsedJwt,
  parseJwt,
  pass,
  type RejectedReport,
  skip,
} from '../assertion/index.ts'
import { leftOpen } from '../assertion/left-open.ts'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { JWS_ALGORITHMS, type JwsAlgorithmName } from '../keys/index.ts'
import { accessTokenHash } from './create-proof.ts'
import { normalizeHtu } from './htu.ts'
import { type ProofKey, readProofKey } from './proof-key.ts'
import { proofReplayKey, type RecordFirstProof } from './replay.ts'

/** The longest proof that is read, in characters: room for an ML-DSA-87 key and its signature. */
export const MAX_DPOP_PROOF_LENGTH = 12_288

/** The claims of a DPoP proof that was verified. */
export interface DpopProofClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly ath?: string
  readonly nonce?: string
  readonly [claim: string]: JsonValue | undefined
}

/** What a server expects of the DPoP proof of one request. */
export interface DpopExpectations {
  /** The method of the request. */
  readonly method: string
  /**
   * The URL of the request as the client knows it. Take scheme and host from configuration: `Host`
   * and `X-Forwarded-*` say what the sender wants them to say.
   */
  readonly url: string
  /** The access token that came along. Without it, `ath` is not looked at. */
  readonly accessToken?: string
  /** JWK Thumbprint of the key that the proof has to be signed with, such as `cnf.jkt` of the token. */
  readonly jkt?: string
  /** The nonces that are accepted now. Without them, `nonce` is not looked at. */
  readonly nonces?: readonly string[]
  /** NumericDate of receipt, in seconds. Default: the clock of this machine. */
  readonly now?: number
  /** Records the use, as the last check. `unchecked` leaves replay to the caller. */
  readonly replay: RecordFirstProof | 'unchecked'
  /** Default: every algorithm that this package knows; none of them is symmetric. */
  readonly algorithms?: readonly JwsAlgorithmName[]
  /** `iat` may be this long ago, at most 300. Default: 60. */
  readonly maxAgeSeconds?: number
  /** `iat` may be this far ahead, at most 60. Default: 10. */
  readonly clockToleranceSeconds?: number
}

/** Every check holds: the sender has the key whose JWK Thumbprint is `jkt`. */
export interface AcceptedProof extends AcceptedReport<DpopProofClaims> {
  /** JWK Thumbprint of the key of the proof. */
  readonly jkt: string
}

/** The verdict on a DPoP proof: a union on `accepted`. */
export type DpopReport = AcceptedProof | RejectedReport

const DEFAULT_MAX_AGE_SECONDS = 60
const MAX_MAX_AGE_SECONDS = 300
const DEFAULT_CLOCK_TOLERANCE_SECONDS = 10
const MAX_CLOCK_TOLERANCE_SECONDS = 60

const TYP = { typs: ['dpop+jwt'], isTypRequired: true } as const
const CLAIM_CHECKS = ['htm', 'htu', 'iat', 'jti', 'nonce', 'ath'] as const

/**
 * Verifies a DPoP proof for one request: runs all checks and reports each. The key comes from the
 * proof itself, so an accepted proof says who holds which key, and not who may do what.
 *
 * A use is recorded only when everything else holds, so a proof that lacks a nonce is not burnt.
 * Does not look at the access token beyond its hash: verify that too, and give its `cnf.jkt` here.
 *
 * @throws `TypeError` when the expectations are not usable; whatever `replay` throws.
 * @example
 * ```ts
 * const report = await verifyDpopProof(request.headers.get('dpop'), {
 *   method: request.method,
 *   url: 'https://as.example/oauth2/v1/token',
 *   replay: createProofMemory(),
 * })
 * if (report.accepted) console.log(report.jkt)
 * ```
 * @see RFC 9449, section 4.3, Checking DPoP Proofs
 */
export async function verifyDpopProof(
  proof: unknown,
  expectations: DpopExpectations,
): Promise<DpopReport> {
  const expected = await prepare(expectations)
  const { method, htu } = expected
  if (method === undefined) throw invalidArgumentType('method', 'a string')
  if (htu === undefined) throw invalidArgumentValue('url', 'an absolute http or https URL')
  const { jwt, key, checks } = await judge(proof, expected)
  const { replay } = expectations
  checks.push(await checkReplay(jwt, key, checks, { ...expected, method, htu, replay }))
  const isOpen = checks.some((result) => result.status !== 'pass' && !isLeftOut(result))
  if (isOpen || key === undefined || !('jkt' in key)) return { accepted: false, checks }
  return {
    accepted: true,
    checks,
    header: jwt.header as JsonObject,
    claims: jwt.claims as DpopProofClaims,
    jkt: key.jkt,
  }
}

/** What is known about the request of a proof that is only looked at. */
export type PartialDpopExpectations = Partial<Omit<DpopExpectations, 'replay'>>

/**
 * Looks at a DPoP proof with whatever is known about its request; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts and records no use.
 *
 * @throws `TypeError` when the expectations are not usable.
 */
export async function inspectDpopProof(
  proof: unknown,
  expectations: PartialDpopExpectations,
): Promise<JwtInspection> {
  const { jwt, checks } = await judge(proof, await prepare(expectations))
  checks.push(skip('replay', 'not_given'))
  return { header: jwt.header, unverifiedClaims: jwt.claims, checks }
}

/**
 * The error code that answers a refused proof: `use_dpop_nonce` when nothing but the nonce is wrong,
 * so that the sender may try again with the nonce of the answer; otherwise `invalid_dpop_proof`.
 *
 * @see RFC 9449, sections 5, 7.1 and 8
 */
export function dpopErrorCode(report: RejectedReport): 'invalid_dpop_proof' | 'use_dpop_nonce' {
  const failed = failedChecks(report)
  const isNonceAlone = failed.length > 0 && failed.every(({ check }) => check === 'nonce')
  return isNonceAlone ? 'use_dpop_nonce' : 'invalid_dpop_proof'
}

interface Prepared extends PartialDpopExpectations {
  readonly now: number
  readonly htu: string | undefined
  readonly ath: string | undefined
  readonly maxAgeSeconds: number
  readonly clockToleranceSeconds: number
}

/** Without a method or a URL, the checks of them are left open. */
async function prepare(expectations: PartialDpopExpectations): Promise<Prepared> {
  const {
    method,
    url,
    accessToken,
    now = Math.floor(Date.now() / 1000),
    maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS,
    clockToleranceSeconds = DEFAULT_CLOCK_TOLERANCE_SECONDS,
  } = expectations
  if (method !== undefined && (typeof method !== 'string' || method === '')) {
    throw invalidArgumentType('method', 'a string')
  }
  const htu = typeof url === 'string' ? normalizeHtu(url) : undefined
  if (url !== undefined && htu === undefined) {
    throw invalidArgumentValue('url', 'an absolute http or https URL')
  }
  if (!Number.isFinite(now)) throw invalidArgumentType('now', 'a finite number')
  if (!isWithin(maxAgeSeconds, MAX_MAX_AGE_SECONDS)) {
    throw invalidArgumentValue('maxAgeSeconds', `a number from 0 to ${MAX_MAX_AGE_SECONDS}`)
  }
  if (!isWithin(clockToleranceSeconds, MAX_CLOCK_TOLERANCE_SECONDS)) {
    throw invalidArgumentValue(
      'clockToleranceSeconds',
      `a number from 0 to ${MAX_CLOCK_TOLERANCE_SECONDS}`,
    )
  }
  const ath = accessToken === undefined ? undefined : await accessTokenHash(accessToken)
  return { ...expectations, now, htu, ath, maxAgeSeconds, clockToleranceSeconds }
}

function isWithin(value: number, most: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= most
}

function parseProof(proof: unknown): ParsedJwt {
  if (typeof proof !== 'string' || proof.length <= MAX_DPOP_PROOF_LENGTH) return parseJwt(proof)
  return { ...parseJwt(''), fault: `it is longer than ${MAX_DPOP_PROOF_LENGTH} characters` }
}

interface Judged {
  readonly jwt: ParsedJwt
  readonly key: ProofKey | CheckResult | undefined
  readonly checks: CheckResult[]
}

/** Every check but `replay`. */
async function judge(proof: unknown, expected: Prepared): Promise<Judged> {
  const jwt = parseProof(proof)
  const key = jwt.header === undefined ? undefined : await readProofKey(jwt.header)
  const checks = await judgeWith(jwt, key, expected)
  checks.push(checkKeyBinding(key, expected.jkt))
  return { jwt, key, checks }
}

async function judgeWith(
  jwt: ParsedJwt,
  key: ProofKey | CheckResult | undefined,
  expected: Prepared,
): Promise<CheckResult[]> {
  const isKey = key !== undefined && 'jkt' in key
  // A "kid" beside the key in the header names nothing here.
  const header = jwt.header === undefined ? undefined : { ...jwt.header, kid: undefined }
  const checks = await judgeJwt(
    { ...jwt, header },
    {
      typ: TYP,
      algorithms: expected.algorithms ?? JWS_ALGORITHMS,
      keys: isKey ? [key.publicKey] : [],
      claimChecks: CLAIM_CHECKS,
      checkClaims: (claims) => [
        checkMethod(claims, expected.method),
        checkHtu(claims, expected.htu),
        checkAge(claims, expected),
        checkJti(claims, true),
        checkNonce(claims, expected.nonces),
        checkAth(claims, expected.ath),
      ],
    },
  )
  if (key === undefined || isKey) return checks
  return checks.map((result) => (result.check === 'key' ? key : result))
}

function checkMethod(claims: JsonObject, expected: string | undefined): CheckResult {
  const result = checkText('htm', claims, expected)
  return expected === undefined ? leftOpen(result) : result
}

function checkHtu(claims: JsonObject, expected: string | undefined): CheckResult {
  const { htu } = claims
  if (htu === undefined) return fail('htu', 'missing', { expected })
  const normal = typeof htu === 'string' ? normalizeHtu(htu) : undefined
  if (normal !== undefined && expected === undefined) return skip('htu', 'not_given')
  if (normal !== undefined && normal === expected) return pass('htu')
  return fail('htu', normal === undefined ? 'malformed' : 'mismatch', { expected, actual: htu })
}

/** Only `iat` says how old a proof is; `exp` and `nbf` mean nothing in it. */
function checkAge(claims: JsonObject, expected: Prepared): CheckResult {
  const { iat } = claims
  if (iat === undefined) return fail('iat', 'missing')
  if (typeof iat !== 'number' || iat < 0) {
    return fail('iat', 'malformed', { expected: 'a number of seconds since 1970', actual: iat })
  }
  const latest = expected.now + expected.clockToleranceSeconds
  const earliest = expected.now - expected.maxAgeSeconds
  if (iat > latest) return fail('iat', 'not_yet_valid', { expected: latest, actual: iat })
  if (iat < earliest) return fail('iat', 'too_old', { expected: earliest, actual: iat })
  return pass('iat')
}

function checkNonce(claims: JsonObject, nonces: readonly string[] | undefined): CheckResult {
  if (nonces === undefined) return skip('nonce', 'not_given')
  const result = checkText('nonce', claims, undefined)
  if (result.status !== 'pass') return result
  const nonce = claims['nonce'] as string
  return nonces.includes(nonce) ? result : fail('nonce', 'mismatch', { actual: nonce })
}

function checkAth(claims: JsonObject, ath: string | undefined): CheckResult {
  return ath === undefined ? skip('ath', 'not_given') : checkText('ath', claims, ath)
}

function checkKeyBinding(
  key: ProofKey | CheckResult | undefined,
  jkt: string | undefined,
): CheckResult {
  if (jkt === undefined) return skip('cnf', 'not_given')
  if (key === undefined || !('jkt' in key)) return skip('cnf', key === undefined ? 'format' : 'key')
  return key.jkt === jkt ? pass('cnf') : fail('cnf', 'mismatch', { expected: jkt, actual: key.jkt })
}

type ReplayExpectations = Prepared &
  Pick<DpopExpectations, 'method' | 'replay'> & { readonly htu: string }

async function checkReplay(
  jwt: ParsedJwt,
  key: ProofKey | CheckResult | undefined,
  checks: readonly CheckResult[],
  expected: ReplayExpectations,
): Promise<CheckResult> {
  const open = checks.find((result) => result.status !== 'pass' && !isLeftOut(result))
  if (open !== undefined) return skip('replay', open.check)
  if (expected.replay === 'unchecked') return skip('replay', 'not_given')
  const { jti, iat } = jwt.claims as DpopProofClaims
  const { jkt } = key as ProofKey
  const isFirst = await expected.replay({
    replayKey: await proofReplayKey(expected.method, expected.htu, jkt, jti),
    jkt,
    // Another process may look at the proof by a clock that runs behind this one.
    expiresAt: iat + expected.maxAgeSeconds + expected.clockToleranceSeconds,
  })
  return isFirst === true ? pass('replay') : fail('replay', 'replayed', { actual: jti })
}

const OPTIONAL: readonly CheckName[] = ['nonce', 'ath', 'cnf', 'replay']

/** Skipped because the caller asked for nothing there. */
function isLeftOut(result: CheckResult): boolean {
  return (
    result.status === 'skip' && result.because === 'not_given' && OPTIONAL.includes(result.check)
  )
}
