/**
 * Flags about how one service app differs from the rest, and what they are on the wire.
 * @module
 */

import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { withoutAbsent } from '../../client-configuration.ts'

/** Takes a setting back to what holds for the whole server. */
type Default = 'default'

/** Flags of the settings of an app. */
export interface SettingFlags {
  readonly jwksUri?: string
  readonly assertionProfile?: 'okta' | 'strict' | Default
  readonly assertionAlg?: JwsAlgorithmName | Default
  readonly tokenLifetime?: number | Default
  readonly maxAssertionLifetime?: number | Default
  readonly requireJti?: boolean
  readonly allowedNetworks?: readonly string[] | Default
  readonly requireDpop?: boolean
  readonly selfServiceRotation?: boolean
}

/** The settings that flags name, as members of the client; `null` takes one back. */
export function settingMembers(flags: SettingFlags): Readonly<Record<string, unknown>> {
  const named = (value: unknown): unknown => (value === 'default' ? null : value)
  return withoutAbsent({
    jwks_uri: flags.jwksUri,
    security_profile: named(flags.assertionProfile),
    token_endpoint_auth_signing_alg: named(flags.assertionAlg),
    access_token_lifetime_seconds: named(flags.tokenLifetime),
    max_assertion_lifetime_seconds: named(flags.maxAssertionLifetime),
    require_jti: flags.requireJti,
    allowed_networks: named(flags.allowedNetworks),
    dpop_bound_access_tokens: flags.requireDpop,
    self_service_key_rotation: flags.selfServiceRotation,
  })
}
