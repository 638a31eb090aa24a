// The public API of @keygrant/core/dpop, as compiled. Written by "npm run api"; not edited by hand.

// dpop/index.d.ts

/**
 * DPoP (RFC 9449): proofs that the sender of a request holds a key, made and judged.
 * @module
 */
export { accessTokenHash, createDpopProof, type DpopProofOptions } from './create-proof.ts';
export { explainDpopProof } from './explain-proof.ts';
export { normalizeHtu } from './htu.ts';
export { createDpopNonces, type DpopNonces, type DpopNoncesOptions } from './nonce.ts';
export { createProofMemory, type DpopProofUse, type ProofMemoryOptions, type RecordFirstProof, } from './replay.ts';
export { type AcceptedProof, dpopErrorCode, type DpopExpectations, type DpopProofClaims, type DpopReport, inspectDpopProof, MAX_DPOP_PROOF_LENGTH, type PartialDpopExpectations, verifyDpopProof, } from './verify-proof.ts';

// dpop/create-proof.d.ts

/**
 * Making a DPoP proof (RFC 9449, section 4.2).
 * @module
 */
import type { Signer } from '../keys/index.ts';
/** The request that a proof is for, and who makes it. */
export interface DpopProofOptions {
    /** The HTTP method of the request. */
    readonly method: string;
    /** The URL of the request. Its query and fragment are left out of the proof. */
    readonly url: string | URL;
    /** The DPoP key. Let it be another one than the key that signs client assertions. */
    readonly key: Signer;
    /** The access token that is sent along: the proof is then bound to it by `ath`. */
    readonly accessToken?: string;
    /** The last `DPoP-Nonce` of the server that the request goes to. */
    readonly nonce?: string;
    /** NumericDate of signing, in seconds. Default: the clock of this machine. */
    readonly now?: number;
}
/**
 * Makes a DPoP proof for one request: a new `jti`, the public key in the header, and no more of the
 * URL than its origin and path. Make another for each request, also when one is sent again.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when method, URL, token or
 * nonce are not usable.
 * @example
 * ```ts
 * const proof = await createDpopProof({ method: 'GET', url, key, accessToken })
 * await fetch(url, { headers: { authorization: `DPoP ${accessToken}`, dpop: proof } })
 * ```
 * @see RFC 9449, section 4.2, DPoP Proof JWT Syntax
 */
export declare function createDpopProof(options: DpopProofOptions): Promise<string>;
/** `ath`: the SHA-256 hash of an access token in base64url (RFC 9449, section 4.2). */
export declare function accessTokenHash(accessToken: string): Promise<string>;

// dpop/explain-proof.d.ts

/**
 * Words for people about a DPoP proof, where they differ from those about a client assertion: here the
 * key comes with the proof.
 * @module
 */
import { type CheckResult, type Explanation } from '../assertion/index.ts';
/** Puts a result about a DPoP proof into words. They may quote what the proof says. */
export declare function explainDpopProof(result: CheckResult): Explanation;

// dpop/htu.d.ts

/**
 * `htu`, the URL of a DPoP proof, in the one form in which two of them can be compared.
 * @module
 */
/**
 * Brings a URL into the normal form of RFC 3986: without query and fragment, scheme and host in lower
 * case, without a default port and dot segments, escapes in upper case and only where they are needed.
 *
 * @returns `undefined` when it is no absolute http or https URL, or bears a user name or password.
 * @see RFC 9449, section 4.3, Checking DPoP Proofs; RFC 3986, sections 6.2.2 and 6.2.3
 */
export declare function normalizeHtu(url: string): string | undefined;

// dpop/nonce.d.ts

/**
 * Nonces for DPoP proofs (RFC 9449, sections 8 and 9), without state.
 * @module
 */
/** Options of {@link createDpopNonces}. */
export interface DpopNoncesOptions {
    /** At least 32 random octets, the same for all processes of one server. Default: random. */
    readonly secret?: Uint8Array;
    /** A new nonce comes this often; the one before it is still accepted. Default: 300. */
    readonly lifetimeSeconds?: number;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/**
 * The nonces of this moment: the first is the one to hand out, all of them are accepted. Nonces for
 * a `context`, such as a `client_id`, are good for that context alone.
 */
export type DpopNonces = (context?: string) => Promise<readonly [string, ...string[]]>;
/**
 * Makes nonces from a secret and the time, so that nothing has to be stored and any process with the
 * secret knows them. The nonces of one server are worth nothing to another.
 *
 * Does not make a nonce single use; a proof is, by its `jti`.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` when an option is not usable.
 * @example
 * ```ts
 * const nonces = createDpopNonces()
 * const report = await verifyDpopProof(proof, { method, url, nonces: await nonces(), replay })
 * ```
 */
export declare function createDpopNonces(options?: DpopNoncesOptions): DpopNonces;

// dpop/replay.d.ts

/**
 * What may be used once: a DPoP proof.
 * @module
 */
/** One use of a DPoP proof, to be recorded if it is the first. */
export interface DpopProofUse {
    /** SHA-256 of method, normalised URL, key and `jti`: 32 octets, without structure. */
    readonly replayKey: Uint8Array;
    /** JWK Thumbprint of the key of the proof. */
    readonly jkt: string;
    /** NumericDate after which the proof is refused anyway. */
    readonly expiresAt: number;
}
/**
 * Records a use if it is the first, in one atomic act: `true` for the first, `false` for any other.
 * It must throw when it can't tell; then nothing is accepted.
 */
export type RecordFirstProof = (use: DpopProofUse) => boolean | Promise<boolean>;
/** From what was expected, not from how the proof spells it: two spellings are one use. */
export declare function proofReplayKey(method: string, htu: string, jkt: string, jti: string): Promise<Uint8Array>;
/** Options of {@link createProofMemory}. */
export interface ProofMemoryOptions {
    /** Proofs that are remembered at once; beyond it nothing is accepted. Default: 100000. */
    readonly maxEntries?: number;
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number;
}
/**
 * Remembers the proofs that were used in the memory of this process, until they have expired.
 *
 * Does not know what other processes saw: where several serve one API, record uses in a store that
 * they share.
 *
 * @throws {@link UnavailableError} `ERR_REPLAY_UNAVAILABLE`, from the function returned, when it is full.
 */
export declare function createProofMemory(options?: ProofMemoryOptions): (use: DpopProofUse) => boolean;

// dpop/verify-proof.d.ts

/**
 * Judging a DPoP proof (RFC 9449, section 4.3): every check, in order, and never stopping early.
 * @module
 */
import { type AcceptedReport, type JwtInspection, type RejectedReport } from '../assertion/index.ts';
import type { JsonValue } from '../json.ts';
import { type JwsAlgorithmName } from '../keys/index.ts';
import { type RecordFirstProof } from './replay.ts';
/** The longest proof that is read, in characters: room for an ML-DSA-87 key and its signature. */
export declare const MAX_DPOP_PROOF_LENGTH = 12288;
/** The claims of a DPoP proof that was verified. */
export interface DpopProofClaims {
    readonly jti: string;
    readonly htm: string;
    readonly htu: string;
    readonly iat: number;
    readonly ath?: string;
    readonly nonce?: string;
    readonly [claim: string]: JsonValue | undefined;
}
/** What a server expects of the DPoP proof of one request. */
export interface DpopExpectations {
    /** The method of the request. */
    readonly method: string;
    /**
     * The URL of the request as the client knows it. Take scheme and host from configuration: `Host`
     * and `X-Forwarded-*` say what the sender wants them to say.
     */
    readonly url: string;
    /** The access token that came along. Without it, `ath` is not looked at. */
    readonly accessToken?: string;
    /** JWK Thumbprint of the key that the proof has to be signed with, such as `cnf.jkt` of the token. */
    readonly jkt?: string;
    /** The nonces that are accepted now. Without them, `nonce` is not looked at. */
    readonly nonces?: readonly string[];
    /** NumericDate of receipt, in seconds. Default: the clock of this machine. */
    readonly now?: number;
    /** Records the use, as the last check. `unchecked` leaves replay to the caller. */
    readonly replay: RecordFirstProof | 'unchecked';
    /** Default: every algorithm that this package knows; none of them is symmetric. */
    readonly algorithms?: readonly JwsAlgorithmName[];
    /** `iat` may be this long ago, at most 300. Default: 60. */
    readonly maxAgeSeconds?: number;
    /** `iat` may be this far ahead, at most 60. Default: 10. */
    readonly clockToleranceSeconds?: number;
}
/** Every check holds: the sender has the key whose JWK Thumbprint is `jkt`. */
export interface AcceptedProof extends AcceptedReport<DpopProofClaims> {
    /** JWK Thumbprint of the key of the proof. */
    readonly jkt: string;
}
/** The verdict on a DPoP proof: a union on `accepted`. */
export type DpopReport = AcceptedProof | RejectedReport;
/**
 * Verifies a DPoP proof for one request: runs all checks and reports each. The key comes from the
 * proof itself, so an accepted proof says who holds which key, and not who may do what.
 *
 * A use is recorded only when everything else holds, so a proof that lacks a nonce is not burnt.
 * Does not look at the access token beyond its hash: verify that too, and give its `cnf.jkt` here.
 *
 * @throws `TypeError` when the expectations are not usable; whatever `replay` throws.
 * @example
 * ```ts
 * const report = await verifyDpopProof(request.headers.get('dpop'), {
 *   method: request.method,
 *   url: 'https://as.example/oauth2/v1/token',
 *   replay: createProofMemory(),
 * })
 * if (report.accepted) console.log(report.jkt)
 * ```
 * @see RFC 9449, section 4.3, Checking DPoP Proofs
 */
export declare function verifyDpopProof(proof: unknown, expectations: DpopExpectations): Promise<DpopReport>;
/** What is known about the request of a proof that is only looked at. */
export type PartialDpopExpectations = Partial<Omit<DpopExpectations, 'replay'>>;
/**
 * Looks at a DPoP proof with whatever is known about its request; checks that lack something to
 * compare with are skipped as `not_given`. Never accepts and records no use.
 *
 * @throws `TypeError` when the expectations are not usable.
 */
export declare function inspectDpopProof(proof: unknown, expectations: PartialDpopExpectations): Promise<JwtInspection>;
/**
 * The error code that answers a refused proof: `use_dpop_nonce` when nothing but the nonce is wrong,
 * so that the sender may try again with the nonce of the answer; otherwise `invalid_dpop_proof`.
 *
 * @see RFC 9449, sections 5, 7.1 and 8
 */
export declare function dpopErrorCode(report: RejectedReport): 'invalid_dpop_proof' | 'use_dpop_nonce';

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
