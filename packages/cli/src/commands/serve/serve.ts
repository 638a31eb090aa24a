/**
 * `keygrant serve`.
 * @module
 */

import { existsSync } from 'node:fs'
import type { AuthorizationServer, Listening } from '@keygrant/server'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { checkServer } from './check.ts'
import type { SettingFlags } from './configuration.ts'
import { runJourney } from './journey.ts'
import { openServer, type OpenServer, PAGES } from './open-server.ts'
import { planServer, refuseFaults, type ServerPlan } from './plan.ts'
import { describeListenError } from './port.ts'
import { watchTlsFiles } from './tls-files.ts'

/** Flags of `keygrant serve`: the settings as they were written, and what is no setting. */
export interface ServeFlags extends SettingFlags {
  readonly config?: string
  readonly check?: boolean
  readonly demo?: boolean
  readonly json?: boolean
}

/** After the connections were cut off, the store may still need this long. */
const STORE_CHANCE_MS = 10_000

/** Runs the server until it is told to stop. */
export async function serve(this: CliContext, flags: ServeFlags): Promise<void> {
  const report = await planServer({ flags, env: this.env, config: flags.config })
  if (flags.check === true) return checkServer(this, report, flags.json === true)
  refuseFaults(report.faults)
  outliveReaders()
  for (const warning of report.warnings) this.output.warn(warning)
  const { plan } = report
  const { settings } = plan
  const open = await openServer(plan)
  const { server } = open
  const stopped = whenTold()
  const tls = watchTls(plan, server)
  const closing = {
    drainMs: settings.drainSeconds * 1000,
    deadlineMs: settings.stopSeconds * 1000,
  }
  try {
    const listening = await listen(open, { host: settings.host, port: plan.port })
    introduce(this, open, plan, listening)
    warnOfOldNode(this)
    if (flags.demo === true) {
      await runJourney(this, {
        data: plan.data,
        profile: settings.profile,
        operator: open.operator,
        isStopped: stopped.isNow,
      })
    }
    await stopped.promise
    this.output.line()
    this.output.line('Stopping: finishing the requests that are under way.')
    const lastChance = closing.drainMs + closing.deadlineMs + STORE_CHANCE_MS
    setTimeout(() => process.exit(), lastChance).unref()
  } finally {
    stopped.forget()
    tls?.stop()
    await open.close(stopped.isNow() ? closing : {})
  }
}

/** Renewed certificates are used from SIGHUP on, or a few seconds after they are there. */
function watchTls({ tlsFiles, options }: ServerPlan, server: AuthorizationServer) {
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

async function listen(
  { server }: OpenServer,
  address: { readonly host: string; readonly port: number },
): Promise<Listening> {
  try {
    return await server.listen(address)
  } catch (error) {
    throw describeListenError(error, address)
  }
}

function introduce(
  { output }: CliContext,
  { server, directory, operator }: OpenServer,
  { settings: { profile, dev } }: ServerPlan,
  { url, watchUrl }: Listening,
): void {
  const { bold, cyan } = output.colors
  const mode = dev ? ', development mode: refusals carry the whole report' : ''
  output.line(`Keygrant listens on ${cyan(url)}`)
  output.line()
  const rows = [
    ...(server.issuer === url ? [] : [['Issuer', escapeControls(server.issuer)] as const]),
    ['Profile', profile + mode],
    ...(existsSync(PAGES) ? [['Inspector', cyan(`${url}/inspector`)] as const] : []),
    ...(watchUrl === undefined ? [] : [['Metrics', cyan(`${watchUrl}/metrics`)] as const]),
    ['Data', `${shortPath(directory.path)}${directory.isNew ? ' (new)' : ''}`],
    ['Operator', operator.clientId],
    ['', `private key in ${shortPath(operator.keyFile)} (mode 0600)`],
  ] as const
  for (const line of labelled(rows, bold)) output.line(line)
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
