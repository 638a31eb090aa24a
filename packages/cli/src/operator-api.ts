/**
 * The admin API for the commands of an administrator: which server they call, and as whom.
 * @module
 */

import { existsSync } from 'node:fs'
import type { ProviderName } from '@keygrant/core/client'
import type { Signer } from '@keygrant/core/keys'
import { type AdminApi, type App, createAdminApi } from './admin-api.ts'
import type { AdminScope } from './admin-call.ts'
import { configure } from './client-choice.ts'
import {
  type ConfigurationReport,
  requireAll,
  WHERE_TO_SAY,
  withoutAbsent,
} from './client-configuration.ts'
import { CommandError, describeFailure } from './command-error.ts'
import type { CliContext } from './context.ts'
import { readOperator, resolveDataDirectory } from './data-directory.ts'
import { ExitCode } from './exit-codes.ts'
import { readPrivateKey } from './key-file.ts'
import { findProfile } from './profiles.ts'
import { openSigner } from './signers/open-signer.ts'
import { quoteInput } from './untrusted-text.ts'

/** Flags that name the operator of a data directory. */
export interface OperatorFlags {
  readonly data?: string
  readonly json?: boolean
}

/** Flags that every command of an administrator has. */
export interface AdministratorFlags extends OperatorFlags {
  readonly profile?: string
  readonly issuer?: string
  /** Client ID of the administrator. */
  readonly admin?: string
  /** Its private key. */
  readonly adminKey?: string
  /** Where the server is reached, if not by its issuer. */
  readonly via?: string
}

/** Opens the admin API as the administrator. Nothing is sent before the first call. */
export async function openOperatorApi(
  context: CliContext,
  flags: AdministratorFlags,
  scopes: readonly AdminScope[],
): Promise<AdminApi> {
  const identity = await identifyAdministrator(context, flags)
  return createAdminApi({
    ...identity,
    via: flags.via,
    scopes,
    during: context.output.during,
  })
}

/** Who administers what. */
export interface AdministratorIdentity {
  readonly issuer: string
  /** Whose server it is, where its address does not tell. */
  readonly provider?: ProviderName | undefined
  readonly clientId: string
  readonly signer: Signer
}

/**
 * The administrator: by flags, by profile, by environment or `okta.yaml` where they say it all, else the operator of the data directory.
 *
 * @throws {@link CommandError} when there is none, or its key can't be read.
 */
export async function identifyAdministrator(
  context: CliContext,
  flags: AdministratorFlags,
): Promise<AdministratorIdentity> {
  const { issuer, admin, adminKey, data } = flags
  const isNamed = (issuer ?? admin ?? adminKey) !== undefined
  // A flag outweighs the environment.
  const isData = data !== undefined && flags.profile === undefined && !isNamed
  if (isData) return identifyOperator(context, { data })
  const profile = await findProfile(flags.profile, context.env)
  const report = await configure(context, {
    ...(flags.profile === undefined ? undefined : { profile: flags.profile }),
    ...withoutAbsent({ issuer, clientId: admin, key: adminKey }),
  })
  if (isNamed || (profile !== undefined && profile.data === undefined)) {
    return openNamed(context, report)
  }
  const directory = data ?? profile?.data ?? nonEmpty(context.env['KEYGRANT_DATA'])
  const isThere = existsSync(resolveDataDirectory(directory, context.env))
  // The environment and okta.yaml count where they say it all, or where no server is at hand.
  const { issuer: server, clientId, key } = report.configuration
  const isAll = server !== undefined && clientId !== undefined && key !== undefined
  const isAny = server !== undefined || clientId !== undefined
  if (directory === undefined && (isAll || (isAny && !isThere))) return openNamed(context, report)
  return identifyOperator(context, directory === undefined ? {} : { data: directory })
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** An administrator that is named by flags, profile, environment or `okta.yaml`. */
async function openNamed(
  context: CliContext,
  { configuration, faults }: ConfigurationReport,
): Promise<AdministratorIdentity> {
  const { issuer, provider, clientId, key, kid } = configuration
  requireAll(
    [
      ['--issuer', issuer !== undefined],
      ['--admin', clientId !== undefined],
      ['--admin-key', key !== undefined],
    ],
    faults,
    `say whom to ask and as whom, ${WHERE_TO_SAY}`,
  )
  const signer = await openSigner(key, { kid, context })
  return { issuer: issuer as string, provider, clientId: clientId as string, signer }
}

/**
 * The operator that the data directory names, with its key.
 *
 * @throws {@link CommandError} when there is none, or its key can't be read.
 */
export async function identifyOperator(
  context: CliContext,
  flags: OperatorFlags,
): Promise<AdministratorIdentity> {
  const { issuer, clientId, keyFile } = await readOperator(
    resolveDataDirectory(flags.data, context.env),
  )
  try {
    return { issuer, clientId, signer: await readPrivateKey(context, keyFile) }
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `the key of the operator can not be used: ${describeFailure(error).message}`,
      'restore it from a backup, or delete it: the next start of the server makes and registers a new one',
    )
  }
}

const CLIENT_ID = /^0oa[A-Za-z0-9]{17}$/

/**
 * The service app that a person means: by its client ID, or by its name when only one has it.
 *
 * @throws {@link CommandError} when no app, or more than one, has the name.
 */
export async function resolveApp(api: AdminApi, idOrName: string): Promise<string> {
  if (CLIENT_ID.test(idOrName)) return idOrName
  const named = (await api.listApps(idOrName)).filter(({ label }) => label === idOrName)
  const [only] = named
  if (only !== undefined && named.length === 1) return only.id
  throw new CommandError(
    ExitCode.input,
    only === undefined
      ? `there is no service app named ${quoteInput(idOrName)}`
      : `${named.length} service apps are named ${quoteInput(idOrName)}`,
    only === undefined
      ? 'keygrant app list shows the service apps that there are'
      : `use the client ID: ${named.map(({ id }: App) => id).join(' or ')}`,
  )
}
