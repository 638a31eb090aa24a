// The public API of @keygrant/server, as compiled. Written by "npm run api"; not edited by hand.

// index.d.ts

/**
 * An OAuth 2.0 authorization server for service apps: `private_key_jwt`, scoped access tokens, and the
 * admin API that manages the apps.
 * @module
 */
import { type ProcessReport } from './operations/index.ts';
import { type AuthorizationServerOptions, type Logger, type TlsOptions } from './options.ts';
export { type DataDirectory, inspectDataDirectory, openDataDirectory, type OpenDataDirectoryOptions, type Operator, prepareOperator, type PrepareOperatorOptions, prepareSharedOperator, type PrepareSharedOperatorOptions, } from './data-directory.ts';
export { type AuthorizationServerOptions, findOperationProblems, type Logger, type LogOptions, type OperationOptions, type OptionProblem, OptionsError, type RequestLimits, type Siblings, type TlsOptions, type WatchOptions, } from './options.ts';
export { createLogger } from './http/app.ts';
export { areSigningKeysReadable } from './signing-key-store.ts';
export { noteRestoration, type RestorationNote } from './restoration.ts';
export { createFleetWatch, type FleetWatch, type FleetWatchOptions, type ProcessReport, } from './operations/index.ts';
export { inviteFirstAdministrator, type InviteFirstOptions, type NewInvitation, } from './sign-in/invitations.ts';
export { generateEnvelopeKey, parseEnvelopeKeys } from './envelope.ts';
export { generateSigningKeys, type ImportedSigningKeys, importSigningKeys, type KeptSigningKeys, SIGNING_ALGORITHMS, type SigningAlgorithm, type SigningKeys, } from './signing-keys.ts';
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
    /** Where it logs. */
    readonly log: Logger;
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
    /** What this process says of itself; with the option `watch` also what it counted. */
    report(): Promise<ProcessReport>;
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
    /**
     * For how long connections that wait for their next request are kept after no new ones are taken, in
     * milliseconds: a request may be on its way. Each ends with its next answer. Default: 0.
     */
    readonly lingerMs?: number;
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

// admin/person.d.ts

/**
 * A person who administers, as the record that the store keeps.
 * @module
 */
import type { RoleAssignment, StoredRecord } from '../storage/ports.ts';
import type { PersonStatus } from './wire-types.ts';
/** Who a person is, in words. */
export interface PersonProfile {
    readonly login: string;
    readonly email: string;
    readonly firstName: string | null;
    readonly lastName: string | null;
}
/** A passkey of a person: a public key of an authenticator (W3C Web Authentication). */
export interface Passkey {
    readonly id: string;
    /** What its holder calls it. */
    readonly name: string;
    /** The name that the authenticator gave it, in base64url. */
    readonly credentialId: string;
    /** The public key in COSE, in base64url. */
    readonly publicKey: string;
    /** How often the authenticator has signed, as it says itself; some always say 0. */
    readonly signCount: number;
    /** How a browser reaches the authenticator, such as `internal` or `usb`. */
    readonly transports: readonly string[];
    /** Whether a copy is kept elsewhere, such as in an account of a phone's maker. */
    readonly isBackedUp: boolean;
    /** The model of the authenticator, if it says so. */
    readonly aaguid: string;
    readonly created: number;
    readonly lastUsed: number | null;
}
/** A person who administers. */
export interface Person {
    readonly id: string;
    readonly status: PersonStatus;
    /** Milliseconds since 1970, as all times here. */
    readonly created: number;
    readonly activated: number | null;
    readonly statusChanged: number;
    readonly lastLogin: number | null;
    readonly lastUpdated: number;
    readonly profile: PersonProfile;
    readonly roles: readonly RoleAssignment[];
    readonly passkeys: readonly Passkey[];
    /** Changes when all sessions of the person end: each session bears the one that it began with. */
    readonly generation: string;
}
/**
 * The identifier of the person with a login. It follows from the login, letter case aside, so that no two
 * people can have the same one, whichever node makes them. Whoever is made anew after a deletion has the
 * identifier of before: what belongs to a person has to go with the person, or be compared with `created`.
 */
export declare function personId(login: string): string;
/** Whether a text is an identifier of a person. */
export declare function isPersonId(text: string): boolean;
/** A login in the form in which logins are compared. */
export declare function foldLogin(login: string): string;
/** A generation that no session bears yet. */
export declare function newGeneration(): string;
/** A person out of the store, with defaults for members that an earlier version did not write. */
export declare function readPerson({ id, content }: StoredRecord): Person;
/** A person as the store keeps it. */
export declare function personRecord({ id, ...content }: Person): StoredRecord;

// data-directory.d.ts

/**
 * The data directory: the server's signing keys, the database file, and the operator who administers.
 * @module
 */
import { type PublicKey } from '@keygrant/core/keys';
import { type KeptSigningKeys } from './signing-keys.ts';
import { type Decision, type Storage } from './storage/ports.ts';
/** A data directory, open. */
export interface DataDirectory {
    readonly path: string;
    /** Where the database belongs. This module does not touch it. */
    readonly databaseFile: string;
    /** How the signing keys are kept in the store: the option of `createAuthorizationServer`. */
    readonly signingKeys: KeptSigningKeys;
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
/** Options of {@link prepareSharedOperator}. */
export interface PrepareSharedOperatorOptions extends PrepareOperatorOptions {
    readonly storage: Pick<Storage, 'serviceApps' | 'records'>;
    /** Whether to make one more, for a store of which another data directory has the operator. Default: false. */
    readonly isNewWanted?: boolean;
}
/** Options of {@link openDataDirectory}. */
export interface OpenDataDirectoryOptions {
    /**
     * File of the envelope keys, as {@link parseEnvelopeKeys} reads it. Nodes that share a database have one in common.
     * Default: a file of the directory, which is made when it is not there.
     */
    readonly envelopeKeyFile?: string;
}
/**
 * Opens a data directory; makes it, readable by its owner alone, when it is not there, and with it the envelope
 * key that seals the server's signing keys in the database.
 *
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when the directory can't be
 * written or holds something else; `KeyError` when signing keys from before can't be read.
 */
export declare function openDataDirectory(path: string, { envelopeKeyFile }?: OpenDataDirectoryOptions): Promise<DataDirectory>;
/**
 * Makes sure that there is an operator: an ES256 key pair, an active SUPER_ADMIN app with that key and
 * all scopes, and `operator.json`, which says which app that is. Each part that is there already stays as
 * it is, so that a start after a crash goes on where the last one ended. Does not print the key.
 *
 * @throws {@link StorageError} with a sentence when a file or the store can't be used.
 */
export declare function prepareOperator(options: PrepareOperatorOptions): Promise<Operator>;
/**
 * Does what {@link prepareOperator} does, for a store that several servers share, each with a data directory of its own:
 * the first of them gets the operator, and a start with another data directory makes no second SUPER_ADMIN.
 *
 * @returns `undefined` when the operator is in another data directory.
 * @throws {@link StorageError} with a sentence when a file or the store can't be used.
 */
export declare function prepareSharedOperator(options: PrepareSharedOperatorOptions): Promise<Operator | undefined>;
/**
 * Looks whether a data directory can be used, and makes and changes nothing.
 *
 * @returns whether it holds no data yet.
 * @throws {@link StorageError} `ERR_STORAGE_UNAVAILABLE` with a sentence when it can't be written or holds
 * something else.
 */
export declare function inspectDataDirectory(path: string): Promise<boolean>;
/** The operator as a new app: active, a SUPER_ADMIN, with all scopes. */
export declare function operatorRegistration(clientId: string, key: PublicKey, now: number): Decision<boolean>;

// envelope.d.ts

/**
 * What must not lie in the database in clear: sealed with a key that is kept elsewhere.
 * @module
 */
/** Seals and opens texts. */
export interface Envelope {
    /** Seals a text. It can be opened with the same `name` alone: no sealed text stands in for another. */
    seal(text: string, name: string): string;
    /**
     * Opens a sealed text.
     *
     * @throws `KeyError` `ERR_KEY_NOT_FOUND` when it was sealed with a key that is not here, `ERR_KEY_MALFORMED`
     * when it is damaged or bears another name.
     */
    open(sealed: string, name: string): string;
    /** Whether a text was sealed with another key than the one that seals now. */
    isOutdated(sealed: string): boolean;
}
/** Octets of an envelope key. */
export declare const ENVELOPE_KEY_OCTETS = 32;
/** Makes an envelope key. */
export declare function generateEnvelopeKey(): Uint8Array;
/** Writes envelope keys as text: one on a line, base64url. */
export declare function formatEnvelopeKeys(keys: readonly Uint8Array[]): string;
/**
 * Reads envelope keys: 32 octets each in base64url, one on a line. The first one seals; all of them open.
 *
 * @throws `KeyError` `ERR_KEY_MALFORMED`, without a word of the text.
 */
export declare function parseEnvelopeKeys(text: string): readonly Uint8Array[];
/** Makes the envelope of some keys: the first one seals, all of them open (AES-256-GCM). */
export declare function createEnvelope(keys: readonly Uint8Array[]): Envelope;
/** Octets for another purpose, which say nothing about the envelope key (RFC 5869). */
export declare function deriveSecret(key: Uint8Array, purpose: string): Uint8Array;

// http/app.d.ts

/**
 * The HTTP server: Fastify, and as little of it as can be. Routes and their answers are plain values.
 * @module
 */
import type { SecureContextOptions } from 'node:tls';
import { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type { HttpFault, RequestNotes, Route } from './exchange.ts';
declare module 'fastify' {
    interface FastifyRequest {
        /** What an endpoint learned about the request; nothing when none was reached. */
        notes: RequestNotes | undefined;
    }
}
/** A certificate with its chain, and its private key, as PEM. */
export interface TlsFiles {
    readonly certificate: string | Buffer;
    readonly key: string | Buffer;
}
/** The least that is logged, and what takes the lines. */
export interface LogTarget {
    readonly level: string;
    readonly stream?: {
        write(line: string): void;
    };
}
/** An answer that was sent. */
export interface SentAnswer {
    readonly requestId: string;
    readonly method: string;
    /** The route that was found, with its parameters as `:name`. */
    readonly route: string | undefined;
    readonly status: number;
    readonly milliseconds: number;
    /** Whether its content came little by little, for as long as somebody wanted it. */
    readonly isStream: boolean;
    readonly notes: RequestNotes | undefined;
}
/** What {@link createHttpApp} needs. */
export interface HttpAppOptions {
    readonly routes: readonly Route[];
    readonly issuer: string;
    /** The body of the answer to a request that no endpoint answered. */
    faultBody(fault: HttpFault, requestId: string): unknown;
    /** Where to log: `true` for standard output, a pino logger, a level and a stream, or `false`. */
    readonly log: boolean | FastifyBaseLogger | LogTarget;
    /** Told of each answer. */
    onAnswer?(answer: SentAnswer): void;
    /** Whether the server is about to end: connections then end with the answer. */
    isStopping?(): boolean;
    /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. Default: none. */
    readonly trustedProxies?: readonly string[];
    /** Speaks TLS. Default: plain HTTP. */
    readonly tls?: TlsFiles | undefined;
}
/** Makes the server; it does not listen yet. */
export declare function createHttpApp(options: HttpAppOptions): FastifyInstance;
/** A logger of its own, for a process that has no server. */
export declare function createLogger(target: LogTarget | false): FastifyBaseLogger;
/** The options of a TLS server; TLS 1.2 is the oldest version (RFC 9325, section 3.1.1). */
export declare function secureContext({ certificate, key }: TlsFiles): SecureContextOptions;

// http/exchange.d.ts

/**
 * Requests and answers as values: what an endpoint is given, and what it gives back.
 * @module
 */
import type { FormResult } from './form.ts';
/** A body may have this many octets. */
export declare const MAX_BODY_OCTETS = 65536;
/** The body of a request, as far as it could be read. */
export type RequestBody = {
    readonly kind: 'none';
} | {
    readonly kind: 'json';
    readonly value: unknown;
} | {
    readonly kind: 'form';
    readonly form: FormResult;
} | {
    readonly kind: 'unreadable';
    readonly fault: 'content_type' | 'content_encoding' | 'json';
};
/**
 * What is learned about a request on its way, for limits, logs, metrics and traces. Never a secret, and
 * never text that a stranger chose.
 */
export interface RequestNotes {
    /** The client that proved to be itself. */
    clientId?: string;
    /** Why the request was refused: a code of ours. */
    error?: string;
    /** Header fields that the answer gets, whatever it is. */
    headers?: Readonly<Record<string, string>>;
}
/** A request, taken apart. */
export interface IncomingRequest {
    /** The server's own name for this request. */
    readonly id: string;
    /** The route that was found, such as `/api/v1/apps/:appId`. */
    readonly route: string;
    readonly method: string;
    /** Header fields by their names in lower case. */
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    /** Values of the route's parameters, percent-decoded. */
    readonly parameters: Readonly<Record<string, string | undefined>>;
    readonly query: URLSearchParams;
    readonly body: RequestBody;
    /** Who sent it; behind trusted proxies, what they say. */
    readonly remoteAddress: string;
    /** When its body began to be read, in milliseconds of the clock that never goes back (`performance.now`). */
    readonly receivedAt: number;
    readonly notes: RequestNotes;
}
/** An answer. */
export interface Answer {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Becomes JSON; without it and `text` the answer has no content. */
    readonly body?: unknown;
    /** Content that is text already. `headers` has its type. */
    readonly text?: string;
    /**
     * Content that comes little by little, until the signal is aborted: by the other side, or because the server stops.
     * `headers` has its type.
     */
    readonly stream?: (signal: AbortSignal) => AsyncIterable<string>;
}
/** The header field of JSON as text. It has no charset (RFC 8259, section 11). */
export declare const JSON_TYPE: {
    readonly 'content-type': 'application/json';
};
/** A path, and what to do there. */
export interface Route {
    readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
    /** With parameters as `:name`. */
    readonly path: string;
    /** How the body is read. Default: it is not. */
    readonly accepts?: 'form' | 'json';
    /** The scopes of which an access token needs one. Default: no access token is asked for. */
    readonly scopes?: readonly string[];
    /** Whether it is a document for everybody, which costs next to nothing. Default: false. */
    readonly isPublic?: boolean;
    handle(request: IncomingRequest): Answer | Promise<Answer>;
}
/** A request that reached no endpoint, or an endpoint that failed. */
export interface HttpFault {
    readonly status: number;
    readonly kind: 'not_found' | 'method_not_allowed' | 'bad_request' | 'content_type' | 'too_large' | 'too_many_requests' | 'failed';
    /** Without the query. */
    readonly path: string;
}

// http/form.d.ts

/**
 * Strict `application/x-www-form-urlencoded` (RFC 6749, appendix B): each parameter at most once.
 * @module
 */
/** Why a form can't be read. */
export type FormFault = 'too_many' | 'bad_name' | 'bad_encoding' | 'control_character' | 'duplicate' | 'several_resources';
/** Parameters by name; those without a value are left out (RFC 6749, section 3.2). */
export type FormParameters = ReadonlyMap<string, string>;
/** A form, or why it is none. */
export type FormResult = {
    readonly ok: true;
    readonly parameters: FormParameters;
} | {
    readonly ok: false;
    readonly fault: FormFault;
};
/** A form may have this many parameters. */
export declare const MAX_FORM_PARAMETERS = 100;
/**
 * Reads a form. Refused: a parameter that is there twice, percent-encoding that is not UTF-8, control
 * characters, names beyond letters, digits and `_ . : ~ -` (such as `scope[]`), octets that should have
 * been percent-encoded. A blank that was not encoded is read as a blank.
 */
export declare function parseForm(octets: Uint8Array): FormResult;

// operations/audit-retention.d.ts

/**
 * How long entries of the audit log are kept.
 * @module
 */
import type { AuditStore } from '../storage/ports.ts';
/** What {@link createAuditRetention} needs. */
export interface AuditRetentionOptions {
    readonly audit: Pick<AuditStore, 'prune'>;
    /** Days for which entries are kept; 0 keeps all. */
    readonly days: number;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    readonly isStopping: () => boolean;
}
/** Makes what removes entries that are older than they are kept, slice by slice; others have their turn between. */
export declare function createAuditRetention({ audit, days, clock, isStopping, }: AuditRetentionOptions): () => Promise<void>;

// operations/chores.d.ts

/**
 * What a server does by itself while it runs, again and again.
 * @module
 */
/** Something that is done again and again. A failure is told and keeps nothing from being done the next time. */
export interface Chore {
    readonly everyMs: number;
    /** Whether it is done at once, too. Default: true. */
    readonly isDoneAtStart?: boolean;
    run(): unknown;
    /** What is to be said when it fails. */
    readonly failure: string;
}
/** Chores under way. */
export interface Chores {
    /** Begins none any more; one that has begun goes on. */
    stop(): void;
}
/** Begins to do chores. Keeps no process alive. */
export declare function startChores(chores: readonly Chore[], onFailure: (error: unknown, failure: string) => void): Chores;

// operations/fleet-watch.d.ts

/**
 * What is answered to who watches a server of several processes: one health and one set of metrics for
 * all of them.
 * @module
 */
import { type MetricValues } from './metrics.ts';
/** What one process says of itself. */
export interface ProcessReport {
    /** Whether it should get requests. */
    readonly isReady: boolean;
    /** What it counted; empty when it does not count. */
    readonly metrics: MetricValues;
}
/** What {@link createFleetWatch} needs. */
export interface FleetWatchOptions {
    /** Processes that there should be. */
    readonly size: number;
    /** Asks every process that is there; those that do not answer in time are left out. */
    reports(): Promise<readonly ProcessReport[]>;
}
/** Who watches the processes of one server is answered here. */
export interface FleetWatch {
    /**
     * Listens, and gives the address.
     *
     * @throws Node's error as it is, such as one with the code `EADDRINUSE`.
     */
    listen(at: {
        readonly host: string;
        readonly port: number;
    }): Promise<string>;
    /** Keeps what a process counted that is no more, so that no sum falls. */
    keep(metrics: MetricValues): void;
    /** Says from now on that no more requests should come. */
    stopping(): void;
    close(): Promise<void>;
}
/** Makes what answers `/livez`, `/readyz` and `/metrics` for several processes. */
export declare function createFleetWatch({ size, reports }: FleetWatchOptions): FleetWatch;

// operations/health.d.ts

/**
 * Whether the server lives, and whether it should get requests.
 * @module
 */
import type { Route } from '../http/exchange.ts';
/** What the server is doing. */
export type Phase = 'starting' | 'running' | 'stopping';
/** The health of a server. */
export interface Health {
    phase: Phase;
    /** Whether requests should come: it runs, and its store answers. */
    isReady(): Promise<boolean>;
    /** `/livez` and `/readyz`. */
    readonly routes: readonly Route[];
}
/** What {@link createHealth} needs. */
export interface HealthOptions {
    /** Asks the store something small; rejects when it does not answer as it should. */
    askStore(): Promise<unknown>;
    /** Milliseconds, never set back. */
    readonly monotonic: () => number;
}
/** Makes the health of a server that is starting. */
export declare function createHealth({ askStore, monotonic }: HealthOptions): Health;

// operations/index.d.ts

/**
 * What an operator needs of a server that others built: limits, an audit log that can't be flooded,
 * health, metrics and traces.
 * @module
 */
import type { Route } from '../http/exchange.ts';
import type { Siblings } from '../options.ts';
import type { AuditEntry, AuditStore } from '../storage/ports.ts';
import { type Health } from './health.ts';
import type { ProcessReport } from './fleet-watch.ts';
import { type AdmitClient, type LimitSizes } from './limits.ts';
import { type Metrics } from './metrics.ts';
export { createAuditRetention } from './audit-retention.ts';
export { startChores } from './chores.ts';
export { createFleetWatch, type FleetWatch, type FleetWatchOptions, type ProcessReport, } from './fleet-watch.ts';
export type { AdmitClient } from './limits.ts';
/** What {@link createOperations} needs. */
export interface OperationsOptions {
    readonly audit: AuditStore;
    readonly limits: LimitSizes;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** Of this software. */
    readonly version: string;
    /** Whether to count for {@link Operations.watchRoutes}. */
    readonly isCounting: boolean;
    /** Told of each entry of the audit log, written or left out. */
    onAudited(entry: AuditEntry): void;
    /** Other processes of this server that share its limits. */
    readonly siblings?: Siblings | undefined;
    /** Asks the store something small; rejects when it does not answer as it should. */
    askStore(): Promise<unknown>;
    /** The body of the answer to a request that is one too many. */
    tooManyBody(path: string, requestId: string): unknown;
}
/** A server's operations. */
export interface Operations {
    /** The audit log, counted and bounded. */
    readonly audit: AuditStore;
    readonly health: Health;
    readonly admitToken: AdmitClient;
    readonly admitApi: AdmitClient;
    /** Nothing without counting. */
    readonly metrics: Metrics | undefined;
    /** The same routes, with limits and traces. */
    surround(routes: readonly Route[]): readonly Route[];
    /** Routes for who watches the server, not for the public. */
    readonly watchRoutes: readonly Route[];
    /** What this process says of itself to the one that watches all of them. */
    report(): Promise<ProcessReport>;
    /** What is to be done once a minute. */
    maintain(): void;
    close(): void;
}
/** Makes the operations of a server. */
export declare function createOperations(options: OperationsOptions): Operations;

// operations/limits.d.ts

/**
 * Limits of requests: a budget for each client that proved who it is, and a small one for each address
 * from which requests come that prove nothing.
 * @module
 */
import type { IncomingRequest, Route } from '../http/exchange.ts';
/** What there are limits for. */
export type Limit = 'token' | 'api' | 'failure';
/** What a sender used up of a limit. */
export interface LimitUse {
    readonly limit: Limit;
    readonly sender: string;
    readonly count: number;
}
/** Requests in a minute; 0 is no limit. */
export type LimitSizes = Readonly<Record<Limit, number>>;
/**
 * Notes who a request is from, and takes it out of that client's budget. Called once the client has
 * proved who it is, so that nobody can use up the budget of another, and before anything is used up for
 * it, so that it can send the same again later.
 *
 * @throws when the budget is used up, what {@link Limits.routes} turns into the answer.
 */
export type AdmitClient = (request: IncomingRequest, clientId: string) => void;
/** What {@link createLimits} needs. */
export interface LimitsOptions {
    readonly sizes: LimitSizes;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** The body of the answer to a request that is one too many. */
    tooManyBody(path: string, requestId: string): unknown;
    /** Whether other processes share these limits: then what is used up is noted for them. */
    readonly isShared: boolean;
    /** Told of each request that is refused. */
    onRefusal(limit: Limit, request: IncomingRequest): void;
}
/** Limits. */
export interface Limits {
    /** Admits a client to the token endpoint and its neighbours. */
    readonly admitToken: AdmitClient;
    /** Admits a client to the admin API. */
    readonly admitApi: AdmitClient;
    /**
     * The same routes; those that are not public refuse addresses whose requests prove nothing too often.
     */
    routes(routes: readonly Route[]): readonly Route[];
    /** What was used up here since the last call. */
    takeUses(): readonly LimitUse[];
    /** Takes what was used up in other processes. */
    addUses(uses: readonly LimitUse[]): void;
}
/** Makes the limits of a server. */
export declare function createLimits(options: LimitsOptions): Limits;

// operations/metrics.d.ts

/**
 * Metrics for Prometheus. No label has a value that a stranger, or the number of apps, could multiply.
 * @module
 */
import { type MetricObjectWithValues, type MetricValue } from 'prom-client';
import type { Route } from '../http/exchange.ts';
import type { AuditEntry } from '../storage/ports.ts';
import type { Limit } from './limits.ts';
/** Metrics as values: what one process passes to another. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[];
/** What is counted. */
export interface Metrics {
    /** An answer was sent. */
    answered(answer: {
        readonly method: string;
        /** The route that was found, with its parameters as `:name`. */
        readonly route: string | undefined;
        readonly status: number;
        readonly milliseconds: number;
    }): void;
    limited(limit: Limit): void;
    /** Something was audited: with an entry of its own, or in a number alone. */
    audited(entry: AuditEntry, isOmitted: boolean): void;
    /** The keys that a client publishes were fetched, or could not be. */
    fetched(isGood: boolean): void;
    /** Sets the time at which the TLS certificate ends, in milliseconds since 1970. */
    certificateEnds(at: number): void;
    /** Sets how many keys of clients end within so many days. */
    keysExpire(counts: ReadonlyMap<number, number>): void;
    /** What was counted, to be added to what other processes counted. */
    values(): Promise<MetricValues>;
    /** The text that Prometheus reads, and its media type. */
    read(): Promise<{
        readonly text: string;
        readonly type: string;
    }>;
    /** Stops what watches the process. */
    close(): void;
}
/** What {@link createMetrics} needs. */
export interface MetricsOptions {
    readonly version: string;
    /** Whether the server should get requests. */
    isReady(): Promise<boolean>;
}
/** Makes the metrics of one server. */
export declare function createMetrics({ version, isReady }: MetricsOptions): Metrics;
/** `/metrics`, whatever is behind it. */
export declare function metricsRoute({ read }: Pick<Metrics, 'read'>): Route;

// options.d.ts

/**
 * Every option of the server with its default; all that is wrong with them is said at once.
 * @module
 */
import { KeygrantError } from '@keygrant/core/errors';
import type { FastifyBaseLogger } from 'fastify';
import { type KeptSigningKeys, type SigningKeys } from './signing-keys.ts';
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
    /**
     * Port to listen on; 0 takes a free one. Default: none; the server counts, and says what it counted to
     * whoever calls `report()`.
     */
    readonly port?: number;
}
/** The other processes of a server on this machine. */
export interface Siblings {
    /** Passes a message to each of them. It can be cloned as structured data. */
    send(message: object): void;
    /** Calls the listener with each message of another process. */
    onMessage(listener: (message: object) => void): void;
}
/** What is logged, and where. */
export interface LogOptions {
    /** The least that is logged; `info` has one line for each request. */
    readonly level: 'error' | 'warn' | 'info' | 'debug';
    /** Takes lines of JSON. Default: standard output. */
    readonly stream?: {
        write(line: string): void;
    };
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
    /**
     * Sign access tokens: keys that are kept in the store and rotated, or some of your own, which stay as they are.
     */
    readonly signingKeys: SigningKeys | KeptSigningKeys;
    /** What is expected of client assertions. Default: `okta`. */
    readonly profile?: 'okta' | 'strict';
    /**
     * Whether a refused token request gets the whole report in its answer. It tells strangers what is
     * registered: for a developer's own machine. Default: false.
     */
    readonly isDevelopment?: boolean;
    /**
     * At least 32 secret octets, the same for all processes of this server; nonces for DPoP proofs are
     * made of it. Default: made of the envelope key of the signing keys; without one it is random, so that nonces
     * of one process are worth nothing to another.
     */
    readonly secret?: Uint8Array;
    /**
     * Hosts of a `jwks_uri` that may lie in a private network, as they stand in the URL. Default: none.
     */
    readonly privateJwksHosts?: readonly string[];
    /** The time, in milliseconds since 1970. Default: the clock of this machine. */
    readonly clock?: () => number;
    /**
     * Where to log, as lines of JSON without anything that a sender chose: a pino logger, a level, or
     * `true` for everything to standard output. Default: false.
     */
    readonly log?: boolean | Logger | LogOptions;
    /**
     * The folder of the pages for the browser, which the command line's package holds as `ui`: the
     * workbench is then served at `/workbench`, the inspector at `/inspector`. Default: no pages.
     */
    readonly uiDirectory?: string;
    /**
     * Origins of other servers, such as `https://auth.example.org`, that workbench and inspector may talk to: token endpoints
     * and APIs of others, which have to allow it themselves (CORS). Default: none; it talks to this server alone.
     */
    readonly workbenchOrigins?: readonly string[];
    /** How many requests one sender may make in a minute. */
    readonly limits?: RequestLimits;
    /**
     * Addresses and networks (`10.0.0.0/8`) of the proxies in front. Who a request is from is then the last
     * address of `X-Forwarded-For` that is none of them. Default: none, and the field is not looked at.
     */
    readonly trustedProxies?: readonly string[];
    /**
     * Days for which entries of the audit log are kept. What is older is removed once an hour, and an entry
     * tells of it. Default: 0, which keeps all of them.
     */
    readonly auditDays?: number;
    /** Speaks TLS itself. Default: plain HTTP, for a proxy that does TLS or for this machine alone. */
    readonly tls?: TlsOptions;
    /**
     * Counts what happens, for Prometheus, and answers `/metrics`, `/livez` and `/readyz` on a port of its
     * own, which should not be reached from outside. Default: not counted.
     */
    readonly watch?: WatchOptions;
    /**
     * The other processes of this server on this machine, when there are any: the limits then hold for all of
     * them together. Default: none.
     */
    readonly siblings?: Siblings;
}
/** The options by which an operator says how the server runs, as far as they can be judged alone. */
export type OperationOptions = Pick<AuthorizationServerOptions, 'limits' | 'trustedProxies' | 'privateJwksHosts' | 'workbenchOrigins' | 'auditDays' | 'tls' | 'watch'>;
type NotAlwaysThere = 'uiDirectory' | 'tls' | 'watch' | 'siblings';
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
/**
 * What is wrong with the options that an operator sets, so that whoever gathers them from other places
 * can say it with its own findings. Looks at these alone; the server looks at them again.
 */
export declare function findOperationProblems({ limits, trustedProxies, privateJwksHosts, workbenchOrigins, auditDays, tls, watch, }: OperationOptions): readonly OptionProblem[];
/** Whether signing keys are kept in the store. */
export declare function isKept(keys: SigningKeys | KeptSigningKeys): keys is KeptSigningKeys;
/** Why a certificate and a key can't be used together; `undefined` when they can. */
export declare function describeTlsProblem({ certificate, key }: TlsOptions): string | undefined;
export {};

// restoration.d.ts

/**
 * A store that was put back to an earlier time, from a backup or by the failover to a database that lagged behind: it no
 * longer knows what was used and revoked in between. What may have been is refused.
 * @module
 */
import type { AssertionProfile } from '@keygrant/core/assertion';
import type { Storage } from './storage/ports.ts';
/** Since when the store knows all that was used and revoked. */
export interface Restoration {
    /** NumericDate; 0 for a store that never went back. */
    knownSince(): number;
    /** Hears no more of changes. */
    close(): void;
}
/** Times that a signed assertion says of itself. */
export interface AssertionTimes {
    readonly exp: number;
    readonly iat?: number | undefined;
}
/** Opens what a store knows of it. */
export declare function openRestoration({ records, onChange }: Pick<Storage, 'records' | 'onChange'>, onFailure: (error: unknown) => void): Promise<Restoration>;
/**
 * Whether an assertion of a profile may have been used before a time: whoever took it then wanted `iat` not to lie ahead
 * of their clock by more than the tolerance, and `exp` no further than the lifetime.
 */
export declare function mayHaveBeenUsed({ exp, iat }: AssertionTimes, knownSince: number, { clockToleranceSeconds, maxLifetimeSeconds }: AssertionProfile): boolean;
/** What is known of a restoration. */
export interface RestorationNote {
    /** When, in milliseconds since 1970. */
    readonly at: number;
    /** When the backup was made, where that is known. */
    readonly backupAt?: number | undefined;
}
/**
 * Notes in a store that it was put back to an earlier time. From then on the servers refuse assertions that may have been
 * used in the time that was lost, and access tokens from before; sessions of people end, and invitations are void.
 *
 * Does not make good what administrators did in that time: keys that they deactivated are active again.
 */
export declare function noteRestoration(storage: Pick<Storage, 'records'>, { at, backupAt }: RestorationNote): Promise<void>;

// sign-in/invitations.d.ts

/**
 * Invitations: links by which a person makes the first passkey, or a new one in place of those that were lost. Each is good
 * once, and for a short time.
 * @module
 */
import type { Person } from '../admin/person.ts';
import type { AuditEntry, Decide, RecordStore, Storage, StoredRecord } from '../storage/ports.ts';
/** What the store keeps of an invitation. */
export interface Invitation {
    /** The person; `undefined` for the first administrator, who says at the end of the link who they are. */
    readonly personId: string | undefined;
    /** A digest of the secret part of the link. */
    readonly digest: string;
    /** Milliseconds since 1970, as all times here. */
    readonly created: number;
    readonly createdBy: string;
    readonly expiresAt: number;
    /** When the status of the person had changed last: the invitation ends when it changes again. */
    readonly statusChanged: number;
}
/** An invitation with its link. */
export interface NewInvitation {
    readonly url: string;
    readonly expiresAt: number;
}
/** Minutes for which the link of the first administrator is good, and one that replaces lost passkeys. */
export declare const SHORT_MINUTES = 15;
/** Minutes for which the link for somebody new is good. */
export declare const LONG_MINUTES = 1440;
/** Options of {@link inviteFirstAdministrator}. */
export interface InviteFirstOptions {
    readonly storage: Pick<Storage, 'records'>;
    readonly issuer: string;
    /** The time, in milliseconds since 1970. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/**
 * Makes the link by which the first administrator signs up, while there is nobody yet. It is good once, for 15 minutes, and
 * until the next one is made.
 *
 * @returns `undefined` when there are people already: then an administrator invites.
 */
export declare function inviteFirstAdministrator({ storage: { records }, issuer, clock, }: InviteFirstOptions): Promise<NewInvitation | undefined>;
/** Keeps an invitation in place of an earlier one for the same person. `judge` throws, or says what is logged. */
export declare function keepInvitation({ records, issuer }: {
    readonly records: RecordStore;
    readonly issuer: string;
}, invitation: Omit<Invitation, 'digest'>, judge: (...actors: ActorsOf) => readonly AuditEntry[]): Promise<NewInvitation>;
type ActorsOf = Parameters<Decide<unknown, StoredRecord>> extends [unknown, ...infer Actors] ? Actors : never;
/** The invitation of a link, while it is good. Whether the person still is who was invited is not looked at. */
export declare function findInvitation(records: RecordStore, token: string, now: number): Promise<Invitation | undefined>;
/** Uses an invitation up: `true` for the first who does. */
export declare function consumeInvitation(records: RecordStore, { personId, digest }: Invitation, now: number): Promise<boolean>;
/** The invitation that a person has, while it is good. */
export declare function invitationOf(records: RecordStore, person: Person, now: number): Promise<Invitation | undefined>;
/** Takes an invitation back. `judge` throws, or says what is logged. */
export declare function withdrawInvitation(records: RecordStore, { personId, actorId }: {
    readonly personId: string;
    readonly actorId: string;
}, judge: (...actors: ActorsOf) => readonly AuditEntry[]): Promise<void>;
/** Whether a person may still take up an invitation: nobody stopped, or deleted, or made them anew since. */
export declare function isAbout({ statusChanged }: Invitation, person: Person): boolean;
export {};

// signing-key-ring.d.ts

/**
 * The life of the server's signing keys, as a document and what becomes of it: next, then current, then
 * previous, or revoked. Pure: time and new keys are passed in.
 * @module
 */
import type { JwsAlgorithmName, PublicKey } from '@keygrant/core/keys';
import { type SigningAlgorithm } from './signing-keys.ts';
interface RingKeyBase {
    readonly kid: string;
    readonly alg: JwsAlgorithmName;
    readonly jwk: PublicKey['jwk'];
    /** When it was published. Milliseconds since 1970, as all times here. */
    readonly published: number;
}
/** Is published, so that verifiers know it by the time it signs. */
export interface NextKey extends RingKeyBase {
    readonly state: 'next';
    /** Its private half, sealed. */
    readonly sealed: string;
}
/** Signs. */
export interface CurrentKey extends RingKeyBase {
    readonly state: 'current';
    readonly sealed: string;
    readonly activated: number;
}
/** Signs no more, and is published for as long as tokens of it are out. Its private half is gone. */
export interface PreviousKey extends RingKeyBase {
    readonly state: 'previous';
    readonly activated: number;
    readonly retired: number;
}
/** Is published no more: whatever it signed is void. Is remembered for a while, to be looked at. */
export interface RevokedKey extends RingKeyBase {
    readonly state: 'revoked';
    readonly revoked: number;
}
/** A key of the ring. */
export type RingKey = NextKey | CurrentKey | PreviousKey | RevokedKey;
/** The signing keys of a server: always one that signs and one that is next. */
export interface SigningKeyRing {
    /** The algorithm of new keys. */
    readonly algorithm: SigningAlgorithm;
    /** The next key takes over as soon as it may: an administrator asked for that. */
    readonly isRotationWanted: boolean;
    readonly keys: readonly RingKey[];
}
/** A key that was made and is in no ring yet. */
export type NewKey = Pick<NextKey, 'kid' | 'alg' | 'jwk' | 'sealed'>;
/** What happened to a key. */
export interface RingEvent {
    readonly event: 'created' | 'activated' | 'retired' | 'revoked' | 'removed';
    readonly key: RingKey;
}
/** A ring as it is from now on, and what happened. */
export interface RingChange {
    readonly ring: SigningKeyRing;
    readonly events: readonly RingEvent[];
}
/** Why a ring stays as it is. */
export type RingRefusal = {
    readonly refused: 'unknown_key';
} | {
    readonly refused: 'already_revoked';
}
/** The next key may not sign before. */
 | {
    readonly refused: 'too_early';
    readonly mayRotateAt: number;
};
/** A key is published for this long before it signs: nobody has keys from before in their cache then. */
export declare const PUBLISHED_BEFORE_USE_MS: number;
/** A ring of two new keys: the first signs at once, because nobody has any keys of this server yet. */
export declare function createRing(algorithm: SigningAlgorithm, [current, next]: readonly [NewKey, NewKey], now: number): RingChange;
/** A ring of new keys in place of one whose private halves are lost. What those signed stays good. */
export declare function replaceLost(before: SigningKeyRing, made: readonly [NewKey, NewKey], now: number): RingChange;
/** The key that signs. */
export declare function currentKey({ keys }: SigningKeyRing): CurrentKey;
/** The key that signs next. */
export declare function nextKey({ keys }: SigningKeyRing): NextKey;
/** The keys that are published: the one that signs, then the next one, then those of before. */
export declare function publishedKeys(ring: SigningKeyRing): readonly RingKey[];
/** When the next key may take over. */
export declare function mayRotateAt(ring: SigningKeyRing): number;
/** When the next key takes over by itself; `undefined` when it does not. */
export declare function rotatesAt(ring: SigningKeyRing, rotateAfterDays: number): number | undefined;
/** Whether {@link upkeep} would change anything. */
export declare function isUpkeepDue(ring: SigningKeyRing, now: number, rotateAfterDays: number): boolean;
/** Does what time has made due: lets the next key take over, and forgets keys. `made` becomes the next one. */
export declare function upkeep(before: SigningKeyRing, made: NewKey, now: number, rotateAfterDays: number): RingChange;
/**
 * Lets the next key take over, if verifiers have had the time to learn of it. With another algorithm a new
 * key becomes the next one first, and takes over when it may.
 */
export declare function rotate(ring: SigningKeyRing, algorithm: SigningAlgorithm, made: NewKey, now: number): RingChange | RingRefusal;
/** Takes a key out of use and out of sight at once. What becomes the next key is `made`. */
export declare function revoke(ring: SigningKeyRing, kid: string, made: NewKey, now: number): RingChange | RingRefusal;
export {};

// signing-key-store.d.ts

/**
 * The signing keys in the store: read by all processes that share it, changed in one transaction each, and kept in
 * memory ready to sign.
 * @module
 */
import { type RingRefusal, type SigningKeyRing } from './signing-key-ring.ts';
import { type KeptSigningKeys, type SigningAlgorithm, type SigningKeys } from './signing-keys.ts';
import type { RecordStore, ServiceApp, Storage, StoredRecord } from './storage/ports.ts';
/** Who asks for a change of the ring, and in which request. */
export interface RingActor {
    readonly actorId: string;
    readonly requestId: string;
    /** Judges, inside the transaction, whether the actor may. Throws when it may not. */
    readonly require: (app: ServiceApp | undefined, person: StoredRecord | undefined) => void;
}
/** The signing keys, as administrators and the endpoints see them. */
export interface SigningKeyStore extends SigningKeys {
    /** Resolves when the keys are what the store has now; `undefined` when they are already. */
    reading(): Promise<void> | undefined;
    /** What the store has; `undefined` for keys that are not kept there, and stay as they are. */
    readonly ring: SigningKeyRing | undefined;
    /** Milliseconds since 1970: when the next key takes over; `undefined` when it does not by itself. */
    readonly rotatesAt: number | undefined;
    /** Lets the next key take over, or makes one of another algorithm the next. */
    rotate(actor: RingActor, algorithm?: SigningAlgorithm): Promise<RingRefusal | undefined>;
    /** Takes a key out of use at once. */
    revoke(actor: RingActor, kid: string): Promise<RingRefusal | undefined>;
    /** Does what time has made due. Cheap when nothing is. */
    maintain(): Promise<void>;
    /** Hears no more of changes. */
    close(): void;
}
/** What {@link openSigningKeys} needs. */
export interface SigningKeyStoreOptions {
    readonly storage: Pick<Storage, 'records' | 'onChange'>;
    readonly kept: KeptSigningKeys;
    /** Milliseconds since 1970. */
    readonly clock: () => number;
    /** Is told why the keys could not be read again. */
    readonly onFailure: (error: unknown) => void;
}
/** Keys that are the caller's own: they are in no store, and nothing becomes of them. */
export declare function fixedSigningKeys(keys: SigningKeys): SigningKeyStore;
/**
 * Opens the signing keys of a store; makes them when there are none, in whichever process is first.
 *
 * @throws `KeyError` when they can't be opened with the envelope keys; `StorageError`.
 */
export declare function openSigningKeys(options: SigningKeyStoreOptions): Promise<SigningKeyStore>;
/**
 * Whether envelope keys open the signing keys of a store; `undefined` when it has none yet.
 *
 * @throws `StorageError` when the store can't be read.
 */
export declare function areSigningKeysReadable({ records }: {
    readonly records: Pick<RecordStore, 'find'>;
}, envelopeKeys: readonly Uint8Array[]): Promise<boolean | undefined>;

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
/** Says that signing keys are kept in the store, and rotated there. */
export interface KeptSigningKeys {
    /**
     * Secret keys of 32 octets each that seal the private keys in the store. The first one seals, all of them open.
     * All processes of a server have the same ones.
     */
    readonly envelopeKeys: readonly Uint8Array[];
    /** Keys from before there were any in the store: it takes them over when it has none. */
    readonly imported?: ImportedSigningKeys;
    /** The algorithm of the keys of an empty store; an administrator may change it later. Default: ES256. */
    readonly algorithm?: SigningAlgorithm;
    /** The next key takes over after this many days; 0 for never by itself. Default: 90. */
    readonly rotateAfterDays?: number;
    /**
     * Makes new keys in place of those that no envelope key opens, which stay published for as long as their
     * tokens are good. Default: false, and the server does not start.
     */
    readonly replaceUnreadable?: boolean;
}
/** Signing keys out of a file that is needed no more once the store has them. */
export interface ImportedSigningKeys {
    readonly keys: SigningKeys;
    /** Deletes the file. */
    forget(): Promise<void>;
}
/** What access tokens may be signed with. */
export type SigningAlgorithm = 'ES256' | 'RS256' | 'EdDSA';
/** Algorithms that access tokens may be signed with. */
export declare const SIGNING_ALGORITHMS: readonly SigningAlgorithm[];
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
/** Makes a new key for an algorithm. */
export declare function generateSigningKey(alg: SigningAlgorithm): Promise<PrivateKey>;
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
