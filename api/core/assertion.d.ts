// The public API of @keygrant/core/assertion, as compiled. Written by "npm run api"; not edited by hand.

// assertion/index.d.ts

/**
 * Client assertions (RFC 7523): sign them, judge them check by check, and say in words what is wrong.
 * @module
 */
export { type CheckName, type CheckResult, fail, type FailReason, type FailResult, pass, type PassResult, skip, type SkipResult, } from './check.ts';
export { checkAud, checkExp, checkIat, checkIss, checkJti, checkNbf, checkText, type ExpectedAud, type ExpectedTyp, } from './checks.ts';
export { type AssertionClaimsInput, type ClientAssertionClaims, type CompletedClaims, completeClaims, type CompleteClaimsOptions, DEFAULT_LIFETIME_SECONDS, randomJti, } from './claims.ts';
export { diagnoseAssertion, type DiagnosisContext, findSigner } from './diagnose.ts';
export { explain, type Explanation } from './explain.ts';
export type { Finding } from '../finding.ts';
export { judgeJwt, type JwtRules } from './judge.ts';
export { encodeJsonSegment, MAX_JWS_LENGTH, type ParsedJws, type ParsedJwt, parseJws, parseJwt, signJws, signSegments, } from './jws.ts';
export { lintAssertion } from './lint.ts';
export { type AssertionProfile, OKTA_PROFILE, STRICT_PROFILE } from './profiles.ts';
export { type AssertionUse, type RecordFirstUse } from './replay.ts';
export { type AcceptedReport, assertAccepted, failedChecks, type RejectedReport, type VerificationReport, } from './report.ts';
export { signAssertion, type SignAssertionOptions } from './sign.ts';
export type { FoundSigner } from './signer.ts';
export { type AssertionExpectations, type ClientKeys, inspectAssertion, type JwtInspection, type PartialExpectations, verifyAssertion, } from './verify.ts';

// assertion/check.d.ts

/**
 * The names of the checks, and the three results that a check can have.
 * @module
 */
import type { JsonValue } from '../json.ts';
/** A named check. Where the RFC has a member of that name, the check bears it. */
export type CheckName = 'format' | 'crit' | 'typ' | 'alg' | 'key' | 'signature' | 'iss' | 'sub' | 'aud' | 'exp' | 'nbf' | 'iat' | 'jti' | 'lifetime' | 'replay' | 'client_id' | 'scope' | 'cnf' | 'htm' | 'htu' | 'ath' | 'nonce' | 'active';
/** Why a check failed. */
export type FailReason = 'missing' | 'malformed' | 'mismatch' | 'not_allowed' | 'no_matching_key' | 'bad_signature' | 'expired' | 'not_yet_valid' | 'too_old' | 'lifetime_too_long' | 'replayed';
/** The check holds. */
export interface PassResult {
    readonly check: CheckName;
    readonly status: 'pass';
}
/** The check does not hold: what it wanted and what it found. Neither ever holds a secret. */
export interface FailResult {
    readonly check: CheckName;
    readonly status: 'fail';
    readonly reason: FailReason;
    readonly expected?: JsonValue;
    readonly actual?: JsonValue;
}
/** The check was not made. */
export interface SkipResult {
    readonly check: CheckName;
    readonly status: 'skip';
    /** The check that has to pass first, or `not_given`: the caller gave nothing to check against. */
    readonly because: CheckName | 'not_given';
}
/** What became of one check. */
export type CheckResult = PassResult | FailResult | SkipResult;
/** The result of a check that holds. */
export declare function pass(check: CheckName): PassResult;
/** The result of a check that does not hold. */
export declare function fail(check: CheckName, reason: FailReason, evidence?: {
    readonly expected?: JsonValue | undefined;
    readonly actual?: JsonValue | undefined;
}): FailResult;
/** The result of a check that was not made. */
export declare function skip(check: CheckName, because: SkipResult['because']): SkipResult;

// assertion/checks.d.ts

/**
 * The checks of a JWT that concern one header parameter or one claim: pure functions, time included.
 * @module
 */
import type { JsonObject } from '../json.ts';
import { type JwsAlgorithm, type PublicKey } from '../keys/index.ts';
import { type MaybePromise } from '../maybe-promise.ts';
import { type CheckName, type CheckResult } from './check.ts';
import type { ParsedJwt } from './jws.ts';
/** The longest `jti` that is accepted, in characters. */
export declare const MAX_JTI_LENGTH = 255;
/** The JWT could be read: three segments, strict base64url, strict JSON. */
export declare function checkFormat(jwt: ParsedJwt): CheckResult;
/** No extension is understood here, so every `crit` is refused (RFC 7515, section 4.1.11). */
export declare function checkCrit(header: JsonObject): CheckResult;
/** What `typ` may be. */
export interface ExpectedTyp {
    /** Values of `typ` in lower case, without `application/`. */
    readonly typs: readonly string[];
    readonly isTypRequired: boolean;
}
/** Explicit typing (RFC 8725, section 3.11): another kind of JWT is refused. */
export declare function checkTyp(header: JsonObject, expected: ExpectedTyp): CheckResult;
/** `alg` is one that the receiver allows; `none` and HMAC never are. */
export declare function checkAlg(header: JsonObject, allowed: readonly string[]): CheckResult;
/** The key that `kid` and `alg` name, or the result that says why there is none. */
export type KeyChoice = {
    readonly key: PublicKey;
    readonly algorithm: JwsAlgorithm;
} | CheckResult;
/**
 * Picks the one key: by `kid`, or the only key when there is just one. The key must fit `alg`.
 * Keys are never tried in turn, and a key in the header is never looked at.
 */
export declare function chooseKey(header: JsonObject, keys: readonly PublicKey[] | undefined): KeyChoice;
/** The signature was made with the private half of the key that was chosen. */
export declare function checkSignature(jwt: ParsedJwt, choice: KeyChoice): MaybePromise<CheckResult>;
/** `iss` is the expected one; in a client assertion the client, when the caller knows it. */
export declare function checkIss(claims: JsonObject, expected: string | undefined): CheckResult;
/** `sub` is the same client as `iss` (RFC 7523, section 3, item 2B). */
export declare function checkSub(claims: JsonObject): CheckResult;
/** A claim that is a non-empty string and, when one is expected, equal to it octet by octet. */
export declare function checkText(check: CheckName, claims: JsonObject, expected: string | undefined): CheckResult;
/** What `aud` may be. */
export interface ExpectedAud {
    /** The values of which `aud` must be one. */
    readonly audiences: readonly string[];
    /** Whether an array of exactly one value is read as that value. */
    readonly isArrayAllowed: boolean;
}
/** `aud` is one value: more than one is refused even when a right one is among them. */
export declare function checkAud(claims: JsonObject, expected: ExpectedAud): CheckResult;
/** `exp` is a NumericDate that has not come yet; there is no tolerance. */
export declare function checkExp(claims: JsonObject, now: number): CheckResult;
/** `nbf`, when it is there, has come, and lies before `exp`. */
export declare function checkNbf(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult;
/** `iat`, when it is there, has come, and lies before `exp`. */
export declare function checkIat(claims: JsonObject, now: number, toleranceSeconds: number): CheckResult;
/** `jti` is a string of 1 to {@link MAX_JTI_LENGTH} characters; whether it was used is `replay`. */
export declare function checkJti(claims: JsonObject, isRequired: boolean): CheckResult;
/** `exp` is not further ahead than the server allows. */
export declare function checkLifetime(claims: JsonObject, now: number, maxLifetimeSeconds: number): CheckResult;

// assertion/claims.d.ts

/**
 * The Claims Set of a client assertion (RFC 7523, section 3), and completing one.
 * @module
 */
import type { JsonValue } from '../json.ts';
/** The claims of a client assertion that was verified. */
export interface ClientAssertionClaims {
    readonly iss: string;
    readonly sub: string;
    readonly aud: string | readonly string[];
    readonly exp: number;
    readonly nbf?: number;
    readonly iat?: number;
    readonly jti?: string;
    readonly [claim: string]: JsonValue | undefined;
}
/** Claims to sign: any of them may still be missing. */
export type AssertionClaimsInput = Readonly<Record<string, unknown>>;
/** Options of {@link completeClaims}. */
export interface CompleteClaimsOptions {
    /** The client; becomes `iss` and `sub` where they are missing. */
    readonly clientId?: string;
    /** Where the assertion goes; becomes `aud` where it is missing. */
    readonly audience?: string;
    /** NumericDate of signing, in seconds. Default: the clock of this machine. */
    readonly now?: number;
    /** `exp` is this many seconds after `iat`. Default: 60. */
    readonly lifetimeSeconds?: number;
}
/** Claims with what was missing, and the names of what was added. */
export interface CompletedClaims {
    readonly claims: Readonly<Record<string, unknown>>;
    readonly added: readonly string[];
}
/** How long an assertion is valid when nobody says, in seconds. */
export declare const DEFAULT_LIFETIME_SECONDS = 60;
/**
 * Adds the claims that an assertion needs and that are missing: `aud`, `iss` and `sub` from the
 * options, `iat` from the clock, `exp`, and a `jti` of 144 random bits. Claims that are there stay
 * as they are, right or wrong.
 */
export declare function completeClaims(claims: AssertionClaimsInput, options?: CompleteClaimsOptions): CompletedClaims;
/** What {@link completeClaims} adds where it is missing; `undefined` where nothing can be told. */
export declare function defaultClaims(options: CompleteClaimsOptions): Readonly<Record<string, unknown>>;
/** From when to when an assertion is valid. */
export declare function validity({ now, lifetimeSeconds }: CompleteClaimsOptions): {
    readonly iat: number;
    readonly exp: number;
};
/** A `jti` of 144 random bits in base64url. Where that is cheaper, random octets are drawn for many of them at a time. */
export declare function randomJti(): string;

// assertion/diagnose.d.ts

/**
 * Diagnosis of a refusal. What looks for its causes is loaded when it is asked.
 * @module
 */
import type { Finding } from '../finding.ts';
import type { PublicKey } from '../keys/index.ts';
import type { FoundSigner } from './signer.ts';
import type { PartialExpectations } from './verify.ts';
/** What more is known about the client, for a better diagnosis. */
export interface DiagnosisContext extends Omit<PartialExpectations, 'keys'> {
    /** The client's active keys. */
    readonly keys?: readonly PublicKey[];
    /** Keys of the client that are registered and not active. */
    readonly inactiveKeys?: readonly PublicKey[];
}
/**
 * Finds the causes of a refusal. Looks further than the checks do: tries the other registered keys
 * and algorithms, an ECDSA signature in DER, numbers in other units, and texts that nearly fit. What
 * has no closer cause is given in the words of its check. Costs up to one signature verification
 * for each key and algorithm: not for a server to do before it knows the caller.
 *
 * @returns the findings, the closest causes first; empty when no check fails.
 */
export declare function diagnoseAssertion(assertion: unknown, context: DiagnosisContext): Promise<readonly Finding[]>;
/**
 * Finds the key that a JWT is signed with, by trying each with every algorithm of its type. Looks at the signature
 * alone. Costs up to one verification for each key and algorithm: not for a server to do while somebody waits.
 *
 * Does not judge: that a key fits does not mean that the JWT is to be accepted.
 *
 * @returns the first that fits; `undefined` when none does, or when there is no signature.
 */
export declare function findSigner(jwt: string, keys: readonly PublicKey[]): Promise<FoundSigner | undefined>;

// assertion/explain.d.ts

/**
 * Words for people: what a failed check means and how to mend it. CLI, server and browser say these.
 * @module
 */
import type { CheckResult } from './check.ts';
/** A result in words. */
export interface Explanation {
    /** What happened, as one sentence without a full stop. */
    readonly sentence: string;
    /** What to do about it. Absent when there is nothing to do. */
    readonly fix?: string;
}
/** Puts a result into words. The words may quote what the assertion says: show them to its owner. */
export declare function explain(result: CheckResult): Explanation;

// assertion/judge.d.ts

/**
 * The runner under every profile of JWT: client assertion, access token, DPoP proof.
 * @module
 */
import type { JsonObject } from '../json.ts';
import type { PublicKey } from '../keys/index.ts';
import { type MaybePromise } from '../maybe-promise.ts';
import { type CheckName, type CheckResult } from './check.ts';
import { type ExpectedTyp } from './checks.ts';
import type { ParsedJwt } from './jws.ts';
/** What a profile asks of a JWT. */
export interface JwtRules {
    readonly typ: ExpectedTyp;
    readonly algorithms: readonly string[];
    /** The keys that may have signed it. `undefined`: nobody said, so the key is not checked. */
    readonly keys: readonly PublicKey[] | undefined;
    /** The names of the checks that {@link JwtRules.checkClaims} makes, in their order. */
    readonly claimChecks: readonly CheckName[];
    checkClaims(claims: JsonObject): readonly CheckResult[];
}
/**
 * Makes every check of a JWT, header first, and never stops early; what can't be read is skipped.
 * Where the runtime verifies signatures synchronously, the answer is there at once.
 */
export declare function judgeJwt(jwt: ParsedJwt, rules: JwtRules): MaybePromise<CheckResult[]>;

// assertion/jws.d.ts

/**
 * JWS Compact Serialization (RFC 7515, section 7.1), read strictly and as far as it can be read.
 * @module
 */
import { type JsonObject } from '../json.ts';
import type { Signer } from '../keys/index.ts';
import type { MaybePromise } from '../maybe-promise.ts';
/** The longest compact serialization that is read, in characters. */
export declare const MAX_JWS_LENGTH = 16384;
/** A JWS taken apart; what could not be read is `undefined`, and `fault` says why. */
export interface ParsedJws {
    /** The Protected Header. */
    readonly header: JsonObject | undefined;
    readonly payload: Uint8Array | undefined;
    readonly signature: Uint8Array | undefined;
    /** The octets that are signed: header and payload as they were sent. */
    readonly signingInput: Uint8Array;
    /** The first thing that is wrong with the form, such as `payload is not base64url`. */
    readonly fault: string | undefined;
}
/** A JWS whose payload is a JWT Claims Set (RFC 7519). */
export interface ParsedJwt extends ParsedJws {
    readonly claims: JsonObject | undefined;
}
/** Takes a JWS apart. Never throws; does not look at the payload. */
export declare function parseJws(compact: unknown): ParsedJws;
/** Takes a JWT apart: a JWS whose payload is a strict JSON object. Never throws. */
export declare function parseJwt(compact: unknown): ParsedJwt;
/** Signs a header and a payload as they are, without any check of either. */
export declare function signJws(header: Readonly<Record<string, unknown>>, payload: Uint8Array, signer: Pick<Signer, 'sign'>): Promise<string>;
/** A segment of a JWS: JSON in base64url. */
export declare function encodeJsonSegment(value: unknown): string;
/** Signs two segments that are encoded already, at once where the signer does. */
export declare function signSegments(header: string, payload: string, signer: Pick<Signer, 'sign'>): MaybePromise<string>;

// assertion/lint.d.ts

/**
 * What is unwise in an assertion that works.
 * @module
 */
import type { Finding } from '../finding.ts';
/**
 * Lints an assertion: findings about what servers accept and what is unwise all the same. Does not
 * verify anything.
 *
 * @see RFC 8725 (JWT Best Current Practices); RFC 7523, section 3
 */
export declare function lintAssertion(assertion: unknown): readonly Finding[];

// assertion/profiles.d.ts

/**
 * The two profiles: what a server expects of a client assertion.
 * @module
 */
import type { JwsAlgorithmName } from '../keys/index.ts';
/** What differs between servers in judging a client assertion. */
export interface AssertionProfile {
    readonly name: 'okta' | 'strict';
    readonly algorithms: readonly JwsAlgorithmName[];
    /** Which values `aud` may have, and whether it may be an array of one. */
    readonly audience: 'issuer' | 'issuer_or_endpoint';
    /** Whether `jti` has to be there. It is single use wherever it is. */
    readonly isJtiRequired: boolean;
    /** `exp` may be this far ahead. */
    readonly maxLifetimeSeconds: number;
    /** `iat` and `nbf` may be this far ahead. `exp` has no tolerance. */
    readonly clockToleranceSeconds: number;
}
/** What Okta's guide describes: `aud` is the endpoint invoked or the issuer, `jti` is optional. */
export declare const OKTA_PROFILE: AssertionProfile;
/** FAPI 2.0 and rfc7523bis: `aud` is the issuer identifier as one string, `jti` is required. */
export declare const STRICT_PROFILE: AssertionProfile;

// assertion/replay.d.ts

/**
 * The replay key: what may be used once.
 * @module
 */
import type { MaybePromise } from '../maybe-promise.ts';
/** One use of an assertion, to be recorded if it is the first. */
export interface AssertionUse {
    readonly issuer: string;
    readonly clientId: string;
    /** SHA-256 of what identifies the assertion: 32 octets, without structure. */
    readonly replayKey: Uint8Array;
    /** NumericDate after which the assertion is refused anyway. */
    readonly expiresAt: number;
}
/**
 * Records a use if it is the first, in one atomic act: `true` for the first, `false` for any other.
 * It must throw when it can't tell; then nothing is accepted.
 */
export type RecordFirstUse = (use: AssertionUse) => boolean | Promise<boolean>;
/**
 * Computes the replay key from issuer, client and `jti`; without a `jti` from the Signing Input, so
 * that no assertion ever works twice. The signature has no part in it: ECDSA signatures can be
 * changed and stay valid. Values are length-prefixed, so that no two of them run together.
 */
export declare function assertionReplayKey(issuer: string, clientId: string, jti: string | undefined, signingInput: Uint8Array): MaybePromise<Uint8Array>;

// assertion/report.d.ts

/**
 * The report: one result for each named check, and claims only when all of them hold.
 * @module
 */
import type { JsonObject } from '../json.ts';
import type { CheckResult, FailResult } from './check.ts';
/** Every check holds: these claims were verified. */
export interface AcceptedReport<Claims> {
    readonly accepted: true;
    readonly checks: readonly CheckResult[];
    readonly header: JsonObject;
    readonly claims: Claims;
}
/** Some check does not hold; what the token says is not verified, and is not here. */
export interface RejectedReport {
    readonly accepted: false;
    readonly checks: readonly CheckResult[];
}
/** The verdict on a JWT: a union on `accepted`. */
export type VerificationReport<Claims> = AcceptedReport<Claims> | RejectedReport;
/** The checks of a report that failed, in their order. */
export declare function failedChecks(report: {
    readonly checks: readonly CheckResult[];
}): readonly FailResult[];
/**
 * Turns a rejecting report into an error, for callers that prefer exceptions.
 *
 * @throws {@link AssertionRejectedError} whose message explains the first failed check.
 */
export declare function assertAccepted<Claims>(report: VerificationReport<Claims>): asserts report is AcceptedReport<Claims>;

// assertion/sign.d.ts

/**
 * Signing a client assertion.
 * @module
 */
import type { Signer } from '../keys/index.ts';
import { type AssertionClaimsInput, type CompleteClaimsOptions } from './claims.ts';
/** Options of {@link signAssertion}. */
export interface SignAssertionOptions extends CompleteClaimsOptions {
    /**
     * The `typ` header parameter. Default: `client-authentication+jwt` (rfc7523bis). `JWT` is what
     * older servers, Okta among them, are known to take.
     */
    readonly typ?: 'client-authentication+jwt' | 'JWT';
}
/**
 * Signs a client assertion: the claims given, completed by {@link completeClaims}, under a header
 * with `alg`, `kid` and `typ`.
 *
 * Does not judge the claims that are given: verify the result with the profile of the server, or
 * send it and read the refusal.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when `options.lifetimeSeconds` is not a positive
 * integer, or no `iss`, `sub` and `aud` can be told.
 * @example
 * ```ts
 * const assertion = await signAssertion({}, key, {
 *   clientId: '0oar95zt9zIpYuz6A0h7',
 *   audience: 'https://example.okta.com/oauth2/v1/token',
 * })
 * ```
 * @see RFC 7523, section 2.2, Using JWTs for Client Authentication
 */
export declare function signAssertion(claims: AssertionClaimsInput, signer: Signer, options?: SignAssertionOptions): Promise<string>;

// assertion/signer.d.ts

/**
 * Which key a JWT is really signed with, whatever its header says.
 * @module
 */
import { type JwsAlgorithm, type PublicKey } from '../keys/index.ts';
import { type ParsedJwt } from './jws.ts';
/** A key that a signature fits. */
export interface FoundSigner {
    readonly key: PublicKey;
    /** The algorithm that it was made with. */
    readonly algorithm: JwsAlgorithm;
    /** Whether that is the one that the header names. */
    readonly isNamed: boolean;
    /** Whether an ECDSA signature is in DER, which no JWS may be. */
    readonly isDer: boolean;
}
/** `findSigner` of `diagnose.ts`, once this is loaded. */
export declare function findSigner(jwt: string, keys: readonly PublicKey[]): Promise<FoundSigner | undefined>;
/** The same of a JWT that was taken apart. */
export declare function signerOf({ header, signature, signingInput }: ParsedJwt, keys: readonly PublicKey[]): Promise<FoundSigner | undefined>;

// assertion/verify.d.ts

/**
 * Judging a client assertion: every check, in order, and never stopping early.
 * @module
 */
import type { JsonObject } from '../json.ts';
import type { JwsAlgorithmName, PublicKey } from '../keys/index.ts';
import { type CheckResult } from './check.ts';
import type { ClientAssertionClaims } from './claims.ts';
import type { AssertionProfile } from './profiles.ts';
import { type RecordFirstUse } from './replay.ts';
import type { VerificationReport } from './report.ts';
/** The keys of a client: known, or to be looked up by the client that the assertion claims to be. */
export type ClientKeys = readonly PublicKey[] | ((clientId: string) => readonly PublicKey[] | Promise<readonly PublicKey[]>);
/** What a server expects of a client assertion. */
export interface AssertionExpectations {
    readonly profile: AssertionProfile;
    /** The issuer identifier of the authorization server. */
    readonly issuer: string;
    /** The URL of the endpoint invoked, which the `okta` profile accepts as `aud`. */
    readonly endpoint?: string;
    /** The client, when it is known: the `client_id` parameter of the request, if it was sent. */
    readonly clientId?: string | undefined;
    /** The client's active keys. */
    readonly keys: ClientKeys;
    /** NumericDate of receipt, in seconds. */
    readonly now: number;
    /** Records the use, as the last check. `unchecked` leaves replay to the caller. */
    readonly replay: RecordFirstUse | 'unchecked';
    /** Instead of the profile's own. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /** Instead of the profile's own, in seconds. */
    readonly maxLifetimeSeconds?: number;
}
/**
 * Verifies a client assertion for an authorization server: runs all checks and reports each.
 *
 * A use is recorded only when everything else holds, so a failed assertion never burns its `jti`.
 * Does not decide whether the client may do what it asks for.
 *
 * @throws `TypeError` when the expectations are not usable; whatever `keys` and `replay` throw.
 * @see RFC 7523, section 3, JWT Format and Processing Requirements; RFC 8725, section 3
 * @example
 * ```ts
 * const report = await verifyAssertion(assertion, {
 *   profile: STRICT_PROFILE,
 *   issuer: 'https://as.example',
 *   keys: [publicKey],
 *   now: Math.floor(Date.now() / 1000),
 *   replay: (use) => store.recordOnce(use),
 * })
 * if (report.accepted) console.log(report.claims.sub)
 * ```
 */
export declare function verifyAssertion(assertion: unknown, expectations: AssertionExpectations): Promise<VerificationReport<ClientAssertionClaims>>;
/** What is known about the receiver of an assertion that is only looked at. */
export type PartialExpectations = Partial<AssertionExpectations> & Pick<AssertionExpectations, 'profile' | 'now'>;
/** What a JWT says, unverified, with every check that could be made. */
export interface JwtInspection {
    readonly header: JsonObject | undefined;
    /** Not verified, whatever the checks say: some of them may have been skipped. */
    readonly unverifiedClaims: JsonObject | undefined;
    readonly checks: readonly CheckResult[];
}
/**
 * Looks at an assertion with whatever is known about its receiver; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts and records no use.
 */
export declare function inspectAssertion(assertion: unknown, expectations: PartialExpectations): Promise<JwtInspection>;
/** The values that `aud` may have, the preferred one first. */
export declare function expectedAudiences(profile: AssertionProfile, issuer: string, endpoint: string | undefined): readonly string[];

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

// maybe-promise.d.ts

/**
 * A value now or later: where the runtime's cryptography is synchronous, nothing waits for it.
 * @module
 */
/** A value now, where the runtime is synchronous, or later. */
export type MaybePromise<T> = T | Promise<T>;
/** Goes on with a value: at once when it is here, else when it comes. */
export declare function whenReady<T, U>(value: MaybePromise<T>, use: (value: T) => MaybePromise<U>): MaybePromise<U>;
