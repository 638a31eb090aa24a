// The public API of @keygrant/core/trace, as compiled. Written by "npm run api"; not edited by hand.

// client/trace.d.ts

/**
 * What a token client and a server say to each other, written down without secrets: for a ticket, and for a script that asks
 * again without us.
 * @module
 */
import type { TracedExchange, TracedField, TracedJwt } from './traced-exchange.ts';
export type { TracedExchange, TracedField, TracedJwt };
/** What was said, as long as the trace is kept. Made by {@link createTrace}. */
export interface Trace {
    /** Pass it as the option `fetch` of a token client, or of `authorizedFetch`. */
    readonly fetch: typeof fetch;
    /** The oldest first; of more than 100 the first are forgotten. */
    readonly exchanges: readonly TracedExchange[];
    /** All of it as text for people. */
    toText(): string;
    /**
     * A shell script that makes the last token request again with openssl and curl: it signs a new assertion with the key in
     * the file that `KEY` names, sends it, and shows the answer without the token. `undefined` when there was no token request.
     */
    toScript(): string | undefined;
}
/** Options of {@link createTrace}. */
export interface TraceOptions {
    /** What sends. Default: the runtime's `fetch`. */
    readonly fetch?: typeof fetch;
}
/**
 * Makes a trace: a `fetch` that writes down what is sent through it, and what comes back.
 *
 * Assertions and DPoP proofs are taken apart, so that every claim can be seen, and lose their signatures; tokens and
 * secrets are left out. Bodies of an API are not written down, nor is what a body holds beyond 64 KiB.
 *
 * Does not leave out who asks whom: client IDs, scopes and host names are what a trace is for.
 *
 * @example
 * ```ts
 * const trace = createTrace()
 * const client = createTokenClient({ issuer, clientId, keyFile: 'key.json', fetch: trace.fetch })
 * await client.getToken().catch(() => undefined)
 * console.log(trace.toText())
 * ```
 */
export declare function createTrace(options?: TraceOptions): Trace;

// client/traced-exchange.d.ts

/**
 * What is written down of an exchange on the wire.
 * @module
 */
import type { JsonObject } from '../json.ts';
/** One exchange on the wire, without secrets. */
export interface TracedExchange {
    /** NumericDate of this machine, with a fraction. */
    readonly startedAt: number;
    readonly durationMs: number;
    readonly method: string;
    /** Without its query. */
    readonly url: string;
    readonly requestHeaders: readonly TracedField[];
    /** Parameters of a form. */
    readonly form: readonly TracedField[];
    /** Absent when no answer came. */
    readonly status?: number;
    /** Those that tell something about tokens, times and requests. */
    readonly responseHeaders: readonly TracedField[];
    /** Of a token request, and of metadata: the JSON, with `[redacted]` for what is secret; or the beginning of another text. */
    readonly body?: JsonObject | string;
    /** Why no answer came. */
    readonly error?: string;
}
/** A header field or a parameter. A JWT is taken apart and its signature left out; another secret is `[redacted]`. */
export interface TracedField {
    readonly name: string;
    readonly value: string;
    readonly jwt?: TracedJwt;
}
/** A JWT without its signature: it is of no use to anybody. */
export interface TracedJwt {
    readonly header: JsonObject;
    readonly claims: JsonObject;
    readonly signatureOctets: number;
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
