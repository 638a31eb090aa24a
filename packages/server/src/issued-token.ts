/**
 * What has become of an access token that this server issued: whether it still counts.
 * @module
 */

import { parseJwt } from '@keygrant/core/assertion'
import { type AccessTokenClaims, verifyAccessToken } from '@keygrant/core/resource'
import { CLIENT_KID_CLAIM } from './access-token.ts'
import type { RegisteredApp, Registry } from './registry.ts'
import { issuerOf, type Resources, type TokenTarget } from './resources.ts'
import type { Revocations } from './revocations.ts'
import type { SigningKeys } from './signing-keys.ts'

/** A token that is ours, has not expired, and was taken back by nobody. */
export interface LiveToken {
  readonly claims: AccessTokenClaims
  /** The resource that it is for. */
  readonly target: TokenTarget
}

/** What {@link createTokenJudge} needs. */
export interface TokenJudgeOptions {
  /** The issuer identifier of the server. */
  readonly issuer: string
  readonly resources: Resources
  readonly signingKeys: SigningKeys
  readonly registry: Registry
  readonly revocations: Revocations
}

/**
 * Judges a token; `undefined` when it does not count. `issuer` is whose token it has to be. Does not
 * look at how it was sent: a token that is bound to a key counts without a proof here.
 */
export type JudgeIssuedToken = (
  token: string,
  issuer: string,
  now: number,
) => Promise<LiveToken | undefined>

/** Makes the judge. */
export function createTokenJudge(options: TokenJudgeOptions): JudgeIssuedToken {
  const { resources, signingKeys, registry, revocations } = options
  return async (token, issuer, now) => {
    const unverified = parseJwt(token).claims
    const audience = unverified?.['aud']
    const target =
      typeof audience === 'string' ? resources.choose(audience, undefined) : 'unknown_resource'
    if (typeof target === 'string' || !isIssuerOf(target, issuer, options.issuer)) return undefined
    const report = await verifyAccessToken(token, {
      issuer,
      audience: target.audience,
      keys: signingKeys.publicKeys,
      now,
      presentedAs: unverified?.['cnf'] === undefined ? 'Bearer' : 'DPoP',
    })
    if (!report.accepted) return undefined
    const { claims } = report
    const registered = await registry.find(claims.client_id)
    if (registered === undefined || !isInForce(claims, registered, registry)) return undefined
    return (await revocations.isRevoked(claims)) ? undefined : { claims, target }
  }
}

/**
 * Whether the app and the key that a token was issued to still are what they were then: the app is
 * active, the key is one of its keys, and neither disowned its tokens since.
 */
export function isInForce(
  claims: AccessTokenClaims,
  registered: RegisteredApp,
  registry: Pick<Registry, 'isInForce'>,
): boolean {
  const kid = claims[CLIENT_KID_CLAIM]
  return (
    claims.sub === claims.client_id &&
    typeof kid === 'string' &&
    isIssuedInForce({ kid, iat: claims.iat }, registered, registry)
  )
}

/** The same for a token of an app of which no more is known than its key and when it was issued. */
export function isIssuedInForce(
  { kid, iat }: { readonly kid: string; readonly iat: number },
  registered: RegisteredApp,
  registry: Pick<Registry, 'isInForce'>,
): boolean {
  const { app } = registered
  const key = app.keys.find(({ jwk }) => jwk.kid === kid)
  return (
    app.status === 'ACTIVE' &&
    iat >= app.tokensNotBefore &&
    iat >= (key?.tokensNotBefore ?? 0) &&
    registry.isInForce(registered, kid)
  )
}

/** A token of the server's own issuer may be for any resource, that of a resource for itself alone. */
function isIssuerOf(target: TokenTarget, issuer: string, server: string): boolean {
  if (issuer === server) return true
  return target.resourceId !== undefined && issuerOf(server, target.resourceId) === issuer
}
