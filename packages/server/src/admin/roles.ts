/**
 * Admin roles of a service app: Okta's `/oauth2/v1/clients/{id}/roles`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type { RoleAssignment } from '../storage/ports.ts'
import { ApiError, notFound } from './api-error.ts'
import {
  type AdminCall,
  type AdminEnvironment,
  changeApp,
  changeEntry,
  jsonBody,
  pathParameter,
  readApp,
} from './call.ts'
import { readRoleInput } from './input.ts'
import { requireRole } from './permissions.ts'
import { roleJson } from './wire.ts'

/** Lists the roles of an app. */
export async function listRoles(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { clientId, roles } = await readApp(environment, pathParameter(call, 'clientId'))
  const body = roles.map((assignment) => roleJson(assignment, clientId, environment.issuer))
  return { status: 200, body }
}

/** Assigns a role. */
export async function addRole(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const role = readRoleInput(jsonBody(call))
  const clientId = pathParameter(call, 'clientId')
  const assignment = await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    if (app.roles.some((other) => other.role === role)) throw new ApiError('E0000090')
    const added: RoleAssignment = { id: newIdentifier('ra1'), role, created: call.now }
    return {
      next: { ...app, roles: [...app.roles, added] },
      audit: [changeEntry(call, 'role.assigned', clientId, { assignmentId: added.id, role })],
      answer: added,
    }
  })
  return { status: 201, body: roleJson(assignment, clientId, environment.issuer) }
}

/** Takes a role back. */
export async function deleteRole(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'clientId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    const assignmentId = pathParameter(call, 'roleAssignmentId')
    const assignment = app.roles.find(({ id }) => id === assignmentId)
    if (assignment === undefined) throw notFound(assignmentId, 'RoleAssignment')
    const { role } = assignment
    return {
      next: { ...app, roles: app.roles.filter(({ id }) => id !== assignmentId) },
      audit: [changeEntry(call, 'role.removed', clientId, { assignmentId, role })],
      answer: undefined,
    }
  })
  return { status: 204 }
}
