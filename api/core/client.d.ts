// The public API of @keygrant/core/client, as compiled. Written by "npm run api"; not edited by hand.

// client/index.d.ts

/**
 * For the client: finding the authorization server, and getting an access token from it.
 * @module
 */
export type { ExchangeOptions } from '../exchange.ts';
export { type AuthorizationServerMetadata, fetchMetadata } from '../metadata.ts';
export { type ClientConfiguration, lintConfiguration } from './lint.ts';
export { type AccessTokenRequest, JWT_BEARER_ASSERTION_TYPE, requestAccessToken, type TokenResponse, } from './token-request.ts';

// client/lint.d.ts

/**
 * What is wrong or unwise in the configuration of a client, before anything is sent.
 * @module
 */
import type { Finding } from '../finding.ts';
/** The configuration of a client, as far as it is known. */
export interface ClientConfiguration {
    readonly issuer?: string;
    readonly tokenEndpoint?: string;
    readonly clientId?: string;
    /** `aud` of the assertions. */
    readonly audience?: string;
    /** Scopes, separated by spaces. */
    readonly scope?: string;
    /** Lifetime of the assertions. */
    readonly lifetimeSeconds?: number;
}
/**
 * Lints the configuration of a client: values that no server accepts, values that one kind of server
 * refuses, and what is unwise. Sends nothing: whether the server is there, and knows the client and
 * its key, is not checked.
 *
 * @example
 * ```ts
 * const findings = lintConfiguration({ issuer: 'https://example.okta.com/', clientId: '0oa…' })
 * ```
 */
export declare function lintConfiguration(configuration: ClientConfiguration): readonly Finding[];

// client/token-request.d.ts

/**
 * The access token request with a client assertion (RFC 6749, section 4.4; RFC 7523, section 2.2).
 * @module
 */
import { type AssertionClaimsInput } from '../assertion/index.ts';
import type { Signer } from '../keys/index.ts';
import { type ExchangeOptions } from '../exchange.ts';
/** `client_assertion_type` of a JWT (RFC 7523, section 2.2). */
export declare const JWT_BEARER_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** A successful answer of the token endpoint (RFC 6749, section 5.1). */
export interface TokenResponse {
    readonly access_token: string;
    readonly token_type: string;
    /** Lifetime of the token in seconds. */
    readonly expires_in?: number;
    readonly scope?: string;
}
/** What to ask for, and as whom. */
export interface AccessTokenRequest extends ExchangeOptions {
    readonly tokenEndpoint: string;
    readonly clientId: string;
    readonly signer: Signer;
    /** Scopes, separated by spaces. */
    readonly scope?: string;
    /** `aud` of the assertion: the issuer, or for Okta the token endpoint. */
    readonly audience: string;
    /** `typ` of the assertion. Default: `client-authentication+jwt`. */
    readonly typ?: 'client-authentication+jwt' | 'JWT';
    /** Lifetime of the assertion. Default: 60. */
    readonly lifetimeSeconds?: number;
    /** More claims for the assertion. */
    readonly claims?: AssertionClaimsInput;
    /** Is shown the assertion before it is sent, to explain a refusal afterwards. */
    readonly onAssertion?: (assertion: string) => void;
}
/**
 * Signs a new assertion and exchanges it for an access token. Sends one request, without retries
 * and without a cache.
 *
 * @throws {@link OAuthResponseError} when the server refuses; {@link HttpError} when there is no
 * usable answer.
 * @example
 * ```ts
 * const token = await requestAccessToken({
 *   tokenEndpoint: 'https://as.example/oauth2/v1/token',
 *   audience: 'https://as.example',
 *   clientId: '0oar95zt9zIpYuz6A0h7',
 *   signer: key,
 *   scope: 'okta.apps.read',
 * })
 * ```
 */
export declare function requestAccessToken(request: AccessTokenRequest): Promise<TokenResponse>;

// exchange.d.ts

/**
 * One HTTP exchange whose answer is JSON, with a deadline, a size limit and no redirects.
 * @module
 */
import { type JsonValue } from './json.ts';
/** How to reach the server. */
export interface ExchangeOptions {
    /** Default: the runtime's `fetch`. */
    readonly fetch?: typeof fetch;
    /** For the whole exchange, in milliseconds. Default: 10000. */
    readonly timeoutMs?: number;
    /** Ends the exchange early. */
    readonly signal?: AbortSignal;
}
/** What to send. */
export interface HttpRequest {
    readonly method: 'GET' | 'POST';
    readonly url: string;
    readonly form?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    /** The `ETag` of what is held already; then 304 is an answer too, with the body `null`. */
    readonly etag?: string | undefined;
    /** Octets of the answer beyond which it is not read. Default: 1048576. */
    readonly maxOctets?: number;
}
/** An answer with a JSON body, of whatever status. */
export interface JsonAnswer {
    readonly status: number;
    readonly headers: Headers;
    readonly body: JsonValue;
}
/**
 * Sends a request and reads the answer as strict JSON. Redirects are refused: a token request that
 * follows one would carry its assertion to somewhere else.
 *
 * @throws {@link HttpError} for no answer, a late one, a redirect, or one that is not JSON;
 * {@link ChallengeError} for a 401 that is not JSON and has a `WWW-Authenticate`.
 */
export declare function exchangeJson(request: HttpRequest, options: ExchangeOptions): Promise<JsonAnswer>;

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

// json.d.ts

/**
 * Strict JSON (RFC 8259) for untrusted text: what two parsers could read in two ways is refused.
 * @module
 */
/** A JSON value as this parser makes it; objects inherit nothing. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** A JSON object that inherits nothing: `__proto__` and `constructor` are ordinary names in it. */
export interface JsonObject {
    readonly [name: string]: JsonValue | undefined;
}
/** Why a text is not acceptable JSON. */
export type JsonFault = 'not_utf8' | 'byte_order_mark' | 'syntax' | 'duplicate_member' | 'too_deep' | 'lone_surrogate' | 'number_range';
/** A value, or the fault and where it is. */
export type JsonResult = {
    readonly ok: true;
    readonly value: JsonValue;
} | {
    readonly ok: false;
    readonly fault: JsonFault;
    readonly position: number;
};
/** Objects and arrays may be this deep. */
export declare const MAX_JSON_DEPTH = 16;
/** Reads UTF-8 octets as strict JSON. `position` of a fault counts characters, 0 for `not_utf8`. */
export declare function parseJsonOctets(octets: Uint8Array): JsonResult;
/**
 * Reads a text as strict JSON. Refused beyond the grammar: duplicate member names (also when they
 * are escaped differently), a byte order mark, lone surrogates, numbers beyond the range of a
 * double, and more than {@link MAX_JSON_DEPTH} levels.
 */
export declare function parseJson(text: string): JsonResult;
/** Whether a value is a JSON object: not null, not an array. */
export declare function isJsonObject(value: unknown): value is JsonObject;

// metadata.d.ts

/**
 * Authorization server metadata (RFC 8414), fetched and checked.
 * @module
 */
import { type JsonValue } from './json.ts';
import { type ExchangeOptions } from './exchange.ts';
/** The members of authorization server metadata that a client of this package uses. */
export interface AuthorizationServerMetadata {
    readonly issuer: string;
    readonly token_endpoint: string;
    readonly jwks_uri?: string;
    readonly token_endpoint_auth_methods_supported?: readonly string[];
    readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[];
    readonly [member: string]: JsonValue | undefined;
}
/**
 * Fetches the metadata of an issuer and checks that it is about that issuer. Asks for RFC 8414's
 * `/.well-known/oauth-authorization-server` first, then for OpenID Connect's
 * `/.well-known/openid-configuration`.
 *
 * Does not check that the endpoints are on the issuer's origin.
 *
 * @throws {@link MetadataError} when `issuer` differs or a required member is missing;
 * `HttpError` when there is no usable answer.
 * @see RFC 8414, section 3, Obtaining Authorization Server Metadata
 */
export declare function fetchMetadata(issuer: string, options?: ExchangeOptions): Promise<AuthorizationServerMetadata>;
