/**
 * The DPoP proof of a call of the admin API, with a token that is bound to a key (RFC 9449, section 7).
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import { dpopErrorCode, verifyDpopProof } from '@keygrant/core/dpop'
import { type AccessTokenClaims, formatChallenges } from '@keygrant/core/resource'
import {
  describeProofRefusal,
  PROOF_FAULTS,
  PROOF_MAX_AGE_SECONDS,
  readProof,
} from '../dpop-proof.ts'
import type { IncomingRequest } from '../http/exchange.ts'
import type { ReplayStore } from '../storage/ports.ts'
import { ApiError } from './api-error.ts'

/** What proofs are judged by. */
export interface ProofRules {
  readonly issuer: string
  /** That of the server. */
  readonly profile: Pick<AssertionProfile, 'name' | 'algorithms'>
  /** Where the use of each proof is recorded. */
  readonly replay: Pick<ReplayStore, 'recordOnce'>
}

/** What a proof has to fit. */
export interface ProvedToken {
  readonly token: string
  readonly claims: AccessTokenClaims
  /** NumericDate. */
  readonly now: number
}

/** The challenge that says what a token that is bound to a key needs. */
export function dpopChallenge(
  { issuer, profile }: Pick<ProofRules, 'issuer' | 'profile'>,
  error: 'invalid_token' | 'invalid_dpop_proof' | 'use_dpop_nonce',
  description: string,
): string {
  const algs = profile.algorithms.join(' ')
  const parameters = { realm: issuer, error, error_description: description, algs }
  return formatChallenges([{ scheme: 'DPoP', parameters }])
}

/**
 * Requires the proof that the sender of a request has the key that its token is bound to. No nonce is
 * asked for: the token was got with one, and each proof is good once.
 *
 * @throws {@link ApiError} E0000011 with the challenge; `StorageError` when single use can't be proved.
 */
export async function requireProof(
  rules: ProofRules,
  request: IncomingRequest,
  { token, claims, now }: ProvedToken,
): Promise<void> {
  const { issuer, profile, replay } = rules
  const refusal = (error: Parameters<typeof dpopChallenge>[1], description: string): ApiError =>
    new ApiError('E0000011', {
      causes: [description],
      headers: { 'www-authenticate': dpopChallenge(rules, error, description) },
    })

  const reading = readProof(request.headers)
  if (reading.fault !== undefined) throw refusal('invalid_dpop_proof', PROOF_FAULTS[reading.fault])
  const report = await verifyDpopProof(reading.proof, {
    method: request.method,
    url: issuer + pathOf(request),
    accessToken: token,
    jkt: claims.cnf?.jkt ?? '',
    now,
    algorithms: profile.algorithms,
    maxAgeSeconds: PROOF_MAX_AGE_SECONDS[profile.name],
    replay: (use) => replay.recordOnce(use),
  })
  if (report.accepted) return
  const isOtherKey = report.checks.some(({ check, status }) => check === 'cnf' && status === 'fail')
  // RFC 9449, section 7.1: with another key than the token is bound to, it is the token that fails.
  throw refusal(
    isOtherKey ? 'invalid_token' : dpopErrorCode(report),
    describeProofRefusal(report, profile),
  )
}

/** The path that was asked for, out of what the router made of it. */
function pathOf({ route, parameters }: IncomingRequest): string {
  return route.replaceAll(/:(\w+)/g, (_match, name: string) =>
    encodeURIComponent(parameters[name] ?? ''),
  )
}
