// The public API of @keygrant/core/telemetry, as compiled. Written by "npm run api"; not edited by hand.

// client/telemetry.d.ts

/**
 * What a token client tells about itself, as spans and metrics of OpenTelemetry. Asks for the shape of
 * `@opentelemetry/api` and not for the package.
 * @module
 */
import type { OnTokenClientEvent } from './events.ts';
/** The part of OpenTelemetry's `Span` that is used. */
export interface TelemetrySpan {
    setStatus(status: {
        code: number;
    }): unknown;
    end(endTime?: number): void;
}
/** The part of OpenTelemetry's `Tracer` that is used. */
export interface TelemetryTracer<Context, Span extends TelemetrySpan> {
    startSpan(name: string, options?: {
        kind?: number;
        startTime?: number;
        attributes?: Record<string, string | number>;
    }, context?: Context): Span;
}
/** The part of OpenTelemetry's `Counter`, of which `add` is used. */
export interface TelemetryCounter {
    add(value: number, attributes?: Record<string, string | number | boolean>): void;
}
/** The part of OpenTelemetry's `Histogram` and `Gauge`, of which `record` is used. */
export interface TelemetryRecorder {
    record(value: number, attributes?: Record<string, string | number | boolean>): void;
}
/** The part of OpenTelemetry's `Meter` that is used. */
export interface TelemetryMeter {
    createCounter(name: string, options?: {
        description?: string;
        unit?: string;
    }): TelemetryCounter;
    createHistogram(name: string, options?: {
        description?: string;
        unit?: string;
    }): TelemetryRecorder;
    createGauge(name: string, options?: {
        description?: string;
        unit?: string;
    }): TelemetryRecorder;
}
/** The part of `@opentelemetry/api` that is used: pass the module itself. */
export interface TelemetryApi<Context, Span extends TelemetrySpan> {
    readonly context: {
        active(): Context;
    };
    readonly trace: {
        getTracer(name: string): TelemetryTracer<Context, Span>;
        setSpan(context: Context, span: Span): Context;
    };
    readonly metrics: {
        getMeter(name: string): TelemetryMeter;
    };
}
/**
 * Makes the `onEvent` of a token client that reports to OpenTelemetry.
 *
 * A token request is a span `keygrant.token_request`, a child of what was active when the request began,
 * with a span `POST` for each attempt on the wire. The metrics are named in docs/client.md. What is
 * recorded holds no token, assertion or key.
 *
 * Does not pass trace headers on to the authorization server, and does nothing without an SDK.
 *
 * @param api The module `@opentelemetry/api`.
 * @example
 * ```ts
 * import * as api from '@opentelemetry/api'
 *
 * const client = createTokenClient({ issuer, clientId, key, onEvent: openTelemetryEvents(api) })
 * ```
 * @see OpenTelemetry semantic conventions for HTTP spans, and for errors
 */
export declare function openTelemetryEvents<Context, Span extends TelemetrySpan>(api: TelemetryApi<Context, Span>): OnTokenClientEvent;

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
