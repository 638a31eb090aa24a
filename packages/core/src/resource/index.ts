/**
 * For the resource server: judging the access token that arrives.
 * @module
 */

export {
  type AccessTokenClaims,
  type AccessTokenExpectations,
  verifyAccessToken,
} from './access-token.ts'
