/**
 * The first process of a server that has several: starts workers, replaces those that die, passes on
 * what they say to each other, and ends them.
 * @module
 */

import cluster, { type Worker } from 'node:cluster'
import {
  type CloseOptions,
  createFleetWatch,
  createLogger,
  findOperationProblems,
  type Listening,
  type ProcessReport,
} from '@keygrant/server'
import { CommandError, type Failure } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { logTarget, type ServerOrder } from './open-server.ts'
import { describeListenError } from './port.ts'
import type { RunningServer } from './running.ts'
import type { Instruction, Notice } from './worker-messages.ts'

/** A worker that says nothing for so long is left out of what is reported. */
const REPORT_TIMEOUT_MS = 2000
/** Between two starts of a worker that dies before it listens; twice as long each time. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000
/** After its connections were cut off, a worker may still need this long for the store. */
const STORE_CHANCE_MS = 10_000
const CLOSE_DEADLINE_MS = 10_000

/**
 * Starts the server in several processes that share a port. Resolves when all of them listen.
 *
 * @throws {@link CommandError} when one of them can't start; then none runs.
 */
export async function startWorkers(order: ServerOrder, size: number): Promise<RunningServer> {
  const log = createLogger(logTarget(order.log))
  const { watch: watchAt } = order.options
  let { tls } = order.options
  const state = { isStopping: false, failuresInARow: 0 }
  const lastReports = new Map<Worker, ProcessReport>()
  const pendingReports = new Map<number, (report: ProcessReport) => void>()
  let reportsAsked = 0

  cluster.setupPrimary({
    args: ['serve', '--worker'],
    // Octets stay octets.
    serialization: 'advanced',
  })

  const workers = (): readonly Worker[] =>
    Object.values(cluster.workers ?? {}).filter(
      (worker) => worker?.isConnected() === true,
    ) as Worker[]
  const tell = (worker: Worker, instruction: Instruction): void => {
    worker.send(instruction, (error: Error | null) => {
      if (error !== null) log.debug({ worker: worker.process.pid }, 'a worker was gone already')
    })
  }

  const report = (worker: Worker): Promise<ProcessReport | undefined> =>
    new Promise((resolve) => {
      const id = ++reportsAsked
      const timer = setTimeout(() => answer(undefined), REPORT_TIMEOUT_MS).unref()
      const answer = (said: ProcessReport | undefined): void => {
        clearTimeout(timer)
        pendingReports.delete(id)
        if (said !== undefined) lastReports.set(worker, said)
        resolve(said)
      }
      pendingReports.set(id, answer)
      tell(worker, { kind: 'report', id })
    })
  const watch =
    watchAt?.port === undefined
      ? undefined
      : createFleetWatch({
          size,
          reports: async () =>
            (await Promise.all(workers().map(report))).filter((each) => each !== undefined),
        })

  /** Starts one worker; the promise is about its first words. */
  const startOne = (): Promise<Listening> => {
    const worker = cluster.fork()
    const { pid } = worker.process
    let hasListened = false
    return new Promise((resolve, reject) => {
      worker.on('message', (notice: Notice) => {
        switch (notice.kind) {
          case 'here': {
            const { watch: _, ...options } = order.options
            // Metrics are asked for by message.
            const own = { ...options, ...(watch && { watch: {} }), ...(tls && { tls }) }
            return tell(worker, { kind: 'start', order: { ...order, options: own } })
          }
          case 'listening':
            hasListened = true
            state.failuresInARow = 0
            return resolve(notice.listening)
          case 'failed':
            return reject(asError(notice.failure))
          case 'sibling':
            for (const other of workers()) {
              if (other !== worker) tell(other, notice)
            }
            return undefined
          case 'report':
            return pendingReports.get(notice.id)?.(notice.report)
        }
      })
      worker.on('error', (error) => reject(error))
      worker.once('exit', (code, signal) => {
        reject(new CommandError(ExitCode.environment, 'a worker ended before it listened'))
        watch?.keep(lastReports.get(worker)?.metrics ?? [])
        lastReports.delete(worker)
        if (state.isStopping || !hasListened) return
        log.error({ worker: pid, code, signal }, 'a worker ended and is replaced')
        void replace()
      })
    })
  }

  /** Tries until a worker listens. */
  const replace = async (): Promise<void> => {
    while (!state.isStopping) {
      try {
        await startOne()
        return
      } catch (error) {
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** state.failuresInARow++, LONGEST_PAUSE_MS)
        log.error({ err: error, pause }, 'a worker could not start and is tried again')
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
  }

  /** Tells all workers to end, and ends those that do not. */
  const stop = async (closing: CloseOptions): Promise<void> => {
    state.isStopping = true
    watch?.stopping()
    const { drainMs = 0, deadlineMs = CLOSE_DEADLINE_MS } = closing
    const kill = setTimeout(
      () => {
        for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL')
      },
      drainMs + deadlineMs + STORE_CHANCE_MS,
    )
    const all = Object.values(cluster.workers ?? {})
    await Promise.all(
      all.map(async (worker) => {
        if (worker === undefined || worker.isDead()) return
        const gone = new Promise((resolve) => worker.once('exit', resolve))
        if (worker.isConnected()) tell(worker, { kind: 'stop', closing })
        await gone
      }),
    )
    clearTimeout(kill)
    // The last to go: it says until the end that the server stops.
    await watch?.close()
  }

  try {
    const [listening] = await Promise.all(Array.from({ length: size }, startOne))
    const watchUrl =
      watch === undefined || watchAt?.port === undefined
        ? undefined
        : await listenForWatch(watch, { host: watchAt.host ?? '127.0.0.1', port: watchAt.port })
    return {
      listening: { ...(listening as Listening), ...(watchUrl === undefined ? {} : { watchUrl }) },
      log,
      setTls(next) {
        const [problem] = findOperationProblems({ tls: next })
        if (problem !== undefined) throw new Error(problem.problem)
        tls = next
        for (const worker of workers()) tell(worker, { kind: 'tls', tls: next })
      },
      close: (closing = {}) => stop(closing),
    }
  } catch (error) {
    await stop({})
    throw error
  }
}

async function listenForWatch(
  watch: ReturnType<typeof createFleetWatch>,
  address: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await watch.listen(address)
  } catch (error) {
    throw describeListenError(error, address, 'metricsPort')
  }
}

function asError({ exitCode, message, hint }: Failure): CommandError {
  return new CommandError(exitCode, message, hint)
}
