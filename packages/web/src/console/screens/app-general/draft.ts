/**
 * The settings of an app while somebody changes them, and what of it is sent.
 * @module
 */

import type { App, Organization, ProfileFacts } from '../../wire.ts'

/** What a person has in hand. Empty texts stand for what holds for the whole server. */
export interface Draft {
  readonly label: string
  readonly owner: string
  readonly notes: string
  readonly profile: '' | 'okta' | 'strict'
  readonly algorithm: string
  /** Seconds. */
  readonly lifetime: string
  /** Seconds that `exp` may be ahead. */
  readonly maxLife: string
  readonly isJtiRequired: boolean
  /** One a line. */
  readonly networks: string
  readonly isDpopRequired: boolean
  readonly isSelfRotationAllowed: boolean
}

/** The draft of an app as it is. */
export function draftOf({ label, settings: { oauthClient: of } }: App): Draft {
  return {
    label,
    owner: of.contacts?.[0] ?? '',
    notes: of.notes ?? '',
    profile: of.security_profile ?? '',
    algorithm: of.token_endpoint_auth_signing_alg ?? '',
    lifetime: of.access_token_lifetime_seconds?.toString() ?? '',
    maxLife: of.max_assertion_lifetime_seconds?.toString() ?? '',
    isJtiRequired: of.require_jti ?? false,
    networks: of.allowed_networks?.join('\n') ?? '',
    isDpopRequired: of.dpop_bound_access_tokens,
    isSelfRotationAllowed: of.self_service_key_rotation ?? false,
  }
}

/** Whether there is something to save. */
export function isChanged(draft: Draft, app: App): boolean {
  return JSON.stringify(draft) !== JSON.stringify(draftOf(app))
}

/** What is sent: what differs, and `null` for what goes back to the server's default. */
export function changeOf(draft: Draft, app: App): object {
  const before = draftOf(app)
  const { contacts: [, ...others] = [] } = app.settings.oauthClient
  const members: Record<string, unknown> = {}
  const put = (name: string, isDifferent: boolean, value: unknown): void => {
    if (isDifferent) members[name] = value
  }
  const owner = draft.owner.trim()
  put('contacts', draft.owner !== before.owner, owner === '' ? others : [owner, ...others])
  put('notes', draft.notes !== before.notes, draft.notes === '' ? null : draft.notes)
  put('security_profile', draft.profile !== before.profile, draft.profile || null)
  put(
    'token_endpoint_auth_signing_alg',
    draft.algorithm !== before.algorithm,
    draft.algorithm || null,
  )
  put(
    'access_token_lifetime_seconds',
    draft.lifetime !== before.lifetime,
    draft.lifetime === '' ? null : Number(draft.lifetime),
  )
  put(
    'max_assertion_lifetime_seconds',
    draft.maxLife !== before.maxLife,
    draft.maxLife === '' ? null : Number(draft.maxLife),
  )
  put('require_jti', draft.isJtiRequired !== before.isJtiRequired, draft.isJtiRequired || null)
  const networks = draft.networks.split(/[\s,]+/).filter((text) => text !== '')
  put(
    'allowed_networks',
    draft.networks !== before.networks,
    networks.length === 0 ? null : networks,
  )
  put(
    'dpop_bound_access_tokens',
    draft.isDpopRequired !== before.isDpopRequired,
    draft.isDpopRequired,
  )
  put(
    'self_service_key_rotation',
    draft.isSelfRotationAllowed !== before.isSelfRotationAllowed,
    draft.isSelfRotationAllowed,
  )
  return {
    name: 'oidc_client',
    signOnMode: 'OPENID_CONNECT',
    label: draft.label.trim(),
    settings: { oauthClient: members },
  }
}

/** The profile by which a draft would be judged. */
export function profileOf({ profile }: Draft, organization: Organization): ProfileFacts {
  const name = profile || organization.securityProfile
  const found = organization.profiles.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no profile ${name}`)
  return found
}
