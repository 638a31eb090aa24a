/**
 * A server that listens, in this process or in several.
 * @module
 */

import type { CloseOptions, Listening, Logger, TlsOptions } from '@keygrant/server'
import { createServer, type OpenData, type ServerOrder } from './open-server.ts'
import { describeListenError } from './port.ts'

/** A server that listens. */
export interface RunningServer {
  readonly listening: Listening
  readonly log: Logger
  /**
   * Uses another certificate from now on.
   *
   * @throws when it can't be used; then nothing changes.
   */
  setTls(tls: TlsOptions): void
  /** Finishes what was accepted. */
  close(options?: CloseOptions): Promise<void>
}

/**
 * Starts the server in this process. Does not close the store.
 *
 * @throws `CommandError` or `StorageError` with a sentence; then nothing runs.
 */
export async function startAlone(data: OpenData, order: ServerOrder): Promise<RunningServer> {
  const server = await createServer(data, order)
  const { host, port } = order
  try {
    const listening = await server.listen({ host, port })
    return { listening, log: server.log, setTls: server.setTls, close: server.close }
  } catch (error) {
    await server.close()
    throw describeListenError(error, { host, port })
  }
}
