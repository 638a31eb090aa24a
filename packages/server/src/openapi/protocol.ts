/**
 * The protocol's endpoints, described: tokens, and what the server says about itself.
 * @module
 */

import { type Operation, type Operations, ref } from './operation.ts'

const TOKEN = {
  tag: 'Tokens',
  body: ref('TokenRequest'),
  answers: { 200: ref('TokenResponse') },
  headers: ['DPoP-Nonce'],
} as const
const INTROSPECTION = {
  tag: 'Tokens',
  body: ref('TokenQuestion'),
  answers: { 200: ref('TokenState') },
} as const
const REVOCATION = {
  tag: 'Tokens',
  body: ref('TokenQuestion'),
  answers: { 200: undefined },
} as const

const METADATA = { tag: 'Discovery', answers: { 200: ref('Metadata') } } as const
const KEYS = { tag: 'Discovery', answers: { 200: ref('JwkSet') } } as const

const health = (id: string, summary: string): Operation => ({
  id,
  tag: 'Server',
  summary,
  answers: { 200: ref('Health') },
  errors: 'health',
})

/** Endpoints by method and path. */
export const PROTOCOL_OPERATIONS: Operations = {
  'POST /oauth2/v1/token': {
    ...TOKEN,
    id: 'requestToken',
    summary: 'Exchange a client assertion for an access token',
    description: 'A DPoP proof in the header field "DPoP" binds the token to a key (RFC 9449).',
    errors: 'protocol',
  },
  'POST /oauth2/:resourceId/v1/token': {
    ...TOKEN,
    id: 'requestResourceToken',
    summary: 'Exchange a client assertion for an access token of one resource',
    errors: 'resource',
  },
  'POST /oauth2/v1/introspect': {
    ...INTROSPECTION,
    id: 'introspectToken',
    summary: 'Ask what an access token is worth now',
    errors: 'protocol',
  },
  'POST /oauth2/:resourceId/v1/introspect': {
    ...INTROSPECTION,
    id: 'introspectResourceToken',
    summary: 'Ask what an access token of one resource is worth now',
    errors: 'resource',
  },
  'POST /oauth2/v1/revoke': {
    ...REVOCATION,
    id: 'revokeToken',
    summary: 'Revoke an access token',
    errors: 'protocol',
  },
  'POST /oauth2/:resourceId/v1/revoke': {
    ...REVOCATION,
    id: 'revokeResourceToken',
    summary: 'Revoke an access token of one resource',
    errors: 'resource',
  },
  'POST /oauth2/v1/rotate': {
    id: 'rotateOwnKey',
    tag: 'Keys',
    summary: 'Replace the own key of a service app, by proof of the old and of the new one',
    description: 'A SUPER_ADMIN has to have allowed it for the app.',
    body: ref('RotationRequest'),
    answers: { 200: ref('Rotation') },
    errors: 'protocol',
  },
  'GET /.well-known/oauth-authorization-server': {
    ...METADATA,
    id: 'getMetadata',
    summary: 'Show the metadata of this server (RFC 8414)',
    errors: 'none',
  },
  'GET /.well-known/openid-configuration': {
    ...METADATA,
    id: 'getMetadataForOpenId',
    summary: 'Show the same metadata where OpenID Connect clients look',
    errors: 'none',
  },
  'GET /oauth2/v1/keys': {
    ...KEYS,
    id: 'getServerKeys',
    summary: 'Show the public keys that access tokens are signed with',
    errors: 'none',
  },
  'GET /.well-known/oauth-authorization-server/oauth2/:resourceId': {
    ...METADATA,
    id: 'getResourceMetadata',
    summary: 'Show the metadata of the authorization server of one resource',
    errors: 'resource',
  },
  'GET /oauth2/:resourceId/.well-known/oauth-authorization-server': {
    ...METADATA,
    id: 'getResourceMetadataInPath',
    summary: 'Show the same metadata where Okta has it',
    errors: 'resource',
  },
  'GET /oauth2/:resourceId/.well-known/openid-configuration': {
    ...METADATA,
    id: 'getResourceMetadataForOpenId',
    summary: 'Show the same metadata where OpenID Connect clients look for it',
    errors: 'resource',
  },
  'GET /oauth2/:resourceId/v1/keys': {
    ...KEYS,
    id: 'getResourceKeys',
    summary: 'Show the public keys that access tokens of one resource are signed with',
    errors: 'resource',
  },
  'GET /livez': health('getLiveness', 'Say whether the process lives'),
  'GET /readyz': health('getReadiness', 'Say whether requests should come'),
  'GET /api/v1/openapi.json': {
    id: 'getOpenApi',
    tag: 'Server',
    summary: 'Show this document',
    answers: { 200: { type: 'object', additionalProperties: true } },
    errors: 'none',
  },
}
