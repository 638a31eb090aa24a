/**
 * The TLS certificate and its key as files, read again when they change.
 * @module
 */

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { TlsOptions } from '@keygrant/server'
import { CommandError, systemErrorCode } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'
import { shortPath } from '../../shell.ts'
import { quoteInput } from '../../untrusted-text.ts'
import type { RunningServer } from './running.ts'

/** Where certificate and key are. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

/** How often the files are looked at: certificates are renewed by programs that tell nobody. */
const LOOK_EVERY_MS = 5000

/**
 * Reads certificate and key.
 *
 * @throws {@link CommandError} that names the file.
 */
export async function readTlsFiles({ certificate, key }: TlsFiles): Promise<TlsOptions> {
  return {
    certificate: await read(certificate, 'TLS certificate', '--tls-certificate'),
    key: await read(key, 'private key of the TLS certificate', '--tls-key'),
  }
}

async function read(file: string, what: string, flag: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `the ${what} ${quoteInput(shortPath(file))} can not be read (${systemErrorCode(error) ?? 'unknown reason'})`,
      `name a file in PEM that this user may read with ${flag}`,
    )
  }
}

/** Files that are looked at. */
export interface WatchedTls {
  /** Looks now. */
  look(): Promise<void>
  stop(): void
}

/**
 * Gives a server the pair whenever the files hold another one. By what they hold, not by their times:
 * they are often links that are turned to other files. A pair that can't be used, such as a new
 * certificate whose key is not there yet, is logged once, and the old one stays.
 */
export function watchTlsFiles(
  files: TlsFiles,
  first: TlsOptions,
  { log, setTls }: Pick<RunningServer, 'log' | 'setTls'>,
): WatchedTls {
  let seen = digest(first)
  let lastFault = ''
  const look = async (): Promise<void> => {
    try {
      const now = await readTlsFiles(files)
      const found = digest(now)
      if (found === seen) return
      setTls(now)
      seen = found
      lastFault = ''
      log.info('another TLS certificate is used from now on')
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error)
      if (fault === lastFault) return
      lastFault = fault
      log.error({ fault }, 'the TLS files can not be used; the certificate stays as it was')
    }
  }
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref()
  return { look, stop: () => clearInterval(timer) }
}

function digest({ certificate, key }: TlsOptions): string {
  return createHash('sha256').update(certificate).update('\0').update(key).digest('base64')
}
