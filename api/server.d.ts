// The public API of @keygrant/server, as compiled. Written by "npm run api"; not edited by hand.

// index.d.ts

/**
 * An OAuth 2.0 authorization server for service apps: `private_key_jwt`, scoped access tokens, and the
 * admin API that manages the apps.
 * @module
 */
import { type AuthorizationServerOptions } from './options.ts';
export { type DataDirectory, openDataDirectory, type Operator, prepareOperator, type PrepareOperatorOptions, } from './data-directory.ts';
export { type AuthorizationServerOptions, type Logger, type OptionProblem, OptionsError, } from './options.ts';
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
    }): Promise<{
        readonly url: string;
        readonly port: number;
    }>;
    /** Answers a request without a network. */
    inject(request: InjectedRequest): Promise<InjectedAnswer>;
    /** Stops listening, finishes the requests that it accepted, and writes what is left to write. */
    close(): Promise<void>;
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
import { type SigningKeys } from './signing-keys.ts';
import { type Storage } from './storage/ports.ts';
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
    /** The time, in milliseconds since 1970. Default: the clock of this machine. */
    readonly clock?: () => number;
    /** Where to log requests: a pino logger, `true` for standard output. Default: false. */
    readonly log?: boolean | Logger;
    /**
     * The folder of the pages for the browser, which the command line's package holds as `ui`: the
     * inspector is then served at `/inspector`. Default: no pages.
     */
    readonly uiDirectory?: string;
}
/** The options with their defaults. */
export type CompleteOptions = Required<Omit<AuthorizationServerOptions, 'uiDirectory'>> & Pick<AuthorizationServerOptions, 'uiDirectory'>;
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
import type { PublicKey } from '@keygrant/core/keys';
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
}
/** A scope that is given to a service app. */
export interface Grant {
    readonly id: string;
    readonly scope: string;
    readonly created: number;
    /** The app that granted. */
    readonly createdBy: string;
}
/** A role that is assigned to a service app. */
export interface RoleAssignment {
    readonly id: string;
    readonly role: Role;
    readonly created: number;
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
    /** The app that asks for the change. */
    readonly actorId: string;
}
/** What becomes of an app. */
export interface Decision<T> {
    /** The app from now on; `undefined` deletes it. */
    readonly next: ServiceApp | undefined;
    readonly audit: readonly AuditEntry[];
    readonly answer: T;
}
/** The service apps. */
export interface ServiceAppStore {
    find(clientId: string): Promise<ServiceApp | undefined>;
    /** Whether there is such an app: the least work by which an unknown one is found to be unknown. */
    exists(clientId: string): Promise<boolean>;
    list(query: ServiceAppQuery): Promise<readonly ServiceApp[]>;
    /**
     * Changes one app in one transaction: reads it and the actor, lets `decide` say what becomes of it,
     * and writes that together with the audit entries. `decide` is synchronous and has no effects of its
     * own; when it throws, nothing is written and the error is passed on.
     *
     * @throws {@link StorageError} `ERR_STORAGE_CONFLICT` when an identifier is taken.
     */
    change<T>(subjects: ChangeSubjects, decide: (current: ServiceApp | undefined, actor: ServiceApp | undefined) => Decision<T>): Promise<T>;
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
}
/** What happened. */
export type AuditEvent = 'token.issued' | 'token.refused' | 'app.created' | 'app.updated' | 'app.deleted' | 'app.activated' | 'app.deactivated' | 'key.created' | 'key.activated' | 'key.deactivated' | 'key.deleted' | 'grant.created' | 'grant.deleted' | 'role.assigned' | 'role.removed' | 'admin.denied';
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
    readonly event?: AuditEvent | undefined;
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
/** A store, open. */
export interface Storage {
    readonly serviceApps: ServiceAppStore;
    readonly replay: ReplayStore;
    readonly audit: AuditStore;
    /** Drops what time has made useless. Cheap to call often. */
    maintain(now: number): Promise<void>;
    /** Finishes what was begun, then closes the store. A second call does nothing. */
    close(): Promise<void>;
}
