/**
 * `keygrant serve`.
 * @module
 */

import { existsSync } from 'node:fs'
import { labelled } from '../../columns.ts'
import type { CliContext } from '../../context.ts'
import { resolveDataDirectory } from '../../data-directory.ts'
import { shortPath } from '../../shell.ts'
import { escapeControls } from '../../untrusted-text.ts'
import { chooseIssuer } from './issuer.ts'
import { runJourney } from './journey.ts'
import { openServer, type OpenServer, PAGES } from './open-server.ts'
import { describeListenError, findPort } from './port.ts'

/** Flags of `keygrant serve`. */
export interface ServeFlags {
  readonly data?: string
  readonly host: string
  readonly port: number
  readonly issuer?: string
  readonly profile: 'okta' | 'strict'
  readonly dev?: boolean
  readonly demo?: boolean
}

const LAST_CHANCE_MS = 10_000

/** Runs the server until it is told to stop. */
export async function serve(this: CliContext, flags: ServeFlags): Promise<void> {
  outliveReaders()
  const { host, profile } = flags
  const data = resolveDataDirectory(flags.data, this.env)
  const port = await findPort(flags)
  const issuer = chooseIssuer(flags.issuer, { host, port })
  const open = await openServer({ data, issuer, profile, isDevelopment: flags.dev === true })
  const stopped = whenTold()
  try {
    const { url } = await listen(open, { host, port })
    introduce(this, open, flags, url)
    warnOfOldNode(this)
    if (flags.demo === true) {
      await runJourney(this, { data, profile, operator: open.operator, isStopped: stopped.isNow })
    }
    await stopped.promise
    this.output.line()
    this.output.line('Stopping: finishing the requests that are under way.')
    setTimeout(() => process.exit(), LAST_CHANCE_MS).unref()
  } finally {
    stopped.forget()
    await open.close()
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
): Promise<{ readonly url: string }> {
  try {
    return await server.listen(address)
  } catch (error) {
    throw describeListenError(error, address)
  }
}

function introduce(
  { output }: CliContext,
  { server, directory, operator }: OpenServer,
  { profile, dev }: ServeFlags,
  url: string,
): void {
  const { bold, cyan } = output.colors
  const mode = dev === true ? ', development mode: refusals carry the whole report' : ''
  output.line(`Keygrant listens on ${cyan(url)}`)
  output.line()
  const rows = [
    ...(server.issuer === url ? [] : [['Issuer', escapeControls(server.issuer)] as const]),
    ['Profile', profile + mode],
    ...(existsSync(PAGES) ? [['Inspector', cyan(`${url}/inspector`)] as const] : []),
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
