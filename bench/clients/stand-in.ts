/**
 * An authorization server and an API for the comparison of clients: it judges what each of them sends, counts, and can
 * be taken down. Tokens of a minute, an Entra and a Google are what no real server gives to a benchmark.
 * @module
 */

import { createHash, randomUUID, verify } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OKTA_PROFILE, parseJwt, verifyAssertion } from '@keygrant/core/assertion'
import { verifyDpopProof } from '@keygrant/core/dpop'
import type { PublicKey } from '@keygrant/core/keys'

export const CLIENT_ID = '0oabench00000000test'
export const SCOPE = 'reports.read'
/** Where Google's library sends its assertions, whatever it is told. */
export const GOOGLE_ENDPOINT = 'https://oauth2.googleapis.com/token'

/** What a task counts, and may change while clients run. */
export interface StandIn {
  /** Its issuer identifier, and where it listens. */
  readonly issuer: string
  readonly tokenEndpoint: string
  /** An API that takes its tokens. */
  readonly api: string
  /** Requests that came to the token endpoint. */
  tokenRequests: number
  /** Of those, the ones that were refused. */
  refusals: number
  /** Of those, the ones whose assertion had come before. A server that takes each once refuses them. */
  repeated: number
  /** Keys that are registered. */
  keys: readonly PublicKey[]
  /** Of its tokens. */
  lifetimeSeconds: number
  /** Whether server and API want DPoP proofs with nonces of theirs. */
  wantsDpop: boolean
  /** Whether the token endpoint resets every connection. */
  isDown: boolean
  close(): Promise<void>
}

interface IssuedToken {
  readonly endsMs: number
  readonly jkt: string | undefined
}

/** Starts one on a free port of this machine. */
export async function startStandIn(settings: Partial<StandIn> = {}): Promise<StandIn> {
  const options = { keepAliveTimeout: 300_000 }
  const server = createServer(options, (request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const seen = new Set<string>()
  const tokens = new Map<string, IssuedToken>()
  const nonces = { server: randomUUID(), api: randomUUID() }
  const standIn: StandIn = {
    issuer,
    tokenEndpoint: `${issuer}/oauth2/v1/token`,
    api: `${issuer}/reports`,
    tokenRequests: 0,
    refusals: 0,
    repeated: 0,
    keys: [],
    lifetimeSeconds: 3600,
    wantsDpop: false,
    isDown: false,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    ...settings,
  }
  return standIn

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', issuer)
    if (pathname.startsWith('/.well-known/')) {
      return answer(response, 200, { issuer, token_endpoint: standIn.tokenEndpoint })
    }
    if (pathname === '/reports') return callApi(request, response)
    standIn.tokenRequests++
    if (standIn.isDown) return void request.socket.destroy()
    const error = await tokenRequest(request, response)
    if (error === undefined) return
    standIn.refusals++
    answer(response, error === 'invalid_client' ? 401 : 400, { error, error_description: error })
  }

  /** Answers with a token, or gives the code of the refusal. */
  async function tokenRequest(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<string | undefined> {
    const form = new URLSearchParams(await textOf(request))
    const assertion = form.get('client_assertion') ?? form.get('assertion') ?? ''
    const hash = createHash('sha256').update(assertion).digest('base64')
    if (seen.has(hash)) standIn.repeated++
    seen.add(hash)
    const isSound = form.has('assertion') ? isGoogleAssertion(assertion) : await judge(assertion)
    if (!isSound) return 'invalid_client'
    let jkt: string | undefined
    if (standIn.wantsDpop) {
      const proof = await verifyDpopProof(header(request, 'dpop'), {
        method: 'POST',
        url: standIn.tokenEndpoint,
        nonces: [nonces.server],
        replay: 'unchecked',
      })
      if (!proof.accepted) {
        response.setHeader('dpop-nonce', nonces.server)
        return 'use_dpop_nonce'
      }
      jkt = proof.jkt
    }
    const token = randomUUID()
    tokens.set(token, { endsMs: Date.now() + standIn.lifetimeSeconds * 1000, jkt })
    answer(response, 200, {
      access_token: token,
      token_type: jkt === undefined ? 'Bearer' : 'DPoP',
      expires_in: standIn.lifetimeSeconds,
      ...(form.has('scope') ? { scope: form.get('scope') } : {}),
    })
    return undefined
  }

  /** By the rulebook, in Okta's profile. Keys that are told by a certificate have no `kid`: any of them may fit. */
  async function judge(assertion: string): Promise<boolean> {
    const hasKid = parseJwt(assertion).header?.['kid'] !== undefined
    const choices = hasKid ? [standIn.keys] : standIn.keys.map((key) => [key])
    for (const keys of choices) {
      const { accepted } = await verifyAssertion(assertion, {
        profile: OKTA_PROFILE,
        issuer,
        endpoint: standIn.tokenEndpoint,
        clientId: CLIENT_ID,
        keys,
        now: Math.floor(Date.now() / 1000),
        replay: 'unchecked',
      })
      if (accepted) return true
    }
    return false
  }

  /** An assertion of a service account has no `sub`, and names Google's endpoint. */
  function isGoogleAssertion(assertion: string): boolean {
    const { claims } = parseJwt(assertion)
    const [head, payload, signature = ''] = assertion.split('.')
    const data = Buffer.from(`${head}.${payload}`)
    const octets = Buffer.from(signature, 'base64url')
    return (
      claims?.['iss'] === CLIENT_ID &&
      claims['aud'] === GOOGLE_ENDPOINT &&
      Number(claims['exp']) > Date.now() / 1000 &&
      standIn.keys.some(({ jwk }) =>
        verify('RSA-SHA256', data, { key: { ...jwk }, format: 'jwk' }, octets),
      )
    )
  }

  async function callApi(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [scheme, token = ''] = header(request, 'authorization').split(' ')
    const issued = tokens.get(token)
    const refuse = (error: string): void => {
      response.setHeader(
        'www-authenticate',
        `${scheme === 'DPoP' ? scheme : 'Bearer'} error="${error}"`,
      )
      answer(response, 401, { error })
    }
    if (issued === undefined || issued.endsMs <= Date.now()) return refuse('invalid_token')
    if (issued.jkt === undefined) return answer(response, 200, {})
    const proof = await verifyDpopProof(header(request, 'dpop'), {
      method: request.method ?? '',
      url: standIn.api,
      accessToken: token,
      jkt: issued.jkt,
      nonces: [nonces.api],
      replay: 'unchecked',
    })
    if (proof.accepted) return answer(response, 200, {})
    response.setHeader('dpop-nonce', nonces.api)
    refuse('use_dpop_nonce')
  }
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
