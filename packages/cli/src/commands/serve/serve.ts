/**
 * `keygrant serve`.
 * @module
 */

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Listening, noteRestoration } from '@keygrant/server'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { PAGES } from '../../package-files.ts'
import { parseDatabaseUrl } from '../../postgres.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { checkServer } from './check.ts'
import type { SettingFlags } from './configuration.ts'
import { runJourney } from './journey.ts'
import { type HeldData, holdData, type ServerOrder } from './open-server.ts'
import { planServer, refuseFaults, type ServerPlan } from './plan.ts'
import { type RunningServer, startAlone } from './running.ts'
import { watchTlsFiles } from './tls-files.ts'

/** Flags of `keygrant serve`: the settings as they were written, and what is no setting. */
export interface ServeFlags extends SettingFlags {
  readonly config?: string
  readonly check?: boolean
  readonly demo?: boolean
  /** The store was put back to an earlier time. */
  readonly afterRestore?: boolean
  readonly json?: boolean
  /** This process is one of several. */
  readonly worker?: boolean
}

/** A request that comes later over a connection that waits is not one that was on its way. */
const LINGER_MS = 1000
/** After the connections were cut off, the store may still need this long. */
const STORE_CHANCE_MS = 10_000

/** Runs the server until it is told to stop. */
export async function serve(this: CliContext, flags: ServeFlags): Promise<void> {
  if (flags.worker === true) return (await import('./worker.ts')).runWorker()
  const report = await planServer({ flags, env: this.env, config: flags.config })
  if (flags.check === true) return checkServer(this, report, flags.json === true)
  refuseFaults(report.faults)
  outliveReaders()
  for (const warning of report.warnings) this.output.warn(warning)
  const { plan } = report
  const { settings } = plan
  const data = await holdData(plan)
  if (flags.afterRestore === true) await noteRestoration(data.storage, { at: Date.now() })
  const stopped = whenTold()
  const closing = {
    drainMs: settings.drainSeconds * 1000,
    lingerMs: LINGER_MS,
    deadlineMs: settings.stopSeconds * 1000,
  }
  let running: RunningServer | undefined
  let tls: ReturnType<typeof watchTls> | undefined
  try {
    running = await start(data, plan)
    tls = watchTls(plan, running)
    introduce(this, data, plan, running.listening)
    if (flags.afterRestore === true) {
      this.output.note(
        'what may have been used before this start is refused; for ten seconds no token is given',
      )
    }
    warnOfOldNode(this)
    const { operator } = data
    if (flags.demo === true && operator !== undefined) {
      const { profile } = settings
      await runJourney(this, { data: plan.data, profile, operator, isStopped: stopped.isNow })
    } else if (flags.demo === true) {
      this.output.warn('the journey is made with the operator, which is in another data directory')
    }
    await stopped.promise
    // Before anybody can know of it: a second signal that came between would be lost.
    stopped.forget()
    this.output.line()
    this.output.line('Stopping: finishing the requests that are under way.')
    const lastChance = closing.drainMs + closing.deadlineMs + 2 * STORE_CHANCE_MS
    setTimeout(() => process.exit(), lastChance).unref()
  } finally {
    stopped.forget()
    tls?.stop()
    await running?.close(stopped.isNow() ? closing : {})
    await data.storage.close()
    data.release()
  }
}

/** Starts the server in as many processes as are wanted. */
async function start(data: HeldData, plan: ServerPlan): Promise<RunningServer> {
  const { settings, issuer, port, signing, options } = plan
  const { host, log, workers } = settings
  const { data: path, database } = plan
  const order: ServerOrder = { data: path, database, issuer, host, port, log, signing, options }
  const size = workers === 0 ? availableParallelism() : workers
  if (size === 1) return startAlone(data, order)
  // Each worker has a connection of its own.
  await data.storage.close()
  const { startWorkers } = await import('./workers.ts')
  return startWorkers(order, size)
}

/** Renewed certificates are used from SIGHUP on, or a few seconds after they are there. */
function watchTls({ tlsFiles, options }: ServerPlan, server: RunningServer) {
  const watched =
    tlsFiles === undefined || options.tls === undefined
      ? undefined
      : watchTlsFiles(tlsFiles, options.tls, server)
  // Without TLS too: a signal that says "read again" must not end a server that has nothing to read.
  const look = (): void => void watched?.look()
  process.on('SIGHUP', look)
  return {
    stop() {
      process.removeListener('SIGHUP', look)
      watched?.stop()
    },
  }
}

/** The server goes on when whoever read its first lines is gone. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error').on('error', () => undefined)
  }
}

function warnOfOldNode({ output }: CliContext): void {
  if (!process.versions.node.startsWith('20.')) return
  output.note(
    'Node 20 is past its end of life and gets no security fixes; Node 22 or later is better for a server',
  )
}

function introduce(
  { output }: CliContext,
  { directory, operator, invitation }: HeldData,
  { issuer, database, settings: { profile, dev } }: ServerPlan,
  { url, watchUrl }: Listening,
): void {
  const { bold, cyan } = output.colors
  const mode = dev ? ', development mode: refusals carry the whole report' : ''
  output.line(`Keygrant listens on ${cyan(url)}`)
  output.line()
  const rows = [
    ...(issuer === url ? [] : [['Issuer', escapeControls(issuer)] as const]),
    ['Profile', profile + mode],
    ...(existsSync(PAGES) ? [['Workbench', cyan(`${url}/workbench`)] as const] : []),
    ...(watchUrl === undefined ? [] : [['Metrics', cyan(`${watchUrl}/metrics`)] as const]),
    [
      'Data',
      `${shortPath(directory.path)}${directory.isNew && operator !== undefined ? ' (new)' : ''}`,
    ],
    ...(database === undefined ? [] : [['Database', parseDatabaseUrl(database).shown] as const]),
    ...(operator === undefined
      ? [['Operator', 'in the data directory of another node'] as const]
      : [
          ['Operator', operator.clientId] as const,
          ['', `private key in ${shortPath(operator.keyFile)} (mode 0600)`] as const,
        ]),
  ] as const
  for (const line of labelled(rows, bold)) output.line(line)
  output.line()
  if (invitation === undefined) return
  const minutes = Math.round((invitation.expiresAt - Date.now()) / 60_000)
  output.line(
    `Nobody administers it yet. Sign up with this link, good once and for ${minutes} minutes:`,
  )
  output.line(`  ${cyan(invitation.url)}`)
  output.line()
}

interface Stop {
  readonly promise: Promise<void>
  isNow(): boolean
  /** A second signal then ends the process at once, as it does without us. */
  forget(): void
}

/** Resolves with the first SIGINT or SIGTERM. */
function whenTold(): Stop {
  let isStopped = false
  let stop: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    stop = () => {
      isStopped = true
      resolve()
    }
  })
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, stop)
  return {
    promise,
    isNow: () => isStopped,
    forget: () => {
      for (const signal of signals) process.removeListener(signal, stop)
    },
  }
}
