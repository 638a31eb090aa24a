/**
 * All scopes that can be granted: those of the admin API, and those of the operator's resources.
 * @module
 */

import { api } from './api.ts'
import { readOrganization } from './organization.ts'

/** A scope that can be granted. */
export interface KnownScope {
  readonly name: string
  readonly description: string
  /** The issuer that a grant of it names. */
  readonly issuer: string
  /** What it belongs to, in words. */
  readonly of: string
  /** Whether it gives power over this server. */
  readonly isProtected: boolean
}

interface Resource {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly status: 'ACTIVE' | 'INACTIVE'
}

interface ResourceScope {
  readonly name: string
  readonly description: string | null
}

/** Reads them; those of resources first. `ofServer` is what the admin API is called. */
export async function readScopes(
  ofServer: string,
  abort: AbortSignal,
): Promise<readonly KnownScope[]> {
  const options = { signal: abort }
  const [organization, resources] = await Promise.all([
    readOrganization(),
    api.get<readonly Resource[]>('/api/v1/authorizationServers', options),
  ])
  const ofResources = await Promise.all(
    resources.body.map(async ({ id, name, issuer }) => {
      const path = `/api/v1/authorizationServers/${encodeURIComponent(id)}/scopes`
      const { body } = await api.get<readonly ResourceScope[]>(path, options)
      return body.map((scope) => ({
        name: scope.name,
        description: scope.description ?? '',
        issuer,
        of: name,
        isProtected: false,
      }))
    }),
  )
  const own = organization.scopes.map((scope) => ({
    ...scope,
    issuer: organization.issuer,
    of: ofServer,
  }))
  return [...ofResources.flat(), ...own]
}

/** A scope in one line, to tell it from others. */
export function scopeKey({
  issuer,
  name,
}: {
  readonly issuer: string
  readonly name: string
}): string {
  return `${issuer} ${name}`
}
