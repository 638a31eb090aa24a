/**
 * oidc-provider with its state in a Map: nothing of it is durable.
 * @module
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider'
import { exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import { kindFor, serveBench } from './contender.ts'

const CLIENT_ID = '0oar95zt9zIpYuz6A0h7'
const SCOPE = 'api.read'
const RESOURCE = 'https://api.example'

await serveBench(async ({ assertions, tokens, clientJwk }) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signingKey = exportPrivateJwk(await generateKey(kindFor(tokens), { alg: tokens }))
  const provider = new Provider(issuer, {
    adapter: mapAdapter,
    jwks: { keys: [{ ...signingKey, use: 'sig' }] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: assertions,
        id_token_signed_response_alg: tokens,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        scope: SCOPE,
        jwks: { keys: [clientJwk] },
      },
    ],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: [assertions],
      idTokenSigningAlgValues: [tokens],
    },
    scopes: [SCOPE],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => ({
          scope: SCOPE,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 3600,
          jwt: { sign: { alg: tokens } },
        }),
      },
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => void answer(request, response))
  return { tokenEndpoint: `${issuer}/token`, audience: issuer, clientId: CLIENT_ID, scope: SCOPE }
})

const entries = new Map<string, AdapterPayload>()

function mapAdapter(model: string): Adapter {
  const place = (id: string): string => `${model}:${id}`
  const none = (): Promise<undefined> => Promise.resolve(undefined)
  return {
    upsert: async (id, payload) => void entries.set(place(id), payload),
    find: async (id) => entries.get(place(id)),
    destroy: async (id) => void entries.delete(place(id)),
    consume: none,
    findByUid: none,
    findByUserCode: none,
    revokeByGrantId: none,
  }
}
