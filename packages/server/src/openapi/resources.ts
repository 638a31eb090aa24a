/**
 * Resources and the keys that sign tokens for them, described: Okta's authorization servers.
 * @module
 */

import { listOf, type Operation, type Operations, ref } from './operation.ts'

type Words = Omit<Operation, 'tag' | 'errors'>

const resource = (words: Words): Operation => ({ tag: 'Resources', errors: 'api', ...words })

const RESOURCE = '/api/v1/authorizationServers/:resourceId'
const SIGNING_KEYS = `${RESOURCE}/credentials/keys`

/** Endpoints by method and path. */
export const RESOURCE_OPERATIONS: Operations = {
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
