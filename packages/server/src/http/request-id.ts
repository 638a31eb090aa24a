/**
 * The IDs of requests.
 * @module
 */

import { randomUUID } from 'node:crypto'

/**
 * Makes the ID of a request: a UUID that begins with the time, so that requests of one time stand together
 * wherever they are stored.
 *
 * @see RFC 9562, section 5.7, UUID Version 7
 */
export function newRequestId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
