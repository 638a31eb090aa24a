/**
 * The issuer identifier that a server gets when it starts.
 * @module
 */

import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { parseUrl } from '../../parsers.ts'
import { quoteInput } from '../../untrusted-text.ts'

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[?::1\]?)$/

/** Whether a host is this machine and nothing else. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/**
 * The issuer by flag, or the address when only this machine can reach it. Told before anything is made,
 * because the data directory keeps it.
 *
 * @throws {@link CommandError} when it is none, or has to be said.
 */
export function chooseIssuer(
  flag: string | undefined,
  { host, port, isTls }: { readonly host: string; readonly port: number; readonly isTls: boolean },
): string {
  if (flag === undefined) {
    if (isLoopback(host)) {
      return new URL(
        `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ).origin
    }
    throw new CommandError(
      ExitCode.usage,
      `--issuer is missing: with --host ${quoteInput(host)}, others reach this server by a name that only you know`,
      'say what clients call it, such as --issuer https://auth.example.com',
    )
  }
  const { origin, protocol, hostname } = parseIssuer(flag)
  if (origin !== flag) {
    throw new CommandError(
      ExitCode.usage,
      `--issuer ${quoteInput(flag)} is not in its normal form: no path, no slash at the end, lower case`,
      `write --issuer ${origin}`,
    )
  }
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw new CommandError(
      ExitCode.usage,
      `--issuer ${quoteInput(flag)} is not https; http is for this machine alone (127.0.0.1, localhost)`,
      'name the https address of the proxy in front that does TLS, or give --tls-certificate and --tls-key',
    )
  }
  return flag
}

function parseIssuer(flag: string): URL {
  try {
    return new URL(parseUrl(flag))
  } catch (error) {
    if (error instanceof CommandError) throw error
    const expected = error instanceof Error ? error.message : 'expected a URL'
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(flag)} is no value for --issuer: ${expected}`,
      'say what clients call it, such as --issuer https://auth.example.com',
    )
  }
}
