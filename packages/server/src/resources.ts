/**
 * The resources that tokens are for: the server's own admin API, and the APIs of the operator, each with
 * its identifier, its scopes and its policy.
 * @module
 */

import { isKnownScope, SCOPES } from './scopes.ts'
import type { Grant } from './storage/ports.ts'

/** A scope of a resource. */
export interface ResourceScope {
  /** What grants of it name, so that a scope that is made again does not bring back grants of the one before. */
  readonly id: string
  readonly name: string
  /** What people call it. */
  readonly displayName?: string
  readonly description: string
  /** Whether it is asked for when a request names none. */
  readonly isDefault: boolean
  /** Whether the metadata leaves it out. */
  readonly isHidden?: boolean
}

/** What tokens for a resource are like. */
export interface ResourcePolicy {
  /** Seconds for which tokens are good, unless the app says otherwise. */
  readonly tokenLifetimeSeconds?: number
  /** Whether only tokens that are bound to a key are issued (RFC 9449). */
  readonly isDpopRequired?: boolean
}

/** An API that tokens are for, as an administrator manages it. */
export interface Resource {
  /** Its name in paths: `/oauth2/{id}/v1/token`. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** Its identifier, an absolute URI or a name: `aud` of its tokens. */
  readonly audience: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly scopes: readonly ResourceScope[]
  readonly policy: ResourcePolicy
  /** The apps that act for the resource, and so may ask about its tokens. */
  readonly introspectionClients: readonly string[]
  /** Milliseconds since 1970. */
  readonly created: number
  readonly lastUpdated: number
}

/** A resource, as token requests see it. */
export interface TokenTarget {
  /** `undefined` for the server's own. */
  readonly resourceId: string | undefined
  readonly audience: string
  readonly policy: ResourcePolicy
  isKnown(scope: string): boolean
  /** Whether a grant is about a scope that it has. */
  covers(grant: Grant): boolean
  /** The scopes of a request that names none. */
  readonly defaultScopes: readonly string[]
}

/** Why no resource could be chosen. */
export type TargetFault = 'unknown_resource' | 'several_resources' | 'ambiguous_scope'

/** A resource that was found. */
export interface FoundResource {
  readonly resource: Resource
  readonly target: TokenTarget
  /** The issuer identifier of its own endpoints. */
  readonly issuer: string
}

/** All resources, in memory. */
export interface Resources {
  /** The server's own: its admin API. */
  readonly own: TokenTarget
  /** An active one, and what it is to token requests. */
  find(id: string): FoundResource | undefined
  /** The resource with an identifier, or else the one whose scopes are asked for. */
  choose(identifier: string | undefined, scope: string | undefined): TokenTarget | TargetFault
  /** The active ones. */
  list(): readonly Resource[]
  /** Replaces what is known. */
  replace(resources: readonly Resource[]): void
}

/** Keeps the resources of a server. */
export function createResources(issuer: string): Resources {
  const own: TokenTarget = {
    resourceId: undefined,
    audience: issuer,
    policy: {},
    isKnown: isKnownScope,
    covers: ({ resource }) => resource === undefined,
    defaultScopes: [],
  }
  let byId = new Map<string, FoundResource>()
  let byAudience = new Map<string, TokenTarget>()
  let byScope = new Map<string, readonly TokenTarget[]>()

  const replace = (resources: readonly Resource[]): void => {
    const active = resources.filter(({ status }) => status === 'ACTIVE')
    const entries = active.map((resource) => ({
      resource,
      target: targetOf(resource),
      issuer: issuerOf(issuer, resource.id),
    }))
    byId = new Map(entries.map((entry) => [entry.resource.id, entry]))
    const holders = new Map<string, FoundResource>()
    for (const entry of entries) {
      const { audience } = entry.target
      const holder = holders.get(audience)
      // Whatever two administrators did at once: an identifier belongs to the resource that had it first.
      if (holder !== undefined && holder.resource.created <= entry.resource.created) continue
      holders.set(audience, entry)
    }
    byAudience = new Map([...holders].map(([audience, { target }]) => [audience, target]))
    byAudience.set(issuer, own)
    byScope = new Map(SCOPES.map((scope) => [scope, [own]]))
    for (const { resource, target } of entries) {
      for (const { name } of resource.scopes) {
        byScope.set(name, [...(byScope.get(name) ?? []), target])
      }
    }
  }
  replace([])

  return {
    own,
    find: (id) => byId.get(id),
    choose(identifier, scope) {
      if (identifier !== undefined) return byAudience.get(identifier) ?? 'unknown_resource'
      if (scope === undefined) return own
      return chooseByScope(scope, byScope) ?? own
    },
    list: () => [...byId.values()].map(({ resource }) => resource),
    replace,
  }
}

/** The issuer identifier of the endpoints of a resource. */
export function issuerOf(server: string, resourceId: string): string {
  return `${server}/oauth2/${resourceId}`
}

/** The resource whose issuer identifier it is, whether it exists or not. */
export function resourceIdOf(server: string, issuer: string): string | undefined {
  const id = issuer.slice(issuerOf(server, '').length)
  return issuer === issuerOf(server, id) && /^[\w-]+$/.test(id) ? id : undefined
}

function targetOf({ id, audience, policy, scopes }: Resource): TokenTarget {
  const ids = new Map(scopes.map((scope) => [scope.name, scope.id]))
  return {
    resourceId: id,
    audience,
    policy,
    isKnown: (scope) => ids.has(scope),
    covers: (grant) =>
      grant.resource === id && (grant.scopeId ?? ids.get(grant.scope)) === ids.get(grant.scope),
    defaultScopes: scopes.filter(({ isDefault }) => isDefault).map(({ name }) => name),
  }
}

/** The one resource that has the scopes. Scopes that nobody has are passed over: they are refused later. */
function chooseByScope(
  scope: string,
  byScope: ReadonlyMap<string, readonly TokenTarget[]>,
): TokenTarget | TargetFault | undefined {
  let candidates: readonly TokenTarget[] | undefined
  for (const name of scope.split(' ')) {
    const holders = byScope.get(name)
    if (holders === undefined) continue
    const before = candidates ?? holders
    candidates = before.filter((target) => holders.includes(target))
    if (candidates.length === 0) return 'several_resources'
  }
  return candidates === undefined || candidates.length === 1 ? candidates?.[0] : 'ambiguous_scope'
}
