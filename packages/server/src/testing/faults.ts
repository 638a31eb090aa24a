/**
 * Faults to order: what goes wrong between a client and a server that is right.
 * @module
 */

import { invalidArgumentValue } from '@keygrant/core/errors'

/** A part of the server, by what it is for. */
export type Endpoint =
  'token' | 'keys' | 'metadata' | 'introspection' | 'revocation' | 'admin' | 'other'

/**
 * What goes wrong:
 *
 * - `use_dpop_nonce`: the endpoint wants a DPoP proof with the nonce that it gives (RFC 9449, section 8)
 * - `429`, `500`, `502`, `503`: that status, with a `Retry-After` when one is given
 * - `slow`: the right answer, late
 * - `no_answer`: no answer until the client gives up
 * - `reset`: the connection is reset before the server sees the request
 * - `lost_answer`: the server does what it was asked; then the connection is reset
 * - `truncated`: the connection is reset in the middle of the right answer
 * - `proxy_page`: a page of HTML with status 200, as from a captive portal
 * - `redirect`: a redirect to somewhere else
 * - `replayed`: the request reaches the server twice, and the client gets the second answer
 * - `wrong_jwks`: the JWK Set holds another key than the one that signs
 * - `skewed_date`: the right answer with a `Date` that is wrong
 */
export type FaultKind =
  | 'use_dpop_nonce'
  | '429'
  | '500'
  | '502'
  | '503'
  | 'slow'
  | 'no_answer'
  | 'reset'
  | 'lost_answer'
  | 'truncated'
  | 'proxy_page'
  | 'redirect'
  | 'replayed'
  | 'wrong_jwks'
  | 'skewed_date'

/** How a fault is. */
export interface FaultOptions {
  /** How many requests it meets. Default: 1. */
  readonly times?: number
  /** Which requests it meets. Default: `keys` for `wrong_jwks`, else `token`. */
  readonly endpoint?: Endpoint | 'any'
  /** `Retry-After` of a status: seconds, or a date. Default: none. */
  readonly retryAfter?: number | Date
  /** How late a slow answer is, in milliseconds. Default: 1000. */
  readonly delayMs?: number
  /** How far a skewed `Date` is ahead, in seconds; behind when negative. Default: 600. */
  readonly dateSkewSeconds?: number
  /** Where a redirect leads. Default: a page of a host that does not exist. */
  readonly location?: string
}

/** The faults of a test server. Those that were ordered first come first. */
export interface Faults {
  /** Orders a fault for the next request that it meets. */
  next(kind: FaultKind, options?: FaultOptions): void
  /** Orders a fault for every request that it meets, until {@link Faults.clear}. */
  always(kind: FaultKind, options?: Omit<FaultOptions, 'times'>): void
  /** Takes back what was ordered and has not happened. */
  clear(): void
  /** How many ordered faults have not happened; one that stays counts once. */
  readonly waiting: number
}

/** A fault that a request meets. */
export interface Fault extends Required<Omit<FaultOptions, 'times' | 'endpoint' | 'retryAfter'>> {
  readonly kind: FaultKind
  readonly retryAfter: number | Date | undefined
}

/** The faults, and how they are met. */
export interface FaultQueue extends Faults {
  /** Takes the fault that a request to an endpoint meets, if any. */
  take(endpoint: Endpoint): Fault | undefined
}

const KINDS: readonly FaultKind[] = [
  'use_dpop_nonce',
  '429',
  '500',
  '502',
  '503',
  'slow',
  'no_answer',
  'reset',
  'lost_answer',
  'truncated',
  'proxy_page',
  'redirect',
  'replayed',
  'wrong_jwks',
  'skewed_date',
]

interface Order {
  readonly fault: Fault
  readonly endpoint: Endpoint | 'any'
  times: number
}

/** Makes an empty queue of faults. */
export function createFaultQueue(): FaultQueue {
  let orders: Order[] = []
  const add = (kind: FaultKind, options: FaultOptions, times: number): void => {
    if (!KINDS.includes(kind)) throw invalidArgumentValue('kind', `one of ${KINDS.join(', ')}`)
    if (!(times >= 1)) throw invalidArgumentValue('options.times', 'a positive number')
    const {
      endpoint = kind === 'wrong_jwks' ? 'keys' : 'token',
      retryAfter,
      delayMs = 1000,
      dateSkewSeconds = 600,
      location = 'https://sign-in.invalid/',
    } = options
    orders.push({
      fault: { kind, retryAfter, delayMs, dateSkewSeconds, location },
      endpoint,
      times,
    })
  }
  return {
    next: (kind, options = {}) => add(kind, options, options.times ?? 1),
    always: (kind, options = {}) => add(kind, options, Number.POSITIVE_INFINITY),
    clear() {
      orders = []
    },
    get waiting() {
      return orders.reduce((count, { times }) => count + (Number.isFinite(times) ? times : 1), 0)
    },
    take(endpoint) {
      const order = orders.find((each) => each.endpoint === 'any' || each.endpoint === endpoint)
      if (order === undefined) return undefined
      order.times--
      if (order.times === 0) orders = orders.filter((each) => each !== order)
      return order.fault
    },
  }
}
