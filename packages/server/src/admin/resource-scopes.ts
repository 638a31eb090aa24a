/**
 * The scopes of a resource: Okta's `/api/v1/authorizationServers/{id}/scopes`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type { Resource, ResourceScope } from '../resources.ts'
import type { AuditEvent } from '../storage/ports.ts'
import { InputError, notFound } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeEntry,
  jsonBody,
  pathParameter,
} from './call.ts'
import { readScopeInput, SCOPE_SUBJECT } from './resource-input.ts'
import { readResourceOf } from './resource-of-call.ts'
import { scopeJson } from './resource-wire.ts'
import { changeResource, type ResourceDecision } from './resources.ts'
import { removeGrants } from './stale-grants.ts'

const MAX_SCOPES = 500

/** Lists the scopes of a resource; `q` is the beginning of a name. */
export async function listScopes(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { id, scopes } = await readResourceOf(environment, call)
  const start = call.request.query.get('q') ?? ''
  const found = scopes.filter(({ name }) => name.startsWith(start))
  return { status: 200, body: found.map((scope) => scopeJson(scope, id, environment.issuer)) }
}

/** Shows one scope. */
export async function getScope(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const resource = await readResourceOf(environment, call)
  return shown(environment, call, 200, findScope(resource, call))
}

/** Adds a scope. */
export async function addScope(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const input = readScopeInput(jsonBody(call))
  const scope = await changeResource(environment, call, (resource) => {
    if (resource.scopes.some(({ name }) => name === input.name)) {
      throw new InputError(SCOPE_SUBJECT, ["'name' is that of another scope of the resource."])
    }
    if (resource.scopes.length >= MAX_SCOPES) {
      throw new InputError(SCOPE_SUBJECT, [`A resource has at most ${MAX_SCOPES} scopes.`])
    }
    const added = { ...input, id: newIdentifier('scp') }
    const scopes = [...resource.scopes, added]
    return decision(call, 'scope.created', { ...resource, scopes }, added)
  })
  return shown(environment, call, 201, scope)
}

/** Replaces what may be changed of a scope. */
export async function replaceScope(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const body = jsonBody(call)
  const scope = await changeResource(environment, call, (resource) => {
    const current = findScope(resource, call)
    const next = { ...readScopeInput(body, current), id: current.id }
    const scopes = resource.scopes.map((each) => (each === current ? next : each))
    return decision(call, 'scope.updated', { ...resource, scopes }, next)
  })
  return shown(environment, call, 200, scope)
}

/** Deletes a scope, and the grants of it. */
export async function deleteScope(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const resourceId = pathParameter(call, 'resourceId')
  const scope = await changeResource(environment, call, (resource) => {
    const current = findScope(resource, call)
    const scopes = resource.scopes.filter((each) => each !== current)
    return decision(call, 'scope.deleted', { ...resource, scopes }, current)
  })
  await removeGrants(
    environment,
    call,
    (grant) =>
      grant.resource === resourceId &&
      grant.scope === scope.name &&
      (grant.scopeId ?? scope.id) === scope.id,
  )
  return { status: 204 }
}

function decision(
  call: AdminCall,
  event: AuditEvent,
  resource: Resource,
  scope: ResourceScope,
): ResourceDecision<ResourceScope> {
  const entry = changeEntry(call, event, undefined, { resource: resource.id, scope: scope.name })
  return { next: { ...resource, lastUpdated: call.now }, audit: [entry], answer: scope }
}

function findScope({ scopes }: Resource, call: AdminCall): ResourceScope {
  const id = pathParameter(call, 'scopeId')
  const scope = scopes.find((each) => each.id === id)
  if (scope === undefined) throw notFound(id, SCOPE_SUBJECT)
  return scope
}

function shown(
  { issuer }: AdminEnvironment,
  call: AdminCall,
  status: number,
  scope: ResourceScope,
): Answer {
  return { status, body: scopeJson(scope, pathParameter(call, 'resourceId'), issuer) }
}
