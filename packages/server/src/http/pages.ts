/**
 * Pages that the server writes itself: plain HTML, for people who follow a link.
 * @module
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NO_STORE, securityHeaders } from './security-headers.ts'

/** Writes the page of a name, or the one above all names; `undefined` when there is none. */
export type Page = (name: string | undefined, query: URLSearchParams) => string | undefined

/** Where pages are, and what they may do. */
export interface PagesOptions {
  /** The path of the page above all names. */
  readonly path: string
  readonly issuer: string
  /** Content Security Policy. */
  readonly policy: string
  readonly page: Page
}

/** Serves pages. */
export function servePages(
  app: FastifyInstance,
  { path, issuer, policy, page }: PagesOptions,
): void {
  const headers = {
    ...securityHeaders(issuer),
    ...NO_STORE,
    'content-security-policy': policy,
    'content-type': 'text/html; charset=utf-8',
  }
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { name } = request.params as { readonly name?: string }
    const at = request.url.indexOf('?')
    const html = page(name, new URLSearchParams(at < 0 ? '' : request.url.slice(at)))
    if (html === undefined) {
      reply.callNotFound()
      return reply
    }
    return reply.headers(headers).header('x-request-id', request.id).send(html)
  }
  app.get(path, answer)
  app.get(`${path}/:name`, answer)
}
