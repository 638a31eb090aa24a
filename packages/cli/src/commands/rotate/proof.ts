/**
 * Proving a key: a real token request with it.
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { providerOf, requestAccessToken } from '@keygrant/core/client'
import { HttpError, OAuthResponseError } from '@keygrant/core/errors'
import type { PrivateKey } from '@keygrant/core/keys'
import { CommandError, describeFailure } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'

/** What to ask for, and how long to try. */
export interface ProofOptions {
  readonly issuer: string
  readonly clientId: string
  readonly scope: string | undefined
  readonly patienceSeconds: number
  /** Is told what was wrong before every new try but the first. */
  readonly onRetry: (message: string) => void
}

/** How a proof went. */
export interface Proof {
  readonly tries: number
  /** `undefined` where the key was taken and no token came, because nothing is granted to the app. */
  readonly tokenLifetimeSeconds: number | undefined
}

const LONGEST_PAUSE_MS = 5000

/** Refusals that come after the key was taken: what is missing has nothing to do with it. */
const AUTHENTICATED: ReadonlySet<string> = new Set([
  'consent_required',
  'invalid_scope',
  'invalid_dpop_proof',
  'use_dpop_nonce',
])

/**
 * Gets a token with a key. What may pass by itself is tried again: a server with several nodes or caches
 * takes a moment to know a new key.
 *
 * @throws {@link CommandError} when the key is not taken in time.
 */
export async function proveKey(key: PrivateKey, options: ProofOptions): Promise<Proof> {
  const deadline = Date.now() + options.patienceSeconds * 1000
  for (let tries = 1; ; tries++) {
    try {
      return { tries, tokenLifetimeSeconds: await requestToken(key, options) }
    } catch (error) {
      const pauseMs = Math.min(250 * 2 ** (tries - 1), LONGEST_PAUSE_MS)
      if (!mayPass(error) || Date.now() + pauseMs > deadline) throw unproved(error, key, tries)
      if (tries > 1) options.onRetry(describeFailure(error).message)
      await sleep(pauseMs)
    }
  }
}

async function requestToken(
  signer: PrivateKey,
  { issuer, clientId, scope }: Pick<ProofOptions, 'issuer' | 'clientId' | 'scope'>,
): Promise<number | undefined> {
  const tokenEndpoint = `${issuer}/oauth2/v1/token`
  const isOkta = providerOf(issuer).name === 'okta'
  try {
    const { expires_in: lifetime } = await requestAccessToken({
      tokenEndpoint,
      audience: isOkta ? tokenEndpoint : issuer,
      ...(isOkta ? { typ: 'JWT' as const } : undefined),
      clientId,
      signer,
      ...(scope === undefined ? undefined : { scope }),
    })
    return lifetime
  } catch (error) {
    const isTaken = error instanceof OAuthResponseError && AUTHENTICATED.has(error.error)
    if (isTaken && (scope === undefined || error.error.includes('dpop'))) return undefined
    throw error
  }
}

/**
 * Whether a key is taken now.
 *
 * @throws when the server can't be asked.
 */
export async function isKeyTaken(
  key: PrivateKey,
  place: Pick<ProofOptions, 'issuer' | 'clientId'>,
): Promise<boolean> {
  try {
    await requestToken(key, { ...place, scope: undefined })
    return true
  } catch (error) {
    if (error instanceof OAuthResponseError && error.error === 'invalid_client') return false
    throw error
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof HttpError) return error.code !== 'ERR_HTTP_NOT_JSON'
  if (!(error instanceof OAuthResponseError)) return false
  return error.error === 'invalid_client' || error.status === 429 || error.status >= 500
}

function unproved(error: unknown, { kid }: PrivateKey, tries: number): CommandError {
  const { message, exitCode } = describeFailure(error)
  return new CommandError(
    exitCode === ExitCode.internal ? ExitCode.server : exitCode,
    `the key ${kid} got no token in ${tries} ${tries === 1 ? 'try' : 'tries'}: ${message}`,
    'the old key is in force; run the command again to go on, or with --undo to go back',
  )
}
