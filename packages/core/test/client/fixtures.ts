/**
 * An authorization server as a function, for the tests of the token client. It judges each assertion
 * and proof by the rulebook and records its use, so that nothing passes that a server would refuse.
 * @module
 */

import { OKTA_PROFILE, STRICT_PROFILE, verifyAssertion } from '@keygrant/core/assertion'
import { createTokenClient, type TokenClientOptions } from '@keygrant/core/client'
import { verifyDpopProof } from '@keygrant/core/dpop'
import { generateKey, type PrivateKey, type PublicKey } from '@keygrant/core/keys'

export const ISSUER = 'https://as.example'
export const ENDPOINT = `${ISSUER}/oauth2/v1/token`
export const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'

/** A P-256 key that signs. */
export async function aKey(kid?: string): Promise<PrivateKey> {
  return generateKey({ kty: 'EC', crv: 'P-256' }, kid === undefined ? {} : { kid })
}

/** A token request as the server saw it. */
export interface SeenRequest {
  readonly form: URLSearchParams
  readonly assertion: string
  readonly dpop: string | null
}

type Answer = Response | Error | undefined

/** A server whose ways a test sets. */
export interface FakeServer {
  readonly fetch: typeof fetch
  /** Every token request, refused or not. */
  readonly requests: SeenRequest[]
  /** Requests for metadata. */
  metadataRequests: number
  keys: readonly PublicKey[]
  profile: 'okta' | 'strict'
  issuer: string
  tokenEndpoint: string
  lifetimeSeconds: number | undefined
  /** NumericDate of the server, in seconds. */
  clock: () => number
  /** Answers in place of the server when it gives something. */
  fault: (request: SeenRequest, count: number) => Answer | Promise<Answer>
  metadataFault: () => Answer
  /** The DPoP nonce that is wanted; proofs are then required. */
  nonce: string | undefined
  /** Waits before each token answer, in milliseconds. */
  delayMs: number
  scope: string | undefined
}

/** Starts nothing: the server is its `fetch`. */
export function aServer(...keys: readonly { readonly publicKey: PublicKey }[]): FakeServer {
  const used = new Set<string>()
  const server: FakeServer = {
    requests: [],
    metadataRequests: 0,
    keys: keys.map(({ publicKey }) => publicKey),
    profile: 'strict',
    issuer: ISSUER,
    tokenEndpoint: ENDPOINT,
    lifetimeSeconds: 3600,
    clock: () => Date.now() / 1000,
    fault: () => undefined,
    metadataFault: () => undefined,
    nonce: undefined,
    delayMs: 0,
    scope: undefined,
    async fetch(input, init) {
      init?.signal?.throwIfAborted()
      const url = input instanceof Request ? input.url : input.toString()
      const answer = url.includes('/.well-known/')
        ? metadata(url)
        : await token(url, init as RequestInit)
      if (answer instanceof Error) throw answer
      return dated(answer)
    },
  }

  function dated(response: Response): Response {
    if (!response.headers.has('date')) {
      response.headers.set('date', new Date(server.clock() * 1000).toUTCString())
    }
    return response
  }

  function metadata(url: string): Response | Error {
    server.metadataRequests++
    const fault = server.metadataFault()
    if (fault !== undefined) return fault
    if (
      !url.startsWith(`${new URL(server.issuer).origin}/.well-known/oauth-authorization-server`)
    ) {
      return Response.json({}, { status: 404 })
    }
    return Response.json({ issuer: server.issuer, token_endpoint: server.tokenEndpoint })
  }

  async function token(url: string, init: RequestInit): Promise<Response | Error> {
    const form = init.body as URLSearchParams
    const assertion = form.get('client_assertion') ?? form.get('assertion') ?? ''
    const dpop = new Headers(init.headers).get('dpop')
    const seen = { form, assertion, dpop }
    server.requests.push(seen)
    const count = server.requests.length
    await pause(server.delayMs, init.signal ?? undefined)
    const fault = await server.fault(seen, count)
    if (fault !== undefined) return fault
    if (url !== server.tokenEndpoint) return Response.json({}, { status: 404 })
    const isFirst = (replayKey: Uint8Array): boolean => {
      const name = Buffer.from(replayKey).toString('hex')
      return !used.has(name) && used.add(name) !== undefined
    }
    const report = await verifyAssertion(assertion, {
      profile: server.profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE,
      issuer: server.issuer,
      endpoint: server.tokenEndpoint,
      clientId: CLIENT_ID,
      keys: server.keys,
      now: Math.floor(server.clock()),
      replay: ({ replayKey }) => isFirst(replayKey),
    })
    if (!report.accepted) return refusal('invalid_client', 'The client assertion is invalid.')
    if (server.nonce !== undefined || dpop !== null) {
      const proof = await verifyDpopProof(dpop ?? '', {
        method: 'POST',
        url,
        now: Math.floor(server.clock()),
        ...(server.nonce === undefined ? {} : { nonces: [server.nonce] }),
        replay: ({ replayKey }) => isFirst(replayKey),
      })
      if (!proof.accepted) return refusedProof()
    }
    return Response.json({
      access_token: `token-${count}`,
      token_type: dpop === null ? 'Bearer' : 'DPoP',
      ...(server.lifetimeSeconds === undefined ? {} : { expires_in: server.lifetimeSeconds }),
      ...(server.scope === undefined ? {} : { scope: server.scope }),
    })
  }

  function refusedProof(): Response {
    return server.nonce === undefined
      ? refusal('invalid_dpop_proof', 'The DPoP proof is invalid.')
      : refusal('use_dpop_nonce', 'A nonce is wanted.', 400, { 'dpop-nonce': server.nonce })
  }

  return server
}

/** An OAuth error as the token endpoint answers it. */
export function refusal(
  error: string,
  description: string,
  status = 401,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(
    { error, error_description: description },
    { status, headers: { 'x-request-id': 'req-1', ...headers } },
  )
}

/** A client of the server, with warnings kept. */
export function aClient(
  server: FakeServer,
  options: Partial<TokenClientOptions>,
): ReturnType<typeof createTokenClient> & { readonly warnings: string[] } {
  const warnings: string[] = []
  const client = createTokenClient({
    issuer: server.issuer,
    clientId: CLIENT_ID,
    scope: 'reports.read',
    fetch: server.fetch,
    onWarning: (message) => warnings.push(message),
    ...options,
  })
  return Object.assign(client, { warnings })
}

/** The claims of an assertion or proof, unverified. */
export function claimsOf(jwt: string): Record<string, unknown> {
  const payload = jwt.split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms === 0) return
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
