/**
 * The port: free, or a sentence that says why not.
 * @module
 */

import { createServer, type AddressInfo } from 'node:net'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { quoteInput } from '../../untrusted-text.ts'
import type { SettingName } from './settings.ts'

/** Which setting a port is from. */
export type PortSetting = Extract<SettingName, 'port' | 'metricsPort'>

/** Where to listen. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Tries whether a port can be had, and lets it go again; port 0 becomes a free one. So that nothing is
 * made or changed for a server that could not listen.
 *
 * @throws {@link CommandError} that says what is in the way.
 */
export async function findPort(address: Address, setting: PortSetting = 'port'): Promise<number> {
  const server = createServer()
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address, () => {
        resolve((server.address() as AddressInfo).port)
      })
    })
  } catch (error) {
    throw describeListenError(error, address, setting)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Why listening failed. */
export function describeListenError(
  error: unknown,
  { host, port }: Address,
  setting: PortSetting = 'port',
): CommandError {
  const [portFlag, hostFlag] =
    setting === 'port' ? ['--port', '--host'] : ['--metrics-port', '--metrics-host']
  const fail = (message: string, hint: string): CommandError =>
    new CommandError(ExitCode.environment, message, hint)
  const where = `port ${port} of ${host}`
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return fail(
        `${where} is taken by another program`,
        `stop that program, or choose another port: ${portFlag} 8401, or ${portFlag} 0 for any free one`,
      )
    case 'EACCES':
      return fail(
        `${where} may not be used by this user`,
        `ports below 1024 are for the system: choose a higher one with ${portFlag}`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(
        `${quoteInput(host)} is no address of this machine`,
        `leave ${hostFlag} out for this machine alone, or use 0.0.0.0 for every address it has`,
      )
    default:
      return fail(
        `it is not possible to listen on ${where} (${systemErrorCode(error) ?? 'unknown reason'})`,
        `choose another ${hostFlag} or ${portFlag}`,
      )
  }
}
