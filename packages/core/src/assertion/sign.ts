/**
 * Signing a client assertion.
 * @module
 */

import { protectedHeader, signUsual } from '#encoding'
import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { Signer } from '../keys/index.ts'
import {
  type AssertionClaimsInput,
  type CompleteClaimsOptions,
  defaultClaims,
  validity,
} from './claims.ts'
import { encodeJsonSegment, signSegments } from './jws.ts'

/** Options of {@link signAssertion}. */
export interface SignAssertionOptions extends CompleteClaimsOptions {
  /**
   * The `typ` header parameter. Default: `client-authentication+jwt` (rfc7523bis). `JWT` is what
   * older servers, Okta among them, are known to take.
   */
  readonly typ?: 'client-authentication+jwt' | 'JWT'
}

/**
 * Signs a client assertion: the claims given, completed by {@link completeClaims}, under a header
 * with `alg`, `kid` and `typ`.
 *
 * Does not judge the claims that are given: verify the result with the profile of the server, or
 * send it and read the refusal.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `options.lifetimeSeconds` is not a positive
 * integer, or no `iss`, `sub` and `aud` can be told.
 * @example
 * ```ts
 * const assertion = await signAssertion({}, key, {
 *   clientId: '0oar95zt9zIpYuz6A0h7',
 *   audience: 'https://example.okta.com/oauth2/v1/token',
 * })
 * ```
 * @see RFC 7523, section 2.2, Using JWTs for Client Authentication
 */
export async function signAssertion(
  claims: AssertionClaimsInput,
  signer: Signer,
  options: SignAssertionOptions = {},
): Promise<string> {
  if (typeof claims !== 'object' || claims === null) {
    throw invalidArgumentType('claims', 'an object')
  }
  const { lifetimeSeconds } = options
  if (
    lifetimeSeconds !== undefined &&
    !(Number.isInteger(lifetimeSeconds) && lifetimeSeconds > 0)
  ) {
    throw invalidArgumentValue('options.lifetimeSeconds', 'a positive integer')
  }
  const typ = options.typ ?? 'client-authentication+jwt'
  const usual = signUsual(claims, signer, typ, options, validity(options))
  if (usual !== undefined) return usual
  const complete: AssertionClaimsInput = { ...defaultClaims(options), ...claims }
  for (const name of ['iss', 'sub', 'aud'] as const) {
    if (complete[name] === undefined) {
      const option = name === 'aud' ? 'options.audience' : 'options.clientId'
      throw invalidArgumentValue(option, `given, because the claims have no "${name}"`)
    }
  }
  return signSegments(protectedHeader(signer, typ), encodeJsonSegment(complete), signer)
}
