/**
 * What is shown to people of the settings of a service app: those in which it differs from the rest.
 * @module
 */

import type { App } from '../../admin-api.ts'

/** Label and value of each. */
export function settingRows({ settings }: App): readonly (readonly [string, string])[] {
  const { oauthClient: client } = settings
  const rows: readonly (readonly [label: string, value: unknown])[] = [
    ['Keys at', client['jwks_uri']],
    ['Profile', client['security_profile']],
    ['Signs with', client['token_endpoint_auth_signing_alg']],
    ['Assertions', atMostSeconds(client['max_assertion_lifetime_seconds'])],
    ['jti', client['require_jti'] === true ? 'required' : undefined],
    ['Networks', listed(client['allowed_networks'])],
    ['Tokens', forSeconds(client['access_token_lifetime_seconds'])],
    ['DPoP', client['dpop_bound_access_tokens'] === true ? 'required' : undefined],
    [
      'Rotation',
      client['self_service_key_rotation'] === true ? 'may replace its own key' : undefined,
    ],
    ['Contacts', listed(client['contacts'])],
    ['Notes', client['notes']],
  ]
  return rows.flatMap(([label, value]) =>
    typeof value === 'string' ? [[label, value] as const] : [],
  )
}

function listed(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join(', ') : undefined
}

function atMostSeconds(lifetime: unknown): string | undefined {
  return typeof lifetime === 'number' ? `good for at most ${lifetime} s` : undefined
}

function forSeconds(lifetime: unknown): string | undefined {
  return typeof lifetime === 'number' ? `good for ${lifetime} s` : undefined
}
