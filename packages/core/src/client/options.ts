/**
 * The options of a token client, their defaults, and what makes them unusable.
 * @module
 */

import { invalidArgumentType, invalidArgumentValue } from '../errors.ts'
import type { KeyInput, Signer } from '../keys/index.ts'
import { isSafeServerUrl } from '../server-url.ts'
import type { OnTokenClientEvent } from './events.ts'
import type { ClientKeyOptions } from './key-source.ts'
import { type Provider, providerNamed, type ProviderName, providerOf } from './providers.ts'
import type { TokenStore } from './token-cache.ts'

/** Scopes: one string with spaces between them, or a list. */
export type ScopeOption = string | readonly string[]

/** Options of `createTokenClient`. */
export interface TokenClientOptions extends ClientKeyOptions {
  /**
   * The issuer identifier, exactly as the server states it. Its metadata says where the token endpoint
   * is (RFC 8414, then OpenID Connect's), unless `tokenEndpoint` does.
   */
  readonly issuer?: string
  /** URL of the token endpoint; then no metadata is fetched. */
  readonly tokenEndpoint?: string
  readonly clientId: string
  /** Scopes of a token when `getToken` names none. */
  readonly scope?: ScopeOption
  /** Resource or resources (RFC 8707) of a token when `getToken` names none. */
  readonly resource?: string | readonly string[]
  /** More form parameters of each token request. */
  readonly parameters?: Readonly<Record<string, string>>
  /**
   * Binds tokens to a key (RFC 9449): `true` makes one for the life of the client; or a key, which has
   * to be another than the one that signs assertions. Default: no binding.
   */
  readonly dpop?: boolean | KeyInput | Signer
  /**
   * `aud` of the assertion: `issuer`, `endpoint`, or a value of its own. Default: what the provider
   * wants, and `issuer` where that is not known; the endpoint when there is no issuer.
   */
  readonly audience?: string
  /** Whose ways to follow. Default: told by the host and path, else RFC 7523bis. */
  readonly provider?: ProviderName | Provider
  /** `typ` of the assertion. Default: the provider's, else `client-authentication+jwt`. */
  readonly typ?: 'client-authentication+jwt' | 'JWT'
  /** Lifetime of an assertion. Default: 60. */
  readonly lifetimeSeconds?: number
  /** Origins besides the issuer's on which its token endpoint may be. Default: none. */
  readonly trustedOrigins?: readonly string[]
  /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
  readonly allowHttp?: boolean
  /** The largest difference of clocks that is corrected. 0 corrects nothing. Default: 600. */
  readonly maxClockSkewSeconds?: number
  /** Lifetime of a token when the server does not say. Default: 300. */
  readonly defaultLifetimeSeconds?: number
  /** For one attempt, in milliseconds. Default: 10000. */
  readonly timeoutMs?: number
  /** For a token with all attempts, in milliseconds. Default: 30000. */
  readonly deadlineMs?: number
  /** Attempts when the server is busy or can't be reached. Default: 5. */
  readonly maxAttempts?: number
  /** Where tokens are kept besides this client. Default: nowhere. */
  readonly store?: TokenStore
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch
  /** Is told what happens, for metrics and traces. */
  readonly onEvent?: OnTokenClientEvent
  /** Is told what an operator should know, once each. Default: `console.warn`. */
  readonly onWarning?: (message: string) => void
  /** The time as a NumericDate, in seconds. Default: the clock of this machine. */
  readonly clock?: () => number
}

/** Options that were checked, as far as they are the client's own. */
export interface CheckedOptions {
  /** The issuer, or the token endpoint where there is none. */
  readonly server: string
  readonly provider: Provider
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
}

/** Lifetime of an assertion: it is made for one request. */
export const DEFAULT_ASSERTION_SECONDS = 60

/**
 * Checks the options that have a form.
 *
 * @throws `TypeError` `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` that names the option.
 */
export function checkOptions(options: TokenClientOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalidArgumentType('options', 'an object')
  }
  const { issuer, tokenEndpoint, clientId, lifetimeSeconds } = options
  const server = issuer ?? tokenEndpoint
  if (server === undefined) throw invalidArgumentType('options.issuer', 'the URL of the server')
  for (const name of ['issuer', 'tokenEndpoint'] as const) {
    const url = options[name]
    if (
      url !== undefined &&
      !(typeof url === 'string' && isSafeServerUrl(url, options.allowHttp))
    ) {
      throw invalidArgumentValue(
        `options.${name}`,
        'an https URL without user name or password, or an http URL of this machine',
      )
    }
  }
  if (typeof clientId !== 'string' || clientId === '') {
    throw invalidArgumentType('options.clientId', 'the client_id, a non-empty string')
  }
  checkNumbers(options)
  const provider = checkedProvider(options, server)
  const longest = provider.maxLifetimeSeconds ?? 3600
  if (lifetimeSeconds !== undefined && lifetimeSeconds > longest) {
    throw invalidArgumentValue(
      'options.lifetimeSeconds',
      `at most ${longest}, the longest that ${provider.name === 'other' ? 'servers' : provider.name} will accept`,
    )
  }
  return {
    server,
    provider,
    scopes: scopeList('options.scope', options.scope),
    resources: resourceList('options.resource', options.resource),
  }
}

function checkNumbers(options: TokenClientOptions): void {
  for (const [name, least] of [
    ['lifetimeSeconds', 1],
    ['maxClockSkewSeconds', 0],
    ['defaultLifetimeSeconds', 1],
    ['timeoutMs', 1],
    ['deadlineMs', 1],
    ['maxAttempts', 1],
  ] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      throw invalidArgumentValue(`options.${name}`, `an integer, ${least} or more`)
    }
  }
}

function checkedProvider({ provider }: TokenClientOptions, server: string): Provider {
  if (provider === undefined) return providerOf(server)
  const found = typeof provider === 'string' ? providerNamed(provider) : provider
  if (found !== undefined) return found
  throw invalidArgumentValue('options.provider', 'the name of a known provider, or a Provider')
}

/**
 * Scopes as a list, in the order given and each once.
 *
 * @throws `TypeError` when one of them can't be a scope (RFC 6749, section 3.3).
 */
export function scopeList(name: string, scope: ScopeOption | undefined): readonly string[] {
  const list = typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : scope
  if (list === undefined) return []
  if (!Array.isArray(list)) throw invalidArgumentType(name, 'a string or a list of strings')
  for (const part of list as readonly unknown[]) {
    if (typeof part !== 'string' || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(part)) {
      throw invalidArgumentValue(name, 'scopes, separated by one space and not by commas or quotes')
    }
  }
  return [...new Set(list as readonly string[])]
}

/**
 * Resource indicators as a list.
 *
 * @throws `TypeError` when one of them is no absolute URI, or has a fragment (RFC 8707, section 2).
 */
export function resourceList(
  name: string,
  resource: string | readonly string[] | undefined,
): readonly string[] {
  if (resource === undefined) return []
  const list = typeof resource === 'string' ? [resource] : resource
  for (const each of list) {
    if (typeof each !== 'string' || !URL.canParse(each) || each.includes('#')) {
      throw invalidArgumentValue(name, 'an absolute URI without a fragment, or a list of such')
    }
  }
  return list
}
