/**
 * The token client: access tokens at hand, renewed before they end, one request for all who wait.
 * @module
 */

import { KeygrantError, TokenRequestError } from '../errors.ts'
import type { AccessToken, StoredToken } from './access-token.ts'
import { ServerClock } from './clock.ts'
import { DpopBinding } from './dpop-binding.ts'
import type { TokenClientEvent } from './events.ts'
import { Flight } from './flight.ts'
import { keySourceOf } from './key-source.ts'
import {
  type CheckedOptions,
  checkOptions,
  DEFAULT_ASSERTION_SECONDS,
  resourceList,
  type ScopeOption,
  scopeList,
  type TokenClientOptions,
} from './options.ts'
import { monotonicMs, sleep, warnOnConsole } from './runtime.ts'
import type { ServerLocation } from './server-location.ts'
import { ageSeconds, type HeldToken, holdToken, readStoredToken, tokenName } from './token-cache.ts'
import type { ExchangeContext, FailedExchange, RefusedKeys, WantedToken } from './token-exchange.ts'
import type { TokenResponse } from './token-request.ts'
import type { ExchangeOptions } from '../exchange.ts'

/** Which token, and how it is asked for. */
export interface TokenRequest {
  /** Instead of the client's own. */
  readonly scope?: ScopeOption
  /** Instead of the client's own. */
  readonly resource?: string | readonly string[]
  /** Ends the waiting. A request that others wait for goes on. */
  readonly signal?: AbortSignal
  /** Whether a new token is wanted though there is one at hand. Default: false. */
  readonly refresh?: boolean
}

/** A request to an API that needs a token. */
export interface AuthorizationRequest extends TokenRequest {
  readonly method: string
  readonly url: string | URL
}

/** What a request to an API needs. */
export interface Authorization {
  readonly token: AccessToken
  /** `authorization`, and `dpop` for a token that is bound to a key. Good for one request. */
  readonly headers: Readonly<Record<string, string>>
}

/** A client of one authorization server. Made by {@link createTokenClient}. */
export interface TokenClient {
  readonly clientId: string
  /**
   * Gives an access token: the one at hand while it is good, else a new one.
   *
   * @throws {@link TokenRequestError} when there is no token to be had; `KeyError` when the key can't
   * be read or does not sign; the reason of `signal`.
   */
  getToken(request?: TokenRequest): Promise<AccessToken>
  /**
   * Gives the headers for one request to an API, with a new DPoP proof where tokens are bound. Make
   * them again for each attempt.
   */
  authorize(request: AuthorizationRequest): Promise<Authorization>
  /**
   * Takes what an answer of an API tells: the DPoP nonce, and the time.
   *
   * @returns whether it has a DPoP nonce that was not known, so that another attempt makes sense.
   */
  learn(url: string | URL, headers: Headers): boolean
  /** Forgets a token that an API refused, here and in the store. */
  forget(token: AccessToken): Promise<void>
}

const LOCATION_SECONDS = 86_400
const MAX_TOKENS = 1_000
const MAX_ORIGINS = 64
const LONGEST_RENEWAL_PAUSE_MS = 60_000
const LONGEST_FAILURE_PAUSE_MS = 30_000

/** One name in the cache: the token, the request under way, and how requests have gone. */
interface Entry {
  readonly wanted: WantedToken
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
  held?: HeldToken
  flight?: Flight<HeldToken>
  failures: number
  /** Monotonic time before which the server is not asked again, and why. */
  notBeforeMs: number
  lastFailure?: unknown
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
export function createTokenClient(options: TokenClientOptions): TokenClient {
  return new CachingTokenClient(options, checkOptions(options))
}

class CachingTokenClient implements TokenClient {
  readonly clientId: string
  readonly #options: TokenClientOptions
  readonly #checked: CheckedOptions
  readonly #context: ExchangeContext
  readonly #dpop: DpopBinding | undefined
  readonly #now: () => number
  readonly #monotonic: () => number
  readonly #entries = new Map<string, Entry>()
  readonly #own: Entry
  readonly #refusedKeys: RefusedKeys = new Map()
  readonly #resourceClocks = new Map<string, ServerClock>()
  #location: { readonly found: ServerLocation; readonly at: number } | undefined

  constructor(options: TokenClientOptions, checked: CheckedOptions) {
    const { clock, dpop } = options
    this.clientId = options.clientId
    this.#options = options
    this.#checked = checked
    this.#now = clock ?? (() => Date.now() / 1000)
    this.#monotonic = clock === undefined ? monotonicMs : () => clock() * 1000
    this.#dpop = dpop === undefined || dpop === false ? undefined : new DpopBinding(dpop)
    this.#context = this.#exchangeContext()
    this.#own = this.#entry(checked.scopes, checked.resources)
  }

  async getToken(request: TokenRequest = {}): Promise<AccessToken> {
    const entry = this.#entryFor(request)
    const { held } = entry
    const age = held === undefined ? 0 : ageSeconds(held, this.#now(), this.#monotonic())
    if (request.refresh !== true && held !== undefined && age < held.life.usableSeconds) {
      if (age >= held.life.renewAfterSeconds) this.#renewUnseen(entry)
      this.#emit({ type: 'token_asked', answered: 'fresh' })
      return held.token
    }
    request.signal?.throwIfAborted()
    this.#emit({ type: 'token_asked', answered: 'wait' })
    const flight = this.#flightOf(entry, request.refresh === true, false)
    return (await flight.wait(request.signal)).token
  }

  async authorize(request: AuthorizationRequest): Promise<Authorization> {
    const token = await this.getToken(request)
    const url = String(request.url)
    const { authorization, accessToken } = token
    if (token.tokenType !== 'DPoP' || this.#dpop === undefined) {
      return { token, headers: { authorization } }
    }
    const now = this.#clockOf(url).now()
    const dpop = await this.#dpop.proof({ method: request.method, url, accessToken, now })
    return { token, headers: { authorization, dpop } }
  }

  learn(url: string | URL, headers: Headers): boolean {
    const href = String(url)
    // A proof is judged by the clock of the API, which need not be the authorization server's.
    const now = this.#now() * 1000
    if (this.#dpop !== undefined) this.#clockOf(href).observe(headers, now, now)
    return this.#dpop?.learn(href, headers) ?? false
  }

  async forget(token: AccessToken): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.held?.token.accessToken !== token.accessToken) continue
      delete entry.held
      await this.#inStore(async (store, name) => store.delete?.(name), entry)
    }
  }

  /** The entry of a request; most ask for what the client was made for. */
  #entryFor({ scope, resource }: TokenRequest): Entry {
    if (scope === undefined && resource === undefined) return this.#own
    return this.#entry(
      scope === undefined ? this.#checked.scopes : scopeList('scope', scope),
      resource === undefined ? this.#checked.resources : resourceList('resource', resource),
    )
  }

  #entry(scopes: readonly string[], resources: readonly string[]): Entry {
    const name = tokenName('', '', scopes, resources, undefined)
    let entry = this.#entries.get(name)
    if (entry === undefined) {
      entry = {
        wanted: {
          scope: scopes.length === 0 ? undefined : scopes.join(' '),
          resource: resources,
        },
        scopes,
        resources,
        failures: 0,
        notBeforeMs: 0,
      }
      if (this.#entries.size >= MAX_TOKENS) this.#dropOldest()
      this.#entries.set(name, entry)
    }
    return entry
  }

  /** Scopes may come from elsewhere; the cache does not grow without bound for them. */
  #dropOldest(): void {
    for (const [name, entry] of this.#entries) {
      if (entry === this.#own || entry.flight !== undefined) continue
      this.#entries.delete(name)
      return
    }
  }

  #renewUnseen(entry: Entry): void {
    if (entry.flight !== undefined || this.#monotonic() < entry.notBeforeMs) return
    this.#flightOf(entry, true, true)
  }

  /** The request under way for this token, or a new one. */
  #flightOf(entry: Entry, isNew: boolean, isUnseen: boolean): Flight<HeldToken> {
    if (entry.flight !== undefined && !entry.flight.isAbandoned) return entry.flight
    const flight: Flight<HeldToken> = new Flight(async (signal) => {
      try {
        if (!isNew) await this.#waitOutFailure(entry, signal)
        const held = await this.#obtain(entry, isNew, signal)
        entry.held = held
        entry.failures = 0
        entry.notBeforeMs = 0
        delete entry.lastFailure
        return held
      } catch (error) {
        if (!signal.aborted) this.#noteFailure(entry, error, isUnseen)
        throw error
      } finally {
        if (entry.flight === flight) delete entry.flight
      }
    }, isUnseen)
    entry.flight = flight
    return flight
  }

  /** After failures in a row the server is left alone for a moment, whoever asks. */
  async #waitOutFailure(entry: Entry, signal: AbortSignal): Promise<void> {
    const pause = entry.notBeforeMs - this.#monotonic()
    if (pause <= 0) return
    const isOver = entry.lastFailure instanceof TokenRequestError && entry.lastFailure.retryable
    if (!isOver || pause > this.#context.deadlineMs) throw entry.lastFailure
    await sleep(pause, signal)
  }

  #noteFailure(entry: Entry, error: unknown, isUnseen: boolean): void {
    entry.failures++
    entry.lastFailure = error
    const stated = error instanceof TokenRequestError ? error.retryAfterSeconds : undefined
    const doubling = 1000 * 2 ** (entry.failures - 1)
    // The first refusal costs no pause: whoever mends the cause sees at once that it is mended.
    const pause = isUnseen
      ? Math.min(doubling, LONGEST_RENEWAL_PAUSE_MS)
      : Math.min(doubling / 2 - 500, LONGEST_FAILURE_PAUSE_MS)
    entry.notBeforeMs = this.#monotonic() + Math.max(pause, (stated ?? 0) * 1000)
    if (isUnseen) this.#emit({ type: 'renewal_failed', error: asError(error) })
  }

  /** A token from the store or from the server. In a store with a lock, one process asks for all. */
  async #obtain(entry: Entry, isNew: boolean, signal: AbortSignal): Promise<HeldToken> {
    const { store } = this.#options
    if (store === undefined) return this.#request(entry, signal)
    const before = entry.held?.token.accessToken
    const run = async (): Promise<HeldToken> => {
      const kept = await this.#readStore(entry)
      // Another process may have renewed it meanwhile.
      const isOther = kept !== undefined && kept.token.accessToken !== before
      if (kept !== undefined && (!isNew || (isOther && before !== undefined))) return kept
      return this.#request(entry, signal)
    }
    if (store.withLock === undefined) return run()
    let outcome: Promise<HeldToken> | undefined
    try {
      const name = await this.#storeName(entry)
      return await store.withLock(name, () => (outcome = run()))
    } catch (error) {
      if (outcome !== undefined) return outcome
      this.#emit({ type: 'store_failed', error: asError(error) })
      return run()
    }
  }

  async #readStore(entry: Entry): Promise<HeldToken | undefined> {
    const stored = readStoredToken(await this.#inStore((store, name) => store.get(name), entry))
    if (stored === undefined) return undefined
    const held = holdToken(stored, this.#now(), this.#monotonic())
    const age = ageSeconds(held, this.#now(), this.#monotonic())
    // One that seems to come from the future was put there by another clock.
    if (stored.obtainedAt > this.#now() + 60 || age >= held.life.usableSeconds) return undefined
    const { lifetimeSeconds } = stored
    this.#emit({ type: 'token_obtained', from: 'store', lifetimeSeconds, missingScopes: [] })
    return held
  }

  /** Does something with the store. A store that fails is told of, and is no reason to have no token. */
  async #inStore<T>(
    act: (store: NonNullable<TokenClientOptions['store']>, name: string) => Promise<T>,
    entry: Entry,
  ): Promise<T | undefined> {
    const { store } = this.#options
    if (store === undefined) return undefined
    try {
      return await act(store, await this.#storeName(entry))
    } catch (error) {
      this.#emit({ type: 'store_failed', error: asError(error) })
      return undefined
    }
  }

  async #storeName({ scopes, resources }: Entry): Promise<string> {
    const thumbprint = await this.#dpop?.thumbprint()
    return tokenName(this.#checked.server, this.clientId, scopes, resources, thumbprint)
  }

  async #request(entry: Entry, signal: AbortSignal): Promise<HeldToken> {
    const { exchangeToken } = await import('./token-exchange.ts')
    const startedAt = this.#now()
    const startedMs = monotonicMs()
    const outcome = await exchangeToken(this.#context, this.#refusedKeys, entry.wanted, signal)
    const durationMs = monotonicMs() - startedMs
    if (!outcome.ok) {
      const error = await this.#failureOf(outcome.failed)
      const { attempts } = error
      this.#emit({ type: 'token_request', startedAt, durationMs, attempts, error })
      throw error
    }
    const { attempts } = outcome
    this.#emit({ type: 'token_request', startedAt, durationMs, attempts })
    const { response, obtainedAt } = outcome.token
    const stored = await this.#storedToken(entry, response, obtainedAt)
    await this.#inStore((store, name) => store.set(name, stored), entry)
    const granted = new Set(stored.scope?.split(' '))
    this.#emit({
      type: 'token_obtained',
      from: 'server',
      lifetimeSeconds: stored.lifetimeSeconds,
      missingScopes: entry.scopes.filter((scope) => !granted.has(scope)),
    })
    return holdToken(stored, this.#now(), this.#monotonic())
  }

  async #storedToken(
    { wanted }: Entry,
    response: TokenResponse,
    obtainedAt: number,
  ): Promise<StoredToken> {
    const { access_token: accessToken, token_type: type, expires_in: expiresIn } = response
    const tokenType = /^bearer$/i.test(type) ? 'Bearer' : /^dpop$/i.test(type) ? 'DPoP' : undefined
    if (tokenType === undefined || (tokenType === 'DPoP') !== (this.#dpop !== undefined)) {
      const { unusableToken } = await import('./refusal-causes.ts')
      throw unusableToken(tokenType)
    }
    const scope = response.scope ?? wanted.scope
    const isStated = expiresIn !== undefined && Number.isFinite(expiresIn) && expiresIn >= 0
    return {
      accessToken,
      tokenType,
      obtainedAt,
      lifetimeSeconds: isStated ? expiresIn : (this.#options.defaultLifetimeSeconds ?? 300),
      ...(scope === undefined ? undefined : { scope }),
    }
  }

  /** The error for the caller. What explains a refusal is loaded when there is one. */
  async #failureOf(failed: FailedExchange): Promise<TokenRequestError> {
    const { describeFailure } = await import('./refusal-causes.ts')
    return describeFailure(failed, this.#context)
  }

  async #locate(exchange: ExchangeOptions): Promise<ServerLocation> {
    const { issuer, tokenEndpoint, trustedOrigins = [], allowHttp = false } = this.#options
    if (tokenEndpoint !== undefined) return { issuer, tokenEndpoint, algorithms: undefined }
    const known = this.#location
    if (known !== undefined && this.#now() - known.at < LOCATION_SECONDS) return known.found
    const policy = { provider: this.#checked.provider, trustedOrigins, allowHttp }
    try {
      const { locateServer } = await import('./server-location.ts')
      const found = await locateServer(issuer as string, policy, exchange)
      this.#location = { found, at: this.#now() }
      return found
    } catch (error) {
      // What was true yesterday is the better guess while the metadata can't be had.
      if (known === undefined || !(error instanceof KeygrantError)) throw error
      return known.found
    }
  }

  #exchangeContext(): ExchangeContext {
    const options = this.#options
    const { provider } = this.#checked
    const { audience = provider.audience, maxClockSkewSeconds = 600 } = options
    return {
      clientId: this.clientId,
      provider,
      audience: ({ issuer, tokenEndpoint }) =>
        audience === 'endpoint'
          ? tokenEndpoint
          : audience === 'issuer'
            ? (issuer ?? tokenEndpoint)
            : audience,
      typ: options.typ ?? provider.typ,
      lifetimeSeconds: options.lifetimeSeconds ?? DEFAULT_ASSERTION_SECONDS,
      parameters: options.parameters ?? {},
      locate: (exchange) => this.#locate(exchange),
      keys: keySourceOf(options),
      clock: new ServerClock(this.#now, maxClockSkewSeconds),
      dpop: this.#dpop,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      timeoutMs: options.timeoutMs ?? 10_000,
      deadlineMs: options.deadlineMs ?? 30_000,
      maxAttempts: options.maxAttempts ?? 5,
      now: this.#now,
      emit: (event) => this.#emit(event),
      warn: options.onWarning ?? warnOnConsole,
      warned: new Set(),
      server: this.#checked.server,
    }
  }

  /** The clock of an API, which is that of the authorization server until it says otherwise. */
  #clockOf(url: string): ServerClock {
    const { origin } = new URL(url)
    let clock = this.#resourceClocks.get(origin)
    if (clock === undefined) {
      const { clock: server } = this.#context
      clock = new ServerClock(this.#now, this.#options.maxClockSkewSeconds ?? 600, server)
      if (this.#resourceClocks.size >= MAX_ORIGINS) this.#resourceClocks.clear()
      this.#resourceClocks.set(origin, clock)
    }
    return clock
  }

  #emit(event: TokenClientEvent): void {
    try {
      this.#options.onEvent?.(event)
    } catch {
      // Whoever listens does not get to break what is listened to.
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
