/**
 * The guard as middleware for Koa.
 * @module
 */

import type { Guard, GuardNeeds } from '../guard.ts'
import { rememberAccess } from './access-of.ts'
import { guardRequest, type NodeRequest } from './node.ts'

/** The part of a Koa context that is used. */
export interface KoaContext {
  readonly req: NodeRequest
  readonly originalUrl: string
  status: number
  body: unknown
  set(name: string, value: string): void
}

/**
 * Makes middleware that lets a request through or answers it. Handlers find who is calling with
 * {@link accessOf}.
 */
export function koaGuard(
  guard: Guard,
  needs: GuardNeeds = {},
): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  return async (context, next) => {
    const outcome = await guard(guardRequest(context.req, context.originalUrl), needs)
    if ('claims' in outcome) {
      for (const [name, value] of Object.entries(outcome.responseHeaders)) context.set(name, value)
      rememberAccess(context, outcome)
      await next()
      return
    }
    context.status = outcome.status
    for (const [name, value] of outcome.headers) context.set(name, value)
    context.body = await outcome.text()
  }
}
