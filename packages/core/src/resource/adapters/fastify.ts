/**
 * The guard as a hook for Fastify.
 * @module
 */

import type { Guard, GuardNeeds } from '../guard.ts'
import { rememberAccess } from './access-of.ts'
import { guardRequest, type NodeRequest } from './node.ts'

/** The part of a Fastify request that is looked at. */
export interface FastifyRequest {
  readonly originalUrl: string
  readonly raw: NodeRequest
}

/** The part of a Fastify reply that is used. */
export interface FastifyReply {
  code(status: number): unknown
  header(name: string, value: string): unknown
  send(body: string): unknown
}

/**
 * Makes a hook that lets a request through or answers it. Use it as `onRequest`, before a body is
 * read. Handlers find who is calling with {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', { onRequest: fastifyGuard(guard, { scope: 'orders.read' }) }, (request) => ({
 *   hello: accessOf(request).claims.client_id,
 * }))
 * ```
 */
export function fastifyGuard(
  guard: Guard,
  needs: GuardNeeds = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    const outcome = await guard(guardRequest(request.raw, request.originalUrl), needs)
    if ('claims' in outcome) {
      for (const [name, value] of Object.entries(outcome.responseHeaders)) reply.header(name, value)
      rememberAccess(request, outcome)
      return undefined
    }
    reply.code(outcome.status)
    for (const [name, value] of outcome.headers) reply.header(name, value)
    reply.send(await outcome.text())
    return reply
  }
}
