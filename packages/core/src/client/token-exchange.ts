/**
 * Getting one access token: as many attempts on the wire as make sense, each with a new assertion.
 * @module
 */

import { randomJti } from '../assertion/claims.ts'
import {
  ChallengeError,
  HttpError,
  KeyError,
  KeygrantError,
  OAuthResponseError,
  type TokenAttempt,
} from '../errors.ts'
import type { ExchangeOptions } from '../exchange.ts'
import type { Signer } from '../keys/index.ts'
import type { ServerClock, SkewObservation } from './clock.ts'
import type { DpopBinding } from './dpop-binding.ts'
import type { TokenClientEvent } from './events.ts'
import type { KeySource } from './key-source.ts'
import type { Provider } from './providers.ts'
import { isTransientStatus, pauseMs, retryAfterSeconds } from './retry.ts'
import { monotonicMs, sleep } from './runtime.ts'
import type { ServerLocation } from './server-location.ts'
import { requestAccessToken, requestIdOf, type TokenResponse } from './token-request.ts'

/** A token that is wanted, as it goes onto the wire. */
export interface WantedToken {
  /** Scopes, separated by spaces, in the order given. */
  readonly scope: string | undefined
  readonly resource: readonly string[]
}

/** What every exchange of one client has in common. */
export interface ExchangeContext {
  readonly clientId: string
  readonly provider: Provider
  /** `aud`: of the provider, or what the options say instead. */
  readonly audience: (location: ServerLocation) => string
  readonly typ: 'client-authentication+jwt' | 'JWT' | undefined
  readonly lifetimeSeconds: number
  readonly parameters: Readonly<Record<string, string>>
  readonly locate: (exchange: ExchangeOptions) => Promise<ServerLocation>
  readonly keys: KeySource
  readonly clock: ServerClock
  readonly dpop: DpopBinding | undefined
  readonly fetch: typeof fetch
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number
  /** For all attempts together, in milliseconds. */
  readonly deadlineMs: number
  readonly maxAttempts: number
  /** NumericDate of this machine, with a fraction. */
  readonly now: () => number
  readonly emit: (event: TokenClientEvent) => void
  /** The server, by its name in warnings. */
  readonly server: string
  /** Is told what an operator should know. */
  readonly warn: (message: string) => void
  /** What was warned of already: each once. */
  readonly warned: Set<'corrected' | 'excess'>
}

/** A token response, and when it was asked for. */
export interface ObtainedToken {
  readonly response: TokenResponse
  /** NumericDate of this machine. */
  readonly obtainedAt: number
}

/** How an exchange ended that gave no token: what is needed to say why. */
export interface FailedExchange {
  readonly failure: KeygrantError
  readonly isTransient: boolean
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly attempts: readonly TokenAttempt[]
  /** What was sent last. The assertion is here to be judged, and must not go any further. */
  readonly sent: SentAssertion | undefined
  readonly wanted: WantedToken
}

/** An assertion that was sent, and what it was made for. */
export interface SentAssertion {
  readonly assertion: string
  readonly signer: Signer
  readonly location: ServerLocation
  readonly audience: string
}

/** A token, or how it failed. */
export type ExchangeOutcome =
  | {
      readonly ok: true
      readonly token: ObtainedToken
      readonly attempts: readonly TokenAttempt[]
    }
  | { readonly ok: false; readonly failed: FailedExchange }

type RetryReason = NonNullable<TokenAttempt['retried']>

/** The last answer of an attempt; absent while there is none. */
interface Seen {
  url: string
  /** `jti` of the assertion that was sent. */
  jti?: string
  /** The correction of the clock that it was signed with. */
  skewSeconds?: number
  headers?: Headers
  status?: number
  sent?: SentAssertion
}

/** Key IDs that the server refused, with the monotonic time until which others are preferred. */
export type RefusedKeys = Map<string, number>

/** After this a refused key is tried first again: it may have been registered meanwhile. */
const REFUSED_KEY_MS = 60_000
/** A clock that is corrected by less than this can't have been why an assertion was refused. */
const CLOCK_FAULT_SECONDS = 5
const MAX_NONCE_RETRIES = 2
const MAX_KEYS = 3

/**
 * Exchanges new assertions until there is a token or no sense in another attempt. Tries again, at
 * once, for a DPoP nonce, a clock that turned out to be off, and with the other key for a refused one;
 * and after a pause for 429, 5xx, resets and timeouts. Any other refusal is final.
 *
 * @throws what a signer or the source of keys throws, and the reason of `signal`.
 */
export async function exchangeToken(
  context: ExchangeContext,
  refusedKeys: RefusedKeys,
  wanted: WantedToken,
  signal: AbortSignal,
): Promise<ExchangeOutcome> {
  const until = monotonicMs() + context.deadlineMs
  const attempts: TokenAttempt[] = []
  const triedKids = new Set<string>()
  let nonceRetries = 0
  let failures = 0
  let isClockCorrected = false

  for (;;) {
    signal.throwIfAborted()
    const startedAt = context.now()
    const startedMs = monotonicMs()
    const seen: Seen = { url: '' }
    const signer = { kid: '' }
    const finish = (error?: string, retried?: RetryReason): void => {
      const attempt = describeAttempt(attempts.length + 1, startedAt, startedMs, seen, error)
      const entry = retried === undefined ? attempt : { ...attempt, retried }
      attempts.push(entry)
      context.emit({ type: 'attempt', attempt: entry })
    }
    let failure: KeygrantError
    try {
      const key = await chooseKey(context.keys, triedKids, refusedKeys)
      signer.kid = key.kid
      const response = await attemptOnce(context, wanted, key, seen, until, signal)
      finish()
      refusedKeys.delete(key.kid)
      return { ok: true, token: { response, obtainedAt: startedAt }, attempts }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (!isFailureOfTheWorld(error)) throw error
      failure = error
    }
    const code = errorCode(failure)

    if (
      code === 'use_dpop_nonce' &&
      seen.headers?.has('dpop-nonce') === true &&
      context.dpop !== undefined &&
      nonceRetries < MAX_NONCE_RETRIES
    ) {
      nonceRetries++
      finish(code, 'dpop_nonce')
      continue
    }
    const correction = Math.abs(context.clock.skewSeconds - (seen.skewSeconds ?? 0))
    if (isRefusal(failure) && correction > CLOCK_FAULT_SECONDS && !isClockCorrected) {
      isClockCorrected = true
      finish(code, 'clock')
      continue
    }
    if (code === 'invalid_client' && seen.sent !== undefined) {
      triedKids.add(signer.kid)
      const other = await otherKey(context.keys, triedKids)
      if (other !== undefined) {
        refusedKeys.set(signer.kid, monotonicMs() + REFUSED_KEY_MS)
        finish(code, 'key')
        context.emit({ type: 'key_fallback', refusedKid: signer.kid, kid: other.kid })
        continue
      }
      // No key is good: none is worse than another.
      refusedKeys.clear()
    }
    const isTransient = isTransientFailure(failure, seen.status)
    const stated = statedPause(failure, seen, context.now())
    if (isTransient) {
      failures++
      const pause = pauseMs(failures, stated)
      if (failures < context.maxAttempts && monotonicMs() + pause < until) {
        finish(code, seen.status === undefined ? 'network' : 'busy')
        await sleep(pause, signal)
        continue
      }
    }
    finish(code)
    return {
      ok: false,
      failed: {
        failure,
        isTransient,
        status: seen.status,
        requestId: seen.headers === undefined ? undefined : requestIdOf(seen.headers),
        retryAfterSeconds: stated,
        attempts,
        sent: seen.sent,
        wanted,
      },
    }
  }
}

/** One attempt on the wire, from the metadata to the token. */
async function attemptOnce(
  context: ExchangeContext,
  wanted: WantedToken,
  signer: Signer,
  seen: Seen,
  until: number,
  signal: AbortSignal,
): Promise<TokenResponse> {
  const { clock, dpop, provider } = context
  const exchange = (): ExchangeOptions => ({
    fetch: observedFetch(context, seen),
    timeoutMs: Math.max(1, Math.min(context.timeoutMs, Math.ceil(until - monotonicMs()))),
    signal,
  })
  const location = await context.locate(exchange())
  const { tokenEndpoint } = location
  seen.url = tokenEndpoint
  delete seen.status
  delete seen.headers
  const audience = context.audience(location)
  const now = clock.now()
  const jti = randomJti()
  seen.skewSeconds = clock.skewSeconds
  const { grant = 'client_credentials', scopeIn = 'form' } = provider
  const isScopeClaim = grant === 'jwt-bearer' && scopeIn === 'claim' && wanted.scope !== undefined
  const dpopProof = await dpop?.proof({ method: 'POST', url: tokenEndpoint, now })
  return requestAccessToken({
    ...exchange(),
    tokenEndpoint,
    clientId: context.clientId,
    signer,
    audience,
    now,
    grant,
    lifetimeSeconds: context.lifetimeSeconds,
    ...(context.typ === undefined ? undefined : { typ: context.typ }),
    claims: isScopeClaim ? { jti, scope: wanted.scope } : { jti },
    ...(wanted.scope === undefined || isScopeClaim ? undefined : { scope: wanted.scope }),
    ...resourceParameters(context, wanted),
    ...(dpopProof === undefined ? undefined : { dpopProof }),
    onAssertion: (assertion) => {
      seen.jti = jti
      seen.sent = { assertion, signer, location, audience }
    },
  })
}

function resourceParameters(
  { provider, parameters }: ExchangeContext,
  { resource }: WantedToken,
): { resource?: readonly string[]; parameters: Readonly<Record<string, string>> } {
  const { resourceParameter = 'resource' } = provider
  const [first] = resource
  if (resourceParameter === 'resource') return { resource, parameters }
  return {
    parameters: first === undefined ? parameters : { ...parameters, [resourceParameter]: first },
  }
}

/** `fetch` that learns from each answer, whatever becomes of its body: status, clock and nonce. */
function observedFetch(context: ExchangeContext, seen: Seen): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString()
    seen.url = url
    const sentMs = context.now() * 1000
    const response = await context.fetch(input, init)
    const { headers, status } = response
    seen.headers = headers
    seen.status = status
    const skew = context.clock.observe(headers, sentMs, context.now() * 1000)
    if (skew !== undefined) {
      context.emit({ type: 'clock_skew', ...skew })
      warnOfSkew(context, skew)
    }
    context.dpop?.learn(url, headers)
    return response
  }
}

function warnOfSkew(
  { server, warn, warned }: ExchangeContext,
  { skewSeconds, isCorrected }: SkewObservation,
): void {
  const kind = isCorrected ? 'corrected' : 'excess'
  if (warned.has(kind) || (isCorrected && skewSeconds === 0)) return
  warned.add(kind)
  const way = skewSeconds > 0 ? 'behind' : 'ahead of'
  const end = isCorrected
    ? 'this is corrected for, but set the clock'
    : 'that is more than is corrected for: set the clock'
  warn(
    `the clock of this machine is ${Math.abs(Math.round(skewSeconds))} s ${way} that of ${server}; ${end}`,
  )
}

/** The preferred key, unless it was tried in this exchange or refused a moment ago. */
async function chooseKey(
  source: KeySource,
  tried: ReadonlySet<string>,
  refused: RefusedKeys,
): Promise<Signer> {
  const keys = await source.keys()
  const now = monotonicMs()
  const untried = keys.filter(({ kid }) => !tried.has(kid))
  const key = untried.find(({ kid }) => (refused.get(kid) ?? 0) <= now) ?? untried[0] ?? keys[0]
  if (key !== undefined) return key
  throw new KeyError('ERR_KEY_NOT_FOUND', 'the source of keys gave no key')
}

async function otherKey(
  source: KeySource,
  tried: ReadonlySet<string>,
): Promise<Signer | undefined> {
  if (tried.size >= MAX_KEYS) return undefined
  const keys = await source.keys()
  return keys.find(({ kid }) => !tried.has(kid))
}

/** A failure that the attempts are about; a broken key or a caller's mistake is not. */
function isFailureOfTheWorld(error: unknown): error is KeygrantError {
  return error instanceof KeygrantError && !(error instanceof KeyError)
}

function isRefusal(failure: KeygrantError): boolean {
  return failure instanceof OAuthResponseError && failure.status < 500
}

function isTransientFailure(failure: KeygrantError, status: number | undefined): boolean {
  if (isTransientStatus(status)) return true
  if (failure instanceof HttpError) {
    return failure.code === 'ERR_HTTP_NETWORK' || failure.code === 'ERR_HTTP_TIMEOUT'
  }
  const code = errorCode(failure)
  return code === 'temporarily_unavailable' || code === 'server_error' || code === 'slow_down'
}

function errorCode(failure: KeygrantError): string {
  if (failure instanceof OAuthResponseError) return failure.error
  return (failure instanceof ChallengeError ? failure.error : undefined) ?? failure.code
}

function statedPause(failure: KeygrantError, seen: Seen, now: number): number | undefined {
  if (failure instanceof OAuthResponseError && failure.retryAfterSeconds !== undefined) {
    return failure.retryAfterSeconds
  }
  return seen.headers === undefined ? undefined : retryAfterSeconds(seen.headers, now * 1000)
}

function describeAttempt(
  number: number,
  startedAt: number,
  startedMs: number,
  { url, headers, status, sent, jti }: Seen,
  error: string | undefined,
): TokenAttempt {
  const requestId = headers === undefined ? undefined : requestIdOf(headers)
  return {
    number,
    url: url.split('?')[0] as string,
    startedAt,
    durationMs: monotonicMs() - startedMs,
    ...(sent === undefined ? undefined : { kid: sent.signer.kid }),
    ...(jti === undefined ? undefined : { jti }),
    ...(status === undefined ? undefined : { status }),
    ...(error === undefined ? undefined : { error }),
    ...(requestId === undefined ? undefined : { requestId }),
  }
}
