/**
 * What a server would run with: everything that can be known before anything is made, with every fault
 * in one report.
 * @module
 */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type AuthorizationServerOptions, findOperationProblems } from '@keygrant/server'
import { CommandError } from '../../command-error.ts'
import type { CliContext } from '../../context.ts'
import { ExitCode } from '../../exit-codes.ts'
import {
  type Configuration,
  type ConfigurationSources,
  type Origins,
  readConfiguration,
} from './configuration.ts'
import { chooseIssuer } from './issuer.ts'
import { findPort } from './port.ts'
import { fileName, type SettingName } from './settings.ts'
import { readTlsFiles, type TlsFiles } from './tls-files.ts'

/** What a server would run with. */
export interface ServerPlan {
  readonly settings: Configuration
  readonly origins: Origins
  /** Absolute path of the data directory. */
  readonly data: string
  readonly isNew: boolean
  readonly issuer: string
  /** Never 0. */
  readonly port: number
  readonly tlsFiles: TlsFiles | undefined
  readonly options: Pick<AuthorizationServerOptions, 'limits' | 'trustedProxies' | 'tls' | 'watch'>
}

/** A plan, and everything that keeps it from being followed. */
export interface PlanReport {
  readonly plan: ServerPlan
  readonly faults: readonly CommandError[]
}

/** Makes the plan of a server; opens and changes nothing. */
export async function planServer(
  { env }: Pick<CliContext, 'env'>,
  flags: ConfigurationSources['flags'],
  file: string | undefined,
): Promise<PlanReport> {
  const named = file ?? (env['KEYGRANT_CONFIG'] === '' ? undefined : env['KEYGRANT_CONFIG'])
  const report = await readConfiguration({ flags, env, file: named })
  const { settings, origins } = report
  const faults = report.faults.map(
    ({ message, hint }) => new CommandError(ExitCode.usage, message, hint),
  )
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      faults.push(error)
      return undefined
    }
  }

  const { tlsCertificate, tlsKey, host } = settings
  const isTls = tlsCertificate !== undefined && tlsKey !== undefined
  if (!isTls && (tlsCertificate ?? tlsKey) !== undefined) {
    const missing: SettingName = tlsKey === undefined ? 'tlsKey' : 'tlsCertificate'
    faults.push(
      new CommandError(
        ExitCode.usage,
        `--${fileName(missing)} is missing: TLS needs a certificate and its private key`,
        `name both files: --tls-certificate chain.pem --tls-key key.pem`,
      ),
    )
  }
  const tlsFiles = isTls ? { certificate: tlsCertificate, key: tlsKey } : undefined
  const tls = tlsFiles === undefined ? undefined : await attempt(() => readTlsFiles(tlsFiles))
  const port = (await attempt(() => findPort({ host, port: settings.port }))) ?? settings.port
  const issuer = await attempt(() => chooseIssuer(settings.issuer, { host, port, isTls }))
  const options: ServerPlan['options'] = {
    limits: {
      tokensPerMinute: settings.tokensPerMinute,
      apiCallsPerMinute: settings.apiCallsPerMinute,
      failuresPerMinute: settings.failuresPerMinute,
    },
    trustedProxies: settings.trustedProxy ?? [],
    ...(tls === undefined ? undefined : { tls }),
    ...(settings.metricsPort === undefined
      ? undefined
      : { watch: { host: settings.metricsHost, port: settings.metricsPort } }),
  }
  for (const { option, problem } of findOperationProblems(options)) {
    const name = NAMES[option] ?? option
    faults.push(new CommandError(ExitCode.usage, `${name} ${problem}`, 'see keygrant serve --help'))
  }
  if (settings.metricsPort !== undefined && settings.metricsPort !== 0) {
    await attempt(() => findPort({ host: settings.metricsHost, port: settings.metricsPort ?? 0 }))
  }
  const data = resolve(settings.data)
  return {
    plan: {
      settings,
      origins,
      data,
      isNew: !existsSync(join(data, 'keygrant.db')),
      issuer: issuer ?? '',
      port,
      tlsFiles,
      options,
    },
    faults,
  }
}

const NAMES: Readonly<Record<string, string>> = {
  trustedProxies: '--trusted-proxy',
  tls: '--tls-certificate:',
}

/**
 * Ends the command when there are faults.
 *
 * @throws {@link CommandError} the only fault as it is, or all of them in one report.
 */
export function refuseFaults(faults: readonly CommandError[]): void {
  const [first] = faults
  if (first === undefined) return
  if (faults.length === 1) throw first
  throw new CommandError(
    first.exitCode,
    `there are ${faults.length} faults in what the server should run with`,
    'keygrant serve --check looks again and starts nothing',
    faults.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`)),
  )
}
