/**
 * The end of an HTTP server.
 * @module
 */

import type { FastifyInstance } from 'fastify'

const CLOSE_IDLE_EVERY_MS = 50

/**
 * Closes a server that others may be talking to. A connection goes when it has its answer; those that
 * only wait for another request are closed again and again, because one more may have become idle.
 */
export async function closeConnections(app: FastifyInstance, deadlineMs: number): Promise<void> {
  const { server } = app
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  try {
    await app.close()
  } finally {
    clearInterval(idle)
    clearTimeout(deadline)
  }
}
