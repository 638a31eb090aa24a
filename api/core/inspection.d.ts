// The public API of @keygrant/core/inspection, as compiled. Written by "npm run api"; not edited by hand.

// inspection/index.d.ts

/**
 * What people paste when something does not work: a token request, an answer, a JWT, a key; recognised and
 * taken apart. Nothing here sends or verifies anything.
 * @module
 */
export { type JwtSource, type PasteNote, recognise, type Recognised } from './recognise.ts';
export { checkReference, type CheckSubject, memberReference, type Reference } from './references.ts';
export { requestFindings } from './request-findings.ts';
export { type BodyKind, parameter, type TokenRequest as PastedTokenRequest, } from './token-request.ts';
export { type TokenResponse as PastedTokenResponse } from './token-response.ts';

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

// inspection/recognise.d.ts

/**
 * Finds out what was pasted, and takes the JWT or the keys out of it. Nothing is judged here.
 * @module
 */
import { type TokenRequest } from './token-request.ts';
import { type TokenResponse } from './token-response.ts';
/** What was left out around the JWT, or is odd about it; each has a sentence in the catalogue. */
export type PasteNote = 'invisible' | 'quotes' | 'scheme' | 'line_breaks' | 'surroundings' | 'incomplete' | 'json_request';
/** Where the JWT stood. */
export type JwtSource = 'bare' | 'bearer' | 'dpop' | 'form' | 'curl' | 'http' | 'response' | 'text';
/** What was pasted. */
export type Recognised = {
    readonly kind: 'empty';
} | {
    readonly kind: 'jwt';
    readonly jwt: string;
    readonly source: JwtSource;
    readonly notes: readonly PasteNote[];
    readonly request?: TokenRequest;
    readonly response?: TokenResponse;
} | {
    readonly kind: 'request';
    readonly request: TokenRequest;
    readonly notes: readonly PasteNote[];
    readonly response?: TokenResponse;
} | {
    readonly kind: 'response';
    readonly response: TokenResponse;
} | {
    readonly kind: 'keys';
    readonly text: string;
} | {
    readonly kind: 'claims';
} | {
    readonly kind: 'unknown';
};
/** Recognises a pasted text. Never throws, and never gives up on a JWT because it is broken. */
export declare function recognise(pasted: string): Recognised;

// inspection/references.d.ts

/**
 * Where the checks and the members are laid down: for whoever wants to know why.
 * @module
 */
/** A place in a specification. */
export interface Reference {
    /** As people cite it, such as `RFC 7523, section 3, item 4`. */
    readonly name: string;
    readonly url: string;
}
/** What is judged: each has rules of its own. */
export type CheckSubject = 'assertion' | 'access_token' | 'id_token' | 'dpop';
/** Where a check is laid down, by its name; `undefined` where it is none of that subject. */
export declare function checkReference(check: string, subject?: CheckSubject): Reference | undefined;
/** Where a member of a header or a Claims Set is defined; `undefined` of one that no RFC here names. */
export declare function memberReference(name: string): Reference | undefined;

// inspection/request-findings.d.ts

/**
 * What is wrong with the request around an assertion, as far as its text shows it.
 * @module
 */
import type { Finding } from '../finding.ts';
import { type TokenRequest } from './token-request.ts';
/**
 * Finds what a token endpoint refuses before it looks at the assertion. Does not look at the assertion.
 */
export declare function requestFindings(request: TokenRequest): readonly Finding[];

// inspection/token-request.d.ts

/**
 * A token request as people hold it: a form body, a curl line, or HTTP as it goes over the wire.
 * @module
 */
/** How the body of a request was encoded. */
export type BodyKind = 'form' | 'json' | 'multipart';
/** A request, taken apart as far as that goes. */
export interface TokenRequest {
    readonly from: 'form' | 'curl' | 'http';
    readonly method: string | undefined;
    readonly url: string | undefined;
    /** Names in lower case. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly bodyKind: BodyKind;
    /** In their order, those that are there twice included. */
    readonly parameters: readonly (readonly [name: string, value: string])[];
    /** Names of those among them that stand in the address. */
    readonly queryNames: readonly string[];
    /** Values that a shell would compute, or read from a file: they are not in the text. */
    readonly isIncomplete: boolean;
}
/** The first value of a parameter. */
export declare function parameter({ parameters }: TokenRequest, wanted: string): string | undefined;
/** The value of a header field, by its name in lower case. */
export declare function headerField({ headers }: TokenRequest, wanted: string): string | undefined;
/** Reads a form body, which may stand on several lines. */
export declare function readForm(text: string): TokenRequest;
/** Reads a curl line; `undefined` when the text is none. */
export declare function readCurl(text: string): TokenRequest | undefined;
/** Reads a request as HTTP/1.1 writes it; `undefined` when the text is none. */
export declare function readHttp(text: string): TokenRequest | undefined;

// inspection/token-response.d.ts

/**
 * An answer of a token endpoint as people hold it: its body, or HTTP as a terminal shows it.
 * @module
 */
/** An answer, taken apart as far as that goes. */
export interface TokenResponse {
    readonly members: Readonly<Record<string, unknown>>;
    /** Set in an error response (RFC 6749, section 5.2). */
    readonly error: string | undefined;
    /** The status code, when the head of the answer was there. */
    readonly status: number | undefined;
    /** The header fields, when they were there; names in lower case. */
    readonly headers: readonly (readonly [name: string, value: string])[];
}
/** What stood before an answer, and its body as text. */
export interface HttpAnswer extends Pick<TokenResponse, 'status' | 'headers'> {
    readonly before: string;
    readonly body: string;
}
/** Finds an answer with its head, as `curl -i` and `curl -v` show it; `undefined` when there is none. */
export declare function readHttpAnswer(text: string): HttpAnswer | undefined;
