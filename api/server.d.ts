// The public API of @keygrant/server, as compiled. Written by "npm run api"; not edited by hand.

// index.d.ts

/**
 * An OAuth 2.0 authorization server for service apps: `private_key_jwt`, scoped access tokens, and the
 * admin API that manages the apps.
 * @module
 */
import { type AuthorizationServerOptions, type TlsOptions } from './options.ts';
export { type DataDirectory, openDataDirectory, type Operator, prepareOperator, type PrepareOperatorOptions, } from './data-directory.ts';
export { type AuthorizationServerOptions, type Logger, type OptionProblem, OptionsError, type RequestLimits, type TlsOptions, type WatchOptions, } from './options.ts';
export { generateSigningKeys, importSigningKeys, type SigningKeys } from './signing-keys.ts';
export * from './storage/ports.ts';
/** A request that {@link AuthorizationServer.inject} makes. */
export interface InjectedRequest {
    readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
    /** Path and query. */
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
}
/** The answer to an injected request. */
export interface InjectedAnswer {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[] | number | undefined>>;
    readonly body: string;
}
/** A running, or not yet running, authorization server. */
export interface AuthorizationServer {
    readonly issuer: string;
    /**
     * Listens; port 0 takes a free one. Default: port 8400 of 127.0.0.1.
     *
     * @throws Node's error as it is, such as one with the code `EADDRINUSE`.
     */
    listen(at?: {
        readonly host?: string;
        readonly port?: number;
    }): Promise<Listening>;
    /** Answers a request without a network. */
    inject(request: InjectedRequest): Promise<InjectedAnswer>;
    /**
     * Uses another certificate for the connections that come from now on. Those that are open stay.
     *
     * @throws {@link OptionsError} when they can't be used, or the server speaks no TLS; then nothing changes.
     */
    setTls(tls: TlsOptions): void;
    /**
     * Says at `/readyz` that no more requests should come, stops listening, finishes the requests that it
     * accepted, and writes what is left to write. A second call waits for the first.
     */
    close(options?: CloseOptions): Promise<void>;
}
/** Where a server listens. */
export interface Listening {
    readonly url: string;
    readonly port: number;
    /** Where `/metrics` is, with the option `watch`. */
    readonly watchUrl?: string;
}
/** Options of {@link AuthorizationServer.close}. */
export interface CloseOptions {
    /**
     * How long to go on as before after `/readyz` has turned, so that load balancers notice, in
     * milliseconds. Default: 0.
     */
    readonly drainMs?: number;
    /** Connections that are still open after this are cut off, in milliseconds. Default: 10000. */
    readonly deadlineMs?: number;
}
/**
 * Makes an authorization server. It does not listen yet.
 *
 * Does not open or close the store, and makes no operator: see {@link openDataDirectory} and
 * {@link prepareOperator}.
 *
 * @throws {@link OptionsError} `ERR_OPTIONS_INVALID` with everything that is wrong with the options.
 * @example
 * ```ts
 * const directory = await openDataDirectory('/var/lib/keygrant')
 * const storage = openSqliteStorage(new Database(directory.databaseFile))
 * const issuer = 'http://127.0.0.1:8400'
 * await prepareOperator({ directory, storage, issuer })
 * const server = await createAuthorizationServer({
 *   issuer,
 *   storage,
 *   signingKeys: directory.signingKeys,
 * })
 * const { url } = await server.listen({ port: 8400 })
 * ```
 */
export declare function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer>;

// data-directory.d.ts

/**
 * The data directory: the server's signing keys, the database file, and the operator who administers.
 * @module
 */
import { type PublicKey } from '@keygrant/core/keys';
import { type SigningKeys } from './signing-keys.ts';
import { type Decision, type Storage } from './storage/ports.ts';
/** A data directory, open. */
export interface DataDirectory {
    readonly path: string;
    /** Where the database belongs. This module does not touch it. */
    readonly databaseFile: string;
    readonly signingKeys: SigningKeys;
    /** Whether the directory held no data before. */
    readonly isNew: boolean;
}
/** The operator: a SUPER_ADMIN service app whose private key lies in a file of the data directory. */
export interface Operator {
    readonly issuer: string;
    readonly clientId: string;
    /** The private JWK, readable by its owner alone. */
    readonly keyFile: string;
    /** Whether the app was registered now. */
    readonly isNew: boolean;
}
/** Options of {@link prepareOperator}. */
export interface PrepareOperatorOptions {
    readonly directory: Pick<DataDirectory, 'path'>;
    readonly storage: Pick<Storage, 'serviceApps'>;
    readonly issuer: string;
    /** The time, in milliseconds since 1970. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/**
 * Opens a data directory; makes it, readable by its owner alone, when it is not there, and the server's
 * signing keys with it.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when the directory can't be
 * written or holds something else; `KeyError` when the signing keys can't be read.
 */
export declare function openDataDirectory(path: string): Promise<DataDirectory>;
/**
 * Makes sure that there is an operator: an ES256 key pair, an active SUPER_ADMIN app with that key and
 * all scopes, and `operator.json`, which says which app that is. Each part that is there already stays as
 * it is, so that a start after a crash goes on where the last one ended. Does not print the key.
 *
 * @throws {@link StorageError} with a sentence when a file or the store can't be used.
 */
export declare function prepareOperator(options: PrepareOperatorOptions): Promise<Operator>;
/** The operator as a new app: active, a SUPER_ADMIN, with all scopes. */
export declare function operatorRegistration(clientId: string, key: PublicKey, now: number): Decision<boolean>;

// options.d.ts

/**
 * Every option of the server with its default; all that is wrong with them is said at once.
 * @module
 */
import { KeygrantError } from '@keygrant/core/errors';
import type { FastifyBaseLogger } from 'fastify';
import type { SigningKeys } from './signing-keys.ts';
import type { Storage } from './storage/ports.ts';
/** A logger of pino's shape. */
export type Logger = FastifyBaseLogger;
/**
 * How many requests one sender may make in a minute. A budget refills steadily, and may be used in one
 * burst. 0 is no limit.
 */
export interface RequestLimits {
    /** Token requests, introspections and revocations of one client. Default: 1200. */
    readonly tokensPerMinute?: number;
    /** Calls of the admin API by one app or person. Default: 1200. */
    readonly apiCallsPerMinute?: number;
    /**
     * Requests that do not prove who they are from, by address, or by network of 64 bits with IPv6. Does
     * not count requests from this machine itself. Default: 60.
     */
    readonly failuresPerMinute?: number;
}
/** A certificate with its chain, and its private key, as PEM. */
export interface TlsOptions {
    readonly certificate: string | Buffer;
    readonly key: string | Buffer;
}
/** Where to answer who watches the server. */
export interface WatchOptions {
    /** Address to listen on. Default: 127.0.0.1. */
    readonly host?: string;
    /** Port to listen on; 0 takes a free one. */
    readonly port: number;
}
/** Options of `createAuthorizationServer`. */
export interface AuthorizationServerOptions {
    /**
     * The issuer identifier: an `https` origin such as `https://auth.example.com`, without a slash at the
     * end. `http` is allowed for loopback alone. Clients compare it letter by letter.
     */
    readonly issuer: string;
    /** Where everything is kept; open. The server does not close it. */
    readonly storage: Storage;
    /** Sign access tokens. */
    readonly signingKeys: SigningKeys;
    /** What is expected of client assertions. Default: `okta`. */
    readonly profile?: 'okta' | 'strict';
    /**
     * Whether a refused token request gets the whole report in its answer. It tells strangers what is
     * registered: for a developer's own machine. Default: false.
     */
    readonly isDevelopment?: boolean;
    /**
     * At least 32 secret octets, the same for all processes of this server; nonces for DPoP proofs are
     * made of it. Default: random, so that nonces of one process are worth nothing to another.
     */
    readonly secret?: Uint8Array;
    /**
     * Hosts of a `jwks_uri` that may lie in a private network, as they stand in the URL. Default: none.
     */
    readonly privateJwksHosts?: readonly string[];
    /** The time, in milliseconds since 1970. Default: the clock of this machine. */
    readonly clock?: () => number;
    /** Where to log requests: a pino logger, `true` for standard output. Default: false. */
    readonly log?: boolean | Logger;
    /**
     * The folder of the pages for the browser, which the command line's package holds as `ui`: the
     * inspector is then served at `/inspector`. Default: no pages.
     */
    readonly uiDirectory?: string;
    /** How many requests one sender may make in a minute. */
    readonly limits?: RequestLimits;
    /**
     * Addresses and networks (`10.0.0.0/8`) of the proxies in front. Who a request is from is then the last
     * address of `X-Forwarded-For` that is none of them. Default: none, and the field is not looked at.
     */
    readonly trustedProxies?: readonly string[];
    /** Speaks TLS itself. Default: plain HTTP, for a proxy that does TLS or for this machine alone. */
    readonly tls?: TlsOptions;
    /**
     * Counts what happens, for Prometheus, and answers `/metrics`, `/livez` and `/readyz` on a port of its
     * own, which should not be reached from outside. Default: not counted.
     */
    readonly watch?: WatchOptions;
}
type NotAlwaysThere = 'uiDirectory' | 'tls' | 'watch';
/** The options with their defaults. */
export type CompleteOptions = Required<Omit<AuthorizationServerOptions, NotAlwaysThere | 'limits'>> & {
    readonly limits: Required<RequestLimits>;
} & Pick<AuthorizationServerOptions, NotAlwaysThere>;
/** What is used where {@link RequestLimits} says nothing. */
export declare const DEFAULT_LIMITS: Required<RequestLimits>;
/** One problem of the options. */
export interface OptionProblem {
    /** The option. */
    readonly option: string;
    /** What is wrong and what to write instead. */
    readonly problem: string;
}
/** The options can't be used; `problems` has everything that is wrong with them. */
export declare class OptionsError extends KeygrantError {
    readonly code = "ERR_OPTIONS_INVALID";
    readonly problems: readonly OptionProblem[];
    constructor(problems: readonly OptionProblem[]);
}
/**
 * Checks the options and adds the defaults.
 *
 * @throws {@link OptionsError} with all problems.
 */
export declare function completeOptions(options: AuthorizationServerOptions): CompleteOptions;
/** Whether a text is an address or a network in CIDR notation. */
export declare function isNetwork(text: unknown): boolean;
/** Why a certificate and a key can't be used together; `undefined` when they can. */
export declare function describeTlsProblem({ certificate, key }: TlsOptions): string | undefined;
export {};

// signing-keys.d.ts

/**
 * The keys that this server signs access tokens with.
 * @module
 */
import { type JwkSet, type PrivateKey, type PublicKey } from '@keygrant/core/keys';
/** The server's signing keys: one signs, all are published. */
export interface SigningKeys {
    /** Signs every new access token. */
    readonly current: PrivateKey;
    /** Verify access tokens; the public halves of all keys. */
    readonly publicKeys: readonly PublicKey[];
}
/** Whoever verifies tokens may keep the published keys for this long. */
export declare const KEYS_MAX_AGE_SECONDS = 600;
/**
 * Reads the signing keys from a private JWK Set as text; the first key signs.
 *
 * @throws `KeyError` when a key can't be used.
 */
export declare function importSigningKeys(text: string): Promise<SigningKeys>;
/** Makes a new ES256 key, and the private JWK Set that holds it. Write that to a file of mode 0600. */
export declare function generateSigningKeys(): Promise<{
    keys: SigningKeys;
    privateJwkSet: object;
}>;
/** The JWK Set that is published: public members only. */
export declare function publishedJwkSet({ publicKeys }: SigningKeys): JwkSet;

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
    /** When it stops being good, whatever its status is. Default: never. */
    readonly expires?: number;
    /** NumericDate: access tokens that were issued to it before are void. Default: 0. */
    readonly tokensNotBefore?: number;
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
    /** Seconds for which its access tokens are good. */
    readonly tokenLifetimeSeconds?: number;
    /** Whether it gets only tokens that are bound to a key (RFC 9449). */
    readonly isDpopRequired?: boolean;
    /** Where it publishes its keys; then it has no others. */
    readonly jwksUri?: string;
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
export type RecordKind = 'resource' | 'setting' | 'signing_key' | 'revocation' | 'person' | 'invitation' | 'session';
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
    /** Milliseconds since 1970. */
    readonly lastUsed: number;
}
/** What keys are used for how much. */
export interface UsageStore {
    /** Adds to what was counted before. The caller gathers counts and adds many at once. */
    add(counts: readonly UsageCount[]): Promise<void>;
    /** The counts of one app, latest hour first. Maintenance keeps {@link USAGE_DAYS} days. */
    read(clientId: string): Promise<readonly UsageCount[]>;
}
/** Days for which the use of keys is kept by the hour. */
export declare const USAGE_DAYS = 30;
/** What happened. */
export type AuditEvent = 'token.issued' | 'token.refused' | 'token.revoked' | 'introspection.refused' | 'revocation.refused' | 'jwks.refused' | 'jwks.key_replaced' | 'app.created' | 'app.updated' | 'app.deleted' | 'app.activated' | 'app.deactivated' | 'key.created' | 'key.activated' | 'key.deactivated' | 'key.deleted' | 'grant.created' | 'grant.deleted' | 'role.assigned' | 'role.removed' | 'person.created' | 'person.updated' | 'person.activated' | 'person.deactivated' | 'person.deleted' | 'setting.changed' | 'admin.denied' | 'audit.omitted';
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
    /** The `kid` of the client's key that it is about, or that was used. */
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
    /** Milliseconds since 1970: the first that belongs to it. */
    readonly since?: number | undefined;
    /** Milliseconds since 1970: the first that no longer belongs to it. */
    readonly until?: number | undefined;
}
/** The audit log. */
export interface AuditStore {
    /**
     * Adds an entry with the next transaction. Does not wait for it: entries that go with a change are
     * part of its {@link Decision} instead.
     */
    append(entry: AuditEntry): void;
    read(query: AuditQuery): Promise<readonly StoredAuditEntry[]>;
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
    /** Drops what time has made useless. Cheap to call often. */
    maintain(now: number): Promise<void>;
    /** Finishes what was begun, then closes the store. A second call does nothing. */
    close(): Promise<void>;
}
