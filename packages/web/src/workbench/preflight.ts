/**
 * What the rulebook says of the JWT and of the request around it. Loaded apart from the page.
 * @module
 */

import {
  type CheckResult,
  diagnoseAssertion,
  explain,
  fail,
  type Finding,
  inspectAssertion,
  OKTA_PROFILE,
  parseJwt,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { type PastedTokenRequest, requestFindings } from '@keygrant/core/inspection'
import { importPublicKey } from '@keygrant/core/keys'
import type { HeldKey } from '../vault/messages.ts'
import { tokenForm } from './exchange.ts'
import { isUsed, type SignedJwt } from './signing.ts'

/** What is judged, and what is expected as far as the page knows. */
export interface PreflightQuestion {
  readonly made: SignedJwt
  /** The key that is registered, as the person says. */
  readonly key: HeldKey | undefined
  readonly scopes: string
  readonly issuer: string
  readonly endpoint: string
  readonly profile: 'okta' | 'strict'
  readonly now: number
}

/** What came out. */
export interface Preflight {
  readonly checks: readonly CheckResult[]
  /** What is wrong, the closest cause first; empty when nothing is, as far as can be told from here. */
  readonly causes: readonly Finding[]
  /** What a server answers to it. */
  readonly answer: PredictedAnswer | undefined
}

/** The status and the error code of a refusal (RFC 6749, section 5.2). */
export type PredictedAnswer = '400 invalid_request' | '401 invalid_client'

/** Judges a JWT and the request around it. Asks nobody. */
export async function preflight(question: PreflightQuestion): Promise<Preflight> {
  const { made, key, scopes, issuer, endpoint, now } = question
  const { jwt, clientId } = made
  // The server finds the keys by "sub"; whom it does not know has none.
  const isClient = clientId !== undefined && parseJwt(jwt).claims?.['sub'] === clientId
  const context = {
    profile: question.profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE,
    issuer,
    endpoint,
    keys: isClient && key !== undefined ? [await importPublicKey(key.jwk)] : [],
    now,
  }
  const request: PastedTokenRequest = {
    from: 'form',
    method: 'POST',
    url: endpoint,
    headers: [],
    bodyKind: 'form',
    parameters: [...tokenForm(made, scopes)],
    queryNames: [],
    isIncomplete: false,
  }
  const { checks } = await inspectAssertion(jwt, context)
  const faults = requestFindings(request)
  const causes = [...faults, ...(await diagnoseAssertion(jwt, context))]
  if (causes.length === 0) {
    return isUsed(made) ? asUsed(checks) : { checks, causes, answer: undefined }
  }
  // A request that is at fault itself is refused before its assertion is looked at.
  return {
    checks,
    causes,
    answer: faults.length > 0 ? '400 invalid_request' : '401 invalid_client',
  }
}

/** Only the server can tell that something was used before; but the page knows what it sent. */
function asUsed(checks: readonly CheckResult[]): Preflight {
  const used = fail('replay', 'replayed')
  const { sentence, fix = '' } = explain(used)
  return {
    checks: checks.map((result) => (result.check === 'replay' ? used : result)),
    answer: '401 invalid_client',
    causes: [{ rule: 'replay-replayed', severity: 'error', sentence, fix }],
  }
}
