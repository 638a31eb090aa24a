/**
 * Token revocation (RFC 7009): a client takes back an access token of its own.
 * @module
 */

import type { Answer, Route } from '../http/exchange.ts'
import { OAuthError } from '../oauth-error.ts'
import type { Revocations } from '../revocations.ts'
import { readTokenQuestion, type TokenStateOptions, tokenStateRoutes } from './introspection.ts'
import { sender } from './protocol-route.ts'

/** What the revocation endpoint needs. */
export interface RevocationOptions extends TokenStateOptions {
  readonly revocations: Revocations
}

const DONE: Answer = { status: 200 }

/**
 * The revocation endpoint, of the server and of each resource, as routes. A token that does not count
 * is revoked already: the answer is 200. One of another client is refused.
 *
 * Does not reach resource servers that verify tokens themselves: they accept it until it expires.
 *
 * @see RFC 7009, section 2, Token Revocation
 */
export function revocationRoutes(options: RevocationOptions): readonly Route[] {
  return tokenStateRoutes(options, 'revocation', async (request, parameters, place) => {
    const { clientId, token, now } = await readTokenQuestion(options, request, parameters, place)
    const live = await options.judgeToken(token, place.issuer, now)
    if (live === undefined) return DONE
    const { claims } = live
    if (claims.client_id !== clientId) throw new OAuthError('invalid_grant', { clientId })
    const isFirst = await options.revocations.revoke(claims)
    if (isFirst) {
      options.audit.append({
        event: 'token.revoked',
        outcome: 'SUCCESS',
        at: options.clock(),
        requestId: request.id,
        actorId: clientId,
        clientId,
        detail: { tokenId: claims.jti, ...sender(request) },
      })
    }
    return DONE
  })
}
