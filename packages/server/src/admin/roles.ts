/**
 * Admin roles of service apps and of people: Okta's `/oauth2/v1/clients/{id}/roles` and
 * `/api/v1/users/{id}/roles`.
 * @module
 */

import type { Answer } from '../http/exchange.ts'
import { newIdentifier } from '../identifiers.ts'
import type { Role, RoleAssignment } from '../storage/ports.ts'
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
import { changePerson, findPerson } from './people.ts'
import { requireRole } from './permissions.ts'
import { personUrl } from './people-wire.ts'
import { clientUrl, roleJson } from './wire.ts'

/** Lists the roles of an app. */
export async function listRoles(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { clientId, roles } = await readApp(environment, pathParameter(call, 'clientId'))
  const url = clientUrl(environment.issuer, clientId)
  return { status: 200, body: roles.map((assignment) => roleJson(assignment, 'CLIENT', url)) }
}

/** Shows one role of an app. */
export async function getRole(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const { clientId, roles } = await readApp(environment, pathParameter(call, 'clientId'))
  const { assignment } = without(roles, pathParameter(call, 'roleAssignmentId'))
  const url = clientUrl(environment.issuer, clientId)
  return { status: 200, body: roleJson(assignment, 'CLIENT', url) }
}

/** Assigns a role to an app. */
export async function addRole(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const role = readRoleInput(jsonBody(call))
  const clientId = pathParameter(call, 'clientId')
  const assignment = await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    const { roles, added } = withRole(app.roles, role, call.now)
    const entry = changeEntry(call, 'role.assigned', clientId, { assignmentId: added.id, role })
    return { next: { ...app, roles }, audit: [entry], answer: added }
  })
  const url = clientUrl(environment.issuer, clientId)
  return { status: 201, body: roleJson(assignment, 'CLIENT', url) }
}

/** Takes a role back from an app. */
export async function deleteRole(environment: AdminEnvironment, call: AdminCall): Promise<Answer> {
  const clientId = pathParameter(call, 'clientId')
  await changeApp(environment, call, clientId, (app, actor) => {
    requireRole(actor, 'SUPER_ADMIN')
    const { roles, assignment } = without(app.roles, pathParameter(call, 'roleAssignmentId'))
    const { id: assignmentId, role } = assignment
    const entry = changeEntry(call, 'role.removed', clientId, { assignmentId, role })
    return { next: { ...app, roles }, audit: [entry], answer: undefined }
  })
  return { status: 204 }
}

/** Lists the roles of a person. */
export async function listPersonRoles(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id, roles } = await findPerson(environment, call)
  const url = personUrl(environment.issuer, id)
  return { status: 200, body: roles.map((assignment) => roleJson(assignment, 'USER', url)) }
}

/** Shows one role of a person. */
export async function getPersonRole(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const { id, roles } = await findPerson(environment, call)
  const { assignment } = without(roles, pathParameter(call, 'roleAssignmentId'))
  return { status: 200, body: roleJson(assignment, 'USER', personUrl(environment.issuer, id)) }
}

/** Assigns a role to a person. */
export async function addPersonRole(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  const role = readRoleInput(jsonBody(call))
  const { id, assignment } = await changePerson(environment, call, (person) => {
    const { roles, added } = withRole(person.roles, role, call.now)
    const detail = { personId: person.id, assignmentId: added.id, role }
    return {
      next: { ...person, roles },
      audit: [changeEntry(call, 'role.assigned', undefined, detail)],
      answer: { id: person.id, assignment: added },
    }
  })
  return { status: 201, body: roleJson(assignment, 'USER', personUrl(environment.issuer, id)) }
}

/** Takes a role back from a person. */
export async function deletePersonRole(
  environment: AdminEnvironment,
  call: AdminCall,
): Promise<Answer> {
  await changePerson(environment, call, (person) => {
    const { roles, assignment } = without(person.roles, pathParameter(call, 'roleAssignmentId'))
    const detail = { personId: person.id, assignmentId: assignment.id, role: assignment.role }
    return {
      next: { ...person, roles },
      audit: [changeEntry(call, 'role.removed', undefined, detail)],
      answer: undefined,
    }
  })
  return { status: 204 }
}

/** The roles with one more. One that came with a grant is from now on one that somebody assigned. */
function withRole(
  roles: readonly RoleAssignment[],
  role: Role,
  now: number,
): { readonly roles: readonly RoleAssignment[]; readonly added: RoleAssignment } {
  const existing = roles.find((other) => other.role === role)
  if (existing !== undefined && existing.isAutomatic !== true) throw new ApiError('E0000090')
  const added = { id: existing?.id ?? newIdentifier('ra1'), role, created: now }
  return { roles: [...roles.filter((other) => other !== existing), added], added }
}

function without(
  roles: readonly RoleAssignment[],
  assignmentId: string,
): { readonly roles: readonly RoleAssignment[]; readonly assignment: RoleAssignment } {
  const assignment = roles.find(({ id }) => id === assignmentId)
  if (assignment === undefined) throw notFound(assignmentId, 'RoleAssignment')
  return { roles: roles.filter((other) => other !== assignment), assignment }
}
