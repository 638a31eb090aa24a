/**
 * The guard for plain `node:http`, and what Express, Fastify and Koa have in common with it.
 * @module
 */

import type { Access, Guard, GuardNeeds, GuardRequest } from '../guard.ts'
import { rememberAccess } from './access-of.ts'

/** The part of Node's `IncomingMessage` that is looked at. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[]
}

/** The part of Node's `ServerResponse` that is used. */
export interface NodeResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * Makes a function that lets a request through or answers it.
 *
 * @returns Who is calling, or `undefined` when the request was refused and has its answer.
 * @example
 * ```ts
 * const authorize = nodeGuard(guard, { scope: 'orders.read' })
 * createServer(async (req, res) => {
 *   const access = await authorize(req, res)
 *   if (access !== undefined) res.end(`hello ${access.claims.client_id}`)
 * })
 * ```
 */
export function nodeGuard(
  guard: Guard,
  needs: GuardNeeds = {},
): (request: NodeRequest, response: NodeResponse) => Promise<Access | undefined> {
  return async (request, response) =>
    answerNode(request, response, await guard(guardRequest(request, request.url), needs))
}

/** Lets a request through or answers it, as the guard decided. */
export async function answerNode(
  request: NodeRequest,
  response: NodeResponse,
  outcome: Access | Response,
): Promise<Access | undefined> {
  if ('claims' in outcome) {
    for (const [name, value] of Object.entries(outcome.responseHeaders)) {
      response.setHeader(name, value)
    }
    rememberAccess(request, outcome)
    return outcome
  }
  response.statusCode = outcome.status
  for (const [name, value] of outcome.headers) response.setHeader(name, value)
  response.end(await outcome.text())
  return undefined
}

/**
 * What the guard looks at. Headers come from the raw ones, since Node drops a second `Authorization`
 * silently, and a request with two of them must not pass.
 *
 * @param target The request target; routers shorten `request.url`.
 */
export function guardRequest(request: NodeRequest, target = '/'): GuardRequest {
  const { rawHeaders } = request
  return {
    method: request.method ?? 'GET',
    url: target.startsWith('/') ? `http://localhost${target}` : target,
    headers: {
      get(name) {
        const values = rawHeaders.filter(
          (_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
        )
        return values.length === 0 ? null : values.join(', ')
      },
    },
  }
}
