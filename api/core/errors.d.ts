// The public API of @keygrant/core/errors, as compiled. Written by "npm run api"; not edited by hand.

// errors.d.ts

/**
 * Every error that this package throws, with one literal code per cause.
 * @module
 */
import type { Finding } from './finding.ts';
/** Base of every failure that is ours or the world's; a caller's own mistake is a `TypeError`. */
export declare abstract class KeygrantError extends Error {
    /** The cause, stable across releases. */
    abstract readonly code: string;
    constructor(message: string, options?: {
        readonly cause?: unknown;
    });
}
/** Why a key could not be used. */
export type KeyErrorCode = 'ERR_KEY_MALFORMED' | 'ERR_KEY_UNSUPPORTED' | 'ERR_KEY_TOO_SMALL' | 'ERR_KEY_WRONG_HALF' | 'ERR_KEY_PASSPHRASE_REQUIRED' | 'ERR_KEY_PASSPHRASE_WRONG' | 'ERR_KEY_NOT_FOUND' | 'ERR_KEY_AMBIGUOUS' | 'ERR_KEY_WRONG_SIGNATURE';
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
/** Why a token client got no token. */
export type TokenRequestErrorCode = 'ERR_TOKEN_REFUSED' | 'ERR_TOKEN_UNAVAILABLE' | 'ERR_TOKEN_UNUSABLE';
/** One attempt of a token client on the wire. It holds no secret. */
export interface TokenAttempt {
    /** From 1. */
    readonly number: number;
    /** Where it went, without the query. */
    readonly url: string;
    /** NumericDate of this machine at which it began. */
    readonly startedAt: number;
    readonly durationMs: number;
    /** Key ID of the key that signed; absent when it did not come that far. */
    readonly kid?: string;
    /** `jti` of the assertion, a new one for each attempt. */
    readonly jti?: string;
    readonly status?: number;
    /** The RFC's error code, else our code, such as `ERR_HTTP_TIMEOUT`; absent when it went well. */
    readonly error?: string;
    /** The server's name for this request. */
    readonly requestId?: string;
    /** Why another attempt followed: a nonce was wanted, the clock was off, the key refused, … */
    readonly retried?: 'dpop_nonce' | 'clock' | 'key' | 'busy' | 'network';
}
/**
 * A token client got no token. The message holds what the server said and the most likely cause with
 * its fix. `ERR_TOKEN_REFUSED`: the server said no. `ERR_TOKEN_UNAVAILABLE`: it could not be asked, or
 * asked to come again. `ERR_TOKEN_UNUSABLE`: what it answered is no token that can be used.
 */
export declare class TokenRequestError extends KeygrantError {
    readonly code: TokenRequestErrorCode;
    /** The RFC's error code, such as `invalid_client`. */
    readonly error: string | undefined;
    readonly errorDescription: string | undefined;
    /** HTTP status of the last answer, when there was one. */
    readonly status: number | undefined;
    /** The server's name for the last request, to be found in its log. */
    readonly requestId: string | undefined;
    /** Whether the same call may go well later, with nothing changed. */
    readonly retryable: boolean;
    /** Seconds to wait before that, when the server said so. */
    readonly retryAfterSeconds: number | undefined;
    /** Every attempt on the wire, in their order. */
    readonly attempts: readonly TokenAttempt[];
    /** The likely causes, the likeliest first. */
    readonly findings: readonly Finding[];
    constructor(code: TokenRequestErrorCode, message: string, outcome: {
        readonly cause?: unknown;
        readonly status?: number | undefined;
        readonly requestId?: string | undefined;
        readonly retryAfterSeconds?: number | undefined;
        readonly attempts: readonly TokenAttempt[];
        readonly findings: readonly Finding[];
    });
}
/** One thing that is missing or wrong in a configuration. */
export interface ConfigurationProblem {
    /** The option, or the variable or file that it comes from. */
    readonly option: string;
    /** What is wrong with it, as the rest of a sentence. */
    readonly fault: string;
    readonly fix: string;
}
/** The configuration of a client is not usable. All that is wrong with it is in one message. */
export declare class ConfigurationError extends KeygrantError {
    readonly code = "ERR_CONFIGURATION_INVALID";
    readonly problems: readonly ConfigurationProblem[];
    constructor(problems: readonly ConfigurationProblem[]);
}
/** What a verdict needs, and what could not be had; nothing was accepted or refused. */
export type UnavailableErrorCode = 'ERR_JWKS_UNAVAILABLE' | 'ERR_REPLAY_UNAVAILABLE';
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
export type AnyKeygrantError = KeyError | AssertionRejectedError | MetadataError | HttpError | OAuthResponseError | ChallengeError | TokenRequestError | ConfigurationError | UnavailableError;
/** A `TypeError` with Node's code for an argument of the wrong type. */
export declare function invalidArgumentType(name: string, expected: string): TypeError;
/** A `TypeError` with Node's code for an argument whose value is out of its range. */
export declare function invalidArgumentValue(name: string, expected: string): TypeError;

// finding.d.ts

/**
 * A finding: something about an assertion, a key or a configuration that a person should know.
 * @module
 */
/** One finding of a linter or a diagnosis. */
export interface Finding {
    /** Stable id of the rule, such as `exp-in-milliseconds`. */
    readonly rule: string;
    /** `error`: it is refused. `warning`: it works and is unwise. `info`: worth knowing. */
    readonly severity: 'error' | 'warning' | 'info';
    /** What was found, as one sentence without a full stop. */
    readonly sentence: string;
    /** What to do about it. */
    readonly fix: string;
}
