/**
 * The access token request with a client assertion (RFC 6749, section 4.4; RFC 7523, section 2.2).
 * @module
 */

import { type AssertionClaimsInput, signAssertion } from '../assertion/index.ts'
import { HttpError, OAuthResponseError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Signer } from '../keys/index.ts'
import { exchangeJson, type ExchangeOptions, type JsonAnswer } from '../exchange.ts'

/** `client_assertion_type` of a JWT (RFC 7523, section 2.2). */
export const JWT_BEARER_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A successful answer of the token endpoint (RFC 6749, section 5.1). */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: string
  /** Lifetime of the token in seconds. */
  readonly expires_in?: number
  readonly scope?: string
}

/** What to ask for, and as whom. */
export interface AccessTokenRequest extends ExchangeOptions {
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly signer: Signer
  /** Scopes, separated by spaces. */
  readonly scope?: string
  /** `aud` of the assertion: the issuer, or for Okta the token endpoint. */
  readonly audience: string
  /** `typ` of the assertion. Default: `client-authentication+jwt`. */
  readonly typ?: 'client-authentication+jwt' | 'JWT'
  /** Lifetime of the assertion. Default: 60. */
  readonly lifetimeSeconds?: number
  /** More claims for the assertion. */
  readonly claims?: AssertionClaimsInput
  /** Is shown the assertion before it is sent, to explain a refusal afterwards. */
  readonly onAssertion?: (assertion: string) => void
}

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
  const { tokenEndpoint, clientId, signer, scope, audience } = request
  const assertion = await signAssertion(request.claims ?? {}, signer, {
    clientId,
    audience,
    ...(request.typ === undefined ? undefined : { typ: request.typ }),
    ...(request.lifetimeSeconds === undefined
      ? undefined
      : { lifetimeSeconds: request.lifetimeSeconds }),
  })
  request.onAssertion?.(assertion)
  const form = {
    grant_type: 'client_credentials',
    ...(scope === undefined ? undefined : { scope }),
    client_assertion_type: JWT_BEARER_ASSERTION_TYPE,
    client_assertion: assertion,
  }
  const answer = await exchangeJson({ method: 'POST', url: tokenEndpoint, form }, request)
  return readTokenResponse(answer, tokenEndpoint)
}

function readTokenResponse(answer: JsonAnswer, url: string): TokenResponse {
  const { status, body } = answer
  if (isJsonObject(body)) {
    if (status === 200 && isTokenResponse(body)) return body as unknown as TokenResponse
    if (status >= 400 && typeof body['error'] === 'string') throw refusal(answer, body)
  }
  throw new HttpError(
    'ERR_HTTP_UNEXPECTED_STATUS',
    `${url.split('?')[0] as string} answered HTTP ${status} with JSON that is no token response`,
    { method: 'POST', url, status },
  )
}

function isTokenResponse(body: JsonObject): boolean {
  const isOptional = (value: JsonValue | undefined, type: 'number' | 'string'): boolean =>
    value === undefined || typeof value === type
  return (
    typeof body['access_token'] === 'string' &&
    /^[\x21-\x7e]+$/.test(body['access_token']) &&
    typeof body['token_type'] === 'string' &&
    isOptional(body['expires_in'], 'number') &&
    isOptional(body['scope'], 'string')
  )
}

function refusal({ status, headers }: JsonAnswer, body: JsonObject): OAuthResponseError {
  const description = body['error_description']
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN)
  return new OAuthResponseError({
    error: body['error'] as string,
    errorDescription: typeof description === 'string' ? description : undefined,
    status,
    retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
    requestId: headers.get('x-okta-request-id') ?? headers.get('x-request-id') ?? undefined,
  })
}
