// The public API of @keygrant/server/storage/sqlite, as compiled. Written by "npm run api"; not edited by hand.

// storage/sqlite.d.ts

/**
 * The store in one SQLite file. The database client is passed in: `node:sqlite`, `libsql` and
 * `better-sqlite3` have the shape that is asked for.
 * @module
 */
import { type Storage } from './ports.ts';
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
