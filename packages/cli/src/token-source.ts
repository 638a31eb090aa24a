/**
 * The token client of a command: its key opened, its token kept in a file.
 * @module
 */

import { createTokenClient, type TokenClient } from '@keygrant/core/client'
import { TokenRequestError } from '@keygrant/core/errors'
import type { ClientChoice } from './client-choice.ts'
import type { KeyReference } from './client-configuration.ts'
import { CommandError, describeFailure } from './command-error.ts'
import type { CliContext } from './context.ts'
import { ExitCode } from './exit-codes.ts'
import { readPrivateKey } from './key-file.ts'
import { keptTokenFile, type KeptToken, readAnyToken, secondsLeft } from './kept-token.ts'
import { openSigner } from './signers/open-signer.ts'
import { createTokenFiles } from './token-files.ts'
import { describeTokenFailure } from './token-failure.ts'

/** How tokens are got. */
export interface TokenSourceOptions {
  /** Whether tokens are kept in files. */
  readonly isKept: boolean
  /** Whether tokens are bound to a key that is made for this process. */
  readonly isBound?: boolean
  /** What sends. Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch
}

const TIMEOUT_MS = 10_000
const DEADLINE_MS = 30_000
const MAX_ATTEMPTS = 3

/** Opens the key and makes the client. Sends nothing yet. */
export async function openTokenClient(
  context: CliContext,
  choice: ClientChoice,
  { isKept, isBound = false, fetch }: TokenSourceOptions,
): Promise<TokenClient> {
  const { issuer, tokenEndpoint, clientId, kid, alg, scope, resource, audience, dpopKey } = choice
  const signer = choice.isOperator
    ? await openOperatorKey(context, choice.key)
    : await openSigner(choice.key, { kid, alg, context })
  const dpop = dpopKey === undefined ? isBound : await openSigner(dpopKey, { context })
  const store =
    isKept && !isBound ? createTokenFiles(keptTokenFile(context.env, choice), scope) : undefined
  try {
    return createTokenClient({
      ...(issuer === undefined ? undefined : { issuer }),
      ...(tokenEndpoint === undefined ? undefined : { tokenEndpoint }),
      clientId,
      signer,
      dpop,
      ...(scope === undefined ? undefined : { scope }),
      ...(resource === undefined ? undefined : { resource }),
      ...(audience === undefined ? undefined : { audience }),
      ...(choice.provider === undefined ? undefined : { provider: choice.provider }),
      ...(choice.lifetimeSeconds === undefined
        ? undefined
        : { lifetimeSeconds: choice.lifetimeSeconds }),
      ...(store === undefined ? undefined : { store }),
      ...(fetch === undefined ? undefined : { fetch }),
      timeoutMs: TIMEOUT_MS,
      deadlineMs: DEADLINE_MS,
      maxAttempts: MAX_ATTEMPTS,
      onWarning: (message) => context.output.warn(message),
      onEvent: (event) => {
        if (event.type !== 'store_failed') return
        context.output.warn(`the token could not be kept: ${describeFailure(event.error).message}`)
      },
    })
  } catch (error) {
    // The flags are the caller of the token client here.
    if (!(error instanceof TypeError)) throw error
    throw new CommandError(ExitCode.usage, error.message.replace(/"options\.(\w+)"/, '"$1"'))
  }
}

async function openOperatorKey(context: CliContext, file: KeyReference) {
  try {
    return await readPrivateKey(context, file)
  } catch (error) {
    throw new CommandError(
      ExitCode.environment,
      `the key of the operator can not be used: ${describeFailure(error).message}`,
      'restore it from a backup, or delete it: the next start of the server makes and registers a new one',
    )
  }
}

/** A token to be used. */
export interface GivenToken {
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  readonly scope?: string | undefined
  /** NumericDate of this machine. */
  readonly expiresAt: number
}

/**
 * Gets a token. When the server can't be asked, the token that is kept is given as long as it is good.
 *
 * @throws {@link CommandError} with the likeliest cause.
 */
export async function getTokenFrom(
  context: CliContext,
  client: TokenClient,
  choice: ClientChoice,
  { isKept, isFresh }: { readonly isKept: boolean; readonly isFresh: boolean },
): Promise<GivenToken> {
  try {
    const token = client.getToken({ refresh: isFresh })
    return await context.output.during('asking for a token', token)
  } catch (error) {
    if (!(error instanceof TokenRequestError)) throw error
    const kept = isKept && error.retryable && !isFresh ? stillGood(context, choice) : undefined
    if (kept === undefined) throw describeTokenFailure(error)
    context.output.warn(
      `the server can not be asked; the token that is kept is good for ${Math.floor(secondsLeft(kept, Date.now() / 1000))} s more`,
    )
    return { ...kept, expiresAt: kept.obtainedAt + kept.lifetimeSeconds }
  }
}

function stillGood({ env }: CliContext, choice: ClientChoice): KeptToken | undefined {
  const kept = readAnyToken(keptTokenFile(env, choice))
  return kept !== undefined && secondsLeft(kept, Date.now() / 1000) > 1 ? kept : undefined
}
