/**
 * One token request with everything about it chosen, and what came of it.
 * @module
 */

import { requestAccessToken, type TokenResponse } from '@keygrant/core/client'
import { createDpopProof } from '@keygrant/core/dpop'
import { ChallengeError, HttpError, OAuthResponseError } from '@keygrant/core/errors'
import type { Signer } from '@keygrant/core/keys'
import { type Exchange, observingFetch } from './observe.ts'

/** What is chosen. */
export interface AttemptOptions {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly signer: Signer
  readonly audience: string
  readonly typ: 'client-authentication+jwt' | 'JWT'
  /** How far the clock is corrected, in seconds. */
  readonly aheadSeconds: number
  readonly lifetimeSeconds: number
  readonly scope: string | undefined
  readonly dpopKey: Signer | undefined
  readonly timeoutMs: number
}

/** What came of it. */
export type Outcome =
  | { readonly kind: 'token'; readonly response: TokenResponse; readonly exchange: Exchange }
  | { readonly kind: 'refused'; readonly refusal: OAuthResponseError; readonly exchange: Exchange }
  | {
      readonly kind: 'failed'
      readonly failure: HttpError | ChallengeError
      readonly exchange: Exchange
    }

/** Makes the request; once more when the server hands out a nonce for the DPoP proof. */
export async function attempt(options: AttemptOptions): Promise<Outcome> {
  const first = await attemptOnce(options, undefined)
  const nonce = first.exchange.headers?.get('dpop-nonce') ?? undefined
  const isWanted = first.kind === 'refused' && first.refusal.error === 'use_dpop_nonce'
  return isWanted && nonce !== undefined && options.dpopKey !== undefined
    ? attemptOnce(options, nonce)
    : first
}

async function attemptOnce(options: AttemptOptions, nonce: string | undefined): Promise<Outcome> {
  const { tokenEndpoint, dpopKey, aheadSeconds, scope } = options
  const now = Math.floor(Date.now() / 1000) + aheadSeconds
  let exchange: Exchange | undefined
  const dpopProof =
    dpopKey === undefined
      ? undefined
      : await createDpopProof({
          method: 'POST',
          url: tokenEndpoint,
          key: dpopKey,
          now,
          ...(nonce === undefined ? undefined : { nonce }),
        })
  const observed = observingFetch((seen) => {
    exchange = seen
  })
  try {
    const response = await requestAccessToken({
      tokenEndpoint,
      audience: options.audience,
      clientId: options.clientId,
      signer: options.signer,
      typ: options.typ,
      lifetimeSeconds: options.lifetimeSeconds,
      now,
      ...(dpopProof === undefined ? undefined : { dpopProof }),
      timeoutMs: options.timeoutMs,
      ...(scope === undefined ? undefined : { scope }),
      fetch: observed,
    })
    return { kind: 'token', response, exchange: exchange as unknown as Exchange }
  } catch (error) {
    if (exchange === undefined) throw error
    if (error instanceof OAuthResponseError) return { kind: 'refused', refusal: error, exchange }
    if (error instanceof HttpError || error instanceof ChallengeError) {
      return { kind: 'failed', failure: error, exchange }
    }
    throw error
  }
}
