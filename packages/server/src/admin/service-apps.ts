/**
 * Service apps: Okta's `/api/v1/apps`, and the same apps as OAuth clients at `/oauth2/v1/clients`.
 * @module
 */

import type { AppJson } from './wire-types.ts'
import { isDeepStrictEqual } from 'node:util'
import { bounded } from '../audit.ts'
import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type { AuditEntry, ClientKey, ServiceApp, Status } from '../storage/ports.ts'
import { ApiError, InputError } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeApp,
  changeEntry,
  jsonBody,
  pathParameter,
  readApp,
} from './call.ts'
import { requireMatch, taggedAnswer, withoutPrivileges } from './entity-tag.ts'
import { mergeSettings, requireJwksUri } from './app-settings.ts'
import { type AppInput, readAppInput, readClientInput } from './input.ts'
import {
  keyEntry,
  newKey,
  type Registrar,
  registrarOf,
  replaceKeys,
  requireActiveKey,
} from './keys.ts'
import { linkHeader, readLimit } from './paging.ts'
import {
  actorOf,
  requireAppAuthority,
  requireAuthority,
  requireKeyAuthority,
} from './permissions.ts'
import { fromNow } from './tokens.ts'
import { appJson, clientJson } from './wire.ts'

const PAGE = { byDefault: 20, max: 200 }

/** Lists apps. */
export async function listApps(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { apps, headers } = await readPage(environment, call, '/api/v1/apps')
  const body = await Promise.all(apps.map((app) => shownApp(environment, call, app)))
  return { status: 200, headers, body }
}

/** Shows one app. */
export async function getApp(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  return taggedAnswer(200, await shownApp(environment, call, app), withoutPrivileges(app))
}

/** An app as it is asked for: `expand=privileges` embeds what it may do, and when it last got a token. */
async function shownApp(
  { issuer, readUsage }: AdminEnvironment,
  { request: { query } }: AdminCall,
  app: ServiceApp,
): Promise<AppJson> {
  if (query.get('expand') !== 'privileges') return appJson(app, issuer)
  const counts = await readUsage(app.clientId)
  const uses = [...counts, ...app.keys].map(({ lastUsed = 0 }) => lastUsed)
  const lastUsed = Math.max(0, ...uses)
  return appJson(app, issuer, lastUsed === 0 ? null : lastUsed)
}

/** Creates an app, with the keys that were sent. */
export async function createApp(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const input = await readAppInput(jsonBody(call), environment.algorithms)
  const isInactive = call.request.query.get('activate') === 'false'
  const status = isInactive ? 'INACTIVE' : 'ACTIVE'
  const app = await create(environment, call, input, status, registrarOf(call))
  return taggedAnswer(200, appJson(app, environment.issuer), withoutPrivileges(app))
}

/** Replaces what may be changed of an app. Without `jwks` its keys stay. */
export async function replaceApp(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  const input = await readAppInput(jsonBody(call), environment.algorithms, clientId)
  const app = await replace(environment, call, clientId, input, registrarOf(call))
  return taggedAnswer(200, appJson(app, environment.issuer), withoutPrivileges(app))
}

/** Deletes an app that is inactive, with its keys, grants and roles. */
export async function deleteApp(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireKeyAuthority(actor, app)
    requireMatch(call.request, withoutPrivileges(app))
    if (app.status === 'ACTIVE') {
      throw new ApiError('E0000157', {
        summary: "The app is active and can't be deleted. Deactivate it first.",
      })
    }
    return deletion(call, app)
  })
  return { status: 204 }
}

/** Activates an app. Tokens from before its deactivation stay void. */
export async function activateApp(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  await changeApp(environment, call, pathParameter(call, 'appId'), (app, actor) => {
    // This puts its keys in force again.
    requireKeyAuthority(actor, app)
    requireMatch(call.request, withoutPrivileges(app))
    return statusChange(call, app, 'ACTIVE')
  })
  return { status: 200, body: {} }
}

/** Deactivates an app: it gets no more tokens, and those it has are void for the admin API. */
export async function deactivateApp(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changeApp(environment, call, pathParameter(call, 'appId'), (app, actor) => {
    requireAppAuthority(actor, app)
    requireMatch(call.request, withoutPrivileges(app))
    return statusChange(call, app, 'INACTIVE')
  })
  return { status: 200, body: {} }
}

/** Lists apps as clients. */
export async function listClients(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { apps, headers } = await readPage(environment, call, '/oauth2/v1/clients')
  return { status: 200, headers, body: apps.map(clientJson) }
}

/** Shows one app as a client. */
export async function getClient(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'clientId'))
  return taggedAnswer(200, clientJson(app), withoutPrivileges(app))
}

/** Registers an app in the way of RFC 7591. */
export async function createClient(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const input = await readClientInput(jsonBody(call), environment.algorithms)
  const app = await create(environment, call, input, 'ACTIVE', registration(call))
  return taggedAnswer(201, clientJson(app), withoutPrivileges(app))
}

/** Replaces what may be changed of a client. Without `jwks` its keys stay. */
export async function replaceClient(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const clientId = pathParameter(call, 'clientId')
  const input = await readClientInput(jsonBody(call), environment.algorithms, clientId)
  const app = await replace(environment, call, clientId, input, registration(call))
  return taggedAnswer(200, clientJson(app), withoutPrivileges(app))
}

/** Deletes a client, active or not. */
export async function deleteClient(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changeApp(environment, call, pathParameter(call, 'clientId'), (app, actor) => {
    requireKeyAuthority(actor, app)
    requireMatch(call.request, withoutPrivileges(app))
    return deletion(call, app)
  })
  return { status: 204 }
}

/** What comes with a client in the way of RFC 7591 is registered with it, whoever calls. */
function registration({ now, actorId }: AdminCall): Registrar {
  return { now, actorId, source: 'registration' }
}

async function readPage(
  { registry, issuer }: AdminEnvironment,
  { request: { query } }: AdminCall,
  path: string,
): Promise<{ apps: readonly ServiceApp[]; headers: Readonly<Record<string, string>> }> {
  const limit = readLimit(query, PAGE)
  const after = query.get('after') ?? undefined
  if (after !== undefined && !(await registry.exists(after))) {
    throw new InputError('after', ["'after' must be taken from the Link header field of a page."])
  }
  const labelStart = query.get('q') ?? undefined
  const found = await registry.list({ limit: limit + 1, after, labelStart })
  const apps = found.slice(0, limit)
  const nextAfter = found.length > limit ? apps.at(-1)?.clientId : undefined
  return { apps, headers: linkHeader(issuer + path, query, nextAfter) }
}

function create(
  { registry, jwksUriPolicy }: AdminEnvironment,
  call: AdminCall,
  input: AppInput,
  status: Status,
  registrar: Registrar,
): Promise<ServiceApp> {
  const { actorId, now } = call
  requireJwksUri(input.settings, jwksUriPolicy)
  const clientId = newIdentifier('0oa')
  return registry.change({ clientId, actorId }, (_current, actorApp, person) => {
    const app: ServiceApp = {
      clientId,
      label: input.label,
      status,
      created: now,
      lastUpdated: now,
      tokensNotBefore: 0,
      keys: (input.keys ?? []).map((key) => newKey(key, registrar)),
      grants: [],
      roles: [],
      ...mergeSettings(undefined, input.settings, hasKeys(input)),
    }
    requireAuthority(actorOf(actorApp, person), undefined, app)
    const entry = changeEntry(call, 'app.created', clientId, { label: app.label })
    return { next: app, audit: [entry, ...keyEntries(call, clientId, [], app.keys)], answer: app }
  })
}

function replace(
  environment: AdminEnvironment,
  call: AdminCall,
  clientId: string,
  input: AppInput,
  registrar: Registrar,
): Promise<ServiceApp> {
  requireJwksUri(input.settings, environment.jwksUriPolicy)
  return changeApp(environment, call, clientId, (app, actor) => {
    requireAppAuthority(actor, app)
    requireMatch(call.request, withoutPrivileges(app))
    const { settings: _before, ...rest } = app
    const merged = mergeSettings(app.settings, input.settings, hasKeys(input))
    const keys = keysAfter(app, input, merged.settings, registrar)
    const aboutKeys = keyEntries(call, clientId, app.keys, keys)
    if (aboutKeys.length > 0) {
      requireKeyAuthority(actor, app)
      if (merged.settings?.jwksUri === undefined) requireActiveKey(app.keys, keys)
    }
    const next = { ...rest, ...merged, label: input.label, lastUpdated: call.now, keys }
    const detail = { label: next.label, ...changesOf(app, next) }
    const entry = changeEntry(call, 'app.updated', clientId, detail)
    return { next, audit: [entry, ...aboutKeys], answer: next }
  })
}

/** What a change makes different of the settings of an app and its name, as it was and as it is. */
function changesOf(before: ServiceApp, after: ServiceApp): AuditEntry['detail'] {
  const from: Readonly<Record<string, unknown>> = { name: before.label, ...before.settings }
  const to: Readonly<Record<string, unknown>> = { name: after.label, ...after.settings }
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
  return Object.fromEntries(
    names
      .filter((name) => !isDeepStrictEqual(from[name], to[name]))
      .map((name) => [
        name,
        { before: bounded(from[name] ?? null), after: bounded(to[name] ?? null) },
      ]),
  )
}

function hasKeys({ keys }: AppInput): boolean {
  return keys !== undefined && keys.length > 0
}

/** The keys of an app after a change: one that publishes its keys has no others. */
function keysAfter(
  app: ServiceApp,
  { keys }: AppInput,
  settings: ServiceApp['settings'],
  registrar: Registrar,
): readonly ClientKey[] {
  if (settings?.jwksUri !== undefined) return []
  return keys === undefined ? app.keys : replaceKeys(app.keys, keys, registrar)
}

function deletion(call: AdminCall, app: ServiceApp) {
  const entry = changeEntry(call, 'app.deleted', app.clientId, { label: app.label })
  return { next: undefined, audit: [entry], answer: undefined }
}

function statusChange(call: AdminCall, app: ServiceApp, status: Status) {
  if (app.status === status) return { next: app, audit: [], answer: undefined }
  const next: ServiceApp = {
    ...app,
    status,
    lastUpdated: call.now,
    tokensNotBefore: status === 'INACTIVE' ? fromNow(call) : app.tokensNotBefore,
  }
  const event = status === 'ACTIVE' ? 'app.activated' : 'app.deactivated'
  return { next, audit: [changeEntry(call, event, app.clientId)], answer: undefined }
}

/** What a change of the whole set means for each key. */
function keyEntries(
  call: AdminCall,
  clientId: string,
  before: readonly ClientKey[],
  after: readonly ClientKey[],
): AuditEntry[] {
  const isIn = (keys: readonly ClientKey[], key: ClientKey): boolean =>
    keys.some(({ id }) => id === key.id)
  return [
    ...after
      .filter((key) => !isIn(before, key))
      .map((key) => keyEntry(call, 'key.created', clientId, key)),
    ...before
      .filter((key) => !isIn(after, key))
      .map((key) => keyEntry(call, 'key.deleted', clientId, key)),
  ]
}
