/**
 * The public keys of a service app: Okta's `/api/v1/apps/{id}/credentials/jwks`.
 * @module
 */

import type { KeyAuthorityJson, SharingAppJson } from './wire-types.ts'
import { isDeepStrictEqual } from 'node:util'
import { jwkThumbprint } from '@keygrant/core/keys'
import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type {
  AuditEntry,
  AuditEvent,
  ClientKey,
  KeySource,
  Role,
  ServiceApp,
  Status,
} from '../storage/ports.ts'
import { InputError, notFound } from './api-error.ts'
import { requireMatch, taggedAnswer } from './entity-tag.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeApp,
  changeEntry,
  jsonBody,
  pathParameter,
  readApp,
} from './call.ts'
import { type KeyInput, MAX_KEYS, readKeyEnd, readKeyInput } from './input.ts'
import { keyPrivileges, requireKeyAuthority } from './permissions.ts'
import { isPersonId } from './person.ts'
import { appsWithKey, publishedKeysJson } from './published-keys.ts'
import { usesByKey, withUse } from '../key-expiry.ts'
import { fromNow } from './tokens.ts'
import { date, keyJson, usesJson } from './wire.ts'

const SUBJECT = 'JsonWebKey'
const MAX_KID = 255
const ONLY_ACTIVE =
  "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`."

/**
 * Lists the keys of an app: with `expand=uses`, with their uses by the hour; with `expand=shared`, with other apps that
 * have the same key. Of an app that publishes its keys, it says how that goes.
 */
export async function listKeys(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const counts = await environment.readUsage(app.clientId)
  const uses = usesByKey(counts)
  const expanded = new Set((call.request.query.get('expand') ?? '').split(','))
  const keys = await Promise.all(
    app.keys.map(async (key) => ({
      ...keyJson(withUse(key, uses.get(key.jwk.kid)), app.clientId, environment.issuer),
      ...(expanded.has('uses') ? { uses: usesJson(counts, key) } : undefined),
      ...(expanded.has('shared')
        ? { sharedWith: await appsSharing(environment, app, key) }
        : undefined),
    })),
  )
  const published = await publishedKeysJson(environment, app)
  const body = { keys, ...(published === undefined ? undefined : { published }) }
  return taggedAnswer(200, body, app.keys)
}

/** Shows one key, with its uses by the hour. */
export async function getKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const key = findKey(app, pathParameter(call, 'keyId'))
  const counts = await environment.readUsage(app.clientId)
  const used = withUse(key, usesByKey(counts).get(key.jwk.kid))
  const json = keyJson(used, app.clientId, environment.issuer)
  return taggedAnswer(200, { ...json, uses: usesJson(counts, key) }, key)
}

/** Registers one more key. */
export async function addKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const input = await readKeyInput(jsonBody(call), environment.algorithms, call.now)
  const clientId = pathParameter(call, 'appId')
  const key = await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    requireMatch(call.request, app.keys)
    if (app.keys.length >= MAX_KEYS) {
      throw new InputError(SUBJECT, [
        `You can't create a new key. You have reached the maximum number of keys allowed (${MAX_KEYS}). To add another key, you must first delete an existing one.`,
      ])
    }
    if (app.keys.some(({ jwk }) => jwk.kid === input.jwk.kid)) {
      throw new InputError(SUBJECT, ["All keys in the 'jwks' must have a unique `kid`."])
    }
    const added = newKey(input, registrarOf(call))
    const next = { ...app, lastUpdated: call.now, keys: [...app.keys, added] }
    return { next, audit: [keyEntry(call, 'key.created', clientId, added)], answer: added }
  })
  return taggedAnswer(201, keyJson(key, clientId, environment.issuer), key)
}

/** Activates a key. */
export function activateKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return setKeyStatus(environment, call, 'ACTIVE')
}

/** Deactivates a key, unless it is the last active one. */
export function deactivateKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return setKeyStatus(environment, call, 'INACTIVE')
}

/**
 * Takes a key out of use for good, also when it is the only one: it authenticates no more, and every token that it got is
 * void. Of an app that publishes its keys, the key is named by its `kid`.
 */
export async function revokeKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  const name = pathParameter(call, 'keyId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    const next = { ...app, lastUpdated: call.now }
    if (app.settings?.jwksUri !== undefined && !app.keys.some(({ id }) => id === name)) {
      const revokedKids = revokedWith(app, name)
      const entry = changeEntry(call, 'key.revoked', clientId, { kid: name })
      const audit = revokedKids === app.revokedKids ? [] : [{ ...entry, keyId: name }]
      return { next: { ...next, revokedKids }, audit, answer: undefined }
    }
    const key = findKey(app, name)
    if (key.revoked !== undefined) return { next: app, audit: [], answer: undefined }
    const revoked: ClientKey = {
      ...key,
      status: 'INACTIVE',
      revoked: call.now,
      tokensNotBefore: fromNow(call),
      lastUpdated: call.now,
    }
    return {
      next: { ...next, keys: app.keys.map((other) => (other === key ? revoked : other)) },
      audit: [keyEntry(call, 'key.revoked', clientId, revoked)],
      answer: undefined,
    }
  })
  return { status: 204 }
}

function revokedWith({ revokedKids = [] }: ServiceApp, kid: string): readonly string[] {
  if (revokedKids.includes(kid)) return revokedKids
  if (revokedKids.length < MAX_KEYS && kid.length <= MAX_KID) return [...revokedKids, kid]
  throw new InputError(SUBJECT, [
    `At most ${MAX_KEYS} published keys can be revoked, each by a kid of at most ${MAX_KID} characters. Deactivate the app, or name another jwks_uri.`,
  ])
}

/**
 * Sets when a key ends, or with `null` that it does not. The last one that stays good for ever may be given an end: the
 * app is warned before.
 */
export async function expireKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const expires = readKeyEnd(jsonBody(call), call.now)
  const clientId = pathParameter(call, 'appId')
  const key = await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    const current = findKey(app, pathParameter(call, 'keyId'))
    requireMatch(call.request, current)
    const { expires: before, warnedDays: _warned, ...rest } = current
    const changed: ClientKey = {
      ...rest,
      lastUpdated: call.now,
      ...(expires === undefined ? undefined : { expires }),
    }
    const keys = app.keys.map((other) => (other.id === changed.id ? changed : other))
    const entry = keyEntry(call, 'key.updated', clientId, changed)
    const ends = { before: timeOf(before), after: timeOf(expires) }
    return {
      next: { ...app, lastUpdated: call.now, keys },
      audit: [{ ...entry, detail: { ...entry.detail, expires_at: ends } }],
      answer: changed,
    }
  })
  return taggedAnswer(200, keyJson(key, clientId, environment.issuer), key)
}

/** Says who may change the keys of an app, and why. */
export async function showKeyAuthority(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const { grants, roles } = keyPrivileges(app)
  const isPrivileged = grants.length + roles.length > 0
  const needed: readonly Role[] = isPrivileged ? ['SUPER_ADMIN'] : ['APP_ADMIN', 'SUPER_ADMIN']
  const body: KeyAuthorityJson = {
    roles: needed,
    because: { grants: grants.map(({ scope }) => scope), roles: roles.map(({ role }) => role) },
    isAllowed: call.actor.roles.some((role) => needed.includes(role)),
  }
  return { status: 200, body }
}

/** Deletes a key that is inactive. */
export async function deleteKey(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    const key = findKey(app, pathParameter(call, 'keyId'))
    requireMatch(call.request, key)
    if (key.status === 'ACTIVE') {
      throw new InputError(SUBJECT, [
        "You can't delete an active JSON Web Key. Deactivate the key before deleting it.",
      ])
    }
    const keys = app.keys.filter(({ id }) => id !== key.id)
    return {
      next: { ...app, lastUpdated: call.now, keys },
      audit: [keyEntry(call, 'key.deleted', clientId, key)],
      answer: undefined,
    }
  })
  return { status: 204 }
}

/** Who registers a key, when, and by which way. */
export interface Registrar extends Pick<AdminCall, 'now' | 'actorId'> {
  readonly source: KeySource
}

/** Who registers a key with a call: the caller does not say by which way it came. */
export function registrarOf({ now, actorId }: Pick<AdminCall, 'now' | 'actorId'>): Registrar {
  return { now, actorId, source: isPersonId(actorId) ? 'console' : 'admin_api' }
}

/** Makes the record of a key. */
export function newKey(
  { jwk, status, expires }: KeyInput,
  { now, actorId, source }: Registrar,
): ClientKey {
  const times = { created: now, lastUpdated: now, ...(expires === undefined ? {} : { expires }) }
  return { id: newIdentifier('pks'), jwk, status, ...times, createdBy: actorId, source }
}

/** The keys of an app after a whole set was sent: a key that was there already stays as it is. */
export function replaceKeys(
  current: readonly ClientKey[],
  inputs: readonly KeyInput[],
  registrar: Registrar,
): readonly ClientKey[] {
  return inputs.map(
    (input) =>
      current.find(({ jwk }) => isDeepStrictEqual(jwk, input.jwk)) ?? newKey(input, registrar),
  )
}

/**
 * Requires that a change leaves an active key where there was one.
 *
 * @throws {@link InputError}
 */
export function requireActiveKey(before: readonly ClientKey[], after: readonly ClientKey[]): void {
  if (before.some(isActive) && !after.some(isActive)) throw new InputError(SUBJECT, [ONLY_ACTIVE])
}

/** The audit entry about one key. */
export function keyEntry(
  call: AdminCall,
  event: AuditEvent,
  clientId: string,
  { id, jwk }: ClientKey,
): AuditEntry {
  const entry = changeEntry(call, event, clientId, { keyId: id, kid: jwk.kid, kty: jwk.kty })
  return { ...entry, keyId: jwk.kid }
}

async function appsSharing(
  environment: AdminEnvironment,
  { clientId }: ServiceApp,
  { jwk }: ClientKey,
): Promise<readonly SharingAppJson[]> {
  return appsWithKey(environment, await jwkThumbprint(jwk), clientId)
}

async function setKeyStatus(
  environment: AdminEnvironment,
  call: AdminCall,
  status: Status,
): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  const key = await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    const current = findKey(app, pathParameter(call, 'keyId'))
    requireMatch(call.request, current)
    if (current.status === status) return { next: app, audit: [], answer: current }
    if (current.revoked !== undefined) {
      throw new InputError(SUBJECT, ["A revoked key can't be activated. Register another one."])
    }
    const changed: ClientKey = { ...current, status, lastUpdated: call.now }
    const keys = app.keys.map((other) => (other.id === changed.id ? changed : other))
    requireActiveKey(app.keys, keys)
    const event = status === 'ACTIVE' ? 'key.activated' : 'key.deactivated'
    return {
      next: { ...app, lastUpdated: call.now, keys },
      audit: [keyEntry(call, event, clientId, changed)],
      answer: changed,
    }
  })
  return taggedAnswer(200, keyJson(key, clientId, environment.issuer), key)
}

function timeOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : date(milliseconds)
}

function findKey(app: ServiceApp, keyId: string): ClientKey {
  const key = app.keys.find(({ id }) => id === keyId)
  if (key === undefined) throw notFound(keyId, SUBJECT)
  return key
}

function isActive({ status }: ClientKey): boolean {
  return status === 'ACTIVE'
}
