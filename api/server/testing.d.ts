// The public API of @keygrant/server/testing, as compiled. Written by "npm run api"; not edited by hand.

// testing/index.d.ts

/**
 * For the tests of whoever uses an authorization server: the real one in memory, with a clock that can be
 * set and faults that can be ordered.
 * @module
 */
export type { TestClock } from './clock.ts';
export type { Endpoint, FaultKind, FaultOptions, Faults } from './faults.ts';
export type { TlsFiles } from './front.ts';
export type { RecordedJwt, RecordedRequest } from './recorded-request.ts';
export type { AccessTokenOptions, TestServiceApp, TestServiceAppOptions } from './service-apps.ts';
export { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

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

// testing/clock.d.ts

/**
 * A clock that tests set.
 * @module
 */
/** The time of a test server: its judgement of every claim, and the `Date` of its answers. */
export interface TestClock {
    /** Milliseconds since 1970. Can be passed on as it is, like `Date.now`. */
    readonly now: () => number;
    /** Moves the clock by seconds, forth or back. It stands or runs as before. */
    advance(seconds: number): void;
    /** Sets the clock, in milliseconds since 1970, and stops it there. */
    set(milliseconds: number): void;
    /** Sets the clock to the one of this machine, and lets it run. */
    reset(): void;
}
/** Makes a clock: one that stands where it is told to, or else one that runs with this machine's. */
export declare function createTestClock(milliseconds?: number): TestClock;

// testing/faults.d.ts

/**
 * Faults to order: what goes wrong between a client and a server that is right.
 * @module
 */
/** A part of the server, by what it is for. */
export type Endpoint = 'token' | 'keys' | 'metadata' | 'introspection' | 'revocation' | 'admin' | 'other';
/**
 * What goes wrong:
 *
 * - `use_dpop_nonce`: the endpoint wants a DPoP proof with the nonce that it gives (RFC 9449, section 8)
 * - `429`, `500`, `502`, `503`: that status, with a `Retry-After` when one is given
 * - `slow`: the right answer, late
 * - `no_answer`: no answer until the client gives up
 * - `reset`: the connection is reset before the server sees the request
 * - `lost_answer`: the server does what it was asked; then the connection is reset
 * - `truncated`: the connection is reset in the middle of the right answer
 * - `proxy_page`: a page of HTML with status 200, as from a captive portal
 * - `redirect`: a redirect to somewhere else
 * - `replayed`: the request reaches the server twice, and the client gets the second answer
 * - `wrong_jwks`: the JWK Set holds another key than the one that signs
 * - `skewed_date`: the right answer with a `Date` that is wrong
 */
export type FaultKind = 'use_dpop_nonce' | '429' | '500' | '502' | '503' | 'slow' | 'no_answer' | 'reset' | 'lost_answer' | 'truncated' | 'proxy_page' | 'redirect' | 'replayed' | 'wrong_jwks' | 'skewed_date';
/** How a fault is. */
export interface FaultOptions {
    /** How many requests it meets. Default: 1. */
    readonly times?: number;
    /** Which requests it meets. Default: `keys` for `wrong_jwks`, else `token`. */
    readonly endpoint?: Endpoint | 'any';
    /** `Retry-After` of a status: seconds, or a date. Default: none. */
    readonly retryAfter?: number | Date;
    /** How late a slow answer is, in milliseconds. Default: 1000. */
    readonly delayMs?: number;
    /** How far a skewed `Date` is ahead, in seconds; behind when negative. Default: 600. */
    readonly dateSkewSeconds?: number;
    /** Where a redirect leads. Default: a page of a host that does not exist. */
    readonly location?: string;
}
/** The faults of a test server. Those that were ordered first come first. */
export interface Faults {
    /** Orders a fault for the next request that it meets. */
    next(kind: FaultKind, options?: FaultOptions): void;
    /** Orders a fault for every request that it meets, until {@link Faults.clear}. */
    always(kind: FaultKind, options?: Omit<FaultOptions, 'times'>): void;
    /** Takes back what was ordered and has not happened. */
    clear(): void;
    /** How many ordered faults have not happened; one that stays counts once. */
    readonly waiting: number;
}
/** A fault that a request meets. */
export interface Fault extends Required<Omit<FaultOptions, 'times' | 'endpoint' | 'retryAfter'>> {
    readonly kind: FaultKind;
    readonly retryAfter: number | Date | undefined;
}
/** The faults, and how they are met. */
export interface FaultQueue extends Faults {
    /** Takes the fault that a request to an endpoint meets, if any. */
    take(endpoint: Endpoint): Fault | undefined;
}
/** Makes an empty queue of faults. */
export declare function createFaultQueue(): FaultQueue;

// testing/front.d.ts

/**
 * What stands before the server in a test: it listens, takes down each request, and makes the faults.
 * @module
 */
import type { InjectedAnswer, InjectedRequest } from '../index.ts';
import type { TestClock } from './clock.ts';
import type { Endpoint, FaultQueue } from './faults.ts';
import { type RecordedRequest } from './recorded-request.ts';
/** What a {@link Front} needs. */
export interface FrontOptions {
    readonly clock: TestClock;
    readonly faults: FaultQueue;
    readonly requests: RecordedRequest[];
    /** The server behind. */
    readonly answer: (request: InjectedRequest) => Promise<InjectedAnswer>;
    /** A JWK Set whose keys sign nothing. */
    readonly wrongJwkSet: object;
}
/** The front of a test server. */
export interface Front {
    readonly url: string;
    /** Answers requests from now on. */
    open(options: FrontOptions): void;
    close(): Promise<void>;
}
/** Certificate and private key, in PEM. */
export interface TlsFiles {
    readonly cert: string;
    readonly key: string;
}
/** Listens on a free port of 127.0.0.1, with TLS when there is a certificate. */
export declare function listen(tls: TlsFiles | undefined): Promise<Front>;
/** Which part of the server a path is. */
export declare function endpointOf(url: string): Endpoint;

// testing/recorded-request.d.ts

/**
 * What a test server was asked, without what is secret: a test asserts on it.
 * @module
 */
import type { Endpoint, FaultKind } from './faults.ts';
/** A JWT that was sent, without its signature. Nothing of it is verified. */
export interface RecordedJwt {
    readonly header: Readonly<Record<string, unknown>>;
    readonly claims: Readonly<Record<string, unknown>>;
}
/** A request that a test server received. */
export interface RecordedRequest {
    readonly method: string;
    /** Without the query. */
    readonly path: string;
    readonly endpoint: Endpoint;
    /** When it came, by the clock of the server, in milliseconds since 1970. */
    readonly at: number;
    /** Header fields by their names in lower case, without `authorization` and `dpop`. */
    readonly headers: Readonly<Record<string, string>>;
    /** The form that was sent, without `client_assertion` and `token`. */
    readonly parameters: Readonly<Record<string, string>>;
    /** The client assertion, if one was sent. */
    readonly assertion?: RecordedJwt;
    /** The DPoP proof, if one was sent. */
    readonly proof?: RecordedJwt;
    /** The scheme of `Authorization`, such as `Bearer`. */
    readonly authorizationScheme?: string;
    /** The fault that it met. */
    readonly fault?: FaultKind;
    /** The status of the answer; `undefined` when none was sent, or not yet. */
    readonly status: number | undefined;
}
/** A request as it came. */
export interface ReceivedRequest {
    readonly method: string;
    /** Path and query. */
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
}
/** Takes down a request. */
export declare function recordRequest({ method, url, headers, body }: ReceivedRequest, met: {
    readonly endpoint: Endpoint;
    readonly at: number;
    readonly fault: FaultKind | undefined;
}): RecordedRequest;

// testing/service-apps.d.ts

/**
 * Service apps of a test server, made and changed through its own admin API.
 * @module
 */
import { type PrivateKey, type PublicKey, type Signer } from '@keygrant/core/keys';
import type { InjectedAnswer, InjectedRequest } from '../index.ts';
import type { Role } from '../storage/ports.ts';
/** What a service app is to be. */
export interface TestServiceAppOptions {
    /** Default: `a service app`. */
    readonly label?: string;
    /** Scopes that are granted to it. Default: none. */
    readonly scopes?: readonly string[];
    /** Its key pair; only the public half is registered. Default: a new P-256 one. */
    readonly key?: PrivateKey;
    /** More public keys of it. */
    readonly otherKeys?: readonly PublicKey[];
    /** Default: none. */
    readonly roles?: readonly Role[];
    /** Whether every token has to be bound to a key (DPoP); `getAccessToken` sends no proof. Default: `false`. */
    readonly requireDpop?: boolean;
}
/** What to ask for with {@link TestServiceApp.getAccessToken}. */
export interface AccessTokenOptions {
    /** Scopes, separated by spaces. Default: all that the app was made with. */
    readonly scope?: string;
    /** A resource indicator (RFC 8707). Default: none. */
    readonly resource?: string;
}
/** A service app of a test server. */
export interface TestServiceApp {
    readonly clientId: string;
    /** The private key of the app, for the client under test. */
    readonly key: PrivateKey;
    /** Gets a real access token, past network and faults: for tests of an API that is called with it. */
    getAccessToken(options?: AccessTokenOptions): Promise<string>;
    /** Registers one more public key. */
    addKey(key: PublicKey): Promise<void>;
    deactivateKey(kid: string): Promise<void>;
    activateKey(kid: string): Promise<void>;
    /** Deletes a key, after it is deactivated. */
    deleteKey(kid: string): Promise<void>;
    grantScope(scope: string): Promise<void>;
    /** Takes a scope back. */
    revokeScope(scope: string): Promise<void>;
    deactivate(): Promise<void>;
    activate(): Promise<void>;
}
/** Who calls the admin API, and how. */
export interface OperatorOptions {
    readonly issuer: string;
    readonly clientId: string;
    readonly signer: Signer;
    /** Milliseconds since 1970. */
    readonly now: () => number;
    readonly answer: (request: InjectedRequest) => Promise<InjectedAnswer>;
}
/**
 * Adds a service app.
 *
 * @throws `Error` with the sentence of the server when it refuses, such as for a scope that does not exist.
 */
export declare function addServiceApp(operator: OperatorOptions, options?: TestServiceAppOptions): Promise<TestServiceApp>;

// testing/test-server.d.ts

/**
 * The authorization server for tests: nothing of it is imitated, only its clock and its network are.
 * @module
 */
import { type AuthorizationServerOptions, type Storage } from '../index.ts';
import { type SqliteDatabase } from '../storage/sqlite.ts';
import { type TestClock } from './clock.ts';
import { type Faults } from './faults.ts';
import { type TlsFiles } from './front.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { type TestServiceApp, type TestServiceAppOptions } from './service-apps.ts';
/** Options of {@link startTestServer}: those of the server, and a few for tests. */
export interface TestServerOptions extends Partial<Omit<AuthorizationServerOptions, 'storage' | 'clock' | 'tls' | 'watch'>> {
    /**
     * Where the clock stands, in milliseconds since 1970. Default: it runs with the clock of this machine.
     */
    readonly now?: number;
    /** Certificate and private key, in PEM, to speak TLS. Default: plain HTTP. */
    readonly tls?: TlsFiles;
    /**
     * An empty SQLite database, which the server closes. Default: one in memory, with the SQLite that is
     * built into Node 22.13 and later.
     */
    readonly database?: SqliteDatabase;
}
/** An authorization server that runs for a test. */
export interface TestServer {
    /** Its issuer identifier: where it listens, unless the options name another. */
    readonly issuer: string;
    /** Where it listens, on a free port of 127.0.0.1. */
    readonly url: string;
    readonly tokenEndpoint: string;
    readonly clock: TestClock;
    readonly faults: Faults;
    /** Every request that came, the oldest first. */
    readonly requests: readonly RecordedRequest[];
    /** Empties {@link TestServer.requests}. */
    forgetRequests(): void;
    /** Adds a service app with a key and scopes. */
    addServiceApp(options?: TestServiceAppOptions): Promise<TestServiceApp>;
    /** The store, to look into or to change without the admin API. */
    readonly storage: Storage;
    /** Stops it at once, and forgets everything. */
    close(): Promise<void>;
}
/**
 * Starts the real authorization server, with everything in memory, on a free port of 127.0.0.1.
 *
 * Does not protect anything: everyone on this machine can reach it. It is for tests alone.
 *
 * @throws {@link OptionsError} for options that the server refuses; `Error` when Node has no SQLite and none is given.
 * @example
 * ```ts
 * const server = await startTestServer({ profile: 'strict' })
 * const app = await server.addServiceApp({ scopes: ['okta.apps.read'] })
 * server.faults.next('429', { retryAfter: 1 })
 * // … the client under test asks server.issuer as app.clientId with app.key …
 * await server.close()
 * ```
 */
export declare function startTestServer(options?: TestServerOptions): Promise<TestServer>;
