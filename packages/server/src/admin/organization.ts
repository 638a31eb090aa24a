/**
 * What this server is: Okta's `/api/v1/org`, with how it judges, and which of its options were given at its start.
 * @module
 */

import { type AssertionProfile, OKTA_PROFILE, STRICT_PROFILE } from '@keygrant/core/assertion'
import { DEFAULT_LIFETIME_SECONDS, TOKEN_LIFETIME_SECONDS } from '../app-policy.ts'
import type { Answer } from '../http/exchange.ts'
import { isProtectedScope, SCOPE_DESCRIPTIONS } from '../scopes.ts'
import type { AdminCall, AdminEnvironment } from './call.ts'
import { date } from './wire.ts'
import type { OrganizationJson, ProfileJson } from './wire-types.ts'

/** What the server knows of itself. */
export interface ServerFacts {
  readonly version: string
  readonly isDevelopment: boolean
  readonly profile: 'okta' | 'strict'
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The options that say how it runs; none of them is a secret. */
  readonly options: readonly ServerOption[]
}

/** An option, as it holds. */
export interface ServerOption {
  readonly name: string
  readonly value: string | number | boolean | readonly string[] | null
  /** Whether it is what it is when nobody says. */
  readonly isDefault: boolean
}

/** Shows what this server is. */
export async function getOrganization(
  { issuer, facts }: AdminEnvironment,
  { now }: AdminCall,
): Promise<Answer> {
  const { version, isDevelopment, profile, startedAt, options } = facts
  return {
    status: 200,
    body: {
      id: 'default',
      status: 'ACTIVE',
      issuer,
      version,
      environment: isDevelopment ? 'development' : 'production',
      time: date(now),
      startedAt: date(startedAt),
      securityProfile: profile,
      profiles: [OKTA_PROFILE, STRICT_PROFILE].map(profileJson),
      tokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS,
      scopes: Object.entries(SCOPE_DESCRIPTIONS).map(([name, description]) => ({
        name,
        description,
        isProtected: isProtectedScope(name),
      })),
      options: options.map(({ name, value, isDefault }) => ({
        name,
        value,
        source: isDefault ? 'DEFAULT' : 'START',
      })),
    } satisfies OrganizationJson,
  }
}

function profileJson({
  name,
  algorithms,
  audience,
  isJtiRequired,
  maxLifetimeSeconds,
  clockToleranceSeconds,
}: AssertionProfile): ProfileJson {
  return {
    name,
    algorithms,
    audience: audience === 'issuer' ? 'ISSUER' : 'ISSUER_OR_ENDPOINT',
    isJtiRequired,
    maxLifetimeSeconds,
    clockToleranceSeconds,
    tokenLifetimeSeconds: DEFAULT_LIFETIME_SECONDS[name],
  }
}
