/**
 * The DPoP proof of a request, to the token endpoint or to the admin API: where it stands, how old it may
 * be, and what is said about one that is refused.
 * @module
 */

import { type AssertionProfile, failedChecks, type FailResult } from '@keygrant/core/assertion'
import type { DpopReport } from '@keygrant/core/dpop'

/** `iat` of a proof may be this long ago. */
export const PROOF_MAX_AGE_SECONDS = { okta: 300, strict: 60 } as const

/** Okta's sentences about proofs that are refused for more than what stands in them. */
export const PROOF_FAULTS = {
  missing: 'The DPoP proof JWT header is missing.',
  several: 'Multiple DPoP proof JWT headers are not allowed.',
  used: 'The DPoP proof JWT has already been used.',
  nonce: "'nonce' claim in the DPoP proof JWT is invalid.",
} as const

/** The one proof of a request, or why there is none to judge. */
export function readProof({
  dpop,
}: Readonly<Record<string, string | readonly string[] | undefined>>):
  | { readonly proof: string; readonly fault?: undefined }
  | { readonly fault: 'missing' | 'several' } {
  if (dpop === undefined) return { fault: 'missing' }
  // Node joins header fields of one name with a comma, which no JWT has.
  return typeof dpop !== 'string' || dpop.includes(',') ? { fault: 'several' } : { proof: dpop }
}

/** What is said about a proof that was judged. Never repeats what it says. */
export function describeProofRefusal(
  report: Exclude<DpopReport, { accepted: true }>,
  profile: Pick<AssertionProfile, 'name'>,
): string {
  const [first] = failedChecks(report)
  return first === undefined ? 'The DPoP proof JWT is invalid.' : describe(first, profile)
}

/** Okta's sentences, and others of their kind. */
function describe({ check, reason }: FailResult, profile: Pick<AssertionProfile, 'name'>): string {
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
    case 'ath':
      return "'ath' claim in the DPoP proof does not match the presented access_token."
    case 'cnf':
      return 'The access_token is not bound to the provided DPoP proof.'
    case 'replay':
      return PROOF_FAULTS.used
    case 'nonce':
      return PROOF_FAULTS.nonce
    case 'htm':
    case 'htu':
    case 'jti':
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
