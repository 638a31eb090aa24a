/**
 * One JWT, judged by core with what is known about its receiver. No rule is made here.
 * @module
 */

import {
  type CheckResult,
  diagnoseAssertion,
  explain,
  type FailResult,
  type Finding,
  inspectAssertion,
  lintAssertion,
  OKTA_PROFILE,
  type ParsedJwt,
  parseJwt,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import type { PublicKey } from '@keygrant/core/keys'
import { assertionContext, type Receiver } from './expectations.ts'
import { guessKind, type JwtKind } from './jwt-kind.ts'
import { type JwtSource, requestFindings, type PastedTokenRequest } from '@keygrant/core/inspection'

/** What is judged, and by what. */
export interface Question {
  readonly jwt: string
  /** What a person says it is; `undefined`: what it seems to be. */
  readonly kind: JwtKind | undefined
  readonly source: JwtSource
  /** The request in which it stood. */
  readonly request: PastedTokenRequest | undefined
  readonly profile: 'okta' | 'strict'
  readonly receiver: Receiver
  readonly keys: readonly PublicKey[] | undefined
  /** NumericDate of receipt, in seconds. */
  readonly now: number
}

/** `holds`: all that can be checked here does. `incomplete`, `unverified`: something was not given. */
export type Verdict = 'refused' | 'unverified' | 'incomplete' | 'holds' | 'decoded'

/** What came out. */
export interface Inspection {
  readonly question: Question
  /** What it was judged as. */
  readonly kind: JwtKind
  readonly parsed: ParsedJwt
  readonly checks: readonly CheckResult[]
  /** What is wrong with the request around it. */
  readonly requestFaults: readonly Finding[]
  readonly verdict: Verdict
  /** Why it would be refused, the likeliest first. */
  readonly causes: readonly Finding[]
  /** What is unwise and works. */
  readonly advice: readonly Finding[]
}

/** Judges a JWT. Records nothing and asks nobody. */
export async function inspect(question: Question): Promise<Inspection> {
  const { jwt, request, receiver, profile, keys, now } = question
  const parsed = parseJwt(jwt)
  const kind = question.kind ?? guessKind(parsed, question.source)
  const requestFaults = request === undefined ? [] : requestFindings(request)
  const about = { question, kind, parsed, requestFaults }
  if (kind === 'access_token') {
    const { judgeAccessToken } = await import('./judge-access-token.ts')
    const checks = await judgeAccessToken(parsed, question)
    return { ...about, checks, verdict: verdictOf(checks), causes: plain(checks), advice: [] }
  }
  if (kind === 'dpop') {
    return { ...about, checks: [], verdict: 'decoded', causes: [], advice: [] }
  }
  const rules = profile === 'strict' ? STRICT_PROFILE : OKTA_PROFILE
  const context = assertionContext(receiver, rules, keys, now)
  const { checks } = await inspectAssertion(jwt, context)
  const causes = await diagnoseAssertion(jwt, context)
  const said = new Set(causes.map(({ rule }) => rule))
  const advice = lintAssertion(jwt).filter(({ rule }) => !said.has(rule))
  return {
    ...about,
    checks,
    verdict: requestFaults.length > 0 ? 'refused' : verdictOf(checks),
    causes: [...requestFaults, ...causes],
    advice,
  }
}

/** The verdict that the results add up to. */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  if (checks.some(({ status }) => status === 'fail')) return 'refused'
  const open = checks.filter(
    (result) =>
      result.status === 'skip' && result.because === 'not_given' && result.check !== 'replay',
  )
  if (open.some(({ check }) => check === 'key' || check === 'signature')) return 'unverified'
  return open.length > 0 ? 'incomplete' : 'holds'
}

function plain(checks: readonly CheckResult[]): readonly Finding[] {
  return checks
    .filter((result): result is FailResult => result.status === 'fail')
    .map((result) => {
      const { sentence, fix = '' } = explain(result)
      return { rule: `${result.check}-${result.reason}`, severity: 'error', sentence, fix }
    })
}
