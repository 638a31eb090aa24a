/**
 * The body of a request as octets.
 * @module
 */

import type { IncomingMessage } from 'node:http'

/** A body that can't be had: it is too long, or its sender went away. */
class BodyError extends Error {
  readonly statusCode: 400 | 413

  constructor(statusCode: BodyError['statusCode'], message: string) {
    super(message)
    this.name = 'BodyError'
    this.statusCode = statusCode
  }
}

interface Reading {
  readonly request: IncomingMessage
  readonly limit: number
  resolve(octets: Buffer): void
  reject(error: BodyError): void
}

/** Those that began in this turn of the event loop. */
let begun: Reading[] = []

/**
 * Reads the body of a request, whatever it is.
 *
 * Most bodies come with the head of their request. They are whole at the end of the turn of the event loop, and all of them
 * are taken then: that costs less than listening to each, and the processor, which has what one request needs at hand, has
 * it for the next one too.
 *
 * @throws {@link BodyError} when it has more octets than `limit`, of which no more are kept, or ends too soon.
 */
export function readOctets(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length']) > limit) return reject(tooLong(limit))
    if (begun.length === 0) setImmediate(takeBegun)
    begun.push({ request, limit, resolve, reject })
  })
}

function takeBegun(): void {
  const readings = begun
  begun = []
  for (const reading of readings) {
    const { request, limit, resolve, reject } = reading
    if (!request.complete) listen(reading)
    else if (request.readableLength > limit) reject(tooLong(limit))
    else resolve((request.read() as Buffer | null) ?? NO_OCTETS)
  }
}

/** Takes what comes, as it comes. */
function listen({ request, limit, resolve, reject }: Reading): void {
  const chunks: Buffer[] = []
  let length = 0
  if (request.destroyed) return reject(tooShort())
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limit) {
      chunks.push(chunk)
      return
    }
    request.removeAllListeners('data')
    reject(tooLong(limit))
  })
  request.on('end', () => resolve(Buffer.concat(chunks)))
  request.on('error', () => reject(tooShort()))
}

const NO_OCTETS = Buffer.alloc(0)

function tooLong(limit: number): BodyError {
  return new BodyError(413, `the body has more than ${limit} octets`)
}

function tooShort(): BodyError {
  return new BodyError(400, 'the body ended too soon')
}
