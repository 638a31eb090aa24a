/**
 * The guard as middleware for Hono, on whatever runtime.
 * @module
 */

import type { Guard, GuardNeeds, GuardRequest } from '../guard.ts'
import { rememberAccess } from './access-of.ts'

/** The part of a Hono context that is used. */
export interface HonoContext {
  readonly req: { readonly raw: GuardRequest }
  header(name: string, value: string): void
}

/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 *
 * @example
 * ```ts
 * app.get('/orders', honoGuard(guard, { scope: 'orders.read' }), (c) =>
 *   c.json({ hello: accessOf(c).claims.client_id }),
 * )
 * ```
 */
export function honoGuard(
  guard: Guard,
  needs: GuardNeeds = {},
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  return async (context, next) => {
    const outcome = await guard(context.req.raw, needs)
    if (!('claims' in outcome)) return outcome
    for (const [name, value] of Object.entries(outcome.responseHeaders)) context.header(name, value)
    rememberAccess(context, outcome)
    await next()
    return undefined
  }
}
