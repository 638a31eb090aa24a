/**
 * What this server says about itself: its metadata and its public keys.
 * @module
 */

import type { AssertionProfile } from '@keygrant/core/assertion'
import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import type { Resources } from '../resources.ts'
import { SCOPES } from '../scopes.ts'
import { KEYS_MAX_AGE_SECONDS, publishedJwkSet, type SigningKeys } from '../signing-keys.ts'
import { answerOrNotFound, findResource } from './resource-place.ts'

/** Paths of the protocol's endpoints, after the issuer. */
export const PATHS = {
  token: '/oauth2/v1/token',
  keys: '/oauth2/v1/keys',
  introspection: '/oauth2/v1/introspect',
  revocation: '/oauth2/v1/revoke',
  rotation: '/oauth2/v1/rotate',
} as const

/** The same for each resource: its issuer is `{issuer}/oauth2/{resourceId}`. */
export const RESOURCE_PATHS = {
  token: '/oauth2/:resourceId/v1/token',
  keys: '/oauth2/:resourceId/v1/keys',
  introspection: '/oauth2/:resourceId/v1/introspect',
  revocation: '/oauth2/:resourceId/v1/revoke',
} as const

const METADATA_MAX_AGE_SECONDS = 3600

/** What the metadata and the keys are made of. */
export interface DiscoveryOptions {
  readonly issuer: string
  readonly profile: AssertionProfile
  readonly isDevelopment: boolean
  readonly signingKeys: SigningKeys
  readonly resources: Resources
}

/**
 * The metadata and the keys, of the server and of each resource, as routes.
 *
 * @see RFC 8414, section 2, Authorization Server Metadata
 */
export function discoveryRoutes(options: DiscoveryOptions): readonly Route[] {
  const { issuer, profile, isDevelopment, signingKeys, resources } = options
  const maxAge = METADATA_MAX_AGE_SECONDS
  const own = {
    ...metadataOf(issuer, `${issuer}/oauth2`, SCOPES, profile),
    // Ours: RFC 8414, section 2 leaves room for more.
    key_rotation_endpoint: issuer + PATHS.rotation,
    environment: isDevelopment ? 'development' : 'production',
    client_assertion_policy: policyOf(profile),
  }
  const ofResource = (request: IncomingRequest): Answer => {
    const { resource, issuer: of } = findResource(resources, request)
    const shown = resource.scopes.filter(({ isHidden }) => isHidden !== true)
    const scopes = shown.map(({ name }) => name)
    return publicDocument(metadataOf(of, of, scopes, profile), maxAge)
  }
  const keys = (): Answer => publicDocument(publishedJwkSet(signingKeys), KEYS_MAX_AGE_SECONDS)
  const get = (path: string, answer: (request: IncomingRequest) => Answer): Route => ({
    method: 'GET',
    path,
    isPublic: true,
    handle: (request) => answerOrNotFound(request, answer),
  })
  return [
    get('/.well-known/oauth-authorization-server', () => publicDocument(own, maxAge)),
    get('/.well-known/openid-configuration', () => publicDocument(own, maxAge)),
    get(PATHS.keys, keys),
    // Where RFC 8414 looks for the metadata of an issuer with a path, and where Okta has it.
    get('/.well-known/oauth-authorization-server/oauth2/:resourceId', ofResource),
    get('/oauth2/:resourceId/.well-known/oauth-authorization-server', ofResource),
    get('/oauth2/:resourceId/.well-known/openid-configuration', ofResource),
    get(RESOURCE_PATHS.keys, (request) => {
      findResource(resources, request)
      return keys()
    }),
  ]
}

function metadataOf(
  issuer: string,
  base: string,
  scopes: readonly string[],
  { algorithms }: AssertionProfile,
) {
  const methods = ['private_key_jwt']
  return {
    issuer,
    token_endpoint: `${base}/v1/token`,
    jwks_uri: `${base}/v1/keys`,
    scopes_supported: scopes,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    introspection_endpoint: `${base}/v1/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    introspection_endpoint_auth_signing_alg_values_supported: algorithms,
    revocation_endpoint: `${base}/v1/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: algorithms,
    dpop_signing_alg_values_supported: algorithms,
  }
}

/** How assertions are judged, for whoever makes them: apps with a profile of their own are told by their administrators. */
function policyOf({
  name,
  audience,
  maxLifetimeSeconds,
  clockToleranceSeconds,
  isJtiRequired,
}: AssertionProfile) {
  return {
    profile: name,
    audience: audience === 'issuer' ? 'issuer' : 'issuer_or_endpoint',
    max_lifetime_seconds: maxLifetimeSeconds,
    clock_tolerance_seconds: clockToleranceSeconds,
    jti_required: isJtiRequired,
  }
}

function publicDocument(body: object, maxAgeSeconds: number): Answer {
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}, must-revalidate` }
  return { status: 200, headers, body }
}
