/**
 * One request of `authorizedFetch`, with its second attempts.
 * @module
 */

import { parseChallenges } from '../challenge.ts'
import { invalidArgumentValue } from '../errors.ts'
import { isSafeServerUrl } from '../server-url.ts'
import type { AuthorizedFetchOptions } from './authorized-fetch.ts'
import { keepBody } from './replayable-body.ts'
import type { TokenClient, TokenRequest } from './token-client.ts'

/** An API that refused a new token too is given the one at hand for this long. */
const REFUSING_MS = 60_000
const MAX_REFUSING = 64

/** Sends a request with a token, and once more for a nonce and for a token that is refused. */
export async function sendAuthorized(
  client: TokenClient,
  options: AuthorizedFetchOptions,
  refusing: Map<string, number>,
  input: Parameters<typeof fetch>[0],
  init: Parameters<typeof fetch>[1],
): Promise<Response> {
  const given = input instanceof Request ? input : undefined
  const url = allowedUrl(input instanceof Request ? input.url : input.toString(), options)
  const method = (init?.method ?? given?.method ?? 'GET').toUpperCase()
  const signal = init?.signal ?? given?.signal
  const body = await keepBody(init?.body ?? given?.body, options.maxReplayOctets ?? 65_536)
  const wanted: TokenRequest = {
    ...(options.scope === undefined ? undefined : { scope: options.scope }),
    ...(options.resource === undefined ? undefined : { resource: options.resource }),
    ...(signal === undefined || signal === null ? undefined : { signal }),
  }
  let hasNonceRetry = false
  let hasTokenRetry = false
  for (;;) {
    const { token, headers } = await client.authorize({ ...wanted, method, url })
    const all = new Headers(init?.headers ?? given?.headers)
    for (const [name, value] of Object.entries(headers)) all.set(name, value)
    const sent = body.next()
    const request: RequestInit = {
      ...init,
      method,
      headers: all,
      ...(sent === undefined ? undefined : { body: sent }),
      // What a stream needs; the type of the DOM does not know it yet.
      ...(sent instanceof ReadableStream ? { duplex: 'half' } : undefined),
      ...(token.tokenType === 'DPoP' ? { redirect: 'manual' as const } : undefined),
    }
    // A Request brings its other settings along; its body is in `request`.
    const target = given === undefined ? url : new Request(url, withoutBody(given))
    const response = await (options.fetch ?? fetch)(target, request)
    const isNewNonce = client.learn(url, response.headers)
    if (response.status !== 401) return response
    const error = challengeError(response.headers)
    if (error === 'use_dpop_nonce' && isNewNonce && !hasNonceRetry && body.isReplayable) {
      hasNonceRetry = true
      await response.body?.cancel()
      continue
    }
    const { origin } = new URL(url)
    const isRefused = error === undefined || error === 'invalid_token'
    if (!isRefused) return response
    if (hasTokenRetry) {
      if (refusing.size >= MAX_REFUSING) refusing.clear()
      refusing.set(origin, Date.now())
      return response
    }
    if (Date.now() - (refusing.get(origin) ?? 0) < REFUSING_MS) return response
    await client.forget(token)
    if (!body.isReplayable) return response
    hasTokenRetry = true
    await response.body?.cancel()
  }
}

function allowedUrl(text: string, { origins, allowHttp }: AuthorizedFetchOptions): string {
  if (!isSafeServerUrl(text, allowHttp)) {
    throw invalidArgumentValue(
      'input',
      'an absolute https URL without user name or password, or an http URL of this machine: a token goes along',
    )
  }
  const { origin } = new URL(text)
  if (origins === undefined || origins.includes(origin)) return text
  throw invalidArgumentValue('input', `on one of ${origins.join(', ')}: no other may see the token`)
}

/** The error of the first challenge that has one. */
function challengeError(headers: Headers): string | undefined {
  const challenges = parseChallenges(headers.get('www-authenticate'))
  return challenges.map(({ parameters }) => parameters['error']).find((code) => code !== undefined)
}

function withoutBody(given: Request): RequestInit {
  const { cache, credentials, integrity, keepalive, mode, redirect, referrerPolicy } = given
  return {
    cache,
    credentials,
    integrity,
    keepalive,
    mode: mode === 'navigate' ? 'same-origin' : mode,
    redirect,
    referrerPolicy,
    signal: given.signal,
  }
}
