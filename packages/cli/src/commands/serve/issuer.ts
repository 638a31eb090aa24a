/**
 * The issuer identifier that a server gets when it starts.
 * @module
 */

import { CommandError } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { isLoopback } from '../../loopback.ts'
import { parseUrl } from '../../parsers.ts'
import { quoteInput } from '../../untrusted-text.ts'

/** An issuer as it was given, and where. */
export interface GivenIssuer {
  readonly value: string
  /** A flag, a variable or a line of a file. */
  readonly origin: string
}

/**
 * The issuer that was given, or the address when only this machine can reach it. Told before anything is made,
 * because the data directory keeps it.
 *
 * @throws {@link CommandError} when it is none, or has to be said.
 */
export function chooseIssuer(
  given: GivenIssuer | undefined,
  { host, port, isTls }: { readonly host: string; readonly port: number; readonly isTls: boolean },
): string {
  if (given === undefined) {
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
  const { value, origin: place } = given
  const { origin, protocol, hostname } = parseIssuer(given)
  if (origin !== value) {
    throw new CommandError(
      ExitCode.usage,
      `${place} is ${quoteInput(value)}, which is not in its normal form: no path, no slash at the end, lower case`,
      `write ${origin}`,
    )
  }
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw new CommandError(
      ExitCode.usage,
      `${place} is ${quoteInput(value)}, which is not https; http is for this machine alone (127.0.0.1, localhost)`,
      'name the https address of the proxy in front that does TLS, or give --tls-certificate and --tls-key',
    )
  }
  return value
}

function parseIssuer({ value, origin }: GivenIssuer): URL {
  try {
    return new URL(parseUrl(value))
  } catch (error) {
    if (error instanceof CommandError) throw error
    const expected = error instanceof Error ? error.message : 'expected a URL'
    throw new CommandError(
      ExitCode.usage,
      `${quoteInput(value)} is no value for ${origin}: ${expected}`,
      'say what clients call it, such as --issuer https://auth.example.com',
    )
  }
}
