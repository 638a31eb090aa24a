/**
 * Who calls the admin API: the app that an access token was issued to, and what the token allows.
 * @module
 */

import { type AssertionProfile, failedChecks } from '@keygrant/core/assertion'
import { formatChallenges, verifyAccessToken } from '@keygrant/core/resource'
import type { IncomingRequest } from '../http/exchange.ts'
import { isInForce } from '../issued-token.ts'
import type { Registry } from '../registry.ts'
import type { Revocations } from '../revocations.ts'
import { type AdminScope, includesScope } from '../scopes.ts'
import type { SigningKeys } from '../signing-keys.ts'
import type { ReplayStore } from '../storage/ports.ts'
import { ApiError, apiErrorBody } from './api-error.ts'
import { type Actor, actorOf } from './permissions.ts'
import { dpopChallenge, requireProof } from './proof.ts'

/** What {@link createBearerGuard} needs. */
export interface BearerGuardOptions {
  readonly issuer: string
  /** The `aud` of tokens for the admin API. */
  readonly audience: string
  readonly signingKeys: SigningKeys
  readonly registry: Registry
  /** Takes the request out of the budget of whoever proved who it is. */
  readonly admit: (request: IncomingRequest, actorId: string) => void
  readonly revocations: Revocations
  /** That of the server: which proofs of a DPoP key count, and how much a refusal says. */
  readonly profile: AssertionProfile
  /** Where the use of each DPoP proof is recorded. */
  readonly replay: Pick<ReplayStore, 'recordOnce'>
}

/** The token lacks a scope: an answer of its own, because Okta's has no body. */
export class InsufficientScopeError extends Error {
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  /** The app that the token was issued to. */
  readonly actorId: string

  constructor(challenge: string, body: unknown, actorId: string) {
    super('insufficient_scope')
    this.name = 'InsufficientScopeError'
    this.headers = { 'www-authenticate': challenge }
    this.body = body
    this.actorId = actorId
  }
}

/**
 * Requires an access token with one of some scopes, issued to an app that still is what it was then.
 * Gives the app as an actor.
 *
 * With `isAgain` a request that was judged before is judged once more, as one that is still being answered: nothing
 * is used up for it, and it keeps no session alive.
 *
 * @throws {@link ApiError} E0000005 without a token, E0000011 with one that is not good.
 * @throws {@link InsufficientScopeError}
 */
export type RequireScope = (
  request: IncomingRequest,
  scopes: readonly AdminScope[],
  now: number,
  isAgain?: boolean,
) => Promise<Actor>

// Scripts written for Okta send `SSWS`, its scheme for API tokens, which never end. Here it is one more name for Bearer.
const CREDENTIALS = /^(Bearer|SSWS|DPoP) +([\w.~+/-]+=*) *$/i
const BOUND =
  'The resource request must use the DPoP authentication scheme when using a DPoP bound token.'

/**
 * Makes the guard of the admin API.
 *
 * @see RFC 6750, section 3, The WWW-Authenticate Response Header Field
 */
export function createBearerGuard(options: BearerGuardOptions): RequireScope {
  const { issuer, audience, signingKeys, registry, revocations, profile, admit } = options
  const challenge = (parameters: Readonly<Record<string, string>>): string =>
    formatChallenges([{ scheme: 'Bearer', parameters: { realm: issuer, ...parameters } }])
  const missing = challenge({})
  const invalid = challenge({
    error: 'invalid_token',
    error_description: 'The access token is invalid.',
  })
  const invalidToken = (): ApiError =>
    new ApiError('E0000011', { headers: { 'www-authenticate': invalid } })

  const boundToken = (): ApiError =>
    new ApiError('E0000011', {
      causes: [BOUND],
      headers: { 'www-authenticate': dpopChallenge(options, 'invalid_token', BOUND) },
    })

  return async (request, scopes, now, isAgain = false) => {
    const authorization = request.headers['authorization']
    if (authorization === undefined) {
      throw new ApiError('E0000005', { headers: { 'www-authenticate': missing } })
    }
    const [, scheme = '', token = ''] =
      typeof authorization === 'string' ? (CREDENTIALS.exec(authorization) ?? []) : []
    const presentedAs = scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
    const nowSeconds = Math.floor(now / 1000)
    const keys = signingKeys.publicKeys
    const report = await verifyAccessToken(token, {
      issuer,
      audience,
      keys,
      now: nowSeconds,
      presentedAs,
    })
    if (!report.accepted) {
      const isBound = failedChecks(report).every(({ check }) => check === 'cnf')
      throw isBound && presentedAs === 'Bearer' ? boundToken() : invalidToken()
    }
    const { claims } = report
    const registered = await registry.find(claims.client_id)
    if (registered === undefined || !isInForce(claims, registered, registry)) throw invalidToken()
    if (await revocations.isRevoked(claims)) throw invalidToken()
    if (presentedAs === 'DPoP' && !isAgain) {
      await requireProof(options, request, { token, claims, now: nowSeconds })
    }
    if (!isAgain) admit(request, claims.client_id)
    // A scope counts while it is granted, not only when the token was issued.
    const granted = new Set(
      registered.app.grants
        .filter(({ resource }) => resource === undefined)
        .map(({ scope }) => scope),
    )
    const held = new Set((claims.scope ?? '').split(' ').filter((scope) => granted.has(scope)))
    if (scopes.some((scope) => includesScope(held, scope))) return actorOf(registered.app) as Actor
    const description = 'The access token provided does not contain the required scopes.'
    throw new InsufficientScopeError(
      challenge({
        scope: scopes.join(' '),
        error: 'insufficient_scope',
        error_description: description,
        resource: request.route,
      }),
      profile.name === 'strict'
        ? apiErrorBody('E0000006', description, [`This needs the scope ${scopes.join(' or ')}.`])
        : undefined,
      claims.client_id,
    )
  }
}
