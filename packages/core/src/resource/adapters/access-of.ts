/**
 * Where the handlers behind an adapter find who is calling.
 * @module
 */

import { invalidArgumentValue } from '../../errors.ts'
import type { Access } from '../guard.ts'

const known = new WeakMap<object, Access>()

/** Remembers who sent a request, for {@link accessOf}. */
export function rememberAccess(carrier: object, access: Access): void {
  known.set(carrier, access)
}

/**
 * Gives the access that an adapter verified, in the handlers behind it.
 *
 * @param carrier The object that the adapter was called with: `req` of Node and Express, `request` of
 * Fastify, `c` of Hono, `ctx` of Koa.
 * @throws `TypeError` `ERR_INVALID_ARG_VALUE` when no adapter guards this request: the route is open.
 */
export function accessOf(carrier: object): Access {
  const access = known.get(carrier)
  if (access !== undefined) return access
  throw invalidArgumentValue('carrier', 'a request that an adapter of a guard has let through')
}
