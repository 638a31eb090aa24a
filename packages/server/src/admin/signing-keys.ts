/**
 * The keys that sign access tokens: Okta's `/api/v1/authorizationServers/{id}/credentials/keys`. All resources
 * have the same ones.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { publishedKeys, type RingRefusal } from '../signing-key-ring.ts'
import type { RingActor } from '../signing-key-store.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../signing-keys.ts'
import { ApiError, InputError, notFound } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, jsonBody, pathParameter } from './call.ts'
import { actorOf, requireRole } from './permissions.ts'
import { readResourceOf } from './resource-of-call.ts'
import { fixedKeyJson, type SigningKeyJson, signingKeyJson } from './signing-key-wire.ts'

const SUBJECT = 'JsonWebKey'
const FIXED =
  'The signing keys of this server are given to it when it starts. They are changed where it is started.'

/** Lists the keys: those that are published, then those that were revoked. */
export async function listSigningKeys(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id } = await readResourceOf(environment, call)
  return { status: 200, body: keysJson(environment, id) }
}

/** Shows one key. */
export async function getSigningKey(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id } = await readResourceOf(environment, call)
  const kid = pathParameter(call, 'keyId')
  const key = keysJson(environment, id).find((each) => each.kid === kid)
  if (key === undefined) throw notFound(kid, SUBJECT)
  return { status: 200, body: key }
}

/**
 * Lets the next key take over. With `alg`, a key of that algorithm becomes the next one first, and takes over when
 * verifiers have had time to learn of it.
 */
export async function rotateSigningKey(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id } = await readResourceOf(environment, call)
  const algorithm = readRotation(call)
  const refusal = await environment.signingKeys.rotate(ringActor(call), algorithm)
  if (refusal !== undefined) throw describeRefusal(environment, refusal, id)
  return { status: 200, body: keysJson(environment, id) }
}

/** Takes a key out of use at once: nothing that it signed counts any more. */
export async function revokeSigningKey(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id } = await readResourceOf(environment, call)
  const kid = pathParameter(call, 'keyId')
  const refusal = await environment.signingKeys.revoke(ringActor(call), kid)
  if (refusal !== undefined) throw describeRefusal(environment, refusal, kid)
  return { status: 200, body: keysJson(environment, id) }
}

function keysJson(
  { signingKeys, issuer }: AdminEnvironment,
  resourceId: string,
): readonly SigningKeyJson[] {
  const { ring, current, publicKeys, rotatesAt } = signingKeys
  if (ring === undefined) {
    return publicKeys.map((key) =>
      fixedKeyJson(key, key.kid === current.kid ? 'ACTIVE' : 'EXPIRED', { issuer, resourceId }),
    )
  }
  const revoked = ring.keys.filter(({ state }) => state === 'revoked')
  return [...publishedKeys(ring), ...revoked].map((key) =>
    signingKeyJson(key, { issuer, resourceId, rotatesAt }),
  )
}

function ringActor({ actorId, request }: AdminCall): RingActor {
  return {
    actorId,
    requestId: request.id,
    require: (app, person) => requireRole(actorOf(app, person), 'SUPER_ADMIN'),
  }
}

function readRotation(call: AdminCall): SigningAlgorithm | undefined {
  if (call.request.body.kind === 'none') return undefined
  const { use, alg } = (jsonBody(call) ?? {}) as { readonly use?: unknown; readonly alg?: unknown }
  const problems: string[] = []
  if (use !== undefined && use !== 'sig') problems.push("'use' must be 'sig'.")
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === alg)
  if (alg !== undefined && algorithm === undefined) {
    problems.push(`'alg' must be one of ${SIGNING_ALGORITHMS.join(', ')}.`)
  }
  if (problems.length > 0) throw new InputError(SUBJECT, problems)
  return algorithm
}

function describeRefusal(
  { signingKeys }: AdminEnvironment,
  refusal: RingRefusal,
  id: string,
): Error {
  if (signingKeys.ring === undefined) return new ApiError('E0000001', { causes: [FIXED] })
  switch (refusal.refused) {
    case 'unknown_key':
      return notFound(id, SUBJECT)
    case 'already_revoked':
      return new InputError(SUBJECT, ['The key is revoked already.'])
    case 'too_early': {
      const at = new Date(refusal.mayRotateAt).toISOString()
      return new InputError(SUBJECT, [
        `The next key may sign from ${at} on: verifiers that keep the published keys do not know it before. To take a key out of use at once, revoke it.`,
      ])
    }
  }
}
