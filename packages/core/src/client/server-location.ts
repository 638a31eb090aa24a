/**
 * Where the authorization server is, and what it wants: by discovery, or as the options say.
 * @module
 */

import { MetadataError } from '../errors.ts'
import type { ExchangeOptions } from '../exchange.ts'
import { fetchMetadata } from '../metadata.ts'
import { isSafeServerUrl } from '../server-url.ts'
import type { Provider } from './providers.ts'

/** What a token request needs to know about the server. */
export interface ServerLocation {
  /** The issuer identifier, where it is known. */
  readonly issuer: string | undefined
  readonly tokenEndpoint: string
  /** Algorithms that its metadata names for assertions. */
  readonly algorithms: readonly string[] | undefined
}

/** What {@link locateServer} trusts. */
export interface LocationPolicy {
  readonly provider: Provider
  /** Origins besides the issuer's on which the token endpoint may be. */
  readonly trustedOrigins: readonly string[]
  readonly allowHttp: boolean
}

/**
 * Asks the metadata of an issuer where its token endpoint is. One on another origin is refused unless
 * that is trusted: the assertion would go to whoever wrote that address into the metadata.
 *
 * @throws `MetadataError`; `HttpError` when there is no usable answer.
 */
export async function locateServer(
  issuer: string,
  policy: LocationPolicy,
  exchange: ExchangeOptions,
): Promise<ServerLocation> {
  const metadata = await fetchMetadata(issuer, exchange)
  const { token_endpoint: tokenEndpoint } = metadata
  const refuse = (fault: string): MetadataError =>
    new MetadataError('ERR_METADATA_INVALID', `the metadata of ${issuer} ${fault}`, issuer)
  if (!isSafeServerUrl(tokenEndpoint, policy.allowHttp)) {
    throw refuse('has a "token_endpoint" that is no https URL')
  }
  const { origin } = new URL(tokenEndpoint)
  const trusted = [
    new URL(issuer).origin,
    ...(policy.provider.tokenOrigins ?? []),
    ...policy.trustedOrigins,
  ]
  if (!trusted.includes(origin)) {
    throw refuse(
      `has its token endpoint on ${origin}, another origin; name that in "trustedOrigins" if the operator of the server says so`,
    )
  }
  const algorithms = metadata.token_endpoint_auth_signing_alg_values_supported
  return {
    issuer,
    tokenEndpoint,
    algorithms: Array.isArray(algorithms) ? algorithms : undefined,
  }
}
