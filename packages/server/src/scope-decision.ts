/**
 * What a token would be for, and with which scopes: decided in one place for whoever issues it and for
 * whoever explains it.
 * @module
 */

import { OAuthError } from './oauth-error.ts'
import type { Resources, TargetFault, TokenTarget } from './resources.ts'
import type { ServiceApp } from './storage/ports.ts'

/** What a request says about scopes. */
export interface ScopeParameters {
  readonly resource: string | undefined
  readonly scope: string | undefined
}

/** The resource that is asked for: at an endpoint of its own there is no other. */
export function chooseTarget(
  { resource, scope }: ScopeParameters,
  resources: Pick<Resources, 'choose'>,
  at: TokenTarget | undefined,
): TokenTarget | TargetFault {
  if (at === undefined) return resources.choose(resource, scope)
  return resource === undefined || resource === at.audience ? at : 'unknown_resource'
}

/**
 * The resource, when one could be chosen.
 *
 * @throws {@link OAuthError} `invalid_target`.
 */
export function requireTarget(chosen: TokenTarget | TargetFault): TokenTarget {
  if (typeof chosen !== 'string') return chosen
  throw new OAuthError('invalid_target', { description: describeTargetFault(chosen) })
}

/** The scopes of a resource that are granted to an app. */
export function grantedScopes(
  app: Pick<ServiceApp, 'grants'>,
  target: TokenTarget,
): ReadonlySet<string> {
  const granted = new Set<string>()
  for (const grant of app.grants) if (target.covers(grant)) granted.add(grant.scope)
  return granted
}

/** Whether scopes that were not granted are left out, as Okta does, or refused. */
export function ungrantedScopes(profile: { readonly name: string }): 'left_out' | 'refused' {
  return profile.name === 'okta' ? 'left_out' : 'refused'
}

function describeTargetFault(fault: TargetFault): string {
  switch (fault) {
    case 'unknown_resource':
      return "The value of 'resource' must be the identifier of a resource of this server."
    case 'several_resources':
      return 'The requested scopes belong to more than one resource. Ask for those of one resource at a time.'
    case 'ambiguous_scope':
      return "More than one resource has the requested scopes. Name one with the parameter 'resource'."
  }
}
