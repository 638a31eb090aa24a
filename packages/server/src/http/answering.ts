/**
 * Answers on their way out, and the header fields that they bear.
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, JSON_TYPE, type RequestNotes } from './exchange.ts'
import { NO_STORE, securityHeaders } from './security-headers.ts'

/** A request as Node has it, and where its answer goes. */
export interface Exchange {
  /** The server's own name for the request. */
  readonly id: string
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly notes: RequestNotes | undefined
}

/** Writes answers. */
export interface Answering {
  /** The header fields of an answer, each name before its value; without its length. */
  fieldsOf(exchange: Exchange, answer: Answer): string[]
  /**
   * Writes an answer that is no stream to Node's response itself: Fastify would look at each header field again, and
   * would add a charset to JSON, which has none (RFC 8259, section 11).
   */
  write(exchange: Exchange, answer: Answer): void
}

/** Makes what writes the answers of a server at an issuer. */
export function createAnswering(issuer: string, isStopping?: () => boolean): Answering {
  const headers = Object.entries(securityHeaders(issuer)).flat()
  const uncached = [...headers, ...Object.entries(NO_STORE).flat()]

  const fieldsOf = (exchange: Exchange, answer: Answer): string[] => {
    const { id, request, notes } = exchange
    const fields = answer.headers?.['cache-control'] === undefined ? [...uncached] : [...headers]
    fields.push('x-request-id', id, 'x-okta-request-id', id)
    addFields(fields, answer.headers)
    addFields(fields, notes?.headers)
    if (answer.body !== undefined) addFields(fields, JSON_TYPE)
    if (isStopping?.() === true || isBodyLeft(request)) addFields(fields, CLOSE)
    return fields
  }

  return {
    fieldsOf,
    write(exchange, answer) {
      const { status, body } = answer
      const { response } = exchange
      const text = answer.text ?? (body === undefined ? undefined : JSON.stringify(body))
      const fields = fieldsOf(exchange, answer)
      if (hasLength(status)) {
        fields.push('content-length', text === undefined ? '0' : String(Buffer.byteLength(text)))
      }
      response.writeHead(status, fields)
      response.end(text)
    },
  }
}

/** Whether an answer of this status says how long its content is (RFC 9110, section 8.6). */
function hasLength(status: number): boolean {
  return status !== 204 && status !== 304
}

/** Whether a request has more of a body than was read: its sender may go on sending for ever. */
function isBodyLeft({ headers, complete }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers
  return !complete && (coding !== undefined || length !== '0')
}

const CLOSE = { connection: 'close' } as const

/** Adds header fields to a list of names and values, in place of those of the same name. */
function addFields(fields: string[], added: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(added)) {
    let at = 0
    while (at < fields.length && fields[at] !== name) at += 2
    fields[at] = name
    fields[at + 1] = added[name] as string
  }
}
