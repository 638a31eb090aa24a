/**
 * Budgets: how many requests one sender may make in a minute, and what the answers say about it.
 * @module
 */

import { isIPv4, isIPv6 } from 'node:net'

/** What is left of a budget after a request. */
export interface BudgetState {
  /** Whether the request may go on. */
  readonly isAllowed: boolean
  /** Requests in a minute. */
  readonly limit: number
  /** Requests that may follow at once. */
  readonly remaining: number
  /** When the budget is whole again or, after a refusal, when the next request may come: in milliseconds since 1970. */
  readonly resetAt: number
}

/** Budgets of many senders, each of the same size. */
export interface Budgets {
  /** Takes one request out of the budget of a sender. A refused request costs nothing. */
  take(sender: string, now: number): BudgetState
  /** Whether the sender could take one; takes none. */
  look(sender: string, now: number): BudgetState
  /** Takes what was used up elsewhere, as far as there is any left. */
  charge(sender: string, count: number, now: number): void
  /** Senders that are remembered. */
  readonly size: number
}

const WINDOW_MS = 60_000
/** Senders that are remembered; a sender beyond them pushes out the one that has been there longest. */
const MAX_SENDERS = 50_000

/**
 * Makes budgets of `limit` requests in a minute. A budget refills steadily and never holds more than
 * one minute's worth, so that a sender may use it in one burst. What is remembered is one number for
 * each sender that used its budget in the last minute, and no more than {@link MAX_SENDERS} of them.
 */
export function createBudgets(limit: number, maxSenders: number = MAX_SENDERS): Budgets {
  const costMs = WINDOW_MS / limit
  /** When the budget of a sender is whole again. */
  const wholeAt = new Map<string, number>()

  const state = (sender: string, now: number, cost: number): BudgetState => {
    const known = wholeAt.get(sender) ?? now
    // A clock that was set back must not lock anybody out for longer than a minute.
    if (known > now + WINDOW_MS) wholeAt.set(sender, now + WINDOW_MS)
    const before = Math.min(Math.max(known, now), now + WINDOW_MS)
    const after = before + costMs
    const isAllowed = after - now <= WINDOW_MS + 0.001
    if (!isAllowed) {
      return { isAllowed, limit, remaining: 0, resetAt: Math.ceil(after - WINDOW_MS) }
    }
    if (cost > 0) remember(sender, after, now)
    const remaining = Math.floor((WINDOW_MS - (after - now)) / costMs + 0.001)
    return { isAllowed, limit, remaining, resetAt: Math.ceil(after) }
  }

  const remember = (sender: string, whole: number, now: number): void => {
    if (!wholeAt.has(sender) && wholeAt.size >= maxSenders) forget(now)
    wholeAt.set(sender, whole)
  }

  /** Lets go of budgets that are whole among the oldest; of the oldest alone, when none is. */
  const forget = (now: number): void => {
    let looked = 0
    for (const [sender, whole] of wholeAt) {
      if (looked === 0 || whole <= now) wholeAt.delete(sender)
      if (++looked === 16) return
    }
  }

  return {
    take: (sender, now) => state(sender, now, costMs),
    look: (sender, now) => state(sender, now, 0),
    charge(sender, count, now) {
      const known = Math.max(wholeAt.get(sender) ?? now, now)
      remember(sender, Math.min(known + count * costMs, now + WINDOW_MS), now)
    },
    get size() {
      return wholeAt.size
    },
  }
}

/**
 * The header fields that tell a sender about its budget: Okta's, by which its SDKs wait, and those of
 * the IETF.
 *
 * @see draft-ietf-httpapi-ratelimit-headers, section 3
 */
export function budgetHeaders(
  { isAllowed, limit, remaining, resetAt }: BudgetState,
  now: number,
): Record<string, string> {
  const seconds = Math.max(1, Math.ceil((resetAt - now) / 1000))
  const headers: Record<string, string> = {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(Math.ceil(resetAt / 1000)),
    'ratelimit-policy': `"minute";q=${limit};w=60`,
    ratelimit: `"minute";r=${remaining};t=${seconds}`,
  }
  if (!isAllowed) headers['retry-after'] = String(seconds)
  return headers
}

/**
 * Whose budget a request from an address is: the address, or the first 64 bits of an IPv6 address, which
 * one sender has to itself. `undefined` for this machine: whoever is on it, or behind a proxy on it that
 * was not named as one, can't be told apart, and one of them must not lock out the others.
 */
export function addressBudget(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (isIPv4(mapped)) return mapped.startsWith('127.') ? undefined : mapped
  const [plain = ''] = mapped.split('%', 1)
  if (!isIPv6(plain)) return mapped.slice(0, 64)
  if (plain === '::1') return undefined
  // The last 32 bits may be written as IPv4 does; they do not matter here.
  return `${ipv6Groups(plain.replace(/[\d.]+\.\d+$/, '0:0'))
    .slice(0, 4)
    .join(':')}::/64`
}

function ipv6Groups(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const groups = (part: string): string[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16).toString(16))
  const before = groups(head)
  if (tail === undefined) return before
  const after = groups(tail)
  const missing = Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array<string>(missing).fill('0'), ...after]
}
