// The public API of @keygrant/server/admin/wire, as compiled. Written by "npm run api"; not edited by hand.

// admin/wire-types.d.ts

/**
 * The JSON of the admin API, as types: what the console reads, and what a script may.
 * @module
 */
import type { PublicJwk } from '@keygrant/core/keys';
import type { AuditValue, KeySource, Role, Status } from '../storage/ports.ts';
export type { Role };
type Links = Readonly<Record<string, unknown>>;
/** The settings of an app on the wire. */
export interface SettingsJson {
    readonly dpop_bound_access_tokens: boolean;
    readonly jwks_uri?: string;
    readonly token_endpoint_auth_signing_alg?: string;
    /** Our own: `okta` or `strict`. */
    readonly security_profile?: 'okta' | 'strict';
    /** Our own: 300 to 3600. */
    readonly access_token_lifetime_seconds?: number;
    /** Our own: 30 to 3600, and never more than the profile allows. */
    readonly max_assertion_lifetime_seconds?: number;
    /** Our own: whether its assertions need a `jti` where the profile does without. */
    readonly require_jti?: boolean;
    /** Our own: the networks that its requests have to come from. */
    readonly allowed_networks?: readonly string[];
    /** Our own: whether the app may replace its own key. */
    readonly self_service_key_rotation?: boolean;
    /** Who is responsible for it (RFC 7591, section 2). */
    readonly contacts?: readonly string[];
    /** Our own: what administrators tell each other. */
    readonly notes?: string;
}
/** A key of an app, as `/api/v1/apps/{id}/credentials/jwks` shows it. */
export interface KeyJson {
    readonly id: string;
    readonly kid: string;
    readonly kty: string;
    readonly alg: string | null;
    readonly use: string | null;
    readonly status: Status;
    readonly created: string;
    readonly lastUpdated: string;
    /** Our own: who registered it. */
    readonly createdBy?: {
        readonly id: string;
        readonly type: 'Client' | 'User';
    };
    /** Our own: by which way. Absent: it is from before this was kept. */
    readonly source?: Uppercase<KeySource>;
    /** Our own: when it ceases to be good, if it does. */
    readonly expires_at: string | null;
    /** Our own: the hour of its first use, and its last use. */
    readonly firstUsed?: string;
    readonly lastUsed?: string;
    /** Our own: when it was revoked. */
    readonly revoked?: string;
    readonly [member: string]: unknown;
}
/** An access token that an app got, as `/api/v1/apps/{id}/tokens` shows it: never the token itself. */
export interface TokenJson {
    /** Its `jti`. */
    readonly id: string;
    readonly status: 'ACTIVE' | 'REVOKED' | 'EXPIRED';
    readonly created: string;
    readonly lastUpdated: string;
    readonly expiresAt: string;
    readonly issuer: string;
    readonly clientId: string;
    /** Our own: the key that authenticated the request. */
    readonly kid: string;
    readonly scopes: readonly string[];
    /** Our own: the request by which the app got it. */
    readonly requestId: string;
    readonly _links: Links;
}
/** How often a key was used in one hour. */
export interface UseJson {
    /** When the hour began. */
    readonly hour: string;
    readonly count: number;
}
/** Who may change the keys of an app, as `/api/v1/apps/{id}/credentials/authority` shows it. */
export interface KeyAuthorityJson {
    /** One of these roles is needed. */
    readonly roles: readonly Role[];
    /** What the app holds for which it needs a SUPER_ADMIN; both are empty when an APP_ADMIN suffices. */
    readonly because: {
        readonly grants: readonly string[];
        readonly roles: readonly Role[];
    };
    /** Whether whoever asks may. */
    readonly isAllowed: boolean;
}
/** A service app, as `/api/v1/apps` shows it. */
export interface AppJson {
    readonly id: string;
    readonly orn: string;
    readonly name: 'oidc_client';
    readonly label: string;
    readonly status: Status;
    readonly created: string;
    readonly lastUpdated: string;
    readonly signOnMode: 'OPENID_CONNECT';
    readonly credentials: {
        readonly oauthClient: {
            readonly client_id: string;
            readonly token_endpoint_auth_method: 'private_key_jwt';
            readonly autoKeyRotation: true;
            readonly pkce_required: false;
        };
    };
    readonly settings: {
        readonly oauthClient: SettingsJson & {
            readonly application_type: 'service';
            readonly grant_types: readonly ['client_credentials'];
            readonly response_types: readonly ['token'];
            readonly jwks: {
                readonly keys: readonly KeyJson[];
            };
            readonly consent_method: 'TRUSTED';
            readonly issuer_mode: 'ORG_URL';
        };
    };
    /** With `expand=privileges`. */
    readonly _embedded?: {
        readonly privileges: {
            readonly scopes: readonly string[];
            readonly roles: readonly Role[];
        };
        /** When it last got a token. */
        readonly use: {
            readonly lastUsed: string | null;
        };
    };
    readonly _links: Links;
}
/** A service app, as `/oauth2/v1/clients` shows it (RFC 7591, section 3.2.1). */
export interface ClientJson extends SettingsJson {
    readonly client_id: string;
    /** NumericDate. */
    readonly client_id_issued_at: number;
    readonly client_name: string;
    readonly client_uri: null;
    readonly logo_uri: null;
    readonly redirect_uris: readonly [];
    readonly response_types: readonly ['token'];
    readonly grant_types: readonly ['client_credentials'];
    readonly token_endpoint_auth_method: 'private_key_jwt';
    readonly application_type: 'service';
    readonly jwks: {
        readonly keys: readonly {
            readonly [member: string]: unknown;
        }[];
    };
}
/** A granted scope, as `/api/v1/apps/{id}/grants` shows it. */
export interface GrantJson {
    readonly id: string;
    readonly status: 'ACTIVE';
    readonly created: string;
    readonly createdBy: {
        readonly id: string;
        readonly type: 'Client' | 'User';
    };
    readonly lastUpdated: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly scopeId: string;
    readonly source: 'ADMIN';
    readonly _embedded?: {
        readonly scope: {
            readonly id: string;
        };
    };
    readonly _links: Links;
}
/** An assigned role, as `/oauth2/v1/clients/{id}/roles` and `/api/v1/users/{id}/roles` show it. */
export interface RoleJson {
    readonly id: string;
    readonly label: string;
    readonly type: Role;
    readonly status: 'ACTIVE';
    readonly created: string;
    readonly lastUpdated: string;
    readonly assignmentType: 'CLIENT' | 'USER';
    readonly _links: Links;
}
/** An app that has a key, too. */
export interface SharingAppJson {
    readonly clientId: string;
    readonly label: string;
}
/** How it is with the `jwks_uri` of an app, as `/api/v1/apps/{id}/credentials/jwks` shows it. */
export interface PublishedKeysJson {
    readonly jwks_uri: string;
    /** When it was asked last, and when it gave keys last; `null` for never. */
    readonly lastAttempt: string | null;
    readonly lastSuccess: string | null;
    /** Since when it gives none, and why; `null` when it does. */
    readonly failingSince: string | null;
    readonly fault: string | null;
    /** Until when the last good copy counts, of this process; `null` when it holds none. */
    readonly usableUntil: string | null;
}
/** What a URL gives, as `/api/v1/jwks/preview` shows it. */
export interface JwksPreviewJson {
    readonly jwks_uri: string;
    /** Why nothing of it can be used. */
    readonly fault: string | null;
    readonly keys: readonly {
        readonly kid: string | null;
        readonly kty: string | null;
        readonly alg: string | null;
        readonly thumbprint: string | null;
        /** Its public members; `null` of what is no key. */
        readonly jwk: PublicJwk | null;
        /** Whether assertions may be signed with it. */
        readonly isTaken: boolean;
        readonly findings: readonly {
            readonly severity: 'error' | 'warning' | 'info';
            readonly sentence: string;
            readonly fix: string;
        }[];
        /** Apps that have it registered. */
        readonly sharedWith: readonly SharingAppJson[];
    }[];
}
/** An entry of the audit log, as `/api/v1/logs` shows it. */
export interface LogEventJson {
    readonly uuid: string;
    readonly published: string;
    readonly eventType: string;
    readonly version: '0';
    readonly severity: 'INFO' | 'WARN' | 'ERROR';
    readonly displayMessage: string;
    readonly actor: {
        readonly id: string;
        readonly type: 'PublicClientApp' | 'User' | 'Unknown';
    };
    readonly client: {
        readonly ipAddress: AuditValue;
        readonly userAgent: AuditValue;
    };
    readonly outcome: {
        readonly result: string;
        readonly reason: AuditValue;
    };
    readonly target: readonly {
        readonly id: string;
        readonly type: 'PublicClientApp' | 'User';
    }[];
    readonly transaction: {
        readonly type: 'WEB';
        readonly id: string;
    };
    readonly debugContext: {
        readonly debugData: {
            readonly [name: string]: AuditValue;
        };
    };
}
/** Refusals of one reason, of one app, with one key. */
export interface ReasonJson {
    readonly eventType: string;
    readonly error: string;
    readonly check: string | null;
    readonly reason: string | null;
    readonly sentence: string;
    readonly clientId: string | null;
    /** The label of the app, if there is such an app. */
    readonly label: string | null;
    readonly kid: string | null;
    readonly count: number;
    readonly first: string;
    readonly last: string;
    readonly lastRequestId: string;
    /** How many there were in each part of the time that was asked for, of equal length, the earliest first. */
    readonly series: readonly number[];
    /** The change of an administrator before the first one that can be why. */
    readonly cause: LogEventJson | null;
}
/** All groups of a time, the largest first. */
export interface ReasonsJson {
    readonly since: string;
    readonly until: string;
    /** The time from which on all were looked at: later than `since` when there were too many. */
    readonly completeSince: string;
    readonly looked: number;
    /** Refusals that were so many that the log has their number alone. */
    readonly omitted: number;
    readonly reasons: readonly ReasonJson[];
}
/** A request, as `/api/v1/logs/requests/{id}` shows it. */
export interface LoggedRequestJson {
    readonly requestId: string;
    /** Its entries, in the order in which they were written. */
    readonly entries: readonly LogEventJson[];
    /** The app that it is about as it is now; `null` when there is none. */
    readonly app: {
        readonly id: string;
        readonly label: string;
        readonly status: Status;
    } | null;
    /** The key that it is about as it is now; `null` when none is registered under that name. */
    readonly key: {
        readonly id: string;
        readonly kid: string;
        readonly status: Status;
        readonly created: string;
        readonly lastUpdated: string;
        readonly expires_at: string | null;
    } | null;
    /** The last access token that the app got before it, with the same key if it names one, and the next one after it. */
    readonly previousSuccess: LogEventJson | null;
    readonly nextSuccess: LogEventJson | null;
    /** What an administrator changed before it that can be why it was refused. */
    readonly cause: LogEventJson | null;
    /** Which key its assertion was really signed with; `null` while that was not looked for, or when it holds. */
    readonly signer: SignerJson | null;
}
/** What was found of the key that signed a refused assertion. */
export interface SignerJson {
    /** When it was looked for. */
    readonly published: string;
    /** What was found, in words. */
    readonly sentence: string;
    /** The key, and whose it is; `null` when none that was tried fits. */
    readonly key: {
        readonly clientId: string;
        /** The label of the app, if it is still there. */
        readonly label: string | null;
        /** The ID of the key; `null` of a key that its app publishes itself. */
        readonly keyId: string | null;
        readonly kid: string;
        readonly alg: string;
    } | null;
    /** How many keys were tried, and whether there were no others of the type that the header names. */
    readonly tried: number;
    readonly isComplete: boolean;
}
/** How long the time is that is looked at. */
export type Range = '1h' | '24h' | '7d';
/** Latencies below which half, 95 and 99 of 100 answers are, in milliseconds; `null` where there were none. */
export interface LatencyJson {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
}
/** Sums over a time. */
export interface MetricSumsJson {
    readonly issued: number;
    readonly refused: number;
    readonly replayed: number;
    readonly fetched: number;
    readonly unfetched: number;
    readonly latency: LatencyJson;
}
/** What was measured, as `/api/v1/metrics` shows it. Each series has a value for each step, the earliest first. */
export interface MetricsJson {
    readonly range: Range;
    readonly since: string;
    readonly until: string;
    readonly stepSeconds: number;
    readonly series: {
        readonly issued: readonly number[];
        readonly refused: readonly number[];
        readonly replayed: readonly number[];
        /** JWK Sets of clients that were fetched, and that could not be had or used. */
        readonly fetched: readonly number[];
        readonly unfetched: readonly number[];
        readonly p50: readonly (number | null)[];
        readonly p95: readonly (number | null)[];
        readonly p99: readonly (number | null)[];
    };
    readonly sums: MetricSumsJson;
    /** The same of the time of equal length before; `null` when that is kept no more. */
    readonly previous: MetricSumsJson | null;
    /** The most frequent first; `check` and `reason` of the first check that failed. */
    readonly reasons: readonly {
        readonly error: string;
        readonly check: string | null;
        readonly reason: string | null;
        readonly count: number;
        readonly series: readonly number[];
    }[];
    /** Counted by whole hours: from the hour in which the time begins. */
    readonly apps: readonly {
        readonly clientId: string;
        readonly label: string;
        readonly issued: number;
        readonly refused: number;
    }[];
    /** All others together: those that are not among the first, and names that no app has. */
    readonly otherApps: {
        readonly issued: number;
        readonly refused: number;
    };
    readonly keys: readonly {
        readonly clientId: string;
        readonly label: string;
        readonly kid: string;
        readonly issued: number;
    }[];
}
/**
 * Where a person stands: `STAGED` was made and may not enrol yet, `PROVISIONED` may enrol, `ACTIVE` has
 * enrolled and may sign in, `DEPROVISIONED` may do nothing.
 */
export type PersonStatus = 'STAGED' | 'PROVISIONED' | 'ACTIVE' | 'DEPROVISIONED';
/** A person, as `/api/v1/users` shows it. */
export interface PersonJson {
    readonly id: string;
    readonly status: PersonStatus;
    readonly created: string;
    readonly activated: string | null;
    readonly statusChanged: string;
    readonly lastLogin: string | null;
    readonly lastUpdated: string;
    readonly passwordChanged: null;
    readonly type: {
        readonly id: 'administrator';
    };
    readonly profile: {
        readonly firstName: string | null;
        readonly lastName: string | null;
        readonly mobilePhone: null;
        readonly secondEmail: null;
        readonly login: string;
        readonly email: string;
    };
    readonly _links: Readonly<Record<string, unknown>>;
}
/** A session, as its person or a SUPER_ADMIN sees it. */
export interface SessionJson {
    readonly id: string;
    readonly userId: string;
    readonly status: 'ACTIVE';
    readonly createdAt: string;
    readonly lastSeen: string;
    /** When it ends if nothing happens any more. */
    readonly expiresAt: string;
    /** When it ends whatever happens. */
    readonly endsAt: string;
    readonly lastFactorVerification: string;
    readonly passkeyId: string;
    readonly ipAddress: string;
    readonly userAgent: string;
    /** Whether it is the one that asks. */
    readonly isCurrent: boolean;
}
/** One's own session: what the pages of the console need to know. */
export interface OwnSessionJson extends SessionJson {
    readonly login: string;
    readonly profile: {
        readonly firstName: string | null;
        readonly lastName: string | null;
    };
    readonly roles: readonly Role[];
    /** Until when changes are taken without another passkey check. */
    readonly freshUntil: string;
    readonly idleSeconds: number;
    /** Goes back with every change, in the header field X-CSRF-Token. */
    readonly csrfToken: string;
}
/** A passkey, without its key. */
export interface PasskeyJson {
    readonly id: string;
    readonly name: string;
    readonly created: string;
    readonly lastUsed: string | null;
    readonly transports: readonly string[];
    readonly isBackedUp: boolean;
    readonly aaguid: string;
}
/** How one of the two profiles judges. */
export interface ProfileJson {
    readonly name: 'okta' | 'strict';
    readonly algorithms: readonly string[];
    readonly audience: 'ISSUER' | 'ISSUER_OR_ENDPOINT';
    readonly isJtiRequired: boolean;
    readonly maxLifetimeSeconds: number;
    readonly clockToleranceSeconds: number;
    /** Of access tokens, unless an app says. */
    readonly tokenLifetimeSeconds: number;
}
/** What the server is, as `/api/v1/org` shows it. */
export interface OrganizationJson {
    readonly id: 'default';
    readonly status: 'ACTIVE';
    readonly issuer: string;
    readonly version: string;
    readonly environment: 'development' | 'production';
    readonly time: string;
    readonly startedAt: string;
    readonly securityProfile: 'okta' | 'strict';
    readonly profiles: readonly ProfileJson[];
    readonly tokenLifetimeSeconds: {
        readonly min: number;
        readonly max: number;
    };
    readonly scopes: readonly {
        readonly name: string;
        readonly description: string;
        readonly isProtected: boolean;
    }[];
    readonly options: readonly {
        readonly name: string;
        readonly value: string | number | boolean | readonly string[] | null;
        readonly source: 'DEFAULT' | 'START';
    }[];
}
/** What the server makes of an assertion, as `/api/v1/explain` shows it. */
export interface ExplanationJson {
    /** When it was judged. */
    readonly at: string;
    /** Where: the issuer identifier and the token endpoint that it was compared with. */
    readonly issuer: string;
    readonly endpoint: string;
    readonly profile: 'okta' | 'strict';
    /** Whether it would authenticate the app now. */
    readonly accepted: boolean;
    /** Every check, as in the log. */
    readonly checks: AuditValue;
    /** Why it is refused, the closest cause first. */
    readonly causes: readonly {
        readonly rule: string;
        readonly severity: string;
        readonly sentence: string;
        readonly fix: string;
    }[];
    /** The app that it claims to be; `null` when there is none. */
    readonly app: {
        readonly id: string;
        readonly label: string;
        readonly status: Status;
        /** Whether it gets only tokens that are bound to a key. */
        readonly isDpopRequired: boolean;
    } | null;
    /** The key that made the signature; `null` when it is none that is registered here. */
    readonly signer: {
        readonly appId: string;
        readonly label: string;
        readonly kid: string;
        readonly status: 'ACTIVE' | 'INACTIVE' | 'EXPIRED' | 'REVOKED' | 'PUBLISHED';
        /** What was changed of it last. */
        readonly lastChange: LogEventJson | null;
    } | null;
    /** Whether a signature that fits no key was held against all keys of all apps. */
    readonly isEveryKeyTried: boolean;
    /** What becomes of the scopes that are asked for; `null` when none were sent along, or there is no app. */
    readonly scopes: {
        readonly granted: readonly string[];
        readonly notGranted: readonly string[];
        readonly error: string | null;
        readonly description: string | null;
    } | null;
}

// storage/ports.d.ts

/**
 * What the server asks of a store, in the words of the domain. Every driver passes one contract suite.
 * @module
 */
import { KeygrantError } from '@keygrant/core/errors';
import type { JwsAlgorithmName, PublicKey } from '@keygrant/core/keys';
/** Why a store could not do what it was asked. */
export type StorageErrorCode = 'ERR_STORAGE_CONFLICT' | 'ERR_STORAGE_UNAVAILABLE' | 'ERR_STORAGE_SCHEMA';
/** The store failed, or refused to open. */
export declare class StorageError extends KeygrantError {
    readonly code: StorageErrorCode;
    constructor(code: StorageErrorCode, message: string, options?: {
        readonly cause?: unknown;
    });
}
/** Whether an app may authenticate, or a key may verify. */
export type Status = 'ACTIVE' | 'INACTIVE';
/** What an app may do in the admin API beyond reading. */
export type Role = 'SUPER_ADMIN' | 'APP_ADMIN' | 'READ_ONLY_ADMIN';
/** By which way a key was registered. */
export type KeySource = 
/** By a person who is signed in: with the console, or what uses its session. */
'console'
/** By a client of the admin API, such as the command line. */
 | 'admin_api'
/** With its client, in the way of RFC 7591. */
 | 'registration'
/** By its own app, which had proved the key before it. */
 | 'rotation'
/** By whoever starts the server: it lay in the data directory. */
 | 'data_directory';
/** A public key that is registered for a service app. */
export interface ClientKey {
    readonly id: string;
    readonly jwk: PublicKey['jwk'];
    readonly status: Status;
    /** Milliseconds since 1970, as all times of this module. */
    readonly created: number;
    readonly lastUpdated: number;
    /** Who registered it: a client ID, or the ID of a person. */
    readonly createdBy?: string;
    /** By which way. Default: it is from before this was kept. */
    readonly source?: KeySource;
    /** When it stops being good, whatever its status is. Default: never. */
    readonly expires?: number;
    /** The last warning that it ends was so many days ahead; 0 after its end. Default: there was none. */
    readonly warnedDays?: number;
    /** What is known of its use from before the counts of {@link UsageStore} begin. Default: nothing. */
    readonly firstUsed?: number;
    readonly lastUsed?: number;
    /** NumericDate: access tokens that were issued to it before are void. Default: 0. */
    readonly tokensNotBefore?: number;
    /** When it was revoked; then it is INACTIVE for good. Default: it was not. */
    readonly revoked?: number;
    /** The ID of the key that an administrator registered and that this one came of, by self-service. */
    readonly lineage?: string;
}
/** A scope that is given to a service app. */
export interface Grant {
    readonly id: string;
    readonly scope: string;
    readonly created: number;
    /** The app that granted. */
    readonly createdBy: string;
    /** The ID of the resource that has the scope. Default: this server itself. */
    readonly resource?: string;
    /** The ID of the scope there. Default: whichever scope has the name. */
    readonly scopeId?: string;
}
/** A role that is assigned to a service app or to a person. */
export interface RoleAssignment {
    readonly id: string;
    readonly role: Role;
    readonly created: number;
    /** It came with a grant, and goes with the last one. Default: somebody assigned it. */
    readonly isAutomatic?: boolean;
}
/** In what the server treats one app in another way than the rest; what is not here is as for all. */
export interface AppSettings {
    /** What is expected of its assertions, and how its scopes are decided. */
    readonly profile?: 'okta' | 'strict';
    /** The algorithms that its assertions may be signed with, instead of the profile's. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /** How far ahead the `exp` of its assertions may be; never further than the profile has it. */
    readonly maxAssertionLifetimeSeconds?: number;
    /** Whether its assertions need a `jti` where the profile does without. */
    readonly isJtiRequired?: boolean;
    /** The networks that its requests have to come from, as `parseNetwork` writes them. Default: anywhere. */
    readonly allowedNetworks?: readonly string[];
    /** Seconds for which its access tokens are good. */
    readonly tokenLifetimeSeconds?: number;
    /** Whether it gets only tokens that are bound to a key (RFC 9449). */
    readonly isDpopRequired?: boolean;
    /** Where it publishes its keys; then it has no others. */
    readonly jwksUri?: string;
    /** Whether it may replace its own key. A SUPER_ADMIN alone says so. */
    readonly isSelfRotationAllowed?: boolean;
    /** Who is responsible for it, in words. */
    readonly contacts?: readonly string[];
    /** What administrators tell each other about it. */
    readonly notes?: string;
}
/** A service app, whole: the record that an administrator manages, with all that hangs on it. */
export interface ServiceApp {
    readonly clientId: string;
    readonly label: string;
    readonly status: Status;
    readonly created: number;
    readonly lastUpdated: number;
    /** NumericDate: the admin API refuses access tokens that were issued to the app before it. */
    readonly tokensNotBefore: number;
    readonly keys: readonly ClientKey[];
    readonly grants: readonly Grant[];
    readonly roles: readonly RoleAssignment[];
    readonly settings?: AppSettings;
    /** The `kid`s of keys that the app publishes and that do not count any more. Default: none. */
    readonly revokedKids?: readonly string[];
}
/** A page of service apps: in the order in which they were made. */
export interface ServiceAppQuery {
    readonly limit: number;
    /** The client ID after which the page begins. */
    readonly after?: string | undefined;
    /** What the label begins with; letter case does not matter. */
    readonly labelStart?: string | undefined;
}
/** Which apps a change reads. */
export interface ChangeSubjects {
    /** The app that changes. */
    readonly clientId: string;
    /** Who asks for the change: the client ID of an app, or the ID of a person. */
    readonly actorId: string;
}
/** What becomes of an app, or of a record. */
export interface Decision<T, Subject = ServiceApp> {
    /** What it is from now on; `undefined` deletes it. Its identifier is the one that was asked for. */
    readonly next: Subject | undefined;
    readonly audit: readonly AuditEntry[];
    readonly answer: T;
}
/**
 * Decides inside the transaction: sees what is there and who asks, as an app or as a record of the kind
 * `person`. It is synchronous and has no effects of its own; when it throws, nothing is written and the
 * error is passed on. A store under load may ask it again with what is there by then.
 */
export type Decide<T, Subject = ServiceApp> = (current: Subject | undefined, actor: ServiceApp | undefined, person: StoredRecord | undefined) => Decision<T, Subject>;
/** The service apps. */
export interface ServiceAppStore {
    find(clientId: string): Promise<ServiceApp | undefined>;
    /** Whether there is such an app: the least work by which an unknown one is found to be unknown. */
    exists(clientId: string): Promise<boolean>;
    list(query: ServiceAppQuery): Promise<readonly ServiceApp[]>;
    /**
     * Changes one app in one transaction: reads it and the actor, lets `decide` say what becomes of it,
     * and writes that together with the audit entries.
     *
     * @throws {@link StorageError} `ERR_STORAGE_CONFLICT` when the decision is about another app.
     */
    change<T>(subjects: ChangeSubjects, decide: Decide<T>): Promise<T>;
}
/** What administrators manage besides service apps, and what people need to do so. */
export type RecordKind = 'resource' | 'setting' | 'signing_key' | 'revocation' | 'person' | 'invitation' | 'session' | 'measures' | 'jwks_state';
/** A thing that is kept as a document. */
export interface StoredRecord {
    readonly kind: RecordKind;
    /** Unique among its kind. */
    readonly id: string;
    /**
     * An object that JSON can hold. Whoever reads it gives defaults to the members that an earlier version
     * did not write.
     */
    readonly content: object;
    /** Milliseconds since 1970, after which maintenance deletes it. Default: it stays. */
    readonly expiresAt?: number | undefined;
}
/** A page of records of one kind, in the order of their IDs, octet by octet. */
export interface RecordQuery {
    readonly limit: number;
    /** The ID after which the page begins. */
    readonly after?: string | undefined;
}
/** Which record a change reads, and who asks for it. */
export interface RecordSubjects {
    readonly kind: RecordKind;
    readonly id: string;
    /** The client ID of an app, or the ID of a person. */
    readonly actorId: string;
}
/** Everything that is kept as documents, but service apps. */
export interface RecordStore {
    /** May still give a record that has expired. */
    find(kind: RecordKind, id: string): Promise<StoredRecord | undefined>;
    list(kind: RecordKind, query: RecordQuery): Promise<readonly StoredRecord[]>;
    /**
     * Changes one record in one transaction, as {@link ServiceAppStore.change} changes an app.
     *
     * @throws {@link StorageError} `ERR_STORAGE_CONFLICT` when the decision is about another record.
     */
    change<T>(subjects: RecordSubjects, decide: Decide<T, StoredRecord>): Promise<T>;
}
/** One use of something that may be used once. */
export interface SingleUse {
    /** 32 octets, without structure. */
    readonly replayKey: Uint8Array;
    /** NumericDate after which it is refused anyway. */
    readonly expiresAt: number;
}
/** What was used. */
export interface ReplayStore {
    /**
     * Records a use if it is the first, in one atomic act, and durably: `true` for the first, `false` for
     * any other, whatever its `expiresAt`.
     *
     * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` when it can't be proved.
     */
    recordOnce(use: SingleUse): Promise<boolean>;
    /**
     * Whether such a use was recorded, whatever its `expiresAt` was.
     *
     * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` when it can't be told.
     */
    isRecorded(use: SingleUse): Promise<boolean>;
}
/** How often a key of an app was used in one hour. */
export interface UsageCount {
    readonly clientId: string;
    /** The `kid` of the key. */
    readonly keyId: string;
    /** Whole hours since 1970. */
    readonly hour: number;
    readonly count: number;
    /** Milliseconds since 1970. Of a count that is read: the last use in its hour, or a later one of the same day. */
    readonly lastUsed: number;
}
/** What keys are used for how much. */
export interface UsageStore {
    /** Adds to what was counted before. The caller gathers counts and adds many at once. */
    add(counts: readonly UsageCount[]): Promise<void>;
    /**
     * The counts of one app, latest hour first. Maintenance keeps {@link USAGE_DAYS} days, and may keep the rest of the
     * day before them.
     */
    read(clientId: string): Promise<readonly UsageCount[]>;
}
/** Days for which the use of keys is kept by the hour. */
export declare const USAGE_DAYS = 30;
/** What happened. */
export type AuditEvent = 'token.issued' | 'token.refused' | 'token.revoked' | 'signer.traced' | 'introspection.refused' | 'revocation.refused' | 'jwks.refused' | 'jwks.key_replaced' | 'app.created' | 'app.updated' | 'app.deleted' | 'app.activated' | 'app.deactivated' | 'key.created' | 'key.activated' | 'key.deactivated' | 'key.deleted' | 'key.revoked' | 'key.updated' | 'key.expiring' | 'key.expired' | 'key.rotated' | 'rotation.refused' | 'grant.created' | 'grant.deleted' | 'role.assigned' | 'role.removed' | 'person.created' | 'person.updated' | 'person.activated' | 'person.deactivated' | 'person.deleted' | 'person.invited' | 'person.invitation_withdrawn' | 'passkey.added' | 'passkey.renamed' | 'passkey.removed' | 'session.started' | 'session.refused' | 'session.confirmed' | 'session.ended' | 'setting.changed' | 'resource.created' | 'resource.updated' | 'resource.activated' | 'resource.deactivated' | 'resource.deleted' | 'scope.created' | 'scope.updated' | 'scope.deleted' | 'signing_key.created' | 'signing_key.activated' | 'signing_key.retired' | 'signing_key.revoked' | 'signing_key.removed' | 'admin.denied' | 'audit.omitted' | 'audit.pruned' | 'server.restored';
/** What clients asked for: they come as often as clients wish. */
export declare const REQUEST_EVENTS: readonly AuditEvent[];
/** Events that tell of no change that anybody made: requests, sign-ins, and what the log says of itself. */
export declare const EVENTS_WITHOUT_CHANGE: readonly AuditEvent[];
/** What entries are about: what clients asked for, what of anything was refused, what somebody changed. */
export type AuditKind = 'requests' | 'refusals' | 'changes';
/** A value that JSON can hold. */
export type AuditValue = null | boolean | number | string | readonly AuditValue[] | {
    readonly [name: string]: AuditValue;
};
/** One line of the audit log. Never holds a token, an assertion or a signature. */
export interface AuditEntry {
    readonly event: AuditEvent;
    readonly outcome: 'SUCCESS' | 'FAILURE' | 'DENY';
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly requestId: string;
    /** Who asked: a client ID, verified or, for a refused token request, claimed. */
    readonly actorId?: string | undefined;
    /** The service app that it is about. */
    readonly clientId?: string | undefined;
    /** The `kid` of the client's key that it is about, that was used or, for a refused request, that was named. */
    readonly keyId?: string | undefined;
    readonly detail: {
        readonly [name: string]: AuditValue;
    };
}
/** An entry with its place in the log. */
export interface StoredAuditEntry extends AuditEntry {
    readonly id: number;
}
/** Which entries to read; all conditions that are given hold. */
export interface AuditQuery {
    readonly limit: number;
    readonly order: 'newest_first' | 'oldest_first';
    /** The place after which the page begins, in the order asked for. */
    readonly after?: number | undefined;
    readonly requestId?: string | undefined;
    readonly actorId?: string | undefined;
    readonly clientId?: string | undefined;
    readonly keyId?: string | undefined;
    readonly event?: AuditEvent | undefined;
    readonly outcome?: AuditEntry['outcome'] | undefined;
    readonly kind?: AuditKind | undefined;
    /** Milliseconds since 1970: the first that belongs to it. */
    readonly since?: number | undefined;
    /** Milliseconds since 1970: the first that no longer belongs to it. */
    readonly until?: number | undefined;
}
/** An entry by its place, with the hash that stands there. */
export interface AuditPlace {
    readonly id: number;
    /** SHA-256 in base64url; empty before the first entry. */
    readonly hash: string;
}
/** An entry as it was written, with its hash over itself and all that came before. */
export interface AuditLink extends AuditPlace {
    readonly values: readonly [
        at: number,
        event: string,
        outcome: string,
        requestId: string,
        actorId: string | null,
        clientId: string | null,
        keyId: string | null,
        /** As JSON. */
        detail: string
    ];
}
/** The audit log: one chain of hashes, whichever processes write to the store. */
export interface AuditStore {
    /**
     * Adds an entry with a transaction of the next tenth of a second. Does not wait for it, and a process that is
     * killed before then loses it: entries that go with a change are part of its {@link Decision} instead.
     */
    append(entry: AuditEntry): void;
    read(query: AuditQuery): Promise<readonly StoredAuditEntry[]>;
    /** Entries as they were written, oldest first: those after a place. Whatever stands there is given. */
    links(after: number, limit: number): Promise<readonly AuditLink[]>;
    /** The place after which the log begins, and that of its last entry. */
    ends(): Promise<{
        readonly start: AuditPlace;
        readonly end: AuditPlace;
    }>;
    /**
     * Removes the oldest entries, up to the first that is not older than `before`, in milliseconds since
     * 1970; at most some thousand at once. An entry tells of it, with the place and the hash of the last one
     * removed, so that the rest of the chain still verifies.
     *
     * @returns how many were removed.
     */
    prune(before: number, now: number): Promise<number>;
    /** Resolves when all that was appended is durable. */
    flush(): Promise<void>;
}
/** What is no longer as it was. */
export type StorageChange = {
    readonly what: 'app';
    readonly clientId: string;
} | {
    readonly what: 'record';
    readonly kind: RecordKind;
    readonly id: string;
}
/** It can't be told what: everything that was remembered may be out of date. */
 | {
    readonly what: 'anything';
};
/** A store, open. */
export interface Storage {
    readonly serviceApps: ServiceAppStore;
    readonly records: RecordStore;
    readonly replay: ReplayStore;
    readonly usage: UsageStore;
    readonly audit: AuditStore;
    /**
     * Tells of every change of an app or a record, whichever process made it: within a second, and in any
     * case before {@link ReplayStore.recordOnce} answers to a use that was recorded after the change.
     *
     * @returns what ends the telling.
     */
    onChange(listener: (change: StorageChange) => void): () => void;
    /**
     * Whether every change that is older than a second was told. While it is not so, nothing that was
     * remembered may be relied on: it has to be read again.
     */
    isInTouch(): boolean;
    /** Drops what time has made useless. Cheap to call often. */
    maintain(now: number): Promise<void>;
    /** Finishes what was begun, then closes the store. A second call does nothing. */
    close(): Promise<void>;
}
