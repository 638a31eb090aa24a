// The public API of @keygrant/core/resource, as compiled. Written by "npm run api"; not edited by hand.

// resource/index.d.ts

/**
 * For the resource server: judging the access token that arrives, and answering when it is refused.
 * @module
 */
export { type AccessTokenClaims, type AccessTokenExpectations, inspectAccessToken, type PartialAccessTokenExpectations, verifyAccessToken, } from './access-token.ts';
export { accessOf } from './adapters/access-of.ts';
export { expressGuard, type ExpressRequest } from './adapters/express.ts';
export { fastifyGuard, type FastifyReply, type FastifyRequest } from './adapters/fastify.ts';
export { type HonoContext, honoGuard } from './adapters/hono.ts';
export { type KoaContext, koaGuard } from './adapters/koa.ts';
export { nodeGuard, type NodeRequest, type NodeResponse } from './adapters/node.ts';
export { explainAccessToken } from './explain-access-token.ts';
export { type Access, createGuard, type Guard, type GuardDpopOptions, type GuardNeeds, type GuardOptions, type GuardRequest, } from './guard.ts';
export { createIntrospector, type IntrospectedClaims, type IntrospectionExpectations, type IntrospectionResponse, type IntrospectorOptions, type IntrospectToken, verifyIntrospection, } from './introspection.ts';
export { createJwksCache, type JwksCache, type JwksCacheOptions, type JwksCacheStatus, type JwksLocation, } from './jwks-cache.ts';
export type { IgnoredKey } from './jwk-set.ts';
export type { Refusal, RefusalCode } from './refusal.ts';
export { requireScope, type ScopeInput, scopesOf } from './scope.ts';
export { type Challenge, formatChallenges, MAX_CHALLENGE_LENGTH, parseChallenges, } from '../challenge.ts';

// challenge.d.ts

/**
 * `WWW-Authenticate`: the challenges of a refused request, written and read (RFC 9110, section 11).
 * @module
 */
import { type Challenge } from './errors.ts';
export type { Challenge } from './errors.ts';
/** A header beyond this many characters is not read. */
export declare const MAX_CHALLENGE_LENGTH = 8192;
/**
 * Writes the value of a `WWW-Authenticate` header. Every parameter is a quoted string; what could end
 * it early, or the header, is escaped or refused.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` for a name that is no token, or a value with a control
 * character or one beyond ASCII; in `error`, `error_description`, `error_uri` and `scope` also for a
 * quote or a backslash.
 * @example
 * ```ts
 * formatChallenges([{ scheme: 'Bearer', parameters: { error: 'invalid_token' } }])
 * // Bearer error="invalid_token"
 * ```
 * @see RFC 9110, section 11.6.1; RFC 6750, section 3
 */
export declare function formatChallenges(challenges: readonly Challenge[]): string;
/**
 * Reads the value of a `WWW-Authenticate` header, also of several of them joined by commas. Never
 * throws: what comes before the first fault is kept, and of a parameter that stands twice the first.
 *
 * @see RFC 9110, section 11.2, Authentication Parameters
 */
export declare function parseChallenges(header: string | null | undefined): readonly Challenge[];

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

// resource/access-token.d.ts

/**
 * JWT access tokens (RFC 9068), as a resource server judges them.
 * @module
 */
import { type CheckName, type CheckResult, type JwtInspection, type VerificationReport } from '../assertion/index.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { type JwsAlgorithmName, type PublicKey } from '../keys/index.ts';
import { type JwksCache } from './jwks-cache.ts';
/** The claims of an access token that was verified. */
export interface AccessTokenClaims {
    readonly iss: string;
    readonly sub: string;
    readonly aud: string | readonly string[];
    readonly exp: number;
    readonly iat: number;
    readonly jti: string;
    readonly client_id: string;
    /** Scopes, separated by single spaces. */
    readonly scope?: string;
    /** The key that the token is bound to (RFC 9449, section 6.1). */
    readonly cnf?: {
        readonly jkt: string;
    };
    readonly [claim: string]: JsonValue | undefined;
}
/** What a resource server expects of an access token. */
export interface AccessTokenExpectations {
    /** The issuer identifier of the authorization server. */
    readonly issuer: string;
    /** The resource server's own identifier. */
    readonly audience: string;
    /**
     * The keys of the authorization server. Default: those that its metadata leads to, fetched when
     * they are needed and cached for all calls with this issuer.
     */
    readonly keys?: readonly PublicKey[] | JwksCache;
    /** NumericDate of receipt, in seconds. Default: the clock of this machine. */
    readonly now?: number;
    /** `iat` and `nbf` may be this far ahead, at most 60. `exp` has no tolerance. Default: 10. */
    readonly clockToleranceSeconds?: number;
    /** `exp` may be this far ahead. Default: 86400. */
    readonly maxLifetimeSeconds?: number;
    /** Default: every algorithm that this package knows; none of them is symmetric. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /**
     * How the token was sent. As `Bearer` a token that is bound to a key is refused; as `DPoP` one that
     * is not, and the caller has to verify the proof with `claims.cnf.jkt`. Default: `Bearer`.
     */
    readonly presentedAs?: 'Bearer' | 'DPoP';
}
/**
 * Verifies a JWT access token for one resource server: runs all checks and reports each. Keys are
 * fetched only for a token that holds in everything else.
 *
 * Does not look whether `scope` suffices for a request: call {@link requireScope}. Does not ask the
 * authorization server whether the token was revoked, and does not verify a DPoP proof. `replay` is
 * no check here: an access token may be used again.
 *
 * @throws `TypeError` when the expectations are not usable; `UnavailableError`
 * `ERR_JWKS_UNAVAILABLE` when the keys can't be had, which says nothing about the token.
 * @example
 * ```ts
 * const report = await verifyAccessToken(token, {
 *   issuer: 'https://as.example',
 *   audience: 'https://api.example',
 * })
 * if (report.accepted) console.log(report.claims.client_id)
 * ```
 * @see RFC 9068, section 4, Validating JWT Access Tokens
 */
export declare function verifyAccessToken(token: unknown, expectations: AccessTokenExpectations): Promise<VerificationReport<AccessTokenClaims>>;
/** What is known about the receiver of an access token that is only looked at. */
export interface PartialAccessTokenExpectations extends Partial<Omit<AccessTokenExpectations, 'keys'>> {
    /** The keys of the authorization server. Without them the signature is not checked. */
    readonly keys?: readonly PublicKey[];
}
/**
 * Looks at an access token with whatever is known about its receiver; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts, and fetches nothing. Without `presentedAs` it is
 * taken as sent in the way it is bound.
 *
 * @throws `TypeError` when the expectations are not usable.
 */
export declare function inspectAccessToken(token: unknown, expectations: PartialAccessTokenExpectations): Promise<JwtInspection>;
/** A claim that, when it is there, is a non-empty string. */
export declare function checkOptionalText(check: CheckName, claims: JsonObject): CheckResult;

// resource/adapters/access-of.d.ts

/**
 * Where the handlers behind an adapter find who is calling.
 * @module
 */
import type { Access } from '../guard.ts';
/** Remembers who sent a request, for {@link accessOf}. */
export declare function rememberAccess(carrier: object, access: Access): void;
/**
 * Gives the access that an adapter verified, in the handlers behind it.
 *
 * @param carrier The object that the adapter was called with: `req` of Node and Express, `request` of
 * Fastify, `c` of Hono, `ctx` of Koa.
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when no adapter guards this request: the route is open.
 */
export declare function accessOf(carrier: object): Access;

// resource/adapters/express.d.ts

/**
 * The guard as middleware for Express 4 and 5, and for servers with the same signature.
 * @module
 */
import type { Guard, GuardNeeds } from '../guard.ts';
import { type NodeRequest, type NodeResponse } from './node.ts';
/** The part of an Express request that is looked at. */
export interface ExpressRequest extends NodeRequest {
    /** The request target, before routers shorten `url`. */
    readonly originalUrl: string;
}
/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', expressGuard(guard, { scope: 'orders.read' }), (req, res) => {
 *   res.json({ hello: accessOf(req).claims.client_id })
 * })
 * ```
 */
export declare function expressGuard(guard: Guard, needs?: GuardNeeds): (request: ExpressRequest, response: NodeResponse, next: (error?: unknown) => void) => Promise<void>;

// resource/adapters/fastify.d.ts

/**
 * The guard as a hook for Fastify.
 * @module
 */
import type { Guard, GuardNeeds } from '../guard.ts';
import { type NodeRequest } from './node.ts';
/** The part of a Fastify request that is looked at. */
export interface FastifyRequest {
    readonly originalUrl: string;
    readonly raw: NodeRequest;
}
/** The part of a Fastify reply that is used. */
export interface FastifyReply {
    code(status: number): unknown;
    header(name: string, value: string): unknown;
    send(body: string): unknown;
}
/**
 * Makes a hook that lets a request through or answers it. Use it as `onRequest`, before a body is
 * read. Handlers find who is calling with {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', { onRequest: fastifyGuard(guard, { scope: 'orders.read' }) }, (request) => ({
 *   hello: accessOf(request).claims.client_id,
 * }))
 * ```
 */
export declare function fastifyGuard(guard: Guard, needs?: GuardNeeds): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

// resource/adapters/hono.d.ts

/**
 * The guard as middleware for Hono, on whatever runtime.
 * @module
 */
import type { Guard, GuardNeeds, GuardRequest } from '../guard.ts';
/** The part of a Hono context that is used. */
export interface HonoContext {
    readonly req: {
        readonly raw: GuardRequest;
    };
    header(name: string, value: string): void;
}
/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', honoGuard(guard, { scope: 'orders.read' }), (c) =>
 *   c.json({ hello: accessOf(c).claims.client_id }),
 * )
 * ```
 */
export declare function honoGuard(guard: Guard, needs?: GuardNeeds): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;

// resource/adapters/koa.d.ts

/**
 * The guard as middleware for Koa.
 * @module
 */
import type { Guard, GuardNeeds } from '../guard.ts';
import { type NodeRequest } from './node.ts';
/** The part of a Koa context that is used. */
export interface KoaContext {
    readonly req: NodeRequest;
    readonly originalUrl: string;
    status: number;
    body: unknown;
    set(name: string, value: string): void;
}
/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 */
export declare function koaGuard(guard: Guard, needs?: GuardNeeds): (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;

// resource/adapters/node.d.ts

/**
 * The guard for plain `node:http`, and what Express, Fastify and Koa have in common with it.
 * @module
 */
import type { Access, Guard, GuardNeeds, GuardRequest } from '../guard.ts';
/** The part of Node's `IncomingMessage` that is looked at. */
export interface NodeRequest {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    /** Names and values in turn, as they were sent. */
    readonly rawHeaders: readonly string[];
}
/** The part of Node's `ServerResponse` that is used. */
export interface NodeResponse {
    statusCode: number;
    setHeader(name: string, value: string): unknown;
    end(body: string): unknown;
}
/**
 * Makes a function that lets a request through or answers it.
 *
 * @returns Who is calling, or `undefined` when the request was refused and has its answer.
 * @example
 * ```ts
 * const authorize = nodeGuard(guard, { scope: 'orders.read' })
 * createServer(async (req, res) => {
 *   const access = await authorize(req, res)
 *   if (access !== undefined) res.end(`hello ${access.claims.client_id}`)
 * })
 * ```
 */
export declare function nodeGuard(guard: Guard, needs?: GuardNeeds): (request: NodeRequest, response: NodeResponse) => Promise<Access | undefined>;
/** Lets a request through or answers it, as the guard decided. */
export declare function answerNode(request: NodeRequest, response: NodeResponse, outcome: Access | Response): Promise<Access | undefined>;
/**
 * What the guard looks at. Headers come from the raw ones, since Node drops a second `Authorization`
 * silently, and a request with two of them must not pass.
 *
 * @param target The request target; routers shorten `request.url`.
 */
export declare function guardRequest(request: NodeRequest, target?: string): GuardRequest;

// resource/explain-access-token.d.ts

/**
 * Words for people about an access token, where they differ from those about a client assertion: here
 * the authorization server signs, and whoever reads them can seldom change the token.
 * @module
 */
import { type CheckResult, type Explanation } from '../assertion/index.ts';
/** Puts a result about an access token into words. They may quote what the token says. */
export declare function explainAccessToken(result: CheckResult): Explanation;

// resource/guard.d.ts

/**
 * The guard: from a request to who is calling, or to the answer that refuses it.
 * @module
 */
import { type DpopNonces, type RecordFirstProof } from '../dpop/index.ts';
import { type JwsAlgorithmName, type PublicKey } from '../keys/index.ts';
import { type AccessTokenClaims } from './access-token.ts';
import { type IntrospectedClaims, type IntrospectToken } from './introspection.ts';
import { type JwksCache } from './jwks-cache.ts';
import { type Refusal } from './refusal.ts';
import { type ScopeInput } from './scope.ts';
/** The part of a `Request` that the guard looks at. */
export interface GuardRequest {
    readonly method: string;
    /** Only its path and query are looked at, never its host. */
    readonly url: string;
    readonly headers: {
        get(name: string): string | null;
    };
}
/** How the guard treats DPoP. */
export interface GuardDpopOptions {
    /** Whether a token that is bound to no key is refused. Default: false. */
    readonly isRequired?: boolean;
    /** Records each proof once. Default: the memory of this process, see {@link createProofMemory}. */
    readonly replay?: RecordFirstProof;
    /** The nonces to ask for. Default: none. */
    readonly nonces?: DpopNonces;
    /** Algorithms of proofs. Default: every one that this runtime has. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /** How old a proof may be, at most 300. Default: 60. */
    readonly maxAgeSeconds?: number;
}
/** Options of {@link createGuard}. */
export interface GuardOptions {
    /** The issuer identifier of the authorization server. */
    readonly issuer: string;
    /** The identifier of this resource server: `aud` of its tokens. */
    readonly audience: string;
    /** Scopes that every request needs, unless the call says otherwise. Default: none. */
    readonly scope?: ScopeInput;
    /** The keys of the authorization server. Default: a cache of those its metadata leads to. */
    readonly keys?: readonly PublicKey[] | JwksCache;
    /** Asks the authorization server about every token, instead of verifying it as a JWT. */
    readonly introspect?: IntrospectToken;
    /** Algorithms of access tokens. Default: every one that this package knows. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /**
     * The URL under which clients know this server, such as `https://api.example`, with the path that a
     * proxy takes away, if it does. DPoP proofs are for URLs below it. Default: the origin of
     * `audience`, when that is a URL; without either, DPoP is not offered.
     */
    readonly publicUrl?: string;
    /** `false` for no DPoP: then tokens that are bound to a key are refused. */
    readonly dpop?: GuardDpopOptions | false;
    /** `realm` of challenges. Default: none. */
    readonly realm?: string;
    /** `resource_metadata` of challenges (RFC 9728, section 5.1). Default: none. */
    readonly resourceMetadata?: string;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
    /** Is told of each refusal, for a log. What it throws is thrown by the guard. */
    readonly onRefusal?: (refusal: Refusal, request: GuardRequest) => void;
}
/** What one request needs beyond the options of the guard. */
export interface GuardNeeds {
    /** Scopes, instead of those of the guard. */
    readonly scope?: ScopeInput;
}
/** Who is calling, and what they may do. */
export interface Access {
    /** The claims of the access token, verified. */
    readonly claims: AccessTokenClaims | IntrospectedClaims;
    /** The scopes of the access token. */
    readonly scopes: ReadonlySet<string>;
    /** How the token was sent. */
    readonly scheme: 'Bearer' | 'DPoP';
    /** Headers for the answer, such as a new `DPoP-Nonce`. The adapters set them. */
    readonly responseHeaders: Readonly<Record<string, string>>;
}
/** Answers with who is calling, or with the response that refuses the request. Does not throw. */
export type Guard = (request: GuardRequest, needs?: GuardNeeds) => Promise<Access | Response>;
/**
 * Makes the guard of an API. It takes the access token from the `Authorization` header, verifies it
 * (and the DPoP proof of a token that is bound to a key), checks scopes, and answers 400, 401, 403 or
 * 503 with the challenges that tell a client what to do.
 *
 * Does not read tokens from the query or the body: a request with `access_token` in its query is
 * refused, since URLs end up in logs. Believes neither `Host` nor `X-Forwarded-*`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const guard = createGuard({ issuer: 'https://as.example', audience: 'https://api.example' })
 *
 * async function handle(request: Request): Promise<Response> {
 *   const access = await guard(request, { scope: 'orders.read' })
 *   if (access instanceof Response) return access
 *   return Response.json({ hello: access.claims.client_id })
 * }
 * ```
 * @see RFC 6750, sections 2.1 and 3; RFC 9449, section 7; RFC 9068, section 4
 */
export declare function createGuard(options: GuardOptions): Guard;

// resource/introspection.d.ts

/**
 * Token introspection (RFC 7662): asking the authorization server about a token.
 * @module
 */
import { type VerificationReport } from '../assertion/index.ts';
import { type ExchangeOptions } from '../exchange.ts';
import { type JsonObject, type JsonValue } from '../json.ts';
import type { Signer } from '../keys/index.ts';
import { type AccessTokenExpectations } from './access-token.ts';
/** What the authorization server says about a token (RFC 7662, section 2.2). */
export type IntrospectionResponse = JsonObject;
/** Asks about a token. It must throw when there is no answer; `active: false` is an answer. */
export type IntrospectToken = (token: string) => Promise<IntrospectionResponse>;
/** The members of an answer about an active token, after they were judged. */
export interface IntrospectedClaims {
    readonly active: true;
    readonly iss?: string;
    readonly sub?: string;
    readonly aud: string | readonly string[];
    readonly exp?: number;
    readonly iat?: number;
    readonly client_id?: string;
    /** Scopes, separated by single spaces. */
    readonly scope?: string;
    /** The key that the token is bound to. */
    readonly cnf?: {
        readonly jkt: string;
    };
    readonly [member: string]: JsonValue | undefined;
}
/** Options of {@link createIntrospector}. */
export interface IntrospectorOptions extends ExchangeOptions {
    /** The issuer identifier of the authorization server; also `aud` of the client assertions. */
    readonly issuer: string;
    /** Default: `introspection_endpoint` of the metadata of the issuer. */
    readonly endpoint?: string;
    /** The resource server as a client of the authorization server. */
    readonly clientId: string;
    /** The key that it authenticates with. */
    readonly signer: Signer;
    /** `aud` of the client assertions. Default: the issuer. */
    readonly assertionAudience?: string;
    /**
     * How long an answer about an active token is used again; a revoked token is accepted for as long.
     * Default: 0, every call asks.
     */
    readonly cacheSeconds?: number;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/**
 * Makes a function that asks the authorization server about a token, and authenticates with a new
 * client assertion each time.
 *
 * Does not judge the answer: {@link verifyIntrospection} does. Of the token it keeps no more than a
 * hash, and that only with `cacheSeconds`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when an option is not usable. The function throws
 * `HttpError`, `OAuthResponseError` or `ChallengeError` when there is no answer.
 * @example
 * ```ts
 * const introspect = createIntrospector({ issuer: 'https://as.example', clientId, signer: key })
 * const report = verifyIntrospection(await introspect(token), { issuer, audience })
 * ```
 * @see RFC 7662, section 2, Introspection Endpoint
 */
export declare function createIntrospector(options: IntrospectorOptions): IntrospectToken;
/** What a resource server expects of a token that it asked about. */
export type IntrospectionExpectations = Pick<AccessTokenExpectations, 'issuer' | 'audience' | 'now' | 'clockToleranceSeconds' | 'presentedAs'>;
/**
 * Judges what the authorization server said about a token, like {@link verifyAccessToken} judges a
 * JWT: the same checks, but for those of the signature. `aud` has to be there; what else is there has
 * to be right.
 *
 * Does not look whether `scope` suffices for a request, and does not verify a DPoP proof.
 *
 * @see RFC 7662, section 2.2, Introspection Response, and section 4, Security Considerations
 */
export declare function verifyIntrospection(answer: IntrospectionResponse, expectations: IntrospectionExpectations): VerificationReport<IntrospectedClaims>;

// resource/jwk-set.d.ts

/**
 * The answer of a server of keys: which keys it holds, and how long they are fresh.
 * @module
 */
import type { JsonAnswer } from '../exchange.ts';
import { type PublicKey } from '../keys/index.ts';
/** A key of the set that is not used, and why. */
export interface IgnoredKey {
    readonly kid: string | undefined;
    readonly reason: string;
}
/** Reads the keys that can be used; a set without any is a failure, unless it is accepted. */
export declare function readJwkSet({ status, body }: JsonAnswer, url: string, isEmptySetAccepted: boolean): Promise<{
    keys: readonly PublicKey[];
    ignored: readonly IgnoredKey[];
}>;
/** `max-age`, less the time that the answer spent in caches; `no-store` and `no-cache` are 0. */
export declare function statedFreshSeconds(headers: Headers): number | undefined;

// resource/jwks-cache.d.ts

/**
 * The keys of an authorization server, fetched when they are needed and kept as long as it says.
 * @module
 */
import { type ExchangeOptions } from '../exchange.ts';
import type { PublicKey } from '../keys/index.ts';
import { type IgnoredKey } from './jwk-set.ts';
/** Where the JWK Set is: at a known address, or where the metadata of an issuer says. */
export type JwksLocation = {
    readonly jwksUri: string;
} | {
    readonly issuer: string;
};
/** Options of {@link createJwksCache}. */
export type JwksCacheOptions = JwksLocation & Pick<ExchangeOptions, 'fetch' | 'timeoutMs'> & {
    /** After a fetch, an unknown `kid` leads to the next one no sooner than this. Default: 30. */
    readonly cooldownSeconds?: number;
    /** How long keys are fresh when the server does not say. Default: 600. */
    readonly defaultFreshSeconds?: number;
    /** Keys are fresh at least this long, whatever the server says. Default: 60. */
    readonly minFreshSeconds?: number;
    /** Keys are fresh at most this long, whatever the server says. Default: 86400. */
    readonly maxFreshSeconds?: number;
    /** Through an outage, keys are used this long after they stopped being fresh. Default: 14400. */
    readonly maxStaleSeconds?: number;
    /** The longest pause after failures; it begins with 1 and doubles. Default: 30. */
    readonly maxBackoffSeconds?: number;
    /**
     * Whether a set without a usable key is an answer, after which no key is held: right where the
     * owner of the set withdraws keys that way. Default: false, it is a failure like others.
     */
    readonly isEmptySetAccepted?: boolean;
    /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
    readonly allowHttp?: boolean;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
};
/** What a cache holds at this moment, for a health page or a log. */
export interface JwksCacheStatus {
    /** Key IDs of the keys that are held. */
    readonly kids: readonly string[];
    /** Keys of the set that are not used. */
    readonly ignored: readonly IgnoredKey[];
    /** NumericDate of the last good answer. */
    readonly fetchedAt: number | undefined;
    /** NumericDate up to which the keys are fresh. */
    readonly freshUntil: number | undefined;
    /** Failures since the last good answer. */
    readonly failures: number;
    /** The message of the last failure, when the last attempt failed. */
    readonly lastError: string | undefined;
}
/** The keys of an authorization server. Made by {@link createJwksCache}. */
export interface JwksCache {
    /**
     * The keys to judge a token of this `kid` with. Fetches them when none are held, when those held
     * are no longer fresh, or when the `kid` is unknown and the last fetch is long enough ago.
     *
     * @throws {@link UnavailableError} `ERR_JWKS_UNAVAILABLE` when no usable keys can be had.
     */
    keysFor(kid: string | undefined): Promise<readonly PublicKey[]>;
    /** The keys held, when they are fresh and one of them has this `kid`; asks nobody. */
    peek(kid: string | undefined): readonly PublicKey[] | undefined;
    /** Fetches now, at the start of a server for example; with others, when a fetch is under way. */
    refresh(): Promise<void>;
    status(): JwksCacheStatus;
}
/**
 * Makes a cache for the JWK Set of an authorization server. It fetches nothing until it is asked.
 *
 * One fetch at a time, whoever waits for it. Keys are fresh as long as `Cache-Control` says, within
 * bounds, and are renewed a little earlier, so that no request waits. When the server fails, the keys
 * held go on being used up to `maxStaleSeconds`, and attempts are spaced out. Unknown `kid`s, however
 * many, lead to one fetch per `cooldownSeconds` and never delay a token of a known key. A key that
 * can't be used is left out and reported; the others stay.
 *
 * Does not run in the background: every fetch is caused by a call. Does not follow redirects.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const keys = createJwksCache({ issuer: 'https://as.example' })
 * const report = await verifyAccessToken(token, { issuer, audience, keys })
 * ```
 * @see RFC 7517, section 5, JWK Set Format; RFC 9111 for freshness and validation
 */
export declare function createJwksCache(options: JwksCacheOptions): JwksCache;
/** The cache for an issuer when the caller brings none: one for each issuer in this process. */
export declare function sharedJwksCache(issuer: string): JwksCache;

// resource/refusal.d.ts

/**
 * The answer to a request that is refused: status, challenges, and one sentence for the sender.
 * @module
 */
import { type CheckName, type RejectedReport, type VerificationReport } from '../assertion/index.ts';
import { type Challenge } from '../challenge.ts';
import type { JwsAlgorithmName } from '../keys/index.ts';
/** Error codes that a guard answers with (RFC 6750, RFC 9449). */
export type RefusalCode = 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'invalid_dpop_proof' | 'use_dpop_nonce' | 'temporarily_unavailable';
/** Why a request was refused: what the sender is told, and what is for the log. */
export interface Refusal {
    readonly status: 400 | 401 | 403 | 503;
    /** Absent when the request has no credentials at all. */
    readonly error?: RefusalCode;
    /** What the sender is told. It never repeats anything that was sent. */
    readonly description?: string;
    /** Every check of the access token, when one was judged. */
    readonly report?: VerificationReport<unknown>;
    /** Every check of the DPoP proof, when that is what failed. */
    readonly proofReport?: RejectedReport;
    /** What went wrong, when no verdict was possible. */
    readonly cause?: unknown;
}
/** A refusal, and what its answer needs beside. */
export interface ScopedRefusal extends Refusal {
    /** The scheme that was used, whose challenge bears the error. */
    readonly scheme: 'Bearer' | 'DPoP';
    /** The nonce to send another proof with. */
    readonly nonce?: string;
}
/** What all challenges of a guard have in common. */
export interface ChallengeSettings {
    readonly realm?: string;
    readonly resourceMetadata?: string;
    /** `undefined` when DPoP is not offered. */
    readonly dpop: {
        readonly isRequired?: boolean;
        readonly algorithms: readonly JwsAlgorithmName[];
    } | undefined;
}
type Faults = Partial<Record<CheckName, string>>;
/** What is wrong with a token, by check. */
export declare const TOKEN_FAULTS: Faults;
/** What is wrong with a DPoP proof, by check. */
export declare const PROOF_FAULTS: Faults;
/** One sentence for the sender: about what was sent, and without a word of it. */
export declare function describeRefusal(report: RejectedReport, faults: Faults, otherwise: string): string;
/** The answer: RFC 6750, section 3, and RFC 9449, section 7.1. */
export declare function answerRefusal(refusal: ScopedRefusal, neededScope: readonly string[], settings: ChallengeSettings): Response;
/** One challenge for each scheme that is taken; the one that was used bears the error. */
export declare function challengesOf({ status, error, description }: Refusal, used: 'Bearer' | 'DPoP', neededScope: readonly string[], settings: ChallengeSettings): readonly Challenge[];
export {};

// resource/scope.d.ts

/**
 * Scopes: what a token allows, and whether it is enough.
 * @module
 */
import { type CheckResult } from '../assertion/index.ts';
/** Scopes separated by spaces, or a list of them. */
export type ScopeInput = string | readonly string[];
/**
 * Whether a token has every scope that a request needs, as the result of the check `scope`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `needed` holds what is no scope.
 * @example
 * ```ts
 * const result = requireScope(report.claims, 'orders.write')
 * if (result.status === 'fail') console.log(explain(result).sentence)
 * ```
 * @see RFC 6750, section 3.1, `insufficient_scope`
 */
export declare function requireScope(claims: {
    readonly scope?: unknown;
}, needed: ScopeInput): CheckResult;
/** The scopes of a token. */
export declare function scopesOf({ scope }: {
    readonly scope?: unknown;
}): ReadonlySet<string>;
/** Reads the scopes that a developer wrote. */
export declare function parseScopes(name: string, scopes: ScopeInput): readonly string[];
