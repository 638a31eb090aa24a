// The public API of @keygrant/server/storage/sqlite, as compiled. Written by "npm run api"; not edited by hand.

// storage/sqlite.d.ts

/**
 * The store in one SQLite file. The database client is passed in: `node:sqlite`, `libsql` and
 * `better-sqlite3` have the shape that is asked for.
 * @module
 */
import { type Storage } from './ports.ts';
export { backUpSqlite, inspectSqlite, type SqliteContents } from './sqlite-file.ts';
/** A value that is bound to a statement. */
export type SqliteValue = null | number | string | Uint8Array;
/** The part of a prepared statement that the store uses. */
export interface SqliteStatement {
    run(...values: SqliteValue[]): {
        readonly changes: number | bigint;
    };
    get(...values: SqliteValue[]): unknown;
    all(...values: SqliteValue[]): unknown[];
}
/** The part of a database client that the store uses. All of it is synchronous. */
export interface SqliteDatabase {
    exec(sql: string): unknown;
    prepare(sql: string): SqliteStatement;
    close(): unknown;
}
/**
 * Opens a store on a database connection, which it then owns: sets it up for durable writes, checks the
 * file, and brings it to this version.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when the file is from a newer version or is not
 * ours; `ERR_STORAGE_UNAVAILABLE` when it is damaged or can't be written.
 * @example
 * ```ts
 * import Database from 'libsql'
 *
 * const storage = openSqliteStorage(new Database('/var/lib/keygrant/keygrant.db'))
 * ```
 */
export declare function openSqliteStorage(database: SqliteDatabase): Storage;

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

// storage/sqlite-file.d.ts

/**
 * The file of the SQLite store: whether it is ours and whole, and its migrations.
 * @module
 */
import { type AuditStore, type RecordStore, StorageError } from './ports.ts';
import { type SqliteMigration } from './sqlite-schema.ts';
import type { SqliteDatabase } from './sqlite.ts';
/**
 * Checks a file, and brings it to this version.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` or `ERR_STORAGE_UNAVAILABLE`, with a sentence.
 */
export declare function prepareFile(database: SqliteDatabase, migrations?: readonly SqliteMigration[]): void;
/**
 * Copies a database into a new file, whole and as it is at one moment, while servers go on writing to it.
 * The connection is one of its own, in a process of its own: copying blocks the event loop. The file is
 * neither migrated nor changed. The copy is on disk when this returns, is readable by its owner alone, and
 * is opened as any other data file.
 *
 * Does not copy signing keys, which are not in the database. A copy knows nothing of what was used after
 * it was made.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` when the file is not ours; `ERR_STORAGE_UNAVAILABLE`
 * with a sentence when it is damaged, or when `to` is there already or can't be written; then no copy is
 * left behind.
 * @example
 * ```ts
 * import Database from 'libsql'
 *
 * backUpSqlite(new Database('/var/lib/keygrant/keygrant.db'), '/backup/keygrant-2026-11-24.db')
 * ```
 */
export declare function backUpSqlite(database: SqliteDatabase, to: string): void;
/** What a file is and holds. */
export interface SqliteContents {
    readonly version: number;
    readonly serviceApps: number;
    readonly records: Pick<RecordStore, 'find'>;
    /** The log; `undefined` in a file of an earlier version, which has other tables. */
    readonly audit: Pick<AuditStore, 'links' | 'ends'> | undefined;
}
/**
 * Looks through a file that nobody writes to, such as a copy: whether it is ours, every page and every index is whole,
 * and this version knows it. Does not change it.
 *
 * @throws {@link StorageError} `ERR_STORAGE_SCHEMA` or `ERR_STORAGE_UNAVAILABLE`, with a sentence.
 */
export declare function inspectSqlite(database: SqliteDatabase): SqliteContents;
/** Why a file can't be opened, in a sentence. */
export declare function openFailure(cause: unknown): StorageError;

// storage/sqlite-schema.d.ts

/**
 * The tables of the SQLite store, as migrations that only go forward.
 * @module
 */
import type { SqliteDatabase } from './sqlite.ts';
/** Marks a file as ours (`PRAGMA application_id`): "KGNT". */
export declare const APPLICATION_ID = 1262964308;
/** SQL, or what does what SQL can't. Runs inside the transaction of all steps. */
export type SqliteMigration = string | ((database: SqliteDatabase) => void);
/**
 * Step n takes a file from version n to n + 1 (`PRAGMA user_version`). A step that was released is
 * never changed; a change of the tables is a new step at the end. A new member of a service app or of
 * another record needs none: those are documents.
 */
export declare const MIGRATIONS: readonly SqliteMigration[];
/** The version of a file that has had every migration. */
export declare const SCHEMA_VERSION: number;
