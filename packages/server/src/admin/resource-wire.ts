/**
 * Resources on the wire: Okta's `AuthorizationServer` and `OAuth2Scope`, with members of our own beside theirs.
 * @module
 */

import { currentKey } from '../signing-key-ring.ts'
import type { SigningKeyStore } from '../signing-key-store.ts'
import { DEFAULT_RESOURCE } from '../resource-store.ts'
import { issuerOf, type Resource, type ResourceScope } from '../resources.ts'
import type { Status } from '../storage/ports.ts'
import { date, link } from './wire.ts'

/** A resource, as `/api/v1/authorizationServers` shows it. */
export interface ResourceJson {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly audiences: readonly [string]
  readonly issuer: string
  readonly issuerMode: 'ORG_URL'
  readonly status: Status
  readonly created: string
  readonly lastUpdated: string
  readonly default: boolean
  readonly credentials: {
    readonly signing: {
      readonly use: 'sig'
      readonly kid: string
      readonly rotationMode: 'AUTO' | 'MANUAL'
      readonly lastRotated?: string
      readonly nextRotation?: string
    }
  }
  /** Our own: 300 to 3600. */
  readonly access_token_lifetime_seconds?: number
  /** Our own: whether all its tokens are bound to a key (RFC 9449). */
  readonly dpop_bound_access_tokens: boolean
  /** Our own: who may ask about its tokens, beside whom they were issued to. */
  readonly introspection_clients: readonly string[]
  readonly _links: object
}

/** A scope of a resource, as `/api/v1/authorizationServers/{id}/scopes` shows it. */
export interface ScopeJson {
  readonly id: string
  readonly name: string
  readonly displayName: string | null
  readonly description: string
  readonly system: false
  readonly default: boolean
  readonly optional: false
  readonly consent: 'IMPLICIT'
  readonly metadataPublish: 'ALL_CLIENTS' | 'NO_CLIENTS'
  readonly _links: object
}

/** Where a resource is in the admin API. */
export function resourceUrl(issuer: string, id: string): string {
  return `${issuer}/api/v1/authorizationServers/${id}`
}

/** Writes a resource. */
export function resourceJson(
  resource: Resource,
  issuer: string,
  signingKeys: SigningKeyStore,
): ResourceJson {
  const { id, name, description, audience, status, policy, introspectionClients } = resource
  const { tokenLifetimeSeconds, isDpopRequired = false } = policy
  const url = resourceUrl(issuer, id)
  const own = issuerOf(issuer, id)
  const metadata = (of: string) => ({
    name: of,
    ...link(`${own}/.well-known/${of}`, 'GET'),
  })
  return {
    id,
    name,
    description,
    audiences: [audience],
    issuer: own,
    issuerMode: 'ORG_URL',
    status,
    created: date(resource.created),
    lastUpdated: date(resource.lastUpdated),
    default: id === DEFAULT_RESOURCE,
    credentials: { signing: signingJson(signingKeys) },
    ...(tokenLifetimeSeconds === undefined
      ? undefined
      : { access_token_lifetime_seconds: tokenLifetimeSeconds }),
    dpop_bound_access_tokens: isDpopRequired,
    introspection_clients: introspectionClients,
    _links: {
      self: link(url, 'GET', 'PUT', 'DELETE'),
      scopes: link(`${url}/scopes`, 'GET'),
      keys: link(`${url}/credentials/keys`, 'GET'),
      rotateKey: link(`${url}/credentials/lifecycle/keyRotate`, 'POST'),
      metadata: [metadata('oauth-authorization-server'), metadata('openid-configuration')],
      ...(status === 'ACTIVE'
        ? { deactivate: link(`${url}/lifecycle/deactivate`, 'POST') }
        : { activate: link(`${url}/lifecycle/activate`, 'POST') }),
    },
  }
}

/** Writes a scope of a resource. */
export function scopeJson(scope: ResourceScope, resourceId: string, issuer: string): ScopeJson {
  const { id, name, displayName = null, description, isDefault, isHidden = false } = scope
  const url = `${resourceUrl(issuer, resourceId)}/scopes/${id}`
  return {
    id,
    name,
    displayName,
    description,
    system: false,
    default: isDefault,
    optional: false,
    consent: 'IMPLICIT',
    metadataPublish: isHidden ? 'NO_CLIENTS' : 'ALL_CLIENTS',
    _links: { self: link(url, 'GET', 'PUT', 'DELETE') },
  }
}

function signingJson({ ring, current, rotatesAt }: SigningKeyStore) {
  const common = { use: 'sig', kid: current.kid } as const
  if (ring === undefined) return { ...common, rotationMode: 'MANUAL' as const }
  const lastRotated = date(currentKey(ring).activated)
  return rotatesAt === undefined
    ? { ...common, rotationMode: 'MANUAL' as const, lastRotated }
    : { ...common, rotationMode: 'AUTO' as const, lastRotated, nextRotation: date(rotatesAt) }
}
