/**
 * DPoP proofs for tests, made by functions.
 * @module
 */

import { signJws } from '@keygrant/core/assertion'
import type { DpopExpectations } from '@keygrant/core/dpop'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'

export { outcome } from '../assertion/fixtures.ts'

export const NOW = 1_700_000_000
export const URL_OF_TOKEN = 'https://as.example/oauth2/v1/token'
export const ACCESS_TOKEN = 'an.access.token'

export const key: PrivateKey = await generateKey({ kty: 'EC', crv: 'P-256' })

/** The public members of a key, as they stand in a proof. */
export function bareJwk(of: PrivateKey): Record<string, unknown> {
  const { kid: _kid, use: _use, ...members } = of.publicKey.jwk
  return members
}

/** A proof as it is sent, whatever its claims and header say; `undefined` removes a member. */
export function aProof(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer: PrivateKey = key,
): Promise<string> {
  return signJws(
    { typ: 'dpop+jwt', alg: signer.alg, jwk: bareJwk(signer), ...header },
    new TextEncoder().encode(
      JSON.stringify({ jti: 'jti-1', htm: 'POST', htu: URL_OF_TOKEN, iat: NOW, ...claims }),
    ),
    signer,
  )
}

/** What the server under test expects. */
export function expecting(changes: Partial<DpopExpectations> = {}): DpopExpectations {
  return { method: 'POST', url: URL_OF_TOKEN, now: NOW, replay: 'unchecked', ...changes }
}
