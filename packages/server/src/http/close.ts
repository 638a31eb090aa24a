/**
 * The end of an HTTP server.
 * @module
 */

import { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const CLOSE_IDLE_EVERY_MS = 50

/** How a server is closed. */
export interface ConnectionDeadlines {
  /** How long connections that only wait for another request are kept: one may be on its way. */
  readonly lingerMs: number
  /** Those that are still open after this are cut off. */
  readonly deadlineMs: number
}

/**
 * Closes a server that others may be talking to. A connection goes when it has its answer; those that
 * only wait for another request are closed again and again, because one more may have become idle.
 */
export async function closeConnections(
  app: FastifyInstance,
  { lingerMs, deadlineMs }: ConnectionDeadlines,
): Promise<void> {
  const { server } = app
  const ended = lingerMs > 0 && server.listening ? linger(server, lingerMs) : undefined
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await ended?.waited
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
  try {
    // Fastify does not wait for the connections of a server that takes no new ones already.
    await ended?.all
    await app.close()
  } finally {
    clearInterval(idle)
    clearTimeout(deadline)
  }
}

/** Takes no new connections, and leaves those that are open alone for a while: each ends with its next answer. */
function linger(
  server: Server,
  ms: number,
): { readonly waited: Promise<unknown>; readonly all: Promise<void> } {
  // That of an HTTP server closes waiting connections at once.
  const all = new Promise<void>((resolve) => {
    Server.prototype.close.call(server, () => {
      resolve()
    })
  })
  return { all, waited: Promise.race([all, sleep(ms, undefined, { ref: false })]) }
}
