/**
 * The keys that apps publish themselves: how it is with their URLs, and a look at one before an app depends on it.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { jwksUriProblem } from '../jwks-uri.ts'
import type { PreviewedKey } from '../jwks-preview.ts'
import type { ServiceApp } from '../storage/ports.ts'
import { InputError } from './api-error.ts'
import { type AdminCall, type AdminEnvironment, jsonBody, requireBudget } from './call.ts'
import { requireRole } from './permissions.ts'
import { date } from './wire.ts'
import type { JwksPreviewJson, PublishedKeysJson, SharingAppJson } from './wire-types.ts'

/**
 * Looks at what a URL publishes. Nothing depends on it, and nothing is kept.
 *
 * The call goes out from this server: it takes the rights to create an app, a budget of its own, and the same guards as
 * any fetch of keys.
 */
export async function previewJwksUri(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  requireRole(call.actor, 'APP_ADMIN', 'SUPER_ADMIN')
  const jwksUri = readUri(environment, jsonBody(call))
  requireBudget(environment.jwksPreviews, call)
  const { fault, keys } = await environment.jwksPreviews.look(jwksUri)
  const body: JwksPreviewJson = {
    jwks_uri: jwksUri,
    fault: fault ?? null,
    keys: await Promise.all(keys.map((key) => previewedKeyJson(environment, key))),
  }
  return { status: 200, body }
}

function readUri({ jwksUriPolicy }: AdminEnvironment, body: unknown): string {
  const members = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const [[name, value] = []] = members
  if (members.length !== 1 || name !== 'jwks_uri') {
    throw new InputError('jwks_uri', ["The body must have the member 'jwks_uri', and no other."])
  }
  const problem = jwksUriProblem(value, jwksUriPolicy)
  if (problem !== undefined) throw new InputError('jwks_uri', [problem])
  return value as string
}

async function previewedKeyJson(
  environment: AdminEnvironment,
  { kid, kty, alg, thumbprint, jwk, isTaken, findings }: PreviewedKey,
): Promise<JwksPreviewJson['keys'][number]> {
  return {
    kid: kid ?? null,
    kty: kty ?? null,
    alg: alg ?? null,
    thumbprint: thumbprint ?? null,
    jwk: jwk ?? null,
    isTaken,
    findings: findings.map(({ severity, sentence, fix }) => ({ severity, sentence, fix })),
    sharedWith: thumbprint === undefined ? [] : await appsWithKey(environment, thumbprint),
  }
}

/** Names are for people: of more apps than that, the first are enough. */
const MAX_SHARING = 10

/** The apps that have a key registered, but for one. */
export async function appsWithKey(
  { keyIndex, registry }: Pick<AdminEnvironment, 'keyIndex' | 'registry'>,
  thumbprint: string,
  but?: string,
): Promise<readonly SharingAppJson[]> {
  const keys = await keyIndex.read()
  const ids = new Set(keys.ofThumbprint(thumbprint).map(({ clientId }) => clientId))
  const others = [...ids].filter((clientId) => clientId !== but).slice(0, MAX_SHARING)
  const found = await Promise.all(others.map(async (clientId) => registry.find(clientId)))
  return found.flatMap((each) =>
    each === undefined ? [] : [{ clientId: each.app.clientId, label: each.app.label }],
  )
}

/** How it is with the `jwks_uri` of an app; `undefined` when it has none. */
export async function publishedKeysJson(
  { jwksStates, remoteKeys }: Pick<AdminEnvironment, 'jwksStates' | 'remoteKeys'>,
  { clientId, settings }: ServiceApp,
): Promise<PublishedKeysJson | undefined> {
  const jwksUri = settings?.jwksUri
  if (jwksUri === undefined) return undefined
  const state = await jwksStates.read(clientId, jwksUri)
  return {
    jwks_uri: jwksUri,
    lastAttempt: optionalDate(state?.at),
    lastSuccess: optionalDate(state?.lastSuccess),
    failingSince: optionalDate(state?.failingSince),
    fault: state?.fault ?? null,
    usableUntil: optionalDate(remoteKeys.usableUntil({ clientId, jwksUri })),
  }
}

function optionalDate(time: number | undefined): string | null {
  return time === undefined ? null : date(time)
}
