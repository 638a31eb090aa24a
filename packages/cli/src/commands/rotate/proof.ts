/**
 * Proving a key: a real token request with it.
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { createTokenClient, type ProviderName } from '@keygrant/core/client'
import { HttpError, OAuthResponseError, TokenRequestError } from '@keygrant/core/errors'
import type { PrivateKey } from '@keygrant/core/keys'
import { CommandError, describeFailure } from '../../command-error.ts'
import { ExitCode } from '../../exit-codes.ts'

/** Where to ask, as whom, and what for. */
export interface ProofPlace {
  readonly issuer: string
  /** Whose server it is, where its address does not tell. */
  readonly provider?: ProviderName | undefined
  readonly clientId: string
  readonly scope: string | undefined
}

/** How long to try. */
export interface ProofOptions extends ProofPlace {
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
const TIMEOUT_MS = 10_000

/** Refusals that come after the key was taken: what is missing has nothing to do with it. */
const AUTHENTICATED: ReadonlySet<string> = new Set(['consent_required', 'invalid_scope'])

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

async function requestToken(key: PrivateKey, place: ProofPlace): Promise<number | undefined> {
  const { scope } = place
  try {
    return await requestOnce(key, place, false)
  } catch (error) {
    const wantsDpop = error instanceof OAuthResponseError && error.error.includes('dpop')
    if (wantsDpop) return requestOnce(key, place, true)
    const isTaken = error instanceof OAuthResponseError && AUTHENTICATED.has(error.error)
    if (isTaken && scope === undefined) return undefined
    throw error
  }
}

/** Asks once, with a new assertion; with DPoP once more where the server wants its nonce in the proof. */
async function requestOnce(
  signer: PrivateKey,
  { issuer, provider, clientId, scope }: ProofPlace,
  dpop: boolean,
): Promise<number> {
  const client = createTokenClient({
    issuer,
    tokenEndpoint: `${issuer}/oauth2/v1/token`,
    clientId,
    signer,
    dpop,
    ...(provider === undefined ? undefined : { provider }),
    ...(scope === undefined ? undefined : { scope }),
    // The administrator said where to; and what is tried again is decided here.
    allowHttp: true,
    maxAttempts: 1,
    timeoutMs: TIMEOUT_MS,
    onWarning: () => undefined,
  })
  try {
    const asked = Date.now() / 1000
    const { expiresAt } = await client.getToken()
    return Math.ceil(expiresAt - asked)
  } catch (error) {
    throw error instanceof TokenRequestError && error.cause !== undefined ? error.cause : error
  }
}

/**
 * Whether a key is taken now.
 *
 * @throws when the server can't be asked.
 */
export async function isKeyTaken(
  key: PrivateKey,
  place: Omit<ProofPlace, 'scope'>,
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
