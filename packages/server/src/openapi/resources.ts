/**
 * Resources and the keys that sign tokens for them, described: Okta's authorization servers.
 * @module
 */

import {
  AFTER,
  EMPTY,
  limit,
  listOf,
  type Operation,
  type Operations,
  ref,
  text,
} from './operation.ts'

type Words = Omit<Operation, 'tag' | 'errors'>

const resource = (words: Words): Operation => ({ tag: 'Resources', errors: 'api', ...words })

const RESOURCES = '/api/v1/authorizationServers'
const RESOURCE = `${RESOURCES}/:resourceId`
const SCOPES = `${RESOURCE}/scopes`
const SIGNING_KEYS = `${RESOURCE}/credentials/keys`

/** Endpoints by method and path. */
export const RESOURCE_OPERATIONS: Operations = {
  [`GET ${RESOURCES}`]: resource({
    id: 'listResources',
    summary: 'List the APIs that tokens are for',
    query: [limit(200, 200), AFTER, text('q', 'A part of the name or of the identifier.')],
    answers: { 200: listOf(ref('Resource')) },
    headers: ['Link'],
  }),
  [`POST ${RESOURCES}`]: resource({
    id: 'createResource',
    summary: 'Create a resource, with an issuer of its own',
    body: ref('NewResource'),
    answers: { 201: ref('Resource') },
    headers: ['ETag'],
  }),
  [`GET ${RESOURCE}`]: resource({
    id: 'getResource',
    summary: 'Show a resource',
    answers: { 200: ref('Resource') },
    headers: ['ETag'],
  }),
  [`PUT ${RESOURCE}`]: resource({
    id: 'replaceResource',
    summary: 'Replace what may be changed of a resource',
    body: ref('NewResource'),
    answers: { 200: ref('Resource') },
    headers: ['ETag'],
    isGuarded: true,
  }),
  [`DELETE ${RESOURCE}`]: resource({
    id: 'deleteResource',
    summary: 'Delete a resource that is inactive, with its scopes and the grants of them',
    answers: { 204: undefined },
    isGuarded: true,
  }),
  [`POST ${RESOURCE}/lifecycle/activate`]: resource({
    id: 'activateResource',
    summary: 'Activate a resource',
    answers: { 200: EMPTY },
    isGuarded: true,
  }),
  [`POST ${RESOURCE}/lifecycle/deactivate`]: resource({
    id: 'deactivateResource',
    summary:
      'Deactivate a resource: nobody gets tokens for it, and those that are out are inactive',
    answers: { 200: EMPTY },
    isGuarded: true,
  }),

  [`GET ${SCOPES}`]: resource({
    id: 'listScopes',
    summary: 'List the scopes of a resource',
    query: [text('q', 'What the name begins with.')],
    answers: { 200: listOf(ref('Scope')) },
  }),
  [`POST ${SCOPES}`]: resource({
    id: 'addScope',
    summary: 'Add a scope to a resource',
    body: ref('NewScope'),
    answers: { 201: ref('Scope') },
  }),
  [`GET ${SCOPES}/:scopeId`]: resource({
    id: 'getScope',
    summary: 'Show a scope of a resource',
    answers: { 200: ref('Scope') },
  }),
  [`PUT ${SCOPES}/:scopeId`]: resource({
    id: 'replaceScope',
    summary: 'Replace what may be changed of a scope',
    body: ref('NewScope'),
    answers: { 200: ref('Scope') },
  }),
  [`DELETE ${SCOPES}/:scopeId`]: resource({
    id: 'deleteScope',
    summary: 'Delete a scope, and the grants of it',
    answers: { 204: undefined },
  }),

  [`GET ${SIGNING_KEYS}`]: resource({
    id: 'listSigningKeys',
    summary: 'List the keys that sign access tokens; all resources have the same ones',
    answers: { 200: listOf(ref('SigningKey')) },
  }),
  [`GET ${SIGNING_KEYS}/:keyId`]: resource({
    id: 'getSigningKey',
    summary: 'Show a key that signs access tokens, by its kid',
    answers: { 200: ref('SigningKey') },
  }),
  [`POST ${SIGNING_KEYS}/:keyId/lifecycle/revoke`]: resource({
    id: 'revokeSigningKey',
    summary: 'Take a signing key out of use at once: the tokens that it signed are void',
    answers: { 200: listOf(ref('SigningKey')) },
  }),
  [`POST ${RESOURCE}/credentials/lifecycle/keyRotate`]: resource({
    id: 'rotateSigningKey',
    summary: 'Let the next signing key take over, once verifiers have had time to learn of it',
    description:
      'With "alg", a key of that algorithm becomes the next one, and takes over by itself as soon as it may.',
    body: ref('SigningKeyRotation'),
    answers: { 200: listOf(ref('SigningKey')) },
  }),
}
