/**
 * Scopes that are granted to a service app: Okta's `/api/v1/apps/{id}/grants`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import { readResource } from '../resource-store.ts'
import { isKnownScope } from '../scopes.ts'
import type { Grant, ServiceApp } from '../storage/ports.ts'
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
import { readGrantInput } from './input.ts'
import { requireRole } from './permissions.ts'
import { roleEntries, withoutIdleRoles, withRoleFor } from './automatic-roles.ts'
import { readSetting } from './settings.ts'
import { grantJson } from './wire.ts'

const SUBJECT = 'OAuth2ScopeConsentGrant'

/** Lists the grants of an app. */
export async function listGrants(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const body = app.grants.map((grant) =>
    grantJson(grant, app, environment.issuer, isExpanded(call)),
  )
  return taggedAnswer(200, body, app.grants)
}

/** Shows one grant. */
export async function getGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const grant = findGrant(app, pathParameter(call, 'grantId'))
  return taggedAnswer(200, grantJson(grant, app, environment.issuer, isExpanded(call)), grant)
}

/** Grants a scope, of the server or of a resource. One that is granted already stays as it is. */
export async function addGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { scope, resourceId } = readGrantInput(jsonBody(call), environment.issuer)
  const clientId = pathParameter(call, 'appId')
  const found = await findGrantedScope(environment, scope, resourceId)
  const isRoleAdded = await readSetting(environment.records, 'clientPrivileges')
  const { app, grant } = await changeApp(environment, call, clientId, (current, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    requireMatch(call.request, current.grants)
    if (typeof found === 'string') throw new InputError(SUBJECT, [found])
    const existing = current.grants.find(
      (other) =>
        other.scope === scope &&
        other.resource === found.resource &&
        (other.scopeId ?? found.scopeId) === found.scopeId,
    )
    if (existing !== undefined) {
      return { next: current, audit: [], answer: { app: current, grant: existing } }
    }
    const { now, actorId } = call
    const id = newIdentifier('oag')
    const added: Grant = { id, scope, created: now, createdBy: actorId, ...found }
    const granted = { ...current, grants: [...current.grants, added] }
    const next = isRoleAdded ? withRoleFor(granted, scope, now) : granted
    const audit = [
      changeEntry(call, 'grant.created', clientId, { grantId: id, scope, ...resourceOf(added) }),
      ...roleEntries(call, current, next),
    ]
    return { next, audit, answer: { app: next, grant: added } }
  })
  return taggedAnswer(201, grantJson(grant, app, environment.issuer, true), grant)
}

/** Takes a scope back. */
export async function deleteGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    const grant = findGrant(app, pathParameter(call, 'grantId'))
    requireMatch(call.request, grant)
    const { id: grantId, scope } = grant
    const detail = { grantId, scope, ...resourceOf(grant) }
    const grants = app.grants.filter(({ id }) => id !== grantId)
    const next = withoutIdleRoles({ ...app, grants })
    const audit = [
      changeEntry(call, 'grant.deleted', clientId, detail),
      ...roleEntries(call, app, next),
    ]
    return { next, audit, answer: undefined }
  })
  return { status: 204 }
}

/** Whose scope is granted, or why it can't be. */
async function findGrantedScope(
  { records }: AdminEnvironment,
  scope: string,
  resourceId: string | undefined,
): Promise<Pick<Grant, 'resource' | 'scopeId'> | string> {
  if (resourceId === undefined) {
    return isKnownScope(scope) ? {} : "'scopeId' is not a scope of this server."
  }
  const record = await records.find('resource', resourceId)
  if (record === undefined) return "'issuer' is not that of a resource of this server."
  const found = readResource(record).scopes.find(({ name }) => name === scope)
  if (found === undefined) return "'scopeId' is not a scope of the resource."
  return { resource: resourceId, scopeId: found.id }
}

function resourceOf({ resource }: Grant): { readonly resource?: string } {
  return resource === undefined ? {} : { resource }
}

function isExpanded({ request: { query } }: AdminCall): boolean {
  return query.get('expand') === 'scope'
}

function findGrant(app: ServiceApp, grantId: string): Grant {
  const grant = app.grants.find(({ id }) => id === grantId)
  if (grant === undefined) throw notFound(grantId, SUBJECT)
  return grant
}
