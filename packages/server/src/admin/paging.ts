/**
 * Pages of a list: `limit` and `after`, and the `Link` header field that leads on.
 * @module
 */

import { InputError } from './api-error.ts'

/** How a list is cut. */
export interface PageLimits {
  readonly byDefault: number
  readonly max: number
}

/**
 * Reads `limit`.
 *
 * @throws {@link InputError} when it is no whole number in range.
 */
export function readLimit(query: URLSearchParams, { byDefault, max }: PageLimits): number {
  const text = query.get('limit')
  if (text === null || text === '') return byDefault
  const limit = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= max) return limit
  throw new InputError('limit', [`'limit' must be a whole number from 1 to ${max}.`])
}

/** The `Link` header field: this page, and the next one when there is one (RFC 8288). */
export function linkHeader(
  url: string,
  query: URLSearchParams,
  nextAfter: string | undefined,
): Readonly<Record<string, string>> {
  const links = [`<${withQuery(url, query)}>; rel="self"`]
  if (nextAfter !== undefined) {
    const next = new URLSearchParams(query)
    next.set('after', nextAfter)
    links.push(`<${withQuery(url, next)}>; rel="next"`)
  }
  return { link: links.join(', ') }
}

function withQuery(url: string, query: URLSearchParams): string {
  return query.size === 0 ? url : `${url}?${query.toString()}`
}
