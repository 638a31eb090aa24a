/**
 * For the client: finding the authorization server, and getting an access token from it.
 * @module
 */

export type { ExchangeOptions } from '../exchange.ts'
export type { AuthorizationServerMetadata } from '../metadata.ts'
export { AccessToken, type StoredToken } from './access-token.ts'
export { authorizedFetch, type AuthorizedFetchOptions } from './authorized-fetch.ts'
export {
  type ConfigurationSources,
  findConfiguration,
  type FoundConfiguration,
  readConfiguration,
} from './configuration.ts'
export type { OnTokenClientEvent, TokenClientEvent } from './events.ts'
export type { ClientKeyOptions, KeySource } from './key-source.ts'
export { type ClientConfiguration, lintConfiguration } from './lint.ts'
export type { ScopeOption, TokenClientOptions } from './options.ts'
export { type Provider, type ProviderName, providerNamed, providerOf } from './providers.ts'
export { tokenName, type TokenStore } from './token-cache.ts'
export {
  type Authorization,
  type AuthorizationRequest,
  createTokenClient,
  type TokenClient,
  type TokenRequest,
} from './token-client.ts'
export type { AccessTokenRequest, TokenResponse } from './token-request.ts'
export { JWT_BEARER_ASSERTION_TYPE, JWT_BEARER_GRANT_TYPE } from './grant-types.ts'
export { fetchMetadata, requestAccessToken, ruleOfRefusal } from './on-demand.ts'
export type { Refusal, RefusalRule } from './refusal-rules.ts'
