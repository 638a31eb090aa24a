/**
 * Assertions for tests, made by functions.
 * @module
 */

import {
  type AssertionExpectations,
  type CheckName,
  type CheckResult,
  signJws,
  STRICT_PROFILE,
} from '@keygrant/core/assertion'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'

export const NOW = 1_700_000_000
export const ISSUER = 'https://as.example'
export const ENDPOINT = 'https://as.example/oauth2/v1/token'
export const CLIENT_ID = '0oaclient00000000001'

/** The key pair of the client under test. */
export const key: PrivateKey = await generateKey({ kty: 'EC', crv: 'P-256' })

/** Claims that both profiles accept, with changes; `undefined` removes a claim. */
export function claimsWith(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: CLIENT_ID,
    sub: CLIENT_ID,
    aud: ISSUER,
    iat: NOW,
    exp: NOW + 60,
    jti: 'jti-1',
    ...changes,
  }
}

/** A client assertion as it is sent, whatever its claims and header say. */
export function aClientAssertion(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer: PrivateKey = key,
): Promise<string> {
  return signJws(
    { alg: signer.alg, kid: signer.kid, ...header },
    new TextEncoder().encode(JSON.stringify(claimsWith(claims))),
    signer,
  )
}

/** What the server under test expects. */
export function expecting(changes: Partial<AssertionExpectations> = {}): AssertionExpectations {
  return {
    profile: STRICT_PROFILE,
    issuer: ISSUER,
    endpoint: ENDPOINT,
    keys: [key.publicKey],
    now: NOW,
    replay: () => true,
    ...changes,
  }
}

/** The outcome of one check as a word: `pass`, `fail mismatch`, `skip key`. */
export function outcome(
  report: { readonly checks: readonly CheckResult[] },
  check: CheckName,
): string {
  const result = report.checks.find((candidate) => candidate.check === check)
  if (result?.status === 'fail') return `fail ${result.reason}`
  if (result?.status === 'skip') return `skip ${result.because}`
  return result?.status ?? 'absent'
}
