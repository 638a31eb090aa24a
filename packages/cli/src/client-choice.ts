/**
 * Which client asks which server: by flags, by profile, or as the operator of this machine. Reads no key,
 * so that a token that is kept can be given without one.
 * @module
 */

import type { JwsAlgorithmName } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import type { CliContext } from './context.ts'
import { readOperator, resolveDataDirectory } from './data-directory.ts'
import { ExitCode } from './exit-codes.ts'
import { parseAlgorithm } from './parsers.ts'
import { findProfile } from './profiles.ts'

/** Flags that say who asks whom. */
export interface IdentityFlags {
  readonly issuer?: string
  readonly tokenEndpoint?: string
  readonly clientId?: string
  readonly key?: string
  readonly kid?: string
  readonly alg?: JwsAlgorithmName
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
  readonly clientId: string
  /** A private key: the path of its file, or a reference. */
  readonly key: string
  readonly isOperator: boolean
  readonly kid: string | undefined
  readonly alg: JwsAlgorithmName | undefined
  readonly scope: string | undefined
  readonly resource: string | undefined
  readonly audience: string | undefined
  readonly lifetimeSeconds: number | undefined
  /** File of the key that tokens are bound to. */
  readonly dpopKey: string | undefined
}

/**
 * Chooses the client.
 *
 * @throws {@link CommandError} that names what is missing.
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
  const { issuer, tokenEndpoint, clientId, key, kid, scope, audience, alg } = {
    ...profile,
    ...withoutAbsent(flags),
  }
  if (clientId === undefined || key === undefined || (issuer ?? tokenEndpoint) === undefined) {
    const missing = [
      ...((issuer ?? tokenEndpoint) === undefined ? ['--issuer'] : []),
      ...(clientId === undefined ? ['--client-id'] : []),
      ...(key === undefined ? ['--key'] : []),
    ]
    throw new CommandError(
      ExitCode.usage,
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      'say who asks and where, or ask as the operator of this machine with --operator',
    )
  }
  return {
    ...rest(flags),
    issuer,
    tokenEndpoint,
    clientId,
    key,
    isOperator: false,
    kid,
    alg: alg === undefined ? undefined : parseAlgorithm(alg),
    scope,
    audience,
  }
}

/** Whether a token may be kept: a key on standard input is another one each time. */
export function mayBeKept({ key, dpopKey }: ClientChoice): boolean {
  return key !== '-' && dpopKey !== '-'
}

/** What no profile says. */
function rest({ resource, lifetime, dpopKey }: ClientFlags) {
  return { resource, lifetimeSeconds: lifetime, dpopKey }
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
  const { tokenEndpoint, kid, alg, scope, audience } = flags
  const choice = { issuer, tokenEndpoint, clientId, key: keyFile, kid, alg, scope, audience }
  return { ...rest(flags), ...choice, isOperator: true }
}

function withoutAbsent<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>
}
