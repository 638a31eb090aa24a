/**
 * Requests on their way in: read, taken apart, and handed to their route.
 * @module
 */

import type { IncomingMessage } from 'node:http'
import {
  type Answer,
  type IncomingRequest,
  MAX_BODY_OCTETS,
  type RequestBody,
  type Route,
} from './exchange.ts'
import { parseForm } from './form.ts'
import { readOctets } from './octets.ts'

/** What is known of a request beside its message. */
export type Arrival = Pick<IncomingRequest, 'id' | 'parameters' | 'remoteAddress' | 'notes'>

/**
 * Reads a request as its route says, and gives it to the route.
 *
 * @throws whatever the route throws; an error with a `statusCode` when the body can't be had.
 */
export async function handle(
  route: Route,
  message: IncomingMessage,
  arrival: Arrival,
): Promise<Answer> {
  const receivedAt = performance.now()
  const { path, accepts } = route
  const octets = accepts === undefined ? NO_OCTETS : await readOctets(message, MAX_BODY_OCTETS)
  const url = message.url as string
  const mark = url.indexOf('?')
  const { headers, method } = message
  const { id, parameters, remoteAddress, notes } = arrival
  return route.handle({
    id,
    route: path,
    method: method as string,
    headers,
    parameters,
    query: mark === -1 ? NO_QUERY : new URLSearchParams(url.slice(mark + 1)),
    body: accepts === undefined ? NO_BODY : readBody(message, octets, accepts),
    remoteAddress,
    receivedAt,
    notes,
  })
}

const NO_QUERY = new URLSearchParams()
const NO_OCTETS = Buffer.alloc(0)
const NO_BODY: RequestBody = { kind: 'none' }
const MEDIA_TYPES = {
  form: /^application\/x-www-form-urlencoded *(?:; *charset="?utf-8"? *)?$/i,
  json: /^application\/(?:json|[\w.]+\+json) *(?:; *charset="?utf-8"? *)?$/i,
} as const
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readBody(
  { headers }: IncomingMessage,
  octets: Buffer,
  accepts: 'form' | 'json',
): RequestBody {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    return { kind: 'unreadable', fault: 'content_encoding' }
  }
  if (octets.length === 0) return NO_BODY
  if (!MEDIA_TYPES[accepts].test(headers['content-type'] ?? '')) {
    return { kind: 'unreadable', fault: 'content_type' }
  }
  if (accepts === 'form') return { kind: 'form', form: parseForm(octets) }
  try {
    return { kind: 'json', value: JSON.parse(utf8.decode(octets)) as unknown }
  } catch {
    return { kind: 'unreadable', fault: 'json' }
  }
}
