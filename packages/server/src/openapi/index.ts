/**
 * The description of the server for programs: an OpenAPI 3.1 document, served to everybody.
 * @module
 */

import type { Route } from '../http/exchange.ts'
import { type DocumentOptions, openApiDocument } from './document.ts'

const PATH = '/api/v1/openapi.json'
const MAX_AGE_SECONDS = 3600

/** The same routes, and one more that describes them all. */
export function withOpenApi(options: DocumentOptions): readonly Route[] {
  const own: Route = {
    method: 'GET',
    path: PATH,
    isPublic: true,
    handle: () => {
      text ??= JSON.stringify(openApiDocument({ ...options, routes }))
      return {
        status: 200,
        headers: {
          'content-type': 'application/json',
          'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
        },
        text,
      }
    },
  }
  const routes = [...options.routes, own]
  let text: string | undefined
  return routes
}
