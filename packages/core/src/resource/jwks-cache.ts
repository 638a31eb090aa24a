/**
 * The keys of an authorization server, fetched when they are needed and kept as long as it says.
 * @module
 */

import {
  invalidArgumentType,
  invalidArgumentValue,
  MetadataError,
  UnavailableError,
} from '../errors.ts'
import { exchangeJson, type ExchangeOptions } from '../exchange.ts'
import type { PublicKey } from '../keys/index.ts'
import { fetchMetadata } from '../metadata.ts'
import { isSafeServerUrl } from '../server-url.ts'
import { type IgnoredKey, readJwkSet, statedFreshSeconds } from './jwk-set.ts'

/** Where the JWK Set is: at a known address, or where the metadata of an issuer says. */
export type JwksLocation = { readonly jwksUri: string } | { readonly issuer: string }

/** Options of {@link createJwksCache}. */
export type JwksCacheOptions = JwksLocation &
  Pick<ExchangeOptions, 'fetch' | 'timeoutMs'> & {
    /** After a fetch, an unknown `kid` leads to the next one no sooner than this. Default: 30. */
    readonly cooldownSeconds?: number
    /** How long keys are fresh when the server does not say. Default: 600. */
    readonly defaultFreshSeconds?: number
    /** Keys are fresh at least this long, whatever the server says. Default: 60. */
    readonly minFreshSeconds?: number
    /** Keys are fresh at most this long, whatever the server says. Default: 86400. */
    readonly maxFreshSeconds?: number
    /** Through an outage, keys are used this long after they stopped being fresh. Default: 14400. */
    readonly maxStaleSeconds?: number
    /** The longest pause after failures; it begins with 1 and doubles. Default: 30. */
    readonly maxBackoffSeconds?: number
    /**
     * Whether a set without a usable key is an answer, after which no key is held: right where the
     * owner of the set withdraws keys that way. Default: false, it is a failure like others.
     */
    readonly isEmptySetAccepted?: boolean
    /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
    readonly allowHttp?: boolean
    /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
    readonly clock?: () => number
  }

/** What a cache holds at this moment, for a health page or a log. */
export interface JwksCacheStatus {
  /** Key IDs of the keys that are held. */
  readonly kids: readonly string[]
  /** Keys of the set that are not used. */
  readonly ignored: readonly IgnoredKey[]
  /** NumericDate of the last good answer. */
  readonly fetchedAt: number | undefined
  /** NumericDate up to which the keys are fresh. */
  readonly freshUntil: number | undefined
  /** Failures since the last good answer. */
  readonly failures: number
  /** The message of the last failure, when the last attempt failed. */
  readonly lastError: string | undefined
}

/** The keys of an authorization server. Made by {@link createJwksCache}. */
export interface JwksCache {
  /**
   * The keys to judge a token of this `kid` with. Fetches them when none are held, when those held
   * are no longer fresh, or when the `kid` is unknown and the last fetch is long enough ago.
   *
   * @throws {@link UnavailableError} `ERR_JWKS_UNAVAILABLE` when no usable keys can be had.
   */
  keysFor(kid: string | undefined): Promise<readonly PublicKey[]>
  /** The keys held, when they are fresh and one of them has this `kid`; asks nobody. */
  peek(kid: string | undefined): readonly PublicKey[] | undefined
  /** Fetches now, at the start of a server for example; with others, when a fetch is under way. */
  refresh(): Promise<void>
  status(): JwksCacheStatus
}

const MAX_SET_OCTETS = 262_144
const DEFAULT_TIMEOUT_MS = 5_000
/** From this part of their time on, fresh keys are renewed without anyone waiting for it. */
const RENEWAL_PART = 0.8
/** Three exchanges at most, each with its own deadline, end well before this and four deadlines. */
const ATTEMPT_SECONDS = 5
const METADATA_SECONDS = 86_400
/** A clock that was set back by more than this tells nothing about the age of what is held. */
const CLOCK_STEP_SECONDS = 60

interface HeldKeys {
  readonly keys: readonly PublicKey[]
  readonly kids: ReadonlySet<string>
  readonly ignored: readonly IgnoredKey[]
  readonly etag: string | undefined
  readonly url: string
  readonly fetchedAt: number
  readonly freshSeconds: number
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
export function createJwksCache(options: JwksCacheOptions): JwksCache {
  checkOptions(options)
  return new FetchedKeys(options)
}

class FetchedKeys implements JwksCache {
  readonly #options: JwksCacheOptions
  readonly #clock: () => number
  #held: HeldKeys | undefined
  #inFlight: Promise<void> | undefined
  #attemptedAt = Number.NEGATIVE_INFINITY
  #failures = 0
  #lastError: unknown
  #found: { readonly jwksUri: string; readonly at: number } | undefined

  constructor(options: JwksCacheOptions) {
    this.#options = options
    this.#clock = options.clock ?? (() => Date.now() / 1000)
  }

  peek(kid: string | undefined): readonly PublicKey[] | undefined {
    const held = this.#held
    if (held === undefined || !isKnown(held, kid)) return undefined
    const age = this.#since(held.fetchedAt)
    if (age >= held.freshSeconds) return undefined
    if (age >= held.freshSeconds * RENEWAL_PART) this.#renewUnseen()
    return held.keys
  }

  async keysFor(kid: string | undefined): Promise<readonly PublicKey[]> {
    const ready = this.peek(kid)
    if (ready !== undefined) return ready
    const before = this.#usable()
    const isFresh = before !== undefined && this.#since(before.fetchedAt) < before.freshSeconds
    if (before !== undefined && isKnown(before, kid) && this.#failures > 0) {
      // Only the first to notice an outage waits for the answer that does not come.
      this.#renewUnseen()
    } else if (!isFresh || this.#inFlight !== undefined || this.#mayAskAgain()) {
      await this.#renew()
    }
    const held = this.#usable()
    if (held === undefined || (this.#failures > 0 && !isKnown(held, kid))) throw this.#unavailable()
    return held.keys
  }

  async refresh(): Promise<void> {
    await this.#renew(true)
    if (this.#failures > 0) throw this.#unavailable()
  }

  status(): JwksCacheStatus {
    const held = this.#held
    return {
      kids: held === undefined ? [] : [...held.kids],
      ignored: held?.ignored ?? [],
      fetchedAt: held?.fetchedAt,
      freshUntil: held === undefined ? undefined : held.fetchedAt + held.freshSeconds,
      failures: this.#failures,
      lastError: this.#lastError instanceof Error ? this.#lastError.message : undefined,
    }
  }

  /** What is held, unless it is so old that it must not be used any more. */
  #usable(): HeldKeys | undefined {
    const held = this.#held
    if (held === undefined) return undefined
    const { maxStaleSeconds = 14_400 } = this.#options
    return this.#since(held.fetchedAt) < held.freshSeconds + maxStaleSeconds ? held : undefined
  }

  #since(time: number): number {
    const seconds = this.#clock() - time
    return seconds < -CLOCK_STEP_SECONDS ? Number.POSITIVE_INFINITY : Math.max(0, seconds)
  }

  #mayAskAgain(): boolean {
    const pause = this.#failures > 0 ? this.#pauseSeconds() : (this.#options.cooldownSeconds ?? 30)
    return this.#since(this.#attemptedAt) >= pause
  }

  #pauseSeconds(): number {
    return Math.min(2 ** (this.#failures - 1), this.#options.maxBackoffSeconds ?? 30)
  }

  #renewUnseen(): void {
    void this.#renew()
  }

  /** One attempt, shared by all who want one; none while the pause after a failure lasts. Never rejects. */
  async #renew(isForced = false): Promise<void> {
    // Some runtimes drop what is under way when the request that began it has its answer.
    const isLost = this.#since(this.#attemptedAt) > ATTEMPT_SECONDS + this.#timeoutMs() / 250
    if (this.#inFlight === undefined || isLost) {
      const isPaused = this.#failures > 0 && this.#since(this.#attemptedAt) < this.#pauseSeconds()
      if (isPaused && !isForced) return
      this.#attemptedAt = this.#clock()
      const attempt: Promise<void> = this.#fetch().then(
        (held) => this.#end(attempt, held, undefined),
        (error: unknown) => this.#end(attempt, undefined, error),
      )
      this.#inFlight = attempt
    }
    await this.#inFlight
  }

  #end(attempt: Promise<void>, held: HeldKeys | undefined, error: unknown): void {
    if (this.#inFlight !== attempt) return
    this.#inFlight = undefined
    this.#held = held ?? this.#held
    this.#failures = held === undefined ? this.#failures + 1 : 0
    this.#lastError = error
  }

  async #fetch(): Promise<HeldKeys> {
    const url = await this.#locate()
    const held = this.#held?.url === url ? this.#held : undefined
    const answer = await exchangeJson(
      {
        method: 'GET',
        url,
        headers: { accept: 'application/jwk-set+json, application/json' },
        etag: held?.etag,
        maxOctets: MAX_SET_OCTETS,
      },
      this.#exchangeOptions(),
    )
    const fetchedAt = this.#clock()
    const freshSeconds = this.#freshSeconds(answer.headers)
    const etag = answer.headers.get('etag') ?? undefined
    if (answer.status === 304 && held !== undefined) {
      return { ...held, fetchedAt, freshSeconds, etag: etag ?? held.etag }
    }
    const { keys, ignored } = await readJwkSet(
      answer,
      url,
      this.#options.isEmptySetAccepted === true,
    )
    const kids = new Set(keys.map(({ kid }) => kid))
    return { keys, kids, ignored, etag, url, fetchedAt, freshSeconds }
  }

  /** The address of the set. After a failure the metadata is asked again: it may have moved. */
  async #locate(): Promise<string> {
    if ('jwksUri' in this.#options) return this.#options.jwksUri
    const found = this.#found
    if (found !== undefined && this.#failures === 0 && this.#since(found.at) < METADATA_SECONDS) {
      return found.jwksUri
    }
    const { issuer, allowHttp } = this.#options
    const { jwks_uri: jwksUri } = await fetchMetadata(issuer, this.#exchangeOptions())
    if (typeof jwksUri !== 'string' || !isSafeServerUrl(jwksUri, allowHttp)) {
      throw new MetadataError(
        'ERR_METADATA_INVALID',
        `the metadata of ${issuer} has no "jwks_uri" that is an https URL`,
        issuer,
      )
    }
    this.#found = { jwksUri, at: this.#clock() }
    return jwksUri
  }

  #exchangeOptions(): ExchangeOptions {
    const { fetch } = this.#options
    const timeoutMs = this.#timeoutMs()
    return fetch === undefined ? { timeoutMs } : { fetch, timeoutMs }
  }

  #timeoutMs(): number {
    return this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  }

  #freshSeconds(headers: Headers): number {
    const {
      defaultFreshSeconds = 600,
      minFreshSeconds = 60,
      maxFreshSeconds = 86_400,
    } = this.#options
    const stated = statedFreshSeconds(headers) ?? defaultFreshSeconds
    return Math.max(minFreshSeconds, Math.min(stated, maxFreshSeconds))
  }

  #unavailable(): UnavailableError {
    const where = 'jwksUri' in this.#options ? this.#options.jwksUri : this.#options.issuer
    const reason = this.#lastError instanceof Error ? this.#lastError.message : 'they are too old'
    return new UnavailableError(
      'ERR_JWKS_UNAVAILABLE',
      `the keys of ${where.split('?')[0] as string} can not be had: ${reason}`,
      { retryAfterSeconds: Math.max(1, Math.ceil(this.#pauseSeconds())), cause: this.#lastError },
    )
  }
}

const shared = new Map<string, JwksCache>()
const MAX_SHARED = 32

/** The cache for an issuer when the caller brings none: one for each issuer in this process. */
export function sharedJwksCache(issuer: string): JwksCache {
  let cache = shared.get(issuer)
  if (cache === undefined) {
    cache = createJwksCache({ issuer })
    if (shared.size >= MAX_SHARED) {
      const [oldest] = shared.keys()
      shared.delete(oldest as string)
    }
    shared.set(issuer, cache)
  }
  return cache
}

/** A token without `kid` is one for any key; whether that is good enough, the check `key` says. */
function isKnown(held: HeldKeys, kid: string | undefined): boolean {
  return kid === undefined || held.kids.has(kid)
}

function checkOptions(options: JwksCacheOptions): void {
  const where = 'jwksUri' in options ? 'jwksUri' : 'issuer'
  const url = 'jwksUri' in options ? options.jwksUri : options.issuer
  if (typeof url !== 'string') throw invalidArgumentType(`options.${where}`, 'a string')
  if (!isSafeServerUrl(url, options.allowHttp)) {
    throw invalidArgumentValue(
      `options.${where}`,
      'an https URL without user name or password, or an http URL of this machine',
    )
  }
  for (const name of [
    'cooldownSeconds',
    'defaultFreshSeconds',
    'minFreshSeconds',
    'maxFreshSeconds',
    'maxStaleSeconds',
    'maxBackoffSeconds',
  ] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
      throw invalidArgumentValue(`options.${name}`, 'a number of seconds, 0 or more')
    }
  }
}
