/**
 * The answer to a request that is refused: status, challenges, and one sentence for the sender.
 * @module
 */

import {
  type CheckName,
  failedChecks,
  type FailResult,
  type RejectedReport,
  type VerificationReport,
} from '../assertion/index.ts'
import { type Challenge, formatChallenges } from '../challenge.ts'
import { UnavailableError } from '../errors.ts'
import type { JwsAlgorithmName } from '../keys/index.ts'

/** Error codes that a guard answers with (RFC 6750, RFC 9449). */
export type RefusalCode =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'temporarily_unavailable'

/** Why a request was refused: what the sender is told, and what is for the log. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503
  /** Absent when the request has no credentials at all. */
  readonly error?: RefusalCode
  /** What the sender is told. It never repeats anything that was sent. */
  readonly description?: string
  /** Every check of the access token, when one was judged. */
  readonly report?: VerificationReport<unknown>
  /** Every check of the DPoP proof, when that is what failed. */
  readonly proofReport?: RejectedReport
  /** What went wrong, when no verdict was possible. */
  readonly cause?: unknown
}

/** A refusal, and what its answer needs beside. */
export interface ScopedRefusal extends Refusal {
  /** The scheme that was used, whose challenge bears the error. */
  readonly scheme: 'Bearer' | 'DPoP'
  /** The nonce to send another proof with. */
  readonly nonce?: string
}

/** What all challenges of a guard have in common. */
export interface ChallengeSettings {
  readonly realm?: string
  readonly resourceMetadata?: string
  /** `undefined` when DPoP is not offered. */
  readonly dpop:
    { readonly isRequired?: boolean; readonly algorithms: readonly JwsAlgorithmName[] } | undefined
}

const DEFAULT_RETRY_AFTER_SECONDS = 5

type Faults = Partial<Record<CheckName, string>>

/** What is wrong with a token, by check. */
export const TOKEN_FAULTS: Faults = {
  format: 'the access token can not be read',
  typ: 'the token is no access token',
  key: 'the issuer publishes no key that fits the access token',
  signature: 'the signature of the access token does not fit',
  iss: 'the access token is of another issuer',
  aud: 'the access token is for another resource server',
  exp: 'the access token has expired',
  nbf: 'the access token is not valid yet',
  iat: 'the access token was issued in the future',
  lifetime: 'the access token is valid for too long',
  active: 'the access token is not active',
}

/** What is wrong with a DPoP proof, by check. */
export const PROOF_FAULTS: Faults = {
  format: 'the DPoP proof can not be read: send one, as a compact JWS',
  typ: 'the type of the DPoP proof has to be dpop+jwt',
  key: 'the DPoP proof has no usable public key in its header',
  signature: 'the signature of the DPoP proof does not fit the key in its header',
  htm: 'the DPoP proof is for another method',
  htu: 'the DPoP proof is for another URL',
  iat: 'the DPoP proof was made too long ago, or in the future',
  jti: 'the DPoP proof has no usable jti',
  nonce: 'the DPoP proof needs the nonce of the DPoP-Nonce header',
  ath: 'the DPoP proof is for another access token',
  cnf: 'the access token is bound to another key than the DPoP proof was made with',
  replay: 'the DPoP proof was used before',
}

/** One sentence for the sender: about what was sent, and without a word of it. */
export function describeRefusal(report: RejectedReport, faults: Faults, otherwise: string): string {
  const [first] = failedChecks(report)
  if (first?.check === 'cnf' && faults.cnf === undefined) return confirmationFault(first)
  return (first === undefined ? undefined : faults[first.check]) ?? otherwise
}

function confirmationFault({ reason, actual }: FailResult): string {
  if (reason === 'missing') return 'the access token is bound to no key: send it as Bearer'
  if (reason === 'not_allowed' && actual === undefined) {
    return 'the access token is bound to a key: send it as DPoP, with a proof'
  }
  return 'the access token is bound in a way that can not be checked here'
}

/** The answer: RFC 6750, section 3, and RFC 9449, section 7.1. */
export function answerRefusal(
  refusal: ScopedRefusal,
  neededScope: readonly string[],
  settings: ChallengeSettings,
): Response {
  const { status, error, description, nonce, cause } = refusal
  const headers = new Headers({ 'cache-control': 'no-store' })
  if (status === 503) {
    const isKnown = cause instanceof UnavailableError
    const seconds = isKnown ? cause.retryAfterSeconds : DEFAULT_RETRY_AFTER_SECONDS
    headers.set('retry-after', String(seconds))
  } else {
    const challenges = challengesOf(refusal, refusal.scheme, neededScope, settings)
    headers.set('www-authenticate', formatChallenges(challenges))
  }
  if (nonce !== undefined) headers.set('dpop-nonce', nonce)
  if (error === undefined) return new Response(null, { status, headers })
  headers.set('content-type', 'application/json')
  const body = JSON.stringify({ error, error_description: description })
  return new Response(body, { status, headers })
}

/** One challenge for each scheme that is taken; the one that was used bears the error. */
export function challengesOf(
  { status, error, description }: Refusal,
  used: 'Bearer' | 'DPoP',
  neededScope: readonly string[],
  settings: ChallengeSettings,
): readonly Challenge[] {
  const { realm, resourceMetadata, dpop } = settings
  const schemes: readonly ('Bearer' | 'DPoP')[] =
    dpop === undefined ? ['Bearer'] : dpop.isRequired === true ? ['DPoP'] : ['Bearer', 'DPoP']
  const blamed = schemes.includes(used) ? used : schemes[0]
  const isScopeSaid = neededScope.length > 0 && (status === 403 || error === undefined)
  return schemes.map((scheme) => ({
    scheme,
    parameters: {
      ...(realm === undefined ? undefined : { realm }),
      ...(isScopeSaid ? { scope: neededScope.join(' ') } : undefined),
      ...(scheme === blamed && error !== undefined
        ? { error, error_description: description ?? '' }
        : undefined),
      ...(scheme === 'DPoP' ? { algs: dpop?.algorithms.join(' ') ?? '' } : undefined),
      ...(resourceMetadata === undefined ? undefined : { resource_metadata: resourceMetadata }),
    },
  }))
}
