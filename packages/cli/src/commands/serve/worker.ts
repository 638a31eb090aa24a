/**
 * A worker: one of several processes that answer the requests of one server.
 * @module
 */

import cluster from 'node:cluster'
import type { AuthorizationServer, CloseOptions } from '@keygrant/server'
import { describeFailure } from '../../command-error.ts'
import { createServer, type OpenData, openHeldData } from './open-server.ts'
import { describeListenError } from './port.ts'
import type { Instruction, Notice } from './worker-messages.ts'

/** Does what the first process says, until it says stop. */
export async function runWorker(): Promise<void> {
  // A terminal sends its signals to every process. The first one decides what they mean.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  let data: OpenData | undefined
  let server: AuthorizationServer | undefined
  let hear: (message: object) => void = () => undefined

  const start = async ({ order }: Instruction & { kind: 'start' }): Promise<void> => {
    const { host, port } = order
    try {
      data = await openHeldData(order)
      server = await createServer(data, order, {
        siblings: {
          send: (message) => notify({ kind: 'sibling', message }),
          onMessage: (listener) => {
            hear = listener
          },
        },
      })
      const listening = await server.listen({ host, port }).catch((error: unknown) => {
        throw describeListenError(error, { host, port })
      })
      notify({ kind: 'listening', listening })
    } catch (error) {
      const { message, hint, exitCode } = describeFailure(error)
      notify({ kind: 'failed', failure: { message, hint, exitCode } })
      await stop({})
    }
  }

  const stop = async (closing: CloseOptions): Promise<void> => {
    await server?.close(closing)
    await data?.storage.close()
    // Not process.disconnect, which ends a worker at once: whoever traces has spans to send before the end.
    cluster.worker?.disconnect()
  }

  const stopped = new Promise<void>((resolve) => process.once('disconnect', resolve))
  process.on('message', (instruction: Instruction) => {
    switch (instruction.kind) {
      case 'start':
        return void start(instruction)
      case 'tls':
        return server?.setTls(instruction.tls)
      case 'sibling':
        return hear(instruction.message)
      case 'report': {
        const { id } = instruction
        return void server?.report().then((report) => notify({ kind: 'report', id, report }))
      }
      case 'stop':
        return void stop(instruction.closing)
    }
  })
  notify({ kind: 'here' })
  await stopped
}

function notify(notice: Notice): void {
  // The first process may be gone; then this one ends too.
  if (process.connected) process.send?.(notice)
}
