/**
 * For the resource server: judging the access token that arrives, and answering when it is refused.
 * @module
 */

export {
  type AccessTokenClaims,
  type AccessTokenExpectations,
  inspectAccessToken,
  type PartialAccessTokenExpectations,
  verifyAccessToken,
} from './access-token.ts'
export { accessOf } from './adapters/access-of.ts'
export { expressGuard, type ExpressRequest } from './adapters/express.ts'
export { fastifyGuard, type FastifyReply, type FastifyRequest } from './adapters/fastify.ts'
export { type HonoContext, honoGuard } from './adapters/hono.ts'
export { type KoaContext, koaGuard } from './adapters/koa.ts'
export { nodeGuard, type NodeRequest, type NodeResponse } from './adapters/node.ts'
export { explainAccessToken } from './explain-access-token.ts'
export {
  type Access,
  createGuard,
  type Guard,
  type GuardDpopOptions,
  type GuardNeeds,
  type GuardOptions,
  type GuardRequest,
} from './guard.ts'
export {
  createIntrospector,
  type IntrospectedClaims,
  type IntrospectionExpectations,
  type IntrospectionResponse,
  type IntrospectorOptions,
  type IntrospectToken,
  verifyIntrospection,
} from './introspection.ts'
export {
  createJwksCache,
  type JwksCache,
  type JwksCacheOptions,
  type JwksCacheStatus,
  type JwksLocation,
} from './jwks-cache.ts'
export type { IgnoredKey } from './jwk-set.ts'
export type { Refusal, RefusalCode } from './refusal.ts'
export { requireScope, type ScopeInput, scopesOf } from './scope.ts'
export {
  type Challenge,
  formatChallenges,
  MAX_CHALLENGE_LENGTH,
  parseChallenges,
} from '../challenge.ts'
