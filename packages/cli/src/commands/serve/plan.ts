/**
 * What a server would run with: everything that can be known before anything is made, with every fault
 * in one report.
 * @module
 */

import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  type AuthorizationServerOptions,
  findOperationProblems,
  inspectDataDirectory,
  type OperationOptions,
} from '@keygrant/server'
import { CommandError, describeFailure } from '../../command-error.ts'
import { readOperator } from '../../data-directory.ts'
import { ExitCode } from '../../exit-codes.ts'
import { isLoopback } from '../../loopback.ts'
import { type DatabaseUrl, parseDatabaseUrl } from '../../postgres.ts'
import { shortPath } from '../../shell.ts'
import { quoteInput } from '../../untrusted-text.ts'
import {
  type ConfigurationReport,
  type Origins,
  readConfiguration,
  type SettingFlags,
} from './configuration.ts'
import { chooseIssuer } from './issuer.ts'
import { findPort } from './port.ts'
import { CONFIG_VARIABLE, fileName, type SettingName, type Settings } from './settings.ts'
import { readTlsFiles, type TlsFiles } from './tls-files.ts'

/** How the signing keys of a server are kept. */
export type SigningSettings = Pick<
  Settings,
  'envelopeKey' | 'signingAlgorithm' | 'signingKeyDays' | 'newSigningKeys'
>

/** What a server would run with. */
export interface ServerPlan {
  readonly settings: Settings
  readonly origins: Origins
  /** Absolute path of the data directory. */
  readonly data: string
  /** Whether the data directory would be made. */
  readonly isNew: boolean
  /** Empty when there is a fault in it. */
  readonly issuer: string
  /** Never 0, but when there is a fault in it. */
  readonly port: number
  readonly tlsFiles: TlsFiles | undefined
  readonly signing: SigningSettings
  /** URL of the database of several nodes; it may hold a password. */
  readonly database: string | undefined
  readonly isNewOperatorWanted: boolean
  readonly options: OperationOptions & Pick<AuthorizationServerOptions, 'profile' | 'isDevelopment'>
}

/** A plan, and what is wrong with it. */
export interface PlanReport extends Pick<ConfigurationReport, 'unusable' | 'isFileRead'> {
  readonly plan: ServerPlan
  /** Each keeps the server from starting. */
  readonly faults: readonly CommandError[]
  /** The server would start; somebody may regret it. */
  readonly warnings: readonly string[]
}

/** Where a plan is made from. */
export interface PlanSources {
  readonly flags: SettingFlags
  readonly env: Readonly<Record<string, string | undefined>>
  /** What `--config` names. */
  readonly config: string | undefined
}

/** Makes the plan of a server; opens nothing but files to read them, and changes nothing. */
export async function planServer({ flags, env, config }: PlanSources): Promise<PlanReport> {
  const named = env[CONFIG_VARIABLE] === '' ? undefined : env[CONFIG_VARIABLE]
  const report = await readConfiguration({ flags, env, file: config ?? named })
  const { settings, origins, unusable, isFileRead } = report
  const faults = [...report.faults]
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      const { exitCode, message, hint } = describeFailure(error)
      if (exitCode === ExitCode.internal) throw error
      faults.push(new CommandError(exitCode, message, hint))
      return undefined
    }
  }

  const { tlsCertificate, tlsKey, host } = settings
  const { envelopeKey, signingAlgorithm, signingKeyDays, newSigningKeys } = settings
  const isTls = tlsCertificate !== undefined && tlsKey !== undefined
  if (!isTls && (tlsCertificate ?? tlsKey) !== undefined) {
    const missing: SettingName = tlsKey === undefined ? 'tlsKey' : 'tlsCertificate'
    faults.push(
      new CommandError(
        ExitCode.usage,
        `--${fileName(missing)} is missing: TLS needs a certificate and its private key`,
        'name both files: --tls-certificate chain.pem --tls-key key.pem',
      ),
    )
  }
  const tlsFiles = isTls ? { certificate: tlsCertificate, key: tlsKey } : undefined
  const tls = tlsFiles === undefined ? undefined : await attempt(() => readTlsFiles(tlsFiles))
  const port = (await attempt(() => findPort({ host, port: settings.port }))) ?? settings.port
  const givenIssuer =
    settings.issuer === undefined
      ? undefined
      : { value: settings.issuer, origin: origins.issuer ?? '--issuer' }
  const issuer = await attempt(() => chooseIssuer(givenIssuer, { host, port, isTls }))
  const { metricsHost, metricsPort } = settings
  if (metricsPort !== undefined) {
    await attempt(() => findPort({ host: metricsHost, port: metricsPort }, 'metricsPort'))
  }
  const { database } = settings
  const url = database === undefined ? undefined : await attempt(() => parseDatabaseUrl(database))
  const data = resolve(settings.data)
  const isNew = await attempt(() => inspectDataDirectory(data))
  const options: ServerPlan['options'] = {
    profile: settings.profile,
    isDevelopment: settings.dev,
    limits: {
      tokensPerMinute: settings.tokensPerMinute,
      apiCallsPerMinute: settings.apiCallsPerMinute,
      failuresPerMinute: settings.failuresPerMinute,
    },
    trustedProxies: settings.trustedProxy ?? [],
    privateJwksHosts: settings.privateJwksHost ?? [],
    workbenchOrigins: settings.workbenchOrigin ?? [],
    auditDays: settings.auditDays,
    ...(tls === undefined ? undefined : { tls }),
    ...(metricsPort === undefined
      ? undefined
      : { watch: { host: metricsHost, port: metricsPort } }),
  }
  for (const { option, problem } of findOperationProblems(options)) {
    const name = SETTING_OF[option]
    // What is wrong with a pair is a sentence of its own.
    const colon = option === 'tls' ? ':' : ''
    const origin = (name === undefined ? option : (origins[name] ?? `--${fileName(name)}`)) + colon
    faults.push(
      new CommandError(ExitCode.usage, `${origin} ${problem}`, 'see keygrant serve --help'),
    )
  }
  const plan = {
    settings,
    origins,
    data,
    isNew: isNew ?? false,
    issuer: issuer ?? '',
    port,
    tlsFiles,
    signing: { envelopeKey, signingAlgorithm, signingKeyDays, newSigningKeys },
    database,
    isNewOperatorWanted: settings.newOperator,
    options,
  }
  const warnings = [
    ...(issuer === undefined ? [] : await findWarnings(plan)),
    ...(url === undefined ? [] : findDatabaseWarnings(plan, url)),
  ]
  return { plan, unusable, isFileRead, faults, warnings }
}

/** The settings of which the server itself finds what is wrong. */
const SETTING_OF: Readonly<Record<string, SettingName>> = {
  trustedProxies: 'trustedProxy',
  privateJwksHosts: 'privateJwksHost',
  workbenchOrigins: 'workbenchOrigin',
  tls: 'tlsCertificate',
}

const CERTIFICATE_WARNING_DAYS = 14
const DAY_MS = 86_400_000

async function findWarnings(plan: ServerPlan): Promise<readonly string[]> {
  const { settings, issuer, options, data, isNew } = plan
  const warnings: string[] = []
  const isPublic = !isLoopback(new URL(issuer).hostname)
  if (isPublic && options.tls === undefined && settings.trustedProxy === undefined) {
    warnings.push(
      'the proxy that does TLS is not named: all requests count as coming from it; name it with --trusted-proxy',
    )
  }
  if (isPublic && settings.dev) {
    warnings.push(
      '--dev tells everybody who can reach this server what is registered; leave it out',
    )
  }
  if (settings.metricsPort !== undefined && !isLoopback(settings.metricsHost)) {
    warnings.push(
      `metrics are answered to everybody who reaches ${settings.metricsHost}; let a firewall say who may`,
    )
  }
  if (isPublic && settings.failuresPerMinute === 0) {
    warnings.push('nobody is kept from guessing: --failures-per-minute is 0')
  }
  const ends = options.tls === undefined ? undefined : certificateEnd(options.tls.certificate)
  if (ends !== undefined && ends - Date.now() < CERTIFICATE_WARNING_DAYS * DAY_MS) {
    const day = new Date(ends).toISOString().slice(0, 10)
    warnings.push(
      ends < Date.now()
        ? `the TLS certificate ended on ${day}; clients refuse it`
        : `the TLS certificate ends on ${day}; renew it`,
    )
  }
  const before = isNew ? undefined : await readKnownIssuer(data)
  if (before !== undefined && before !== issuer && !isLoopback(new URL(before).hostname)) {
    warnings.push(
      `the issuer was ${quoteInput(before)} and is now ${quoteInput(issuer)}: clients and APIs have to be told, and tokens that are out are refused`,
    )
  }
  return warnings
}

function findDatabaseWarnings(
  { origins, data }: Pick<ServerPlan, 'origins' | 'data'>,
  { hasPassword, isLocal, isVerified }: DatabaseUrl,
): readonly string[] {
  const isInFlag = origins.database === '--database'
  return [
    ...(hasPassword && isInFlag
      ? [
          'everybody on this machine can see the password in --database; put it into PGPASSWORD, ~/.pgpass or KEYGRANT_SERVE_DATABASE',
        ]
      : []),
    ...(isLocal || isVerified
      ? []
      : ['nobody knows that the database is the right one; add sslmode=verify-full to its URL']),
    ...(existsSync(join(data, 'keygrant.db'))
      ? [
          `what is in ${quoteInput(shortPath(join(data, 'keygrant.db')))} is not used: the data is that of --database`,
        ]
      : []),
  ]
}

function certificateEnd(certificate: string | Buffer): number | undefined {
  try {
    return Date.parse(new X509Certificate(certificate).validTo)
  } catch {
    // What is wrong with it is among the faults.
    return undefined
  }
}

/** The issuer of the last start, or nothing when that can't be told: the start itself says why. */
async function readKnownIssuer(data: string): Promise<string | undefined> {
  try {
    const { issuer } = await readOperator(data)
    return URL.canParse(issuer) ? issuer : undefined
  } catch (error) {
    if (error instanceof CommandError) return undefined
    throw error
  }
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
    worstOf(faults),
    `the server can not start; ${faults.length} things are wrong`,
    'keygrant serve --check looks again and starts nothing',
    faults.map(({ message, hint }) => (hint === undefined ? message : `${message} (${hint})`)),
  )
}

/** What the person wrote comes before what the machine can't. */
function worstOf(faults: readonly CommandError[]): CommandError['exitCode'] {
  return faults.some(({ exitCode }) => exitCode === ExitCode.usage)
    ? ExitCode.usage
    : ExitCode.environment
}
