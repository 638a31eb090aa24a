// The public API of @keygrant/core/errors, as compiled. Written by "npm run api"; not edited by hand.

// errors.d.ts

/**
 * Every error that this package throws, with one literal code per cause.
 * @module
 */
/** Base of every failure that is ours or the world's; a caller's own mistake is a `TypeError`. */
export declare abstract class KeygrantError extends Error {
    /** The cause, stable across releases. */
    abstract readonly code: string;
    constructor(message: string, options?: {
        readonly cause?: unknown;
    });
}
/** Why a key could not be used. */
export type KeyErrorCode = 'ERR_KEY_MALFORMED' | 'ERR_KEY_UNSUPPORTED' | 'ERR_KEY_TOO_SMALL' | 'ERR_KEY_WRONG_HALF' | 'ERR_KEY_PASSPHRASE_REQUIRED' | 'ERR_KEY_PASSPHRASE_WRONG' | 'ERR_KEY_NOT_FOUND' | 'ERR_KEY_AMBIGUOUS';
/** A key can't be read, is refused, or is not there. The message never holds key material. */
export declare class KeyError extends KeygrantError {
    readonly code: KeyErrorCode;
    /** Key ID of the key, when it has one. */
    readonly kid: string | undefined;
    /** What to do about it. The message ends with it. */
    readonly fix: string | undefined;
    constructor(code: KeyErrorCode, message: string, options?: {
        readonly cause?: unknown;
        readonly kid?: string | undefined;
        readonly fix?: string | undefined;
    });
}
/** The part of a refusing report that this error promises; the report itself is a wider type. */
export interface RefusingReport {
    readonly accepted: false;
    readonly checks: readonly {
        readonly check: string;
        readonly status: string;
    }[];
}
/** A report that refuses, thrown by `assertAccepted`. */
export declare class AssertionRejectedError<Report extends RefusingReport = RefusingReport> extends KeygrantError {
    readonly code = "ERR_ASSERTION_REJECTED";
    /** Every check with its result. */
    readonly report: Report;
    constructor(message: string, report: Report);
}
/** Authorization server metadata is not usable. */
export declare class MetadataError extends KeygrantError {
    readonly code: 'ERR_METADATA_INVALID' | 'ERR_METADATA_ISSUER_MISMATCH';
    /** The issuer identifier that was asked for. */
    readonly issuer: string;
    constructor(code: MetadataError['code'], message: string, issuer: string);
}
/** Why an HTTP exchange gave no usable answer. */
export type HttpErrorCode = 'ERR_HTTP_NETWORK' | 'ERR_HTTP_TIMEOUT' | 'ERR_HTTP_UNEXPECTED_STATUS' | 'ERR_HTTP_NOT_JSON';
/** An HTTP exchange failed before there was a protocol answer. */
export declare class HttpError extends KeygrantError {
    readonly code: HttpErrorCode;
    readonly method: string;
    /** The URL without its query. */
    readonly url: string;
    readonly status: number | undefined;
    constructor(code: HttpErrorCode, message: string, exchange: {
        readonly method: string;
        readonly url: string;
        readonly status?: number;
        readonly cause?: unknown;
    });
}
/** The authorization server answered with an OAuth error (RFC 6749, section 5.2). */
export declare class OAuthResponseError extends KeygrantError {
    readonly code = "ERR_OAUTH_RESPONSE";
    /** The RFC's error code, such as `invalid_client`. */
    readonly error: string;
    readonly errorDescription: string | undefined;
    readonly status: number;
    /** Seconds to wait before another try, from `Retry-After`. */
    readonly retryAfterSeconds: number | undefined;
    /** The server's name for this request, to be found in its log. */
    readonly requestId: string | undefined;
    constructor(answer: {
        readonly error: string;
        readonly errorDescription: string | undefined;
        readonly status: number;
        readonly retryAfterSeconds: number | undefined;
        readonly requestId: string | undefined;
    });
}
/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export interface Challenge {
    /** The authentication scheme, such as `Bearer` or `DPoP`. Compare it without regard to case. */
    readonly scheme: string;
    /** The parameters, their names in lower case. */
    readonly parameters: Readonly<Record<string, string>>;
    /** What some schemes have instead of parameters. */
    readonly token68?: string;
}
/** A protected resource refused the request and said in `WWW-Authenticate` what it wants. */
export declare class ChallengeError extends KeygrantError {
    readonly code = "ERR_OAUTH_CHALLENGE";
    readonly status: number;
    /** The URL without its query. */
    readonly url: string;
    /** What the server asks for: one challenge for each scheme that it takes. */
    readonly challenges: readonly Challenge[];
    /** The RFC's error code of the first challenge that has one, such as `invalid_token`. */
    readonly error: string | undefined;
    constructor(answer: {
        readonly status: number;
        readonly url: string;
        readonly challenges: readonly Challenge[];
    });
}
/** What a verdict needs, and what could not be had; nothing was accepted or refused. */
export type UnavailableErrorCode = 'ERR_JWKS_UNAVAILABLE' | 'ERR_REPLAY_UNAVAILABLE' | 'ERR_INTROSPECTION_UNAVAILABLE';
/** No verdict is possible now. A server answers 503: the sender may try again with the same token. */
export declare class UnavailableError extends KeygrantError {
    readonly code: UnavailableErrorCode;
    /** Seconds after which another try makes sense. */
    readonly retryAfterSeconds: number;
    constructor(code: UnavailableErrorCode, message: string, options: {
        readonly retryAfterSeconds: number;
        readonly cause?: unknown;
    });
}
/** Every error of this package: a union on `code`. */
export type AnyKeygrantError = KeyError | AssertionRejectedError | MetadataError | HttpError | OAuthResponseError | ChallengeError | UnavailableError;
/** A `TypeError` with Node's code for an argument of the wrong type. */
export declare function invalidArgumentType(name: string, expected: string): TypeError;
/** A `TypeError` with Node's code for an argument whose value is out of its range. */
export declare function invalidArgumentValue(name: string, expected: string): TypeError;
