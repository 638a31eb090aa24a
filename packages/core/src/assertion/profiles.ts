/**
 * The two profiles: what a server expects of a client assertion.
 * @module
 */

import type { JwsAlgorithmName } from '../keys/index.ts'

/** What differs between servers in judging a client assertion. */
export interface AssertionProfile {
  readonly name: 'okta' | 'strict'
  readonly algorithms: readonly JwsAlgorithmName[]
  /** Which values `aud` may have, and whether it may be an array of one. */
  readonly audience: 'issuer' | 'issuer_or_endpoint'
  /** Whether `jti` has to be there. It is single use wherever it is. */
  readonly isJtiRequired: boolean
  /** `exp` may be this far ahead. */
  readonly maxLifetimeSeconds: number
  /** `iat` and `nbf` may be this far ahead. `exp` has no tolerance. */
  readonly clockToleranceSeconds: number
}

const STRICT_ALGORITHMS: readonly JwsAlgorithmName[] = [
  'PS256',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

/** What Okta's guide describes: `aud` is the endpoint invoked or the issuer, `jti` is optional. */
export const OKTA_PROFILE: AssertionProfile = {
  name: 'okta',
  algorithms: ['RS256', 'RS384', 'RS512', ...STRICT_ALGORITHMS],
  audience: 'issuer_or_endpoint',
  isJtiRequired: false,
  maxLifetimeSeconds: 3600,
  clockToleranceSeconds: 10,
}

/** FAPI 2.0 and rfc7523bis: `aud` is the issuer identifier as one string, `jti` is required. */
export const STRICT_PROFILE: AssertionProfile = {
  name: 'strict',
  algorithms: STRICT_ALGORITHMS,
  audience: 'issuer',
  isJtiRequired: true,
  maxLifetimeSeconds: 300,
  clockToleranceSeconds: 10,
}
