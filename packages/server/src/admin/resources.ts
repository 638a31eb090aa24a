/**
 * The APIs that tokens are for: Okta's `/api/v1/authorizationServers`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import { DEFAULT_RESOURCE, listResources, readResource, resourceRecord } from '../resource-store.ts'
import type { Resource } from '../resources.ts'
import type { AuditEntry, AuditEvent, Status } from '../storage/ports.ts'
import { ApiError, InputError, notFound } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeEntry,
  jsonBody,
  pathParameter,
} from './call.ts'
import { requireMatch, taggedAnswer } from './entity-tag.ts'
import { linkHeader, readLimit } from './paging.ts'
import { actorOf, requireRole } from './permissions.ts'
import { type ResourceInput, readResourceInput } from './resource-input.ts'
import { RESOURCE_SUBJECT, readResourceOf } from './resource-of-call.ts'
import { resourceJson, resourceUrl } from './resource-wire.ts'
import { removeGrants } from './stale-grants.ts'

const PAGE = { byDefault: 200, max: 200 }

/** Lists resources in the order of their identifiers. `q` is a part of a name or of an identifier. */
export async function listResourcesOf(
  { records, issuer, signingKeys }: AdminEnvironment,
  { request: { query } }: AdminCall,
): Promise<Answer> {
  const limit = readLimit(query, PAGE)
  const after = query.get('after') ?? ''
  const part = (query.get('q') ?? '').toLowerCase()
  const found = (await listResources(records)).filter(
    ({ id, name, audience }) =>
      id > after && [name, audience].some((text) => text.toLowerCase().includes(part)),
  )
  const page = found.slice(0, limit)
  const nextAfter = found.length > limit ? page.at(-1)?.id : undefined
  const headers = linkHeader(resourceUrl(issuer, '').slice(0, -1), query, nextAfter)
  const body = page.map((resource) => resourceJson(resource, issuer, signingKeys))
  return { status: 200, headers, body }
}

/** Shows one resource. */
export async function getResource(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return shown(environment, 200, await readResourceOf(environment, call))
}

/** Creates a resource, active. Tokens for it can be had as soon as it has scopes and somebody is granted them. */
export async function createResource(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id: chosenId, ...input } = readResourceInput(jsonBody(call), environment.issuer)
  await requireOwnAudience(environment, input, undefined)
  const id = chosenId ?? newIdentifier('aus')
  const { now, actorId } = call
  const subjects = { kind: 'resource', id, actorId } as const
  const resource = await environment.records.change(subjects, (current, app, person) => {
    requireRole(actorOf(app, person), 'SUPER_ADMIN')
    if (current !== undefined) {
      throw new InputError(RESOURCE_SUBJECT, ["'id' is that of another resource."])
    }
    const times = { created: now, lastUpdated: now }
    const added: Resource = { ...input, id, status: 'ACTIVE', scopes: [], ...times }
    return {
      next: resourceRecord(added),
      audit: [resourceEntry(call, 'resource.created', added)],
      answer: added,
    }
  })
  await environment.resources.refresh()
  return shown(environment, 201, resource)
}

/** Replaces what may be changed of a resource. What is not Okta's stays when it is not sent. */
export async function replaceResource(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const body = jsonBody(call)
  const before = await readResourceOf(environment, call)
  const sent = readResourceInput(body, environment.issuer, before)
  await requireOwnAudience(environment, sent, before.id)
  const resource = await changeResource(environment, call, (current) => {
    requireMatch(call.request, current)
    // Once more: it may have changed since.
    const { id: _id, ...input } = readResourceInput(body, environment.issuer, current)
    const next = { ...current, ...input, lastUpdated: call.now }
    return { next, audit: [resourceEntry(call, 'resource.updated', next)], answer: next }
  })
  return shown(environment, 200, resource)
}

/** Deletes a resource that is inactive, with its scopes and the grants of them. */
export async function deleteResource(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const deleted = await changeResource(environment, call, (current) => {
    requireMatch(call.request, current)
    if (current.id === DEFAULT_RESOURCE) {
      throw new ApiError('E0000157', { summary: "The default resource can't be deleted." })
    }
    if (current.status === 'ACTIVE') {
      throw new ApiError('E0000157', {
        summary: "The resource is active and can't be deleted. Deactivate it first.",
      })
    }
    const audit = [resourceEntry(call, 'resource.deleted', current)]
    return { next: undefined, audit, answer: current }
  })
  await removeGrants(environment, call, ({ resource }) => resource === deleted.id)
  return { status: 204 }
}

/** Activates a resource. */
export function activateResource(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  return setStatus(environment, call, 'ACTIVE', 'resource.activated')
}

/** Deactivates a resource: there are no tokens for it any more, and those that are out are inactive. */
export function deactivateResource(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  return setStatus(environment, call, 'INACTIVE', 'resource.deactivated')
}

/** What becomes of a resource. */
export interface ResourceDecision<T> {
  readonly next: Resource | undefined
  readonly audit: readonly AuditEntry[]
  readonly answer: T
}

/**
 * Changes the resource of the route, as a SUPER_ADMIN, in one transaction.
 *
 * @throws {@link ApiError} E0000007 when there is none, E0000006 when the actor may not.
 */
export async function changeResource<T>(
  { records, resources }: AdminEnvironment,
  call: AdminCall,
  change: (current: Resource) => ResourceDecision<T>,
): Promise<T> {
  const id = pathParameter(call, 'resourceId')
  const subjects = { kind: 'resource', id, actorId: call.actorId } as const
  const answer = await records.change(subjects, (record, app, person) => {
    requireRole(actorOf(app, person), 'SUPER_ADMIN')
    if (record === undefined) throw notFound(id, RESOURCE_SUBJECT)
    const decision = change(readResource(record))
    const next = decision.next === undefined ? undefined : resourceRecord(decision.next)
    return { ...decision, next }
  })
  await resources.refresh()
  return answer
}

/** The audit entry about a resource. */
export function resourceEntry(
  call: AdminCall,
  event: AuditEvent,
  { id, audience }: Resource,
): AuditEntry {
  return changeEntry(call, event, undefined, { resource: id, audience })
}

async function setStatus(
  environment: AdminEnvironment,
  call: AdminCall,
  status: Status,
  event: AuditEvent,
): Promise<Answer> {
  await changeResource(environment, call, (current) => {
    requireMatch(call.request, current)
    if (current.status === status) return { next: current, audit: [], answer: undefined }
    const next = { ...current, status, lastUpdated: call.now }
    return { next, audit: [resourceEntry(call, event, next)], answer: undefined }
  })
  return { status: 200, body: {} }
}

/** No two resources have one identifier: a token would be for both. */
async function requireOwnAudience(
  { records }: AdminEnvironment,
  { audience }: Pick<ResourceInput, 'audience'>,
  id: string | undefined,
): Promise<void> {
  const all = await listResources(records)
  if (!all.some((other) => other.audience === audience && other.id !== id)) return
  throw new InputError(RESOURCE_SUBJECT, ["'audiences' has the identifier of another resource."])
}

function shown(
  { issuer, signingKeys }: AdminEnvironment,
  status: number,
  resource: Resource,
): Answer {
  return taggedAnswer(status, resourceJson(resource, issuer, signingKeys), resource)
}
