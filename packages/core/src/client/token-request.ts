/**
 * The access token request with a client assertion (RFC 6749, section 4.4; RFC 7523, section 2.2).
 * @module
 */

import type { AssertionClaimsInput } from '../assertion/index.ts'
import { signAssertion } from '../assertion/sign.ts'
import { HttpError, OAuthResponseError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { Signer } from '../keys/index.ts'
import { exchangeJson, type ExchangeOptions, type JsonAnswer } from '../exchange.ts'
import { JWT_BEARER_ASSERTION_TYPE, JWT_BEARER_GRANT_TYPE } from './grant-types.ts'
import { retryAfterSeconds } from './retry.ts'

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
  /** NumericDate of signing, in seconds, by the clock of the server. Default: this machine's. */
  readonly now?: number
  /** The resource that the token is for, or several (RFC 8707). */
  readonly resource?: string | readonly string[]
  /** More form parameters, such as `audience` for Auth0. They replace none that stand here. */
  readonly parameters?: Readonly<Record<string, string>>
  /**
   * `client_credentials`: the assertion authenticates the client. `jwt-bearer`: it is the grant itself
   * (RFC 7523, section 2.1), as Google and Zitadel want it. Default: `client_credentials`.
   */
  readonly grant?: 'client_credentials' | 'jwt-bearer'
  /** A DPoP proof for this request (RFC 9449): the token is then bound to its key. */
  readonly dpopProof?: string
  /** Is shown the assertion before it is sent, to explain a refusal afterwards. */
  readonly onAssertion?: (assertion: string) => void
}

/** What `requestAccessToken` of the index does. */
export async function requestAccessToken(request: AccessTokenRequest): Promise<TokenResponse> {
  const { tokenEndpoint, clientId, signer, audience, dpopProof, now, typ } = request
  const assertion = await signAssertion(request.claims ?? {}, signer, {
    clientId,
    audience,
    ...(now === undefined ? undefined : { now }),
    ...(typ === undefined ? undefined : { typ }),
    ...(request.lifetimeSeconds === undefined
      ? undefined
      : { lifetimeSeconds: request.lifetimeSeconds }),
  })
  request.onAssertion?.(assertion)
  const answer = await exchangeJson(
    {
      method: 'POST',
      url: tokenEndpoint,
      form: formOf(request, assertion),
      ...(dpopProof === undefined ? undefined : { headers: { dpop: dpopProof } }),
    },
    request,
  )
  return readTokenResponse(answer, tokenEndpoint)
}

function formOf(request: AccessTokenRequest, assertion: string): URLSearchParams {
  const { scope, resource = [], parameters, grant = 'client_credentials' } = request
  const form = new URLSearchParams(parameters)
  if (grant === 'jwt-bearer') {
    form.set('grant_type', JWT_BEARER_GRANT_TYPE)
    form.set('assertion', assertion)
  } else {
    form.set('grant_type', grant)
    form.set('client_assertion_type', JWT_BEARER_ASSERTION_TYPE)
    form.set('client_assertion', assertion)
  }
  if (scope !== undefined) form.set('scope', scope)
  for (const each of typeof resource === 'string' ? [resource] : resource) {
    form.append('resource', each)
  }
  return form
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
  return new OAuthResponseError({
    error: body['error'] as string,
    errorDescription: typeof description === 'string' ? description : undefined,
    status,
    retryAfterSeconds: retryAfterSeconds(headers, Date.now()),
    requestId: requestIdOf(headers),
  })
}

const REQUEST_IDS = ['x-okta-request-id', 'x-request-id', 'x-correlation-id', 'x-ms-request-id']

/** The server's name for a request, by which its operator finds it. Only what is plain text counts. */
export function requestIdOf(headers: Headers): string | undefined {
  for (const name of REQUEST_IDS) {
    const id = headers.get(name)
    if (id !== null && /^[\w.:-]{1,128}$/.test(id)) return id
  }
  return undefined
}
