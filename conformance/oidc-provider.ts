/**
 * An authorization server that we did not write: oidc-provider, with service clients that sign with private keys, one of which
 * has to bind its tokens; and an API that takes its tokens.
 * @module
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { createDpopNonces } from '@keygrant/core/dpop'
import { exportPrivateJwk, generateKey, type PublicJwk } from '@keygrant/core/keys'
import { createGuard } from '@keygrant/core/resource'

/** A client whose tokens may be bearer tokens; that with `-bound` behind it needs DPoP, with nonces. */
export const CLIENT_ID = 'reports'
const AUDIENCE = 'https://api.example'

/** A provider that is listening. */
export interface RunningProvider {
  readonly issuer: string
  /** Token requests that came so far. */
  readonly tokenRequests: () => number
  readonly stop: () => Promise<void>
}

/** An API that is listening, and wants DPoP with nonces of its own. */
export interface RunningApi {
  readonly origin: string
  readonly stop: () => Promise<void>
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** Starts a provider at which these keys are registered, each for the algorithm that it names. */
export async function startOidcProvider(
  jwks: readonly (PublicJwk & { readonly alg?: string })[],
): Promise<RunningProvider> {
  let tokenRequests = 0
  const server = createServer()
  const issuer = await listen(server)
  const algorithms = jwks.flatMap(({ alg }) => (alg === undefined ? [] : [alg]))
  const aClient = (id: string, isBound: boolean): object => ({
    client_id: id,
    token_endpoint_auth_method: 'private_key_jwt',
    id_token_signed_response_alg: 'ES256',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: 'reports.read',
    dpop_bound_access_tokens: isBound,
    jwks: { keys: jwks.map((jwk) => ({ ...jwk })) },
  })
  const signing = await generateKey({ kty: 'EC', crv: 'P-256' })
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...exportPrivateJwk(signing), alg: 'ES256', use: 'sig' }] },
    clients: [aClient(CLIENT_ID, false), aClient(`${CLIENT_ID}-bound`, true)] as never[],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: algorithms,
      dPoPSigningAlgValues: ['ES256'],
    },
    scopes: ['reports.read'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: {
        enabled: true,
        nonceSecret: Buffer.alloc(32, 7),
        requireNonce: () => true,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        getResourceServerInfo: () => ({
          scope: 'reports.read',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url === '/token') tokenRequests++
    void answer(request, response)
  })
  return { issuer, tokenRequests: () => tokenRequests, stop: () => close(server) }
}

/** Starts an API that shows the claims of the token it was called with. */
export async function startGuardedApi(issuer: string): Promise<RunningApi> {
  const nonces = createDpopNonces()
  const api = createServer()
  const origin = await listen(api)
  const guard = createGuard({
    issuer,
    audience: AUDIENCE,
    publicUrl: origin,
    dpop: { isRequired: true, nonces },
  })
  api.on('request', (incoming, outgoing) => {
    void (async () => {
      const headers = new Headers(incoming.headers as Record<string, string>)
      const request = new Request(`${origin}${incoming.url ?? ''}`, { headers })
      const access = await guard(request, { scope: 'reports.read' })
      const response = access instanceof Response ? access : Response.json(access.claims)
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(await response.text())
    })()
  })
  return { origin, stop: () => close(api) }
}
