/**
 * `fetch` that brings the access token along.
 * @module
 */

import { invalidArgumentType } from '../errors.ts'
import type { ScopeOption } from './options.ts'
import type { TokenClient } from './token-client.ts'

/** Options of {@link authorizedFetch}. */
export interface AuthorizedFetchOptions {
  /** Scopes of the token, instead of the client's own. */
  readonly scope?: ScopeOption
  /** Resource or resources of the token, instead of the client's own. */
  readonly resource?: string | readonly string[]
  /** Origins that may be sent the token. Default: any that is https, or this machine. */
  readonly origins?: readonly string[]
  /** Whether `http` is allowed beyond this machine, for networks that are private. Default: false. */
  readonly allowHttp?: boolean
  /**
   * A stream of no more octets than this is kept, to be sent again when the first answer is 401. A
   * longer one is passed on as it comes and is sent once. Default: 65536.
   */
  readonly maxReplayOctets?: number
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch
}

/**
 * Makes a function that works as `fetch` does, and sends the client's access token with each request:
 * with a DPoP proof where tokens are bound.
 *
 * Sends again, once each, when the API wants a DPoP nonce, and with a new token when it refuses the
 * one that was sent. A body can be sent again when it is no stream, or a short one; else the answer is
 * given back, and the next request does better. An API that refuses new tokens too is not given one
 * after another. With a bound token redirects are not followed: a proof is for one URL.
 *
 * Does not turn refusals into errors: like `fetch` it gives the answer, whatever its status.
 *
 * @throws The function rejects with what `TokenClient.getToken` and `fetch` throw, and with a
 * `TypeError` for a URL that must not be sent a token.
 * @example
 * ```ts
 * const fetchReports = authorizedFetch(client, { scope: 'reports.read' })
 * const response = await fetchReports('https://api.example/reports')
 * ```
 * @see RFC 6750, section 3; RFC 9449, sections 7 and 9
 */
export function authorizedFetch(
  client: TokenClient,
  options: AuthorizedFetchOptions = {},
): typeof fetch {
  if (typeof client?.getToken !== 'function') throw invalidArgumentType('client', 'a TokenClient')
  /** Origins that refused a new token too, with the time of that in milliseconds since 1970. */
  const refusing = new Map<string, number>()
  return async (input, init) => {
    const { sendAuthorized } = await import('./authorized-exchange.ts')
    return sendAuthorized(client, options, refusing, input, init)
  }
}
