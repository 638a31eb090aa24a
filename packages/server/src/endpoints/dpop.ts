/**
 * The DPoP step of the token endpoint (RFC 9449, section 5): whether the token is bound to a key, and to
 * which. It runs after the client proved who it is and before anything is used up.
 * @module
 */

import { type AssertionProfile, failedChecks, type FailResult } from '@keygrant/core/assertion'
import { dpopErrorCode, type DpopReport, verifyDpopProof } from '@keygrant/core/dpop'
import { explainedChecks } from '../audit.ts'
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

/** `iat` of a proof may be this long ago. */
const MAX_AGE_SECONDS = { okta: 300, strict: 60 } as const
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
      maxAgeSeconds: MAX_AGE_SECONDS[profile.name],
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
          description: "'nonce' claim in the DPoP proof JWT is invalid.",
          headers: { 'dpop-nonce': nonce },
        })
    }
  }

  return (request, demand) => {
    const proof = request.headers['dpop']
    if (proof === undefined) {
      if (!demand.isRequired) return undefined
      throw new OAuthError('invalid_dpop_proof', {
        description: 'The DPoP proof JWT header is missing.',
      })
    }
    if (!demand.isRequired && demand.profile.name === 'okta') return undefined
    // Node joins header fields of one name with a comma, which no JWT has.
    if (typeof proof !== 'string' || proof.includes(',')) {
      throw new OAuthError('invalid_dpop_proof', {
        description: 'Multiple DPoP proof JWT headers are not allowed.',
      })
    }
    return judge(proof, demand, request.method)
  }
}

/** Says that a proof was used before. */
export function proofWasUsed({ nonce }: DpopBinding): OAuthError {
  return new OAuthError('invalid_dpop_proof', {
    description: 'The DPoP proof JWT has already been used.',
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
  const [first] = failedChecks(report)
  return new OAuthError(dpopErrorCode(report), {
    ...(first === undefined ? undefined : { description: describe(first, profile) }),
    detail: { dpopChecks: explainedChecks(report.checks) },
    headers: { 'dpop-nonce': nonce },
  })
}

/** Okta's sentences, and others of their kind. */
function describe({ check, reason }: FailResult, profile: AssertionProfile): string {
  switch (check) {
    case 'format':
      return 'The DPoP proof JWT cannot be parsed.'
    case 'typ':
      return "'typ' must be 'dpop+jwt' in the DPoP proof JWT."
    case 'alg':
      return 'The DPoP proof JWT signature algorithm is invalid.'
    case 'key':
      return "'jwk' in the header of the DPoP proof JWT must be the public key that it is signed with."
    case 'signature':
      return 'The DPoP proof JWT signature is invalid.'
    case 'htm':
    case 'htu':
    case 'jti':
    case 'nonce':
      return `'${check}' claim in the DPoP proof JWT is invalid.`
    case 'iat':
      if (reason === 'not_yet_valid') return 'The DPoP proof JWT is issued in the future.'
      if (reason !== 'too_old') return "'iat' claim in the DPoP proof JWT is invalid."
      return profile.name === 'okta'
        ? 'The DPoP proof JWT is issued more than five minutes in the past.'
        : 'The DPoP proof JWT is issued more than a minute in the past.'
    default:
      return 'The DPoP proof JWT is invalid.'
  }
}
