/**
 * One JWT, judged by core with what is known about its receiver. No rule is made here.
 * @module
 */

import {
  type AssertionProfile,
  type CheckName,
  type CheckResult,
  diagnoseAssertion,
  explain,
  type Explanation,
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
import { resultStrings } from './result-strings.ts'
import type { ServerAnswer } from './server-answer.ts'
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

/** What a question is about, as a text: an answer counts while that is the same. */
export function requestOf({ keys, ...rest }: Question): string {
  return JSON.stringify([rest, keys?.map(({ kid }) => kid)])
}

/** `holds`: all that can be checked here does. `incomplete`, `unverified`: something was not given. */
export type Verdict = 'refused' | 'unverified' | 'incomplete' | 'holds'

/** What came out. */
export interface Inspection {
  readonly question: Question
  /** What it was judged as. */
  readonly kind: JwtKind
  readonly parsed: ParsedJwt
  readonly checks: readonly CheckResult[]
  /** Puts the results into words. */
  readonly explain: (result: CheckResult) => Explanation
  /** What is wrong with the request around it. */
  readonly requestFaults: readonly Finding[]
  readonly verdict: Verdict
  /** Why it would be refused, the likeliest first. */
  readonly causes: readonly Finding[]
  /** What is unwise and works. */
  readonly advice: readonly Finding[]
  /** Set when a server judged it instead of this page. */
  readonly server?: ServerAnswer
}

/** Judges a JWT, or takes what a server made of it. Records nothing and asks nobody. */
export async function inspect(question: Question, server?: ServerAnswer): Promise<Inspection> {
  const { jwt, request, receiver, profile, keys, now } = question
  const parsed = parseJwt(jwt)
  const kind = question.kind ?? guessKind(parsed, question.source)
  const requestFaults = request === undefined ? [] : requestFindings(request)
  const about = { question, kind, parsed, requestFaults }
  if (kind === 'access_token') return inspectToken(about)
  if (kind === 'id_token') return inspectPersonsToken(about)
  if (kind === 'dpop') return inspectProof(about)
  if (server !== undefined) return judgedByServer(about, server)
  const context = assertionContext(receiver, rulesOf(profile), keys, now)
  const { checks } = await inspectAssertion(jwt, context)
  const causes = await diagnoseAssertion(jwt, context)
  const said = new Set(causes.map(({ rule }) => rule))
  const advice = lintAssertion(jwt).filter(({ rule }) => !said.has(rule))
  return {
    ...about,
    checks,
    explain,
    verdict: requestFaults.length > 0 ? 'refused' : verdictOf(checks),
    causes: [...requestFaults, ...causes],
    advice,
  }
}

/** A server knows its own expectations: nothing that was typed here is compared with. */
function judgedByServer(about: About, server: ServerAnswer): Inspection {
  const { checks, accepted, scopes } = server
  const causes = [...about.requestFaults, ...server.causes, ...scopeCauses(scopes)]
  const said = new Set(causes.map(({ rule }) => rule))
  return {
    ...about,
    checks,
    explain,
    verdict: accepted && causes.length === 0 ? 'holds' : 'refused',
    causes,
    advice: lintAssertion(about.question.jwt).filter(({ rule }) => !said.has(rule)),
    server,
  }
}

function scopeCauses(scopes: ServerAnswer['scopes']): readonly Finding[] {
  if (scopes === null || scopes.error === null) return []
  const { refusedScopes, scopeFix } = resultStrings.server
  const { error, description } = scopes
  const sentence = `${refusedScopes(error)}${description === null ? '' : `: ${description}`}`
  return [
    {
      rule: `scope-${error.replaceAll('_', '-')}`,
      severity: 'error',
      sentence: sentence.replace(/\.$/, ''),
      fix: scopeFix,
    },
  ]
}

type About = Pick<Inspection, 'question' | 'kind' | 'parsed' | 'requestFaults'>

async function inspectToken(about: About): Promise<Inspection> {
  const { jwt, receiver, keys, now, source } = about.question
  const { explainAccessToken, inspectAccessToken } = await import('./token-rules.ts')
  const { checks } = await inspectAccessToken(jwt, {
    now,
    ...given('issuer', receiver.issuer.value),
    ...given('audience', receiver.audience.value),
    ...given('keys', keys),
    ...(source === 'bearer' ? { presentedAs: 'Bearer' } : undefined),
  })
  return withCauses(about, checks, explainAccessToken)
}

async function inspectPersonsToken(about: About): Promise<Inspection> {
  const { jwt, receiver, keys, now } = about.question
  const { explainIdToken, inspectIdToken } = await import('./token-rules.ts')
  const checks = await inspectIdToken(jwt, {
    now,
    ...given('issuer', receiver.issuer.value),
    ...given('audience', receiver.audience.value),
    ...given('keys', keys),
  })
  return withCauses(about, checks, explainIdToken)
}

/** A token endpoint takes POST; of another request the method is not known here. */
async function inspectProof(about: About): Promise<Inspection> {
  const { jwt, receiver, now } = about.question
  const { explainDpopProof, inspectDpopProof } = await import('./token-rules.ts')
  const url = receiver.endpoint.value
  const isUrl = url !== undefined && URL.canParse(url) && /^https?:/i.test(url)
  const { checks } = await inspectDpopProof(jwt, {
    now,
    ...(isUrl ? { method: 'POST', url } : undefined),
  })
  return withCauses(about, checks, explainDpopProof)
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>)
}

function withCauses(
  about: About,
  checks: readonly CheckResult[],
  explain: Inspection['explain'],
): Inspection {
  const causes = checks
    .filter((result): result is FailResult => result.status === 'fail')
    .map((result) => {
      const { sentence, fix = '' } = explain(result)
      return { rule: `${result.check}-${result.reason}`, severity: 'error', sentence, fix } as const
    })
  return { ...about, checks, explain, verdict: verdictOf(checks), causes, advice: [] }
}

/** The rules of a profile. */
export function rulesOf(profile: Question['profile']): AssertionProfile {
  return profile === 'strict' ? STRICT_PROFILE : OKTA_PROFILE
}

/** What a server asks for only sometimes. */
const SOMETIMES: readonly CheckName[] = ['replay', 'nonce', 'ath', 'cnf']

/** The verdict that the results add up to. */
export function verdictOf(checks: readonly CheckResult[]): Verdict {
  if (checks.some(({ status }) => status === 'fail')) return 'refused'
  const open = checks.filter(
    (result) =>
      result.status === 'skip' &&
      result.because === 'not_given' &&
      !SOMETIMES.includes(result.check),
  )
  if (open.some(({ check }) => check === 'key' || check === 'signature')) return 'unverified'
  return open.length > 0 ? 'incomplete' : 'holds'
}
