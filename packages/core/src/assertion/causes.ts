/**
 * The most likely causes of a refusal, ranked: what a person meant, and what to change.
 * @module
 */

import type { Finding } from '../finding.ts'
import type { JsonObject } from '../json.ts'
import type { CheckName, CheckResult, FailResult } from './check.ts'
import type { DiagnosisContext } from './diagnose.ts'
import { explain } from './explain.ts'
import { type ParsedJwt, parseJwt } from './jws.ts'
import { signerOf } from './signer.ts'
import { closestText, describeDifference } from '../text-difference.ts'
import { expectedAudiences, inspectAssertion } from './verify.ts'

export { findSigner } from './signer.ts'

/** What `diagnoseAssertion` finds. */
export async function findCauses(
  assertion: unknown,
  context: DiagnosisContext,
): Promise<readonly Finding[]> {
  const { checks } = await inspectAssertion(assertion, context)
  const failures = checks.filter((result): result is FailResult => result.status === 'fail')
  const jwt = parseJwt(assertion)
  const close: Finding[] = []
  const explained = new Set<CheckName>()
  const cause = (names: readonly CheckName[], finding: Finding | undefined): void => {
    if (finding === undefined) return
    close.push(finding)
    for (const name of names) explained.add(name)
  }
  for (const failure of failures) {
    const { check } = failure
    if (check === 'format') cause(['format'], misplacedText(assertion))
    if (check === 'key' || check === 'signature') {
      if (!explained.has(check)) cause(['key', 'signature'], await actualSigner(jwt, context))
    }
    if (check === 'aud') cause(['aud'], nearAudience(failure, context))
    if (check === 'exp' || check === 'iat' || check === 'nbf' || check === 'lifetime') {
      if (!explained.has(check)) cause([check], timeCause(failure, jwt.claims, context.now))
    }
  }
  const rest = failures.filter(({ check }) => !explained.has(check)).map(plain)
  return [...close, ...rest]
}

function plain(failure: CheckResult & FailResult): Finding {
  const { sentence, fix = '' } = explain(failure)
  return {
    rule: `${failure.check}-${failure.reason.replaceAll('_', '-')}`,
    severity: 'error',
    sentence,
    fix,
  }
}

/** A JWT with something around it that does not belong to it. */
function misplacedText(assertion: unknown): Finding | undefined {
  if (typeof assertion !== 'string') return undefined
  const candidates: readonly (readonly [rule: string, text: string, what: string])[] = [
    ['text-white-space', assertion.replaceAll(/\s/g, ''), 'white space or line breaks'],
    ['text-bearer', assertion.replace(/^\s*Bearer\s+/i, '').trim(), 'the word "Bearer" before it'],
    ['text-quotes', assertion.trim().replace(/^(["'])(.*)\1$/s, '$2'), 'quotes around it'],
    [
      'text-percent-encoded',
      assertion.replaceAll('%2E', '.').replaceAll('%2e', '.'),
      'percent-encoded dots',
    ],
    ['text-padding', assertion.replaceAll('=', ''), 'base64 padding ("=")'],
    [
      'text-standard-base64',
      assertion.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
      'the alphabet of standard base64 ("+" and "/") instead of base64url',
    ],
    [
      'text-parameter',
      assertion.replace(/^.*client_assertion=/s, '').replace(/&.*$/s, ''),
      'the rest of a request around it',
    ],
  ]
  for (const [rule, text, what] of candidates) {
    if (text === assertion || parseJwt(text).fault !== undefined) continue
    return {
      rule,
      severity: 'error',
      sentence: `the assertion is a JWT with ${what}`,
      fix: 'send header.payload.signature exactly as the signer wrote it, and nothing else',
    }
  }
  return undefined
}

/** Says which registered key and algorithm the signature does fit, if there is one. */
async function actualSigner(
  jwt: ParsedJwt,
  { keys = [], inactiveKeys = [] }: DiagnosisContext,
): Promise<Finding | undefined> {
  const found = await signerOf(jwt, [...keys, ...inactiveKeys])
  if (found === undefined) return undefined
  const { key, algorithm, isNamed, isDer } = found
  const kid = jwt.header?.['kid']
  if (isDer) {
    return {
      rule: 'signature-in-der',
      severity: 'error',
      sentence: 'the ECDSA signature is right, but in DER; a JWS needs r || s',
      fix: 'ask the signing library for the IEEE P1363 form, or convert the signature before encoding it',
    }
  }
  if (inactiveKeys.includes(key)) {
    return {
      rule: 'key-inactive',
      severity: 'error',
      sentence: `it is signed with the key ${key.kid}, which is registered and not active`,
      fix: 'activate that key, or sign with an active one',
    }
  }
  if (!key.fits(algorithm)) {
    return {
      rule: 'alg-not-of-key',
      severity: 'error',
      sentence: `it is signed with the key ${key.kid} as ${algorithm.alg}, and that key is registered for ${String(key.jwk.alg)}`,
      fix: `sign with ${String(key.jwk.alg)}, or register the key without "alg"`,
    }
  }
  if (!isNamed) {
    return {
      rule: 'alg-header-wrong',
      severity: 'error',
      sentence: `the signature is made with ${algorithm.alg}, and the header says otherwise`,
      fix: `put "alg": "${algorithm.alg}" into the header before signing`,
    }
  }
  return {
    rule: kid === undefined ? 'kid-absent' : 'kid-of-another-key',
    severity: 'error',
    sentence: `it is signed with the registered key ${key.kid}, and ${kid === undefined ? 'has no "kid"' : '"kid" names another'}`,
    fix: `put "kid": "${key.kid}" into the header before signing`,
  }
}

function nearAudience(failure: FailResult, context: DiagnosisContext): Finding | undefined {
  const { actual: aud } = failure
  const { issuer, endpoint, profile } = context
  if (typeof aud !== 'string' || issuer === undefined) return undefined
  if (aud === endpoint) {
    return {
      rule: 'aud-endpoint-for-issuer',
      severity: 'error',
      sentence: '"aud" is the token endpoint; this server takes its issuer identifier only',
      fix: `set "aud" to "${issuer}"`,
    }
  }
  const best = closestText(expectedAudiences(profile, issuer, endpoint), aud) ?? issuer
  return {
    rule: 'aud-differs',
    severity: 'error',
    sentence: `"aud" ${describeDifference(best, aud)}`,
    fix: `set "aud" to "${best}"`,
  }
}

/** The `exp` that Okta's guide prints in its example payload. */
const GUIDE_EXAMPLE_EXP = 1_614_664_267
const FIRST_PLAUSIBLE_MILLISECONDS = 100_000_000_000

function timeCause(
  failure: FailResult,
  claims: JsonObject | undefined,
  now: number,
): Finding | undefined {
  const { check, actual } = failure
  const claim = check === 'lifetime' ? 'exp' : check
  const value = typeof actual === 'string' && /^\d+$/.test(actual) ? Number(actual) : actual
  if (typeof value !== 'number') return undefined
  if (value === GUIDE_EXAMPLE_EXP) {
    return {
      rule: 'exp-of-the-guide',
      severity: 'error',
      sentence: '"exp" is the example value of the guide, a moment in March 2021',
      fix: `compute "exp" when you sign: now plus 60 seconds, as a number, such as ${now + 60}`,
    }
  }
  if (typeof actual === 'string') {
    return {
      rule: `${claim}-is-text`,
      severity: 'error',
      sentence: `"${claim}" is in quotes, so it is a string; it must be a number`,
      fix: `write "${claim}": ${actual}`,
    }
  }
  if (value > FIRST_PLAUSIBLE_MILLISECONDS) {
    return {
      rule: `${claim}-in-milliseconds`,
      severity: 'error',
      sentence: `"${claim}" is in milliseconds; it must be in seconds`,
      fix: `write "${claim}": ${Math.floor(value / 1000)}; in JavaScript: Math.floor(Date.now() / 1000) + 60`,
    }
  }
  if (failure.reason === 'not_yet_valid') {
    return {
      rule: 'clock-ahead',
      severity: 'error',
      sentence: `the clock of the signer is ${Math.round(value - now)} s ahead of this one`,
      fix: 'set the clock of the machine that signs (NTP)',
    }
  }
  const iat = claims?.['iat']
  if (failure.reason === 'expired' && typeof iat === 'number' && iat < value) {
    return {
      rule: 'clock-behind-or-old',
      severity: 'error',
      sentence: `it was made ${Math.round(now - iat)} s ago for ${Math.round(value - iat)} s: it is old, or the clock of the signer is behind`,
      fix: 'sign a new assertion for each request; if this one is new, set the clock of the machine that signs (NTP)',
    }
  }
  return undefined
}
