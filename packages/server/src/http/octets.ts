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

/**
 * Reads the body of a request, whatever it is.
 *
 * @throws {@link BodyError} when it has more octets than `limit`, of which no more are kept, or ends too soon.
 */
export function readOctets(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const refuse = (): void => {
      request.removeAllListeners('data')
      reject(new BodyError(413, `the body has more than ${limit} octets`))
    }
    if (Number(request.headers['content-length']) > limit) return refuse()
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) refuse()
      else chunks.push(chunk)
    })
    request.on('end', () =>
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
    )
    request.on('error', () => reject(new BodyError(400, 'the body ended too soon')))
  })
}
