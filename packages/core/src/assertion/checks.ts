/**
 * The checks of a JWT that concern one header parameter or one claim: pure functions, time included.
 * @module
 */

import type { JsonObject, JsonValue } from '../json.ts'
import { type JwsAlgorithm, jwsAlgorithm, type PublicKey } from '../keys/index.ts'
import { type MaybePromise, whenReady } from '../maybe-promise.ts'
import {
  type CheckName,
  type CheckResult,
  fail,
  type FailReason,
  type FailResult,
  pass,
  skip,
} from './check.ts'
import type { ParsedJwt } from './jws.ts'

/** The longest `jti` that is accepted, in characters. */
export const MAX_JTI_LENGTH = 255

/** The JWT could be read: three segments, strict base64url, strict JSON. */
export function checkFormat(jwt: ParsedJwt): CheckResult {
  if (jwt.fault === undefined) return pass('format')
  return fail('format', 'malformed', {
    expected: 'a JWS in compact serialization with a JSON header and JSON claims',
    actual: jwt.fault,
  })
}

/** No extension is understood here, so every `crit` is refused (RFC 7515, section 4.1.11). */
export function checkCrit(header: JsonObject): CheckResult {
  for (const name of ['crit', 'b64']) {
    if (header[name] !== undefined) {
      return fail('crit', 'not_allowed', { expected: `no "${name}"`, actual: header[name] })
    }
  }
  return pass('crit')
}

/** What `typ` may be. */
export interface ExpectedTyp {
  /** Values of `typ` in lower case, without `application/`. */
  readonly typs: readonly string[]
  readonly isTypRequired: boolean
}

/** Explicit typing (RFC 8725, section 3.11): another kind of JWT is refused. */
export function checkTyp(header: JsonObject, expected: ExpectedTyp): CheckResult {
  const { typ, cty } = header
  const { typs } = expected
  if (cty !== undefined) {
    return fail('typ', 'not_allowed', {
      expected: 'no "cty": the payload is the claims',
      actual: cty,
    })
  }
  if (typ === undefined) {
    if (!expected.isTypRequired) return pass('typ')
    return fail('typ', 'missing', { expected: typs })
  }
  if (typeof typ !== 'string') return fail('typ', 'malformed', { expected: typs, actual: typ })
  // Most often it is written as it is expected.
  if (typs.includes(typ) || typs.includes(mediaSubtype(typ))) return pass('typ')
  return fail('typ', 'not_allowed', { expected: typs, actual: typ })
}

/** RFC 7515, section 4.1.9: `application/` may be left out, and letter case does not matter. */
function mediaSubtype(typ: string): string {
  const name = typ.toLowerCase()
  return name.startsWith('application/') ? name.slice('application/'.length) : name
}

/** `alg` is one that the receiver allows; `none` and HMAC never are. */
export function checkAlg(header: JsonObject, allowed: readonly string[]): CheckResult {
  const { alg } = header
  if (typeof alg === 'string' && allowed.includes(alg)) return pass('alg')
  const reason =
    alg === undefined ? 'missing' : typeof alg === 'string' ? 'not_allowed' : 'malformed'
  return fail('alg', reason, { expected: allowed, actual: alg })
}

/** The key that `kid` and `alg` name, or the result that says why there is none. */
export type KeyChoice = { readonly key: PublicKey; readonly algorithm: JwsAlgorithm } | CheckResult

/**
 * Picks the one key: by `kid`, or the only key when there is just one. The key must fit `alg`.
 * Keys are never tried in turn, and a key in the header is never looked at.
 */
export function chooseKey(header: JsonObject, keys: readonly PublicKey[] | undefined): KeyChoice {
  const algorithm = jwsAlgorithm(header['alg'])
  if (algorithm === undefined) return skip('key', 'alg')
  if (keys === undefined) return skip('key', 'not_given')
  const { kid } = header
  if (kid !== undefined && typeof kid !== 'string') {
    return fail('key', 'malformed', { expected: 'a string', actual: kid })
  }
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  const [key] = named
  if (named.length > 1) {
    return kid === undefined
      ? fail('key', 'missing', { expected: keys.map((each) => each.kid) })
      : fail('key', 'mismatch', { expected: 'one key of this kid', actual: kid })
  }
  if (key === undefined) {
    const expected = keys.map((each) => each.kid)
    return fail('key', 'no_matching_key', { expected, actual: kid ?? algorithm.alg })
  }
  if (key.fits(algorithm)) return { key, algorithm }
  return fail('key', 'mismatch', { expected: keyPurpose(key), actual: algorithm.alg })
}

/** The signature was made with the private half of the key that was chosen. */
export function checkSignature(jwt: ParsedJwt, choice: KeyChoice): MaybePromise<CheckResult> {
  if (jwt.signature === undefined) return skip('signature', 'format')
  if (!('key' in choice)) return skip('signature', 'key')
  const { key, algorithm } = choice
  return whenReady(key.verify(algorithm, jwt.signature, jwt.signingInput), (isGood) =>
    isGood
      ? pass('signature')
      : fail('signature', 'bad_signature', { expected: `a signature by the key ${key.kid}` }),
  )
}

/** `iss` is the expected one; in a client assertion the client, when the caller knows it. */
export function checkIss(claims: JsonObject, expected: string | undefined): CheckResult {
  return checkText('iss', claims, expected)
}

/** `sub` is the same client as `iss` (RFC 7523, section 3, item 2B). */
export function checkSub(claims: JsonObject): CheckResult {
  const { iss } = claims
  return checkText('sub', claims, typeof iss === 'string' ? iss : undefined)
}

/** A claim that is a non-empty string and, when one is expected, equal to it octet by octet. */
export function checkText(
  check: CheckName,
  claims: JsonObject,
  expected: string | undefined,
): CheckResult {
  const actual = claims[check]
  const isText = typeof actual === 'string' && actual !== ''
  if (isText && (expected === undefined || actual === expected)) return pass(check)
  const reason = actual === undefined ? 'missing' : isText ? 'mismatch' : 'malformed'
  return fail(check, reason, { expected, actual })
}

/** What `aud` may be. */
export interface ExpectedAud {
  /** The values of which `aud` must be one. */
  readonly audiences: readonly string[]
  /** Whether an array of exactly one value is read as that value. */
  readonly isArrayAllowed: boolean
}

/** `aud` is one value: more than one is refused even when a right one is among them. */
export function checkAud(claims: JsonObject, expected: ExpectedAud): CheckResult {
  const { aud } = claims
  const isArray = Array.isArray(aud)
  const value: JsonValue | undefined = isArray && aud.length === 1 ? aud[0] : aud
  if (
    typeof value === 'string' &&
    (expected.isArrayAllowed || !isArray) &&
    expected.audiences.includes(value)
  ) {
    return pass('aud')
  }
  return fail('aud', audFault(value, isArray && !expected.isArrayAllowed), {
    expected: expected.audiences,
    actual: aud,
  })
}

function audFault(value: JsonValue | undefined, isForbiddenArray: boolean): FailReason {
  if (value === undefined) return 'missing'
  if (Array.isArray(value) && value.length > 1) return 'not_allowed'
  if (typeof value !== 'string' || value === '') return 'malformed'
  return isForbiddenArray ? 'not_allowed' : 'mismatch'
}

/** `exp` is a NumericDate that has not come yet; there is no tolerance. */
export function checkExp(claims: JsonObject, now: number): CheckResult {
  const exp = numericDate('exp', claims)
  if (typeof exp !== 'number') return exp ?? fail('exp', 'missing')
  return exp > now ? pass('exp') : fail('exp', 'expired', { expected: now, actual: exp })
}

/** `nbf`, when it is there, has come, and lies before `exp`. */
export function checkNbf(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult {
  return checkStart('nbf', claims, now, toleranceSeconds)
}

/** `iat`, when it is there, has come, and lies before `exp`. */
export function checkIat(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult {
  return checkStart('iat', claims, now, toleranceSeconds)
}

function checkStart(
  check: 'nbf' | 'iat',
  claims: JsonObject,
  now: number,
  toleranceSeconds: number,
): CheckResult {
  const start = numericDate(check, claims)
  if (start === undefined) return pass(check)
  if (typeof start !== 'number') return start
  const { exp } = claims
  const latest = now + toleranceSeconds
  if (start > latest) return fail(check, 'not_yet_valid', { expected: latest, actual: start })
  if (typeof exp === 'number' && start >= exp) {
    return fail(check, 'mismatch', { expected: exp, actual: start })
  }
  return pass(check)
}

/** `jti` is a string of 1 to {@link MAX_JTI_LENGTH} characters; whether it was used is `replay`. */
export function checkJti(claims: JsonObject, isRequired: boolean): CheckResult {
  const { jti } = claims
  if (jti === undefined) return isRequired ? fail('jti', 'missing') : pass('jti')
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) {
    const expected = `a string of 1 to ${MAX_JTI_LENGTH} characters`
    return fail('jti', 'malformed', {
      expected,
      actual: typeof jti === 'string' ? `a string of ${jti.length} characters` : jti,
    })
  }
  return pass('jti')
}

/** `exp` is not further ahead than the server allows. */
export function checkLifetime(
  claims: JsonObject,
  now: number,
  maxLifetimeSeconds: number,
): CheckResult {
  const { exp } = claims
  if (typeof exp !== 'number') return skip('lifetime', 'exp')
  const latest = now + maxLifetimeSeconds
  if (exp <= latest) return pass('lifetime')
  return fail('lifetime', 'lifetime_too_long', { expected: latest, actual: exp })
}

/** A NumericDate (RFC 7519, section 2), `undefined` when it is absent, or the failure. */
function numericDate(check: CheckName, claims: JsonObject): number | FailResult | undefined {
  const value = claims[check]
  if (value === undefined) return undefined
  if (typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value
  return fail(check, 'malformed', { expected: 'a number of seconds since 1970', actual: value })
}

function keyPurpose(key: PublicKey): string {
  const { alg, use } = key.jwk
  return [
    key.crv ?? key.kty,
    ...(alg === undefined ? [] : [alg]),
    ...(use === undefined ? [] : [use]),
  ].join(' ')
}
