/**
 * The DPoP step of the token endpoint (RFC 9449, section 5): whether the token is bound to a key, and to
 * which. It runs after the client proved who it is and before anything is used up.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import { dpopErrorCode, type DpopReport, verifyDpopProof } from '@keygrant/core/dpop'
import { explainedChecks } from '../audit.ts'
import {
  describeProofRefusal,
  PROOF_FAULTS,
  PROOF_MAX_AGE_SECONDS,
  readProof,
} from '../dpop-proof.ts'
import type { DpopNonces } from '../dpop-nonces.ts'
import type { IncomingRequest } from '../http/exchange.ts'
import { OAuthError } from '../oauth-error.ts'
import type { SingleUse } from '../storage/ports.ts'

/** The key that a token is to be bound to. */
export interface DpopBinding {
  /** JWK Thumbprint of the key. */
  readonly jkt: string
  /** The single use of the proof, which is yet to be recorded. */
  readonly use: SingleUse
  /** The nonce for the client's next proof. */
  readonly nonce: string
}

/** What decides about the proof of a request. */
export interface DpopDemand {
  readonly clientId: string
  /** Whether a token without a proof is refused. */
  readonly isRequired: boolean
  readonly profile: AssertionProfile
  /** The URL of the endpoint as clients know it. */
  readonly endpoint: string
  /** NumericDate. */
  readonly now: number
}

/** Judges the proof of a request; `undefined` when the token is to be a Bearer token. */
export type ReadDpopBinding = (
  request: Pick<IncomingRequest, 'method' | 'headers'>,
  demand: DpopDemand,
) => Promise<DpopBinding | undefined> | undefined

/** Nonces that are not ours and were answered with a challenge are remembered for this long. */
const CHALLENGE_MEMORY_SECONDS = 300
const MAX_CHALLENGES = 10_000

/**
 * Makes the step. A proof that nobody asked for counts in the `strict` profile, as RFC 9449 has it; in
 * the `okta` profile it is ignored, as Okta does.
 *
 * The nonce challenge is sent when nothing else is wrong with the proof. For a nonce that is not ours it
 * is sent once: a client that comes with the same one again, whatever it was told, would do so for ever.
 */
export function createDpopStep(nonces: DpopNonces): ReadDpopBinding {
  const challenged = new Map<string, number>()

  const isFirstChallenge = (what: string, now: number): boolean => {
    const last = challenged.get(what)
    challenged.delete(what)
    if (challenged.size >= MAX_CHALLENGES) {
      challenged.delete(challenged.keys().next().value as string)
    }
    challenged.set(what, now)
    return last === undefined || now - last > CHALLENGE_MEMORY_SECONDS
  }

  const judge = async (
    proof: string,
    { clientId, profile, endpoint, now }: DpopDemand,
    method: string,
  ): Promise<DpopBinding> => {
    let use: SingleUse | undefined
    const report = await verifyDpopProof(proof, {
      method,
      url: endpoint,
      now,
      algorithms: profile.algorithms,
      maxAgeSeconds: PROOF_MAX_AGE_SECONDS[profile.name],
      replay: (proofUse) => {
        // Recorded together with the use of the assertion, in one transaction.
        use = proofUse
        return true
      },
    })
    const nonce = nonces.issue(clientId, now)
    if (!report.accepted) throw refusal(report, profile, nonce)
    const { jkt, claims } = report
    const verdict =
      claims.nonce === undefined ? 'missing' : nonces.judge(claims.nonce, clientId, now)
    switch (verdict) {
      case 'good':
        return { jkt, use: use as SingleUse, nonce }
      case 'missing':
      case 'past':
        throw challenge(nonce)
      case 'foreign':
        if (isFirstChallenge(`${clientId} ${jkt} ${claims.nonce}`, now)) throw challenge(nonce)
        throw new OAuthError('invalid_dpop_proof', {
          description: PROOF_FAULTS.nonce,
          headers: { 'dpop-nonce': nonce },
        })
    }
  }

  return (request, demand) => {
    const isAskedFor = demand.isRequired || demand.profile.name === 'strict'
    const reading = readProof(request.headers)
    if (reading.fault === 'missing' ? !demand.isRequired : !isAskedFor) return undefined
    if (reading.fault !== undefined) {
      throw new OAuthError('invalid_dpop_proof', { description: PROOF_FAULTS[reading.fault] })
    }
    return judge(reading.proof, demand, request.method)
  }
}

/** Says that a proof was used before. */
export function proofWasUsed({ nonce }: DpopBinding): OAuthError {
  return new OAuthError('invalid_dpop_proof', {
    description: PROOF_FAULTS.used,
    headers: { 'dpop-nonce': nonce },
  })
}

function challenge(nonce: string): OAuthError {
  return new OAuthError('use_dpop_nonce', { headers: { 'dpop-nonce': nonce } })
}

function refusal(
  report: Exclude<DpopReport, { accepted: true }>,
  profile: AssertionProfile,
  nonce: string,
): OAuthError {
  return new OAuthError(dpopErrorCode(report), {
    description: describeProofRefusal(report, profile),
    detail: { dpopChecks: explainedChecks(report.checks) },
    headers: { 'dpop-nonce': nonce },
  })
}
