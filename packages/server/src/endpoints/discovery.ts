/**
 * What this server says about itself: its metadata and its public keys.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import type { Route } from '../http/exchange.ts'
import { SCOPES } from '../scopes.ts'
import { publishedJwkSet, type SigningKeys } from '../signing-keys.ts'

/** Paths of the protocol's endpoints, after the issuer. */
export const PATHS = { token: '/oauth2/v1/token', keys: '/oauth2/v1/keys' } as const

const METADATA_MAX_AGE_SECONDS = 3600
const KEYS_MAX_AGE_SECONDS = 600

/**
 * The metadata and the keys, as routes.
 *
 * @see RFC 8414, section 2, Authorization Server Metadata
 */
export function discoveryRoutes(
  issuer: string,
  profile: AssertionProfile,
  signingKeys: SigningKeys,
): readonly Route[] {
  const metadata = {
    issuer,
    token_endpoint: issuer + PATHS.token,
    jwks_uri: issuer + PATHS.keys,
    scopes_supported: SCOPES,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: profile.algorithms,
  }
  return [
    publicDocument('/.well-known/oauth-authorization-server', metadata, METADATA_MAX_AGE_SECONDS),
    publicDocument('/.well-known/openid-configuration', metadata, METADATA_MAX_AGE_SECONDS),
    publicDocument(PATHS.keys, publishedJwkSet(signingKeys), KEYS_MAX_AGE_SECONDS),
  ]
}

function publicDocument(path: string, body: object, maxAgeSeconds: number): Route {
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}, must-revalidate` }
  return { method: 'GET', path, isPublic: true, handle: () => ({ status: 200, headers, body }) }
}
