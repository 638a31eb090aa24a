/**
 * Authorization server metadata (RFC 8414), fetched and checked.
 * @module
 */

import { HttpError, MetadataError } from './errors.ts'
import { isJsonObject, type JsonValue } from './json.ts'
import { exchangeJson, type ExchangeOptions, type JsonAnswer } from './exchange.ts'

/** The members of authorization server metadata that a client of this package uses. */
export interface AuthorizationServerMetadata {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri?: string
  readonly token_endpoint_auth_methods_supported?: readonly string[]
  readonly token_endpoint_auth_signing_alg_values_supported?: readonly string[]
  readonly [member: string]: JsonValue | undefined
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
  const candidates = metadataUrls(issuer)
  for (const [index, url] of candidates.entries()) {
    const isLast = index === candidates.length - 1
    let answer: JsonAnswer
    try {
      answer = await exchangeJson({ method: 'GET', url }, options)
    } catch (error) {
      // Many servers answer 404 with a page for people.
      if (error instanceof HttpError && error.status === 404 && !isLast) continue
      throw error
    }
    if (answer.status === 404 && !isLast) continue
    if (answer.status !== 200) {
      throw new MetadataError(
        'ERR_METADATA_INVALID',
        `the metadata of ${issuer} could not be read: HTTP ${answer.status} from ${url}`,
        issuer,
      )
    }
    return checkMetadata(answer.body, issuer)
  }
  throw new MetadataError('ERR_METADATA_INVALID', `no metadata for ${issuer}`, issuer)
}

/** RFC 8414 puts the well-known part before the issuer's path, OpenID Connect behind it. */
function metadataUrls(issuer: string): readonly string[] {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/+$/, '')
  return [
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
    `${url.origin}${path}/.well-known/openid-configuration`,
  ]
}

function checkMetadata(body: JsonValue, issuer: string): AuthorizationServerMetadata {
  if (!isJsonObject(body) || typeof body['token_endpoint'] !== 'string') {
    throw new MetadataError(
      'ERR_METADATA_INVALID',
      `the metadata of ${issuer} has no "token_endpoint"`,
      issuer,
    )
  }
  if (body['issuer'] !== issuer) {
    throw new MetadataError(
      'ERR_METADATA_ISSUER_MISMATCH',
      `the metadata is about the issuer ${JSON.stringify(body['issuer'])}, not "${issuer}"; use exactly the issuer that the server states`,
      issuer,
    )
  }
  return body as AuthorizationServerMetadata
}
