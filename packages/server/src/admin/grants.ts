/**
 * Scopes that are granted to a service app: Okta's `/api/v1/apps/{id}/grants`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
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
import { grantJson } from './wire.ts'

const SUBJECT = 'OAuth2ScopeConsentGrant'

/** Lists the grants of an app. */
export async function listGrants(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const body = app.grants.map((grant) => grantJson(grant, app, environment.issuer))
  return taggedAnswer(200, body, app.grants)
}

/** Shows one grant. */
export async function getGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const app = await readApp(environment, pathParameter(call, 'appId'))
  const grant = findGrant(app, pathParameter(call, 'grantId'))
  return taggedAnswer(200, grantJson(grant, app, environment.issuer), grant)
}

/** Grants a scope. One that is granted already stays as it is. */
export async function addGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const scope = readGrantInput(jsonBody(call), environment.issuer)
  const clientId = pathParameter(call, 'appId')
  const { app, grant } = await changeApp(environment, call, clientId, (current, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    requireMatch(call.request, current.grants)
    if (!isKnownScope(scope)) {
      throw new InputError(SUBJECT, ["'scopeId' is not a scope of this server."])
    }
    const existing = current.grants.find((other) => other.scope === scope)
    if (existing !== undefined) {
      return { next: current, audit: [], answer: { app: current, grant: existing } }
    }
    const { now, actorId } = call
    const added: Grant = { id: newIdentifier('oag'), scope, created: now, createdBy: actorId }
    const next = { ...current, grants: [...current.grants, added] }
    const entry = changeEntry(call, 'grant.created', clientId, { grantId: added.id, scope })
    return { next, audit: [entry], answer: { app: next, grant: added } }
  })
  return taggedAnswer(201, grantJson(grant, app, environment.issuer), grant)
}

/** Takes a scope back. */
export async function deleteGrant(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'appId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    const grant = findGrant(app, pathParameter(call, 'grantId'))
    requireMatch(call.request, grant)
    const { id: grantId, scope } = grant
    return {
      next: { ...app, grants: app.grants.filter(({ id }) => id !== grantId) },
      audit: [changeEntry(call, 'grant.deleted', clientId, { grantId, scope })],
      answer: undefined,
    }
  })
  return { status: 204 }
}

function findGrant(app: ServiceApp, grantId: string): Grant {
  const grant = app.grants.find(({ id }) => id === grantId)
  if (grant === undefined) throw notFound(grantId, SUBJECT)
  return grant
}
