/**
 * The way past the router, for the requests of which there are most: forms that are sent to a path as it is written.
 * None of them needs Fastify's search for a route, its own request and reply, and its stages, which take some
 * microseconds each time.
 * @module
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Route } from './exchange.ts'

/** Answers a request that came to a route. Must not throw. */
export type AnswerAt = (route: Route, request: IncomingMessage, response: ServerResponse) => void

/**
 * Lets a server answer forms without the router that listens to it. All other requests, and paths that are written
 * another way, are left to the router.
 */
export function openShortCut(server: Server, routes: readonly Route[], answer: AnswerAt): void {
  const found = new Map(routes.filter(isForm).map((route) => [route.path, route]))
  const [router] = server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[]
  if (found.size === 0 || router === undefined) return
  server.removeListener('request', router)
  server.on('request', (request, response) => {
    const route = request.method === 'POST' ? found.get(request.url as string) : undefined
    if (route === undefined) router(request, response)
    else answer(route, request, response)
  })
}

function isForm({ method, path, accepts }: Route): boolean {
  return method === 'POST' && accepts === 'form' && !path.includes(':')
}
