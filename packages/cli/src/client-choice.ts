/**
 * Which client asks which server: by flags, profile, environment and file, or as the operator of this machine. Reads no
 * key, so that a token that is kept can be given without one.
 * @module
 */

import type { ProviderName } from '@keygrant/core/client'
import type { JwsAlgorithmName } from '@keygrant/core/keys'
import {
  type ConfigurationReport,
  type KeyReference,
  readClientConfiguration,
  requireAll,
  WHERE_TO_SAY,
  withoutAbsent,
} from './client-configuration.ts'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { readOperator, resolveDataDirectory } from './data-directory.ts'
import { ExitCode } from './exit-codes.ts'
import { findProfile } from './profiles.ts'

/** Flags that say who asks whom. */
export interface IdentityFlags {
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly clientId?: string
  readonly key?: string
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
  readonly provider?: ProviderName
  readonly audience?: string
  readonly operator?: boolean
  readonly data?: string
  readonly profile?: string
}

/** Flags that say who asks whom, and for what. */
export interface ClientFlags extends IdentityFlags {
  readonly scope?: string
  readonly resource?: string
  readonly lifetime?: number
  readonly dpopKey?: string
}

/** A client whose server, name and key are known. */
export interface ClientChoice {
  readonly issuer: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly provider: ProviderName | undefined
  readonly clientId: string
  readonly key: KeyReference
  readonly isOperator: boolean
  readonly kid: string | undefined
  readonly alg: JwsAlgorithmName | undefined
  readonly scope: string | undefined
  readonly resource: string | undefined
  readonly audience: string | undefined
  readonly lifetimeSeconds: number | undefined
  /** File of the key that tokens are bound to. */
  readonly dpopKey: string | undefined
  /** Whether the environment wants tokens bound to a key. */
  readonly isBound: boolean
}

/**
 * Chooses the client.
 *
 * @throws {@link CommandError} that names all that is missing.
 */
export async function chooseClient(
  context: Pick<CliContext, 'env'>,
  flags: ClientFlags,
): Promise<ClientChoice> {
  if (flags.operator === true) return chooseOperator(context, flags)
  const profile = await findProfile(flags.profile, context.env)
  if (profile?.data !== undefined && (flags.clientId ?? flags.key ?? profile.key) === undefined) {
    return chooseOperator(context, { data: profile.data, ...flags })
  }
  const { configuration, faults } = await configure(context, flags)
  const { issuer, tokenEndpoint, clientId, key, kid, scope, audience, alg } = configuration
  requireAll(
    [
      ['--issuer', (issuer ?? tokenEndpoint) !== undefined],
      ['--client-id', clientId !== undefined],
      ['--key', key !== undefined],
    ],
    faults,
    `say who asks and where, ${WHERE_TO_SAY}; or ask as the operator of this machine with --operator`,
  )
  return {
    lifetimeSeconds: flags.lifetime,
    dpopKey: flags.dpopKey,
    resource: configuration.resource,
    provider: configuration.provider,
    isBound: configuration.isBound === true,
    issuer,
    tokenEndpoint,
    clientId: clientId as string,
    key: key as KeyReference,
    isOperator: false,
    kid,
    alg,
    scope,
    audience,
  }
}

/** What flags, profile, environment and `okta.yaml` say of a client together. */
export async function configure(
  context: Pick<CliContext, 'env'>,
  flags: ClientFlags,
): Promise<ConfigurationReport> {
  const { data: _data, ...profile } = (await findProfile(flags.profile, context.env)) ?? {}
  const { issuer, tokenEndpoint, provider, audience, clientId, key, kid, alg, scope } = flags
  const server = { issuer, tokenEndpoint, provider, audience }
  const who = { clientId, key, kid, alg, scope, resource: flags.resource }
  return readClientConfiguration(context, { ...profile, ...withoutAbsent({ ...server, ...who }) })
}

/** Whether a token may be kept: a key on standard input is another one each time. */
export function mayBeKept({ key, dpopKey }: ClientChoice): boolean {
  return key !== '-' && dpopKey !== '-'
}

async function chooseOperator(
  { env }: Pick<CliContext, 'env'>,
  flags: ClientFlags,
): Promise<ClientChoice> {
  if (flags.issuer !== undefined || flags.clientId !== undefined || flags.key !== undefined) {
    throw new CommandError(
      ExitCode.usage,
      '--operator stands for --issuer, --client-id and --key: leave those out',
    )
  }
  const { issuer, clientId, keyFile } = await readOperator(resolveDataDirectory(flags.data, env))
  const { tokenEndpoint, provider, kid, alg, scope, audience, resource, dpopKey } = flags
  return {
    issuer,
    tokenEndpoint,
    provider,
    clientId,
    key: keyFile,
    isOperator: true,
    isBound: false,
    kid,
    alg,
    scope,
    resource,
    audience,
    lifetimeSeconds: flags.lifetime,
    dpopKey,
  }
}
