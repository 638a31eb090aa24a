/**
 * The admin API for the commands of an administrator: which server they call, and as whom.
 * @module
 */

import type { Signer } from '@keygrant/core/keys'
import { type AdminApi, type App, createAdminApi } from './admin-api.ts'
import type { AdminScope } from './admin-call.ts'
import { CommandError, describeFailure } from './command-error.ts'
import type { CliContext } from './context.ts'
import { readOperator, resolveDataDirectory } from './data-directory.ts'
import { ExitCode } from './exit-codes.ts'
import { readPrivateKey } from './key-file.ts'
import { findProfile, type Profile } from './profiles.ts'
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
}

/** Opens the admin API as the administrator. Nothing is sent before the first call. */
export async function openOperatorApi(
  context: CliContext,
  flags: AdministratorFlags,
  scopes: readonly AdminScope[],
): Promise<AdminApi> {
  return createAdminApi({ ...(await identifyAdministrator(context, flags)), scopes })
}

/** Who administers what. */
export interface AdministratorIdentity {
  readonly issuer: string
  readonly clientId: string
  readonly signer: Signer
}

/**
 * The administrator: by flags, by profile, by environment, else the operator of the data directory.
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
  const profile = isData ? undefined : await findProfile(flags.profile, context.env)
  if (isNamed || (profile !== undefined && profile.data === undefined)) {
    const named = { issuer, clientId: admin, key: adminKey }
    return openNamed(context, { ...profile, ...defined(named) })
  }
  const directory = data ?? profile?.data
  return identifyOperator(context, directory === undefined ? {} : { data: directory })
}

/** A profile that says whom to ask and as whom. */
async function openNamed(
  context: CliContext,
  { issuer, clientId, key, kid }: Profile,
): Promise<AdministratorIdentity> {
  if (issuer === undefined || clientId === undefined || key === undefined) {
    const missing = [
      ...(issuer === undefined ? ['--issuer'] : []),
      ...(clientId === undefined ? ['--admin'] : []),
      ...(key === undefined ? ['--admin-key'] : []),
    ]
    throw new CommandError(
      ExitCode.usage,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'say whom to ask and as whom, in flags or in a profile: keygrant profile set NAME --issuer … --client-id … --key …',
    )
  }
  return { issuer, clientId, signer: await openSigner(key, { kid, context }) }
}

function defined(profile: {
  readonly issuer: string | undefined
  readonly clientId: string | undefined
  readonly key: string | undefined
}): Profile {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined))
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
