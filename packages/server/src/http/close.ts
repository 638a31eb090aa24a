/**
 * The end of an HTTP server.
 * @module
 */

import { Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'

const CLOSE_IDLE_EVERY_MS = 50

/** How a server is closed. */
export interface ConnectionDeadlines {
  /** How long connections that only wait for another request are kept: one may be on its way. */
  readonly lingerMs: number
  /** Those that are still open after this are cut off. */
  readonly deadlineMs: number
}

const followed = new WeakMap<Server, ReadonlySet<Socket>>()

/**
 * Follows the connections of a server, for its end: those over which nothing came yet, as browsers open them ahead of
 * need, are not idle to Node, and would be waited for.
 */
export function followConnections(server: Server): void {
  const open = new Set<Socket>()
  followed.set(server, open)
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
}

function closeSilent(server: Server): void {
  for (const socket of followed.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
}

/**
 * Closes a server that others may be talking to. A connection goes when it has its answer; those that
 * only wait for a request are closed again and again, because one more may have become idle.
 */
export async function closeConnections(
  app: FastifyInstance,
  { lingerMs, deadlineMs }: ConnectionDeadlines,
): Promise<void> {
  const { server } = app
  const ended = lingerMs > 0 && server.listening ? linger(server, lingerMs) : undefined
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await ended?.waited
  const idle = setInterval(() => {
    server.closeIdleConnections()
    closeSilent(server)
  }, CLOSE_IDLE_EVERY_MS)
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
