// The public API of @keygrant/core/client, as compiled. Written by "npm run api"; not edited by hand.

// client/index.d.ts

/**
 * For the client: finding the authorization server, and getting an access token from it.
 * @module
 */
export type { ExchangeOptions } from '../exchange.ts';
export type { AuthorizationServerMetadata } from '../metadata.ts';
export { AccessToken, type StoredToken } from './access-token.ts';
export { authorizedFetch, type AuthorizedFetchOptions } from './authorized-fetch.ts';
export { type ConfigurationSources, findConfiguration, type FoundConfiguration, readConfiguration, } from './configuration.ts';
export type { OnTokenClientEvent, TokenClientEvent } from './events.ts';
export type { ClientKeyOptions, KeySource } from './key-source.ts';
export { type ClientConfiguration, lintConfiguration } from './lint.ts';
export type { ScopeOption, TokenClientOptions } from './options.ts';
export { type Provider, type ProviderName, providerNamed, providerOf } from './providers.ts';
export { tokenName, type TokenStore } from './token-cache.ts';
export { type Authorization, type AuthorizationRequest, createTokenClient, type TokenClient, type TokenRequest, } from './token-client.ts';
export type { AccessTokenRequest, TokenResponse } from './token-request.ts';
export { JWT_BEARER_ASSERTION_TYPE, JWT_BEARER_GRANT_TYPE } from './grant-types.ts';
export { fetchMetadata, requestAccessToken, ruleOfRefusal } from './on-demand.ts';
export type { Refusal, RefusalRule } from './refusal-rules.ts';

// client/access-token.d.ts

/**
 * An access token that can't be printed by accident.
 * @module
 */
/** A token as a {@link TokenStore} keeps it. It holds the token itself: keep it as secret as that. */
export interface StoredToken {
    readonly accessToken: string;
    readonly tokenType: 'Bearer' | 'DPoP';
    /** NumericDate of this machine at which it was asked for, in seconds. */
    readonly obtainedAt: number;
    /** How long it is good for from then on, in seconds. */
    readonly lifetimeSeconds: number;
    /** The scopes granted, separated by spaces. */
    readonly scope?: string;
}
/**
 * An access token. Printing, logging or serializing it shows `[access token …]`; only
 * {@link AccessToken.accessToken} and {@link AccessToken.authorization} give it away.
 */
export declare class AccessToken {
    #private;
    /** @internal */
    constructor(stored: StoredToken);
    /** The token itself. */
    get accessToken(): string;
    get tokenType(): 'Bearer' | 'DPoP';
    /** Value of the `Authorization` header. With `DPoP` a proof has to go along. */
    get authorization(): string;
    /** NumericDate of this machine at which it ends, in seconds. */
    get expiresAt(): number;
    /** The scopes granted, separated by spaces; those asked for, when the server does not say. */
    get scope(): string | undefined;
    toString(): string;
    toJSON(): string;
}

// client/authorized-fetch.d.ts

/**
 * `fetch` that brings the access token along.
 * @module
 */
import type { ScopeOption } from './options.ts';
import type { TokenClient } from './token-client.ts';
/** Options of {@link authorizedFetch}. */
export interface AuthorizedFetchOptions {
    /** Scopes of the token, instead of the client's own. */
    readonly scope?: ScopeOption;
    /** Resource or resources of the token, instead of the client's own. */
    readonly resource?: string | readonly string[];
    /** Origins that may be sent the token. Default: any that is https, or this machine. */
    readonly origins?: readonly string[];
    /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
    readonly allowHttp?: boolean;
    /**
     * A stream of no more octets than this is kept, to be sent again when the first answer is 401. A
     * longer one is passed on as it comes and is sent once. Default: 65536.
     */
    readonly maxReplayOctets?: number;
    /** Default: the runtime's `fetch`. */
    readonly fetch?: typeof fetch;
}
/**
 * Makes a function that works as `fetch` does, and sends the client's access token with each request:
 * with a DPoP proof where tokens are bound.
 *
 * Sends again, once each, when the API wants a DPoP nonce, and with a new token when it refuses the
 * one that was sent. A body can be sent again when it is no stream, or a short one; else the answer is
 * given back, and the next request does better. An API that refuses new tokens too is not given one
 * after another. With a bound token redirects are not followed: a proof is for one URL.
 *
 * Does not turn refusals into errors: like `fetch` it gives the answer, whatever its status.
 *
 * @throws The function rejects with what `TokenClient.getToken` and `fetch` throw, and with a
 * `TypeError` for a URL that must not be sent a token.
 * @example
 * ```ts
 * const fetchReports = authorizedFetch(client, { scope: 'reports.read' })
 * const response = await fetchReports('https://api.example/reports')
 * ```
 * @see RFC 6750, section 3; RFC 9449, sections 7 and 9
 */
export declare function authorizedFetch(client: TokenClient, options?: AuthorizedFetchOptions): typeof fetch;

// client/configuration.d.ts

/**
 * The configuration of a client from where people have it: the environment, Okta's files, key files of Google and Zitadel.
 * @module
 */
import { type ConfigurationProblem } from '../errors.ts';
import type { TokenClientOptions } from './options.ts';
/** Where the configuration may come from. What stands first here wins. */
export interface ConfigurationSources {
    /** What the program says itself. */
    readonly options?: Partial<TokenClientOptions>;
    /** Variables of the environment: `KEYGRANT_…`, then `OKTA_CLIENT_…`. On Node: `process.env`. */
    readonly env?: Readonly<Record<string, string | undefined>>;
    /** Texts of `okta.yaml` files, the one that wins first: that of the project, then that of the home. */
    readonly oktaYaml?: readonly string[];
    /** Text of a key file of a Google or Zitadel service account. */
    readonly serviceAccount?: string;
}
/** What the sources say, and what is wrong with them. */
export interface FoundConfiguration {
    readonly options: Partial<TokenClientOptions>;
    /** Does not name what is missing. */
    readonly problems: readonly ConfigurationProblem[];
}
/**
 * Puts together what the sources say, for programs that can do with a part of it. Does not judge whether
 * it is enough, or whether its values can be right: {@link readConfiguration} does.
 */
export declare function findConfiguration(sources: ConfigurationSources): FoundConfiguration;
/**
 * Puts the options of a client together from all sources. Reads no file and no environment by itself:
 * what is passed in is all it sees.
 *
 * @throws {@link ConfigurationError} that lists everything that is missing or wrong at once, each with
 * what to set. It never shows a value that may be secret.
 * @example
 * ```ts
 * const client = createTokenClient(readConfiguration({ env: process.env }))
 * ```
 */
export declare function readConfiguration(sources: ConfigurationSources): TokenClientOptions;

// client/events.d.ts

/**
 * What a token client tells about itself, for metrics, traces and logs. Nothing here is secret.
 * @module
 */
import type { TokenAttempt, TokenRequestError } from '../errors.ts';
/** Something that happened in a token client: a union on `type`. */
export type TokenClientEvent = 
/** A token was asked of the client. `fresh`: it was at hand; `wait`: a request had to be awaited. */
{
    readonly type: 'token_asked';
    readonly answered: 'fresh' | 'wait';
}
/** One attempt on the wire ended, well or not. */
 | {
    readonly type: 'attempt';
    readonly attempt: TokenAttempt;
}
/** A token request with all its attempts ended, well or not. */
 | {
    readonly type: 'token_request';
    /** NumericDate of this machine at which it began. */
    readonly startedAt: number;
    readonly durationMs: number;
    readonly attempts: readonly TokenAttempt[];
    /** Why there is no token; absent when there is one. */
    readonly error?: TokenRequestError;
}
/** A token came, and from where. */
 | {
    readonly type: 'token_obtained';
    readonly from: 'server' | 'store';
    readonly lifetimeSeconds: number;
    /** Scopes that were asked for and not granted. */
    readonly missingScopes: readonly string[];
}
/** A token could not be renewed ahead of its end; the one at hand goes on being used. */
 | {
    readonly type: 'renewal_failed';
    readonly error: Error;
}
/** The clock of this machine differs from the server's by another amount than before. */
 | {
    readonly type: 'clock_skew';
    /** The server's clock is ahead by this. */
    readonly skewSeconds: number;
    readonly isCorrected: boolean;
}
/** The server refused a key, and another one is tried. */
 | {
    readonly type: 'key_fallback';
    readonly refusedKid: string;
    readonly kid: string;
}
/** The token store failed; the client goes on without it. */
 | {
    readonly type: 'store_failed';
    readonly error: Error;
};
/** Is told what happens in a token client. What it throws is ignored. */
export type OnTokenClientEvent = (event: TokenClientEvent) => void;

// client/grant-types.d.ts

/**
 * The names that RFC 7523 gives to what is done with an assertion.
 * @module
 */
/** `client_assertion_type` of a JWT (RFC 7523, section 2.2). */
export declare const JWT_BEARER_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** `grant_type` of a JWT that is the authorization grant (RFC 7523, section 2.1). */
export declare const JWT_BEARER_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

// client/key-source.d.ts

/**
 * Where the client's keys come from: given once, or asked for again before each token request.
 * @module
 */
import type { JwsAlgorithmName, KeyInput, Signer } from '../keys/index.ts';
/**
 * Keys that may change while a client lives. It is asked before each token request, which is seldom,
 * so that a new key is picked up without anything having to watch.
 */
export interface KeySource {
    /** The keys to sign with, the preferred one first; the others are for when the server refuses that. */
    keys(): readonly Signer[] | Promise<readonly Signer[]>;
}
/** The ways to give the client its key; exactly one of the first five. */
export interface ClientKeyOptions {
    /** A private key in any form that `importPrivateKey` reads, or a `Signer`. */
    readonly key?: KeyInput | Signer;
    /** A key that is in this process or elsewhere. */
    readonly signer?: Signer;
    /** Several keys during a rotation, the preferred one first; or a source that is asked again. */
    readonly keys?: readonly (KeyInput | Signer)[] | KeySource;
    /** Path of a key file. It is read again when it changes. Node and its kin only. */
    readonly keyFile?: string;
    /** Path of a directory of key files, the newest preferred; read again when it changes. Node only. */
    readonly keyDirectory?: string;
    /** Key ID, where the key itself has none or another than the server. */
    readonly kid?: string;
    /** The algorithm to sign with, where the key itself does not say. */
    readonly alg?: JwsAlgorithmName;
    /** Opens an encrypted key. */
    readonly passphrase?: string;
}
/**
 * Makes a source of whichever way the options take. Reads nothing yet.
 *
 * @throws `TypeError` when there is no way, or more than one.
 */
export declare function keySourceOf(options: ClientKeyOptions): KeySource;
/** Whether it signs already, and need not be read. */
export declare function isSigner(value: unknown): value is Signer;
/** Makes a signer of a key in any form. The reader is loaded when it is needed. */
export declare function readSigner(input: KeyInput | Signer, { kid, alg, passphrase }: ClientKeyOptions): Promise<Signer>;

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

// client/on-demand.d.ts

/**
 * What talks to the server, loaded when it is first called: a bundler leaves it out of what starts an application.
 * @module
 */
import type { ExchangeOptions } from '../exchange.ts';
import type { AuthorizationServerMetadata } from '../metadata.ts';
import type { Refusal, RefusalRule } from './refusal-rules.ts';
import type { AccessTokenRequest, TokenResponse } from './token-request.ts';
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
/**
 * Tells which rule a refusal of the token endpoint is about, by its code and by its words.
 *
 * @returns `undefined` when it does not tell.
 */
export declare function ruleOfRefusal(refusal: Refusal): Promise<RefusalRule | undefined>;

// client/options.d.ts

/**
 * The options of a token client, their defaults, and what makes them unusable.
 * @module
 */
import type { KeyInput, Signer } from '../keys/index.ts';
import type { OnTokenClientEvent } from './events.ts';
import type { ClientKeyOptions } from './key-source.ts';
import { type Provider, type ProviderName } from './providers.ts';
import type { TokenStore } from './token-cache.ts';
/** Scopes: one string with spaces between them, or a list. */
export type ScopeOption = string | readonly string[];
/** Options of `createTokenClient`. */
export interface TokenClientOptions extends ClientKeyOptions {
    /**
     * The issuer identifier, exactly as the server states it. Its metadata says where the token endpoint
     * is (RFC 8414, then OpenID Connect's), unless `tokenEndpoint` does.
     */
    readonly issuer?: string;
    /** URL of the token endpoint; then no metadata is fetched. */
    readonly tokenEndpoint?: string;
    readonly clientId: string;
    /** Scopes of a token when `getToken` names none. */
    readonly scope?: ScopeOption;
    /** Resource or resources (RFC 8707) of a token when `getToken` names none. */
    readonly resource?: string | readonly string[];
    /** More form parameters of each token request. */
    readonly parameters?: Readonly<Record<string, string>>;
    /**
     * Binds tokens to a key (RFC 9449): `true` makes one for the life of the client; or a key, which has
     * to be another than the one that signs assertions. Default: no binding.
     */
    readonly dpop?: boolean | KeyInput | Signer;
    /**
     * `aud` of the assertion: `issuer`, `endpoint`, or a value of its own. Default: what the provider
     * wants, and `issuer` where that is not known; the endpoint when there is no issuer.
     */
    readonly audience?: string;
    /** Whose ways to follow. Default: told by the host and path, else RFC 7523bis. */
    readonly provider?: ProviderName | Provider;
    /** `typ` of the assertion. Default: the provider's, else `client-authentication+jwt`. */
    readonly typ?: 'client-authentication+jwt' | 'JWT';
    /** Lifetime of an assertion. Default: 60. */
    readonly lifetimeSeconds?: number;
    /** Origins besides the issuer's on which its token endpoint may be. Default: none. */
    readonly trustedOrigins?: readonly string[];
    /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
    readonly allowHttp?: boolean;
    /** The largest difference of clocks that is corrected. 0 corrects nothing. Default: 600. */
    readonly maxClockSkewSeconds?: number;
    /** Lifetime of a token when the server does not say. Default: 300. */
    readonly defaultLifetimeSeconds?: number;
    /** For one attempt, in milliseconds. Default: 10000. */
    readonly timeoutMs?: number;
    /** For a token with all attempts, in milliseconds. Default: 30000. */
    readonly deadlineMs?: number;
    /** Attempts when the server is busy or can't be reached. Default: 5. */
    readonly maxAttempts?: number;
    /** Where tokens are kept besides this client. Default: nowhere. */
    readonly store?: TokenStore;
    /** Default: the runtime's `fetch`. */
    readonly fetch?: typeof fetch;
    /** Is told what happens, for metrics and traces. */
    readonly onEvent?: OnTokenClientEvent;
    /** Is told what an operator should know, once each. Default: `console.warn`. */
    readonly onWarning?: (message: string) => void;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/** Options that were checked, as far as they are the client's own. */
export interface CheckedOptions {
    /** The issuer, or the token endpoint where there is none. */
    readonly server: string;
    readonly provider: Provider;
    readonly scopes: readonly string[];
    readonly resources: readonly string[];
}
/** Lifetime of an assertion: it is made for one request. */
export declare const DEFAULT_ASSERTION_SECONDS = 60;
/**
 * Checks the options that have a form.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` that names the option.
 */
export declare function checkOptions(options: TokenClientOptions): CheckedOptions;
/**
 * Scopes as a list, in the order given and each once.
 *
 * @throws `TypeError` when one of them can't be a scope (RFC 6749, section 3.3).
 */
export declare function scopeList(name: string, scope: ScopeOption | undefined): readonly string[];
/**
 * Resource indicators as a list.
 *
 * @throws `TypeError` when one of them is no absolute URI, or has a fragment (RFC 8707, section 2).
 */
export declare function resourceList(name: string, resource: string | readonly string[] | undefined): readonly string[];

// client/providers.d.ts

/**
 * How the authorization servers that people use differ for a client, and the audience policy that follows.
 * @module
 */
/** Names of the servers whose ways are known. */
export type ProviderName = 'okta' | 'auth0' | 'entra' | 'google' | 'keycloak' | 'zitadel' | 'ory' | 'duende';
/** What a client does as one authorization server wants it. */
export interface Provider {
    readonly name: string;
    /** `aud` of the assertion: the issuer identifier, or the URL of the token endpoint. */
    readonly audience: 'issuer' | 'endpoint';
    /** `typ` of the assertion. Default: `client-authentication+jwt`. */
    readonly typ?: 'client-authentication+jwt' | 'JWT';
    /** The longest lifetime of an assertion that is accepted, in seconds. */
    readonly maxLifetimeSeconds?: number;
    /** The form parameter that names the resource. Default: `resource` (RFC 8707). */
    readonly resourceParameter?: string;
    /** Which grant the assertion is for. Default: `client_credentials`, and the assertion authenticates. */
    readonly grant?: 'client_credentials' | 'jwt-bearer';
    /** For `jwt-bearer`: whether the scope is a claim of the assertion or a form parameter. */
    readonly scopeIn?: 'claim' | 'form';
    /** Origins that its token endpoint is documented to be on, though the issuer is on another. */
    readonly tokenOrigins?: readonly string[];
}
/** The provider of a name; `undefined` for a name that is not known. */
export declare function providerNamed(name: string): Provider | undefined;
/**
 * Whose server this is, by the host and then by the path of its issuer or token endpoint. Behind a
 * domain of one's own a hosted server can't be told: name it with the option `provider`.
 *
 * @param url The issuer, or the token endpoint.
 */
export declare function providerOf(url: string): Provider;

// client/refusal-rules.d.ts

/**
 * Which rule a refusal of the token endpoint is about, by its code and by its words: Okta's sentences, ours, and what
 * others have in common. What to say of a rule is up to who asks.
 * @module
 */
/** What a refusal is about. */
export type RefusalRule = 'replayed' | 'aud-wrong' | 'lifetime-too-long' | 'clock-ahead' | 'clock-behind' | 'alg-not-supported' | 'typ-not-supported' | 'kid-not-registered' | 'key-not-registered' | 'client-unknown' | 'scope-not-granted' | 'grant-not-allowed' | 'grant-not-supported' | 'resource-unknown' | 'dpop-required';
/** A refusal of the token endpoint. */
export interface Refusal {
    readonly error: string;
    readonly errorDescription?: string | undefined;
}
/** The rule that a refusal is about, as far as it tells. */
export declare function ruleOfRefusal({ error, errorDescription }: Refusal): RefusalRule | undefined;
/** Whether the code says that the assertion was not taken, or what it claims. */
export declare function isAboutAssertion(error: string): boolean;

// client/token-cache.d.ts

/**
 * Tokens at hand: which are fresh, which are to be renewed, and which have ended.
 * @module
 */
import { AccessToken, type StoredToken } from './access-token.ts';
/**
 * A place for tokens that outlives a client: a file, a database, other processes. The client asks it
 * before it asks the server, and goes on without it when it fails. What it holds are secrets.
 */
export interface TokenStore {
    /** The token of this name, if there is one. */
    get(name: string): Promise<StoredToken | undefined>;
    /** Keeps a token, in place of the one before. */
    set(name: string, token: StoredToken): Promise<void>;
    /** Forgets a token that the resource server refused. */
    delete?(name: string): Promise<void>;
    /** Runs while no other process does so for this name: one token request for all of them. */
    withLock?<T>(name: string, run: () => Promise<T>): Promise<T>;
}
/** What happens to a token in the course of its life, in seconds after it was obtained. */
export interface TokenLife {
    /** From here on it is renewed in the background. */
    readonly renewAfterSeconds: number;
    /** From here on it is not given out any more. */
    readonly usableSeconds: number;
}
/**
 * The life of a token of this lifetime. Renewal begins at a fraction of the lifetime before the end, so
 * that tokens of a minute do not storm, and at a random place there, so that many clients do not come at once.
 *
 * @param random From 0 to 1.
 */
export declare function tokenLife(lifetimeSeconds: number, random: number): TokenLife;
/** A token with what is needed to know its age, whatever is done to the clock. */
export interface HeldToken {
    readonly token: AccessToken;
    readonly life: TokenLife;
    /** NumericDate of this machine at which it was obtained. */
    readonly obtainedAt: number;
    /** The same by a clock that is never set, in milliseconds. */
    readonly obtainedMs: number;
}
/** Holds a token that was obtained, or kept, at `stored.obtainedAt`. */
export declare function holdToken(stored: StoredToken, now: number, nowMs: number): HeldToken;
/** Age of a token in seconds: of two clocks the one that says more, since either may have stood still. */
export declare function ageSeconds(held: HeldToken, now: number, nowMs: number): number;
/** Reads what a store gave; anything else than a token that was put there counts as nothing. */
export declare function readStoredToken(value: unknown): StoredToken | undefined;
/**
 * The name of a token: what tells it from another. It holds no secret, and is the same in each
 * process that asks for the same token.
 *
 * @param thumbprint JWK Thumbprint of the DPoP key, for a token that is bound to one.
 */
export declare function tokenName(server: string, clientId: string, scopes: readonly string[], resources: readonly string[], thumbprint: string | undefined): string;

// client/token-client.d.ts

/**
 * The token client: access tokens at hand, renewed before they end, one request for all who wait.
 * @module
 */
import type { AccessToken } from './access-token.ts';
import { type ScopeOption, type TokenClientOptions } from './options.ts';
/** Which token, and how it is asked for. */
export interface TokenRequest {
    /** Instead of the client's own. */
    readonly scope?: ScopeOption;
    /** Instead of the client's own. */
    readonly resource?: string | readonly string[];
    /** Ends the waiting. A request that others wait for goes on. */
    readonly signal?: AbortSignal;
    /** Whether a new token is wanted though there is one at hand. Default: false. */
    readonly refresh?: boolean;
}
/** A request to an API that needs a token. */
export interface AuthorizationRequest extends TokenRequest {
    readonly method: string;
    readonly url: string | URL;
}
/** What a request to an API needs. */
export interface Authorization {
    readonly token: AccessToken;
    /** `authorization`, and `dpop` for a token that is bound to a key. Good for one request. */
    readonly headers: Readonly<Record<string, string>>;
}
/** A client of one authorization server. Made by {@link createTokenClient}. */
export interface TokenClient {
    readonly clientId: string;
    /**
     * Gives an access token: the one at hand while it is good, else a new one.
     *
     * @throws {@link TokenRequestError} when there is no token to be had; `KeyError` when the key can't
     * be read or does not sign; the reason of `signal`.
     */
    getToken(request?: TokenRequest): Promise<AccessToken>;
    /**
     * Gives the headers for one request to an API, with a new DPoP proof where tokens are bound. Make
     * them again for each attempt.
     */
    authorize(request: AuthorizationRequest): Promise<Authorization>;
    /**
     * Takes what an answer of an API tells: the DPoP nonce, and the time.
     *
     * @returns whether it has a DPoP nonce that was not known, so that another attempt makes sense.
     */
    learn(url: string | URL, headers: Headers): boolean;
    /** Forgets a token that an API refused, here and in the store. */
    forget(token: AccessToken): Promise<void>;
}
/**
 * Makes a client that gets access tokens with a private key (RFC 7523) and keeps them.
 *
 * A token is kept by its scopes and resources; whoever asks while it is on its way waits for the same
 * request. It is renewed in the background before it ends, and while the server is down the token at
 * hand is given out as long as it is good. Each attempt on the wire has a new assertion and a new DPoP
 * proof. The clock of this machine is corrected by the server's, within bounds.
 *
 * Sends nothing until a token is asked for. Does not verify the tokens that come: that is the
 * resource server's.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const client = createTokenClient({
 *   issuer: 'https://as.example',
 *   clientId: '0oar95zt9zIpYuz6A0h7',
 *   keyFile: '/etc/reports/key.pem',
 *   scope: 'reports.read',
 * })
 * const { accessToken } = await client.getToken()
 * ```
 * @see RFC 7523, section 2.2; RFC 6749, section 4.4
 */
export declare function createTokenClient(options: TokenClientOptions): TokenClient;

// client/token-request.d.ts

/**
 * The access token request with a client assertion (RFC 6749, section 4.4; RFC 7523, section 2.2).
 * @module
 */
import type { AssertionClaimsInput } from '../assertion/index.ts';
import type { Signer } from '../keys/index.ts';
import { type ExchangeOptions } from '../exchange.ts';
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
    /** NumericDate of signing, in seconds, by the clock of the server. Default: this machine's. */
    readonly now?: number;
    /** The resource that the token is for, or several (RFC 8707). */
    readonly resource?: string | readonly string[];
    /** More form parameters, such as `audience` for Auth0. They replace none that stand here. */
    readonly parameters?: Readonly<Record<string, string>>;
    /**
     * `client_credentials`: the assertion authenticates the client. `jwt-bearer`: it is the grant itself
     * (RFC 7523, section 2.1), as Google and Zitadel want it. Default: `client_credentials`.
     */
    readonly grant?: 'client_credentials' | 'jwt-bearer';
    /** A DPoP proof for this request (RFC 9449): the token is then bound to its key. */
    readonly dpopProof?: string;
    /** Is shown the assertion before it is sent, to explain a refusal afterwards. */
    readonly onAssertion?: (assertion: string) => void;
}
/** What `requestAccessToken` of the index does. */
export declare function requestAccessToken(request: AccessTokenRequest): Promise<TokenResponse>;
/** The server's name for a request, by which its operator finds it. Only what is plain text counts. */
export declare function requestIdOf(headers: Headers): string | undefined;

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
    readonly form?: URLSearchParams | Readonly<Record<string, string>>;
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
/** The text of octets; `undefined` when they are not UTF-8. A byte order mark stays. */
export declare function decodeUtf8(octets: Uint8Array): string | undefined;
/** Reads UTF-8 octets as strict JSON. `position` of a fault counts characters, 0 for `not_utf8`. */
export declare function parseJsonOctets(octets: Uint8Array, decode?: typeof decodeUtf8): JsonResult;
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
