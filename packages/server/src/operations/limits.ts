/**
 * Limits of requests: a budget for each client that proved who it is, and a small one for each address
 * from which requests come that prove nothing.
 * @module
 */

import type { Answer, IncomingRequest, Route } from '../http/exchange.ts'
import {
  addressBudget,
  budgetHeaders,
  type Budgets,
  type BudgetState,
  createBudgets,
} from '../rate-limit.ts'

/** What there are limits for. */
export type Limit = 'token' | 'api' | 'failure'

/** What a sender used up of a limit. */
export interface LimitUse {
  readonly limit: Limit
  readonly sender: string
  readonly count: number
}

/** Requests in a minute; 0 is no limit. */
export type LimitSizes = Readonly<Record<Limit, number>>

/**
 * Notes who a request is from, and takes it out of that client's budget. Called once the client has
 * proved who it is, so that nobody can use up the budget of another, and before anything is used up for
 * it, so that it can send the same again later.
 *
 * @throws when the budget is used up, what {@link Limits.routes} turns into the answer.
 */
export type AdmitClient = (request: IncomingRequest, clientId: string) => void

/** What {@link createLimits} needs. */
export interface LimitsOptions {
  readonly sizes: LimitSizes
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** The body of the answer to a request that is one too many. */
  tooManyBody(path: string, requestId: string): unknown
  /** Whether other processes share these limits: then what is used up is noted for them. */
  readonly isShared: boolean
  /** Told of each request that is refused. */
  onRefusal(limit: Limit, request: IncomingRequest): void
}

/** Limits. */
export interface Limits {
  /** Admits a client to the token endpoint and its neighbours. */
  readonly admitToken: AdmitClient
  /** Admits a client to the admin API. */
  readonly admitApi: AdmitClient
  /**
   * The same routes; those that are not public refuse addresses whose requests prove nothing too often.
   */
  routes(routes: readonly Route[]): readonly Route[]
  /** What was used up here since the last call. */
  takeUses(): readonly LimitUse[]
  /** Takes what was used up in other processes. */
  addUses(uses: readonly LimitUse[]): void
}

const STATUS = 429

/** The budget of a client is used up. */
class BudgetSpentError extends Error {
  readonly limit: Limit
  readonly budget: BudgetState

  constructor(limit: Limit, budget: BudgetState) {
    super('too many requests')
    this.name = 'BudgetSpentError'
    this.limit = limit
    this.budget = budget
  }
}

/** Makes the limits of a server. */
export function createLimits(options: LimitsOptions): Limits {
  const { sizes, clock, isShared } = options
  const budgetsOf = (limit: Limit): Budgets | undefined =>
    sizes[limit] === 0 ? undefined : createBudgets(sizes[limit])
  const all: Readonly<Record<Limit, Budgets | undefined>> = {
    token: budgetsOf('token'),
    api: budgetsOf('api'),
    failure: budgetsOf('failure'),
  }
  const failures = all.failure
  let uses = noUses()

  const noteUse = (limit: Limit, sender: string): void => {
    if (isShared) uses[limit].set(sender, (uses[limit].get(sender) ?? 0) + 1)
  }

  const admitTo = (limit: Limit): AdmitClient => {
    const budgets = all[limit]
    return ({ notes }, clientId) => {
      notes.clientId = clientId
      if (budgets === undefined) return
      const now = clock()
      const budget = budgets.take(clientId, now)
      if (!budget.isAllowed) throw new BudgetSpentError(limit, budget)
      noteUse(limit, clientId)
      notes.headers = budgetHeaders(budget, now)
    }
  }

  const refuse = (request: IncomingRequest, limit: Limit, budget: BudgetState): Answer => {
    request.notes.error = 'too_many_requests'
    options.onRefusal(limit, request)
    return {
      status: STATUS,
      headers: budgetHeaders(budget, clock()),
      body: options.tooManyBody(request.route, request.id),
    }
  }

  const handle = async (route: Route, request: IncomingRequest): Promise<Answer> => {
    const address = failures === undefined ? undefined : addressBudget(request.remoteAddress)
    if (failures !== undefined && address !== undefined) {
      const budget = failures.look(address, clock())
      if (!budget.isAllowed) return refuse(request, 'failure', budget)
    }
    try {
      const answer = await route.handle(request)
      const hasProvedNothing = request.notes.clientId === undefined && isRefusal(answer)
      if (hasProvedNothing && address !== undefined && failures !== undefined) {
        failures.take(address, clock())
        noteUse('failure', address)
      }
      return answer
    } catch (error) {
      if (!(error instanceof BudgetSpentError)) throw error
      return refuse(request, error.limit, error.budget)
    }
  }

  return {
    admitToken: admitTo('token'),
    admitApi: admitTo('api'),
    routes: (routes) =>
      routes.map((route) =>
        route.isPublic === true ? route : { ...route, handle: (request) => handle(route, request) },
      ),
    takeUses() {
      const taken = LIMITS.flatMap((limit) =>
        [...uses[limit]].map(([sender, count]) => ({ limit, sender, count })),
      )
      if (taken.length > 0) uses = noUses()
      return taken
    },
    addUses(others) {
      const now = clock()
      for (const { limit, sender, count } of others) all[limit]?.charge(sender, count, now)
    },
  }
}

const LIMITS: readonly Limit[] = ['token', 'api', 'failure']

function noUses(): Readonly<Record<Limit, Map<string, number>>> {
  return { token: new Map(), api: new Map(), failure: new Map() }
}

function isRefusal({ status }: Answer): boolean {
  return status >= 400 && status < 500
}
