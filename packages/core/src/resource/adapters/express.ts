/**
 * The guard as middleware for Express 4 and 5, and for servers with the same signature.
 * @module
 */

import type { Access, Guard, GuardNeeds } from '../guard.ts'
import { answerNode, guardRequest, type NodeRequest, type NodeResponse } from './node.ts'

/** The part of an Express request that is looked at. */
export interface ExpressRequest extends NodeRequest {
  /** The request target, before routers shorten `url`. */
  readonly originalUrl: string
}

/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', expressGuard(guard, { scope: 'orders.read' }), (req, res) => {
 *   res.json({ hello: accessOf(req).claims.client_id })
 * })
 * ```
 */
export function expressGuard(
  guard: Guard,
  needs: GuardNeeds = {},
): (
  request: ExpressRequest,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => Promise<void> {
  return async (request, response, next) => {
    let access: Access | undefined
    try {
      const outcome = await guard(guardRequest(request, request.originalUrl), needs)
      access = await answerNode(request, response, outcome)
    } catch (error) {
      next(error)
      return
    }
    if (access !== undefined) next()
  }
}
