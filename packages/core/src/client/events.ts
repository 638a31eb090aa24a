/**
 * What a token client tells about itself, for metrics, traces and logs. Nothing here is secret.
 * @module
 */

import type { TokenAttempt, TokenRequestError } from '../errors.ts'

/** Something that happened in a token client: a union on `type`. */
export type TokenClientEvent =
  /** A token was asked of the client. `fresh`: it was at hand; `wait`: a request had to be awaited. */
  | { readonly type: 'token_asked'; readonly answered: 'fresh' | 'wait' }
  /** One attempt on the wire ended, well or not. */
  | { readonly type: 'attempt'; readonly attempt: TokenAttempt }
  /** A token request with all its attempts ended, well or not. */
  | {
      readonly type: 'token_request'
      /** NumericDate of this machine at which it began. */
      readonly startedAt: number
      readonly durationMs: number
      readonly attempts: readonly TokenAttempt[]
      /** Why there is no token; absent when there is one. */
      readonly error?: TokenRequestError
    }
  /** A token came, and from where. */
  | {
      readonly type: 'token_obtained'
      readonly from: 'server' | 'store'
      readonly lifetimeSeconds: number
      /** Scopes that were asked for and not granted. */
      readonly missingScopes: readonly string[]
    }
  /** A token could not be renewed ahead of its end; the one at hand goes on being used. */
  | { readonly type: 'renewal_failed'; readonly error: Error }
  /** The clock of this machine differs from the server's by another amount than before. */
  | {
      readonly type: 'clock_skew'
      /** The server's clock is ahead by this. */
      readonly skewSeconds: number
      readonly isCorrected: boolean
    }
  /** The server refused a key, and another one is tried. */
  | { readonly type: 'key_fallback'; readonly refusedKid: string; readonly kid: string }
  /** The token store failed; the client goes on without it. */
  | { readonly type: 'store_failed'; readonly error: Error }

/** Is told what happens in a token client. What it throws is ignored. */
export type OnTokenClientEvent = (event: TokenClientEvent) => void
