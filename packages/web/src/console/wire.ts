/**
 * What the console reads of the admin API's answers. The OpenAPI document describes them whole; here stands what the
 * screens show. Whatever is not read here is not there for them.
 * @module
 */

/** A role of an app or of a person. */
export type Role = 'SUPER_ADMIN' | 'APP_ADMIN' | 'READ_ONLY_ADMIN'

/** One's own session: `GET /api/v1/sessions/me`. Times are ISO 8601. */
export interface OwnSession {
  readonly id: string
  readonly userId: string
  readonly login: string
  readonly profile: { readonly firstName: string | null; readonly lastName: string | null }
  readonly roles: readonly Role[]
  /** When it ends if nothing happens any more. */
  readonly expiresAt: string
  /** When it ends whatever happens. */
  readonly endsAt: string
  readonly idleSeconds: number
  /** Until when changes are taken without another passkey check. */
  readonly freshUntil: string
  readonly csrfToken: string
}

/** A public key of an app. */
export interface AppKey {
  readonly id: string
  readonly kid: string
  readonly kty: string
  readonly alg: string | null
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly created: string
  readonly lastUpdated: string
  readonly createdBy?: { readonly id: string; readonly type: 'Client' | 'User' }
  readonly expires_at: string | null
  readonly firstUsed?: string
  readonly lastUsed?: string
  /** When it was revoked for good. */
  readonly revoked?: string
  readonly [member: string]: unknown
}

/** The settings of an app that differ from the server's. */
export interface AppSettings {
  readonly dpop_bound_access_tokens: boolean
  readonly jwks_uri?: string
  readonly token_endpoint_auth_signing_alg?: string
  readonly security_profile?: 'okta' | 'strict'
  readonly access_token_lifetime_seconds?: number
  readonly self_service_key_rotation?: boolean
  readonly contacts?: readonly string[]
  readonly notes?: string
}

/** A service app: `GET /api/v1/apps/{id}`. */
export interface App {
  readonly id: string
  readonly label: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly created: string
  readonly lastUpdated: string
  readonly settings: {
    readonly oauthClient: AppSettings & { readonly jwks: { readonly keys: readonly AppKey[] } }
  }
  /** With `expand=privileges`. */
  readonly _embedded?: {
    readonly privileges: { readonly scopes: readonly string[]; readonly roles: readonly Role[] }
    readonly use: { readonly lastUsed: string | null }
  }
}

/** A scope that is granted to an app. */
export interface Grant {
  readonly id: string
  readonly created: string
  readonly createdBy: { readonly id: string; readonly type: 'Client' | 'User' }
  readonly issuer: string
  readonly scopeId: string
}

/** A role that is assigned to an app or a person. */
export interface RoleAssignment {
  readonly id: string
  readonly label: string
  readonly type: Role
  readonly created: string
}

/** Where the person of an account is with it. */
export type PersonStatus = 'STAGED' | 'PROVISIONED' | 'ACTIVE' | 'DEPROVISIONED'

/** A person who administers. */
export interface Person {
  readonly id: string
  readonly status: PersonStatus
  readonly created: string
  readonly lastLogin: string | null
  readonly profile: {
    readonly firstName: string | null
    readonly lastName: string | null
    readonly login: string
    readonly email: string
  }
}

/** An entry of the audit log. */
export interface LogEvent {
  readonly uuid: string
  readonly published: string
  readonly eventType: string
  readonly severity: 'INFO' | 'WARN' | 'ERROR'
  readonly displayMessage: string
  readonly actor: { readonly id: string; readonly type: string }
  readonly client: { readonly ipAddress: unknown; readonly userAgent: unknown }
  readonly outcome: { readonly result: string; readonly reason: unknown }
  readonly target: readonly { readonly id: string; readonly type: string }[]
  readonly transaction: { readonly id: string }
  readonly debugContext: { readonly debugData: Readonly<Record<string, unknown>> }
}

/** How one of the two profiles judges. */
export interface ProfileFacts {
  readonly name: 'okta' | 'strict'
  readonly algorithms: readonly string[]
  readonly audience: 'ISSUER' | 'ISSUER_OR_ENDPOINT'
  readonly isJtiRequired: boolean
  readonly maxLifetimeSeconds: number
  readonly clockToleranceSeconds: number
  readonly tokenLifetimeSeconds: number
}

/** What the server is: `GET /api/v1/org`. */
export interface Organization {
  readonly issuer: string
  readonly version: string
  readonly environment: 'development' | 'production'
  readonly time: string
  readonly startedAt: string
  readonly securityProfile: 'okta' | 'strict'
  readonly profiles: readonly ProfileFacts[]
  readonly tokenLifetimeSeconds: { readonly min: number; readonly max: number }
  readonly scopes: readonly {
    readonly name: string
    readonly description: string
    readonly isProtected: boolean
  }[]
  readonly options: readonly {
    readonly name: string
    readonly value: string | number | boolean | readonly string[] | null
    readonly source: 'DEFAULT' | 'START'
  }[]
}

/** Refusals of one reason, of one app, with one key: `GET /api/v1/logs/reasons`. */
export interface ReasonGroup {
  readonly eventType: string
  readonly check: string | null
  readonly reason: string | null
  readonly error: string
  readonly sentence: string
  readonly clientId: string | null
  readonly label: string | null
  readonly kid: string | null
  readonly count: number
  readonly first: string
  readonly last: string
  readonly lastRequestId: string
  readonly series: readonly number[]
  readonly cause: LogEvent | null
}
