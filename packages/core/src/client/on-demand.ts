/**
 * What talks to the server, loaded when it is first called: a bundler leaves it out of what starts an application.
 * @module
 */

import type { ExchangeOptions } from '../exchange.ts'
import type { AuthorizationServerMetadata } from '../metadata.ts'
import type { Refusal, RefusalRule } from './refusal-rules.ts'
import type { AccessTokenRequest, TokenResponse } from './token-request.ts'

/**
 * Signs a new assertion and exchanges it for an access token. Sends one request, without retries
 * and without a cache.
 *
 * @throws {@link OAuthResponseError} when the server refuses; {@link HttpError} when there is no
 * usable answer.
 * @example
 * ```ts
 * const token = await requestAccessToken({
 *   tokenEndpoint: 'https://as.example/oauth2/v1/token',
 *   audience: 'https://as.example',
 *   clientId: '0oar95zt9zIpYuz6A0h7',
 *   signer: key,
 *   scope: 'okta.apps.read',
 * })
 * ```
 */
export async function requestAccessToken(request: AccessTokenRequest): Promise<TokenResponse> {
  const wire = await import('./token-request.ts')
  return wire.requestAccessToken(request)
}

/**
 * Fetches the metadata of an issuer and checks that it is about that issuer. Asks for RFC 8414's
 * `/.well-known/oauth-authorization-server` first, then for OpenID Connect's
 * `/.well-known/openid-configuration`.
 *
 * Does not check that the endpoints are on the issuer's origin.
 *
 * @throws {@link MetadataError} when `issuer` differs or a required member is missing;
 * `HttpError` when there is no usable answer.
 * @see RFC 8414, section 3, Obtaining Authorization Server Metadata
 */
export async function fetchMetadata(
  issuer: string,
  options: ExchangeOptions = {},
): Promise<AuthorizationServerMetadata> {
  const wire = await import('../metadata.ts')
  return wire.fetchMetadata(issuer, options)
}

/**
 * Tells which rule a refusal of the token endpoint is about, by its code and by its words.
 *
 * @returns `undefined` when it does not tell.
 */
export async function ruleOfRefusal(refusal: Refusal): Promise<RefusalRule | undefined> {
  const rules = await import('./refusal-rules.ts')
  return rules.ruleOfRefusal(refusal)
}
