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
  const now = Date.now()
  if (now !== last) {
    last = now
    const time = now.toString(16).padStart(12, '0')
    start = `${time.slice(0, 8)}-${time.slice(8)}-7`
  }
  return start + randomUUID().slice(15)
}

/** The millisecond of the last ID, and what all IDs of it begin with. */
let last = 0
let start = ''
