/**
 * For the client: finding the authorization server, and getting an access token from it.
 * @module
 */

export type { ExchangeOptions } from '../exchange.ts'
export { type AuthorizationServerMetadata, fetchMetadata } from '../metadata.ts'
export { type ClientConfiguration, lintConfiguration } from './lint.ts'
export {
  type AccessTokenRequest,
  JWT_BEARER_ASSERTION_TYPE,
  requestAccessToken,
  type TokenResponse,
} from './token-request.ts'
