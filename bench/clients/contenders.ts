/**
 * The clients that are compared, each used as its documentation says, with nothing of ours around it: what an application
 * would have to add is what the comparison shows.
 * @module
 */

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfidentialClientApplication } from '@azure/msal-node'
import { Client as OktaClient } from '@okta/okta-sdk-nodejs'
import { gaxios, JWT } from 'google-auth-library'
import * as openid from 'openid-client'
import { authorizedFetch, createTokenClient } from '@keygrant/core/client'
import { CLIENT_ID, GOOGLE_ENDPOINT, SCOPE, type StandIn } from './stand-in.ts'

/** What a client gets to work with. */
export interface Setup {
  readonly standIn: StandIn
  /** File with its RSA key: PKCS#8, and for a client that can read a Key ID with it, a JWK. */
  readonly pemFile: string
  readonly jwkFile: string
  readonly dpop: boolean
}

/** A client in use. */
export interface OpenClient {
  /** The token that a program would send now. */
  getToken(): Promise<string>
  /** A new one, though one is at hand. */
  getNewToken(): Promise<string>
  /** A call of the API; gives its status. */
  call(): Promise<number>
}

/** A client to compare. */
export interface Contender {
  readonly name: string
  /** Whether it can bind tokens by DPoP. */
  readonly hasDpop: boolean
  /** What it signs with, with an RSA key. */
  readonly alg: 'RS256' | 'PS256'
  open(setup: Setup): Promise<OpenClient>
}

async function keygrant({ standIn, jwkFile, dpop }: Setup): Promise<OpenClient> {
  const client = createTokenClient({
    issuer: standIn.issuer,
    clientId: CLIENT_ID,
    keyFile: jwkFile,
    scope: SCOPE,
    dpop,
  })
  const send = authorizedFetch(client)
  return {
    getToken: async () => (await client.getToken()).accessToken,
    getNewToken: async () => (await client.getToken({ refresh: true })).accessToken,
    call: async () => statusOf(await send(standIn.api)),
  }
}

async function openidClient({ standIn, jwkFile, dpop }: Setup): Promise<OpenClient> {
  const jwk = JSON.parse(await readFile(jwkFile, 'utf8')) as JsonWebKey & { kid: string }
  const { d, p, q, dp, dq, qi, kty, n, e } = jwk
  const material = { d, p, q, dp, dq, qi, kty, n, e } as JsonWebKey
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', material, algorithm, false, ['sign'])
  const config = await openid.discovery(
    new URL(standIn.issuer),
    CLIENT_ID,
    undefined,
    openid.PrivateKeyJwt({ key, kid: jwk.kid }),
    // In seconds: a busy machine is no fault of the library.
    { execute: [openid.allowInsecureRequests], algorithm: 'oauth2', timeout: 300 },
  )
  const options = dpop
    ? { DPoP: openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256')) }
    : {}
  const getToken = async (): Promise<string> => {
    const { access_token: token } = await openid.clientCredentialsGrant(
      config,
      { scope: SCOPE },
      options,
    )
    return token
  }
  return {
    getToken,
    getNewToken: getToken,
    call: async () => {
      const args = [undefined, undefined, options] as const
      const token = await getToken()
      const url = new URL(standIn.api)
      return statusOf(await openid.fetchProtectedResource(config, token, url, 'GET', ...args))
    },
  }
}

async function okta({ standIn, jwkFile }: Setup): Promise<OpenClient> {
  const client = new OktaClient({
    orgUrl: standIn.issuer,
    authorizationMode: 'PrivateKey',
    clientId: CLIENT_ID,
    scopes: [SCOPE],
    privateKey: await readFile(jwkFile, 'utf8'),
    // Without it the SDK answers a second GET from its own cache.
    cacheMiddleware: null,
  }) as unknown as OktaInside
  const { oauth, http } = client
  const getToken = async (): Promise<string> => (await oauth.getAccessToken()).access_token
  return {
    getToken,
    getNewToken: () => {
      oauth.clearCachedAccessToken()
      return getToken()
    },
    call: async () => statusOf(await http.http(standIn.api)),
  }
}

/** Parts of Okta's client that its types keep to themselves. */
interface OktaInside {
  readonly oauth: {
    getAccessToken(): Promise<{ readonly access_token: string }>
    clearCachedAccessToken(): void
  }
  readonly http: { http(url: string): Promise<Response> }
}

async function google({ standIn, pemFile }: Setup): Promise<OpenClient> {
  // The address of Google's endpoint is not to be set; the way there is.
  const transporter = new gaxios.Gaxios({
    fetchImplementation: (input, init) => {
      const url = input instanceof Request ? input.url : input.toString()
      return fetch(url === GOOGLE_ENDPOINT ? standIn.tokenEndpoint : url, init)
    },
  })
  const client = new JWT({ email: CLIENT_ID, keyFile: pemFile, scopes: [SCOPE], transporter })
  return {
    getToken: async () => said((await client.getAccessToken()).token),
    getNewToken: async () => {
      await client.getAccessToken()
      return said((await client.gtoken?.getToken({ forceRefresh: true }))?.access_token)
    },
    call: async () => (await client.request({ url: standIn.api })).status,
  }
}

async function msal({ standIn, pemFile }: Setup): Promise<OpenClient> {
  // It speaks https alone: the name stands for the server here, and its claims name the server.
  const authority = 'https://login.test/tenant'
  const post = async <T>(body: string): Promise<Answer<T>> => {
    const response = await fetch(standIn.tokenEndpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })
    const headers = Object.fromEntries(response.headers)
    return { headers, body: (await response.json()) as T, status: response.status }
  }
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: CLIENT_ID,
      authority,
      knownAuthorities: ['login.test'],
      authorityMetadata: JSON.stringify({
        issuer: standIn.issuer,
        token_endpoint: standIn.tokenEndpoint,
        authorization_endpoint: `${authority}/authorize`,
        jwks_uri: `${authority}/keys`,
      }),
      clientCertificate: {
        // The stand-in looks for the key itself, and not for a certificate.
        thumbprintSha256: randomBytes(32).toString('hex'),
        privateKey: await readFile(pemFile, 'utf8'),
      },
    },
    system: {
      networkClient: {
        sendGetRequestAsync: () => Promise.reject(new Error('nothing is fetched')),
        sendPostRequestAsync: (_url, options) => post(options?.body ?? ''),
      },
    },
  })
  const getToken = async (skipCache: boolean): Promise<string> => {
    const request = { scopes: [`${SCOPE}/.default`], skipCache }
    return said((await client.acquireTokenByClientCredential(request))?.accessToken)
  }
  return {
    getToken: () => getToken(false),
    getNewToken: () => getToken(true),
    call: async () => {
      const authorization = `Bearer ${await getToken(false)}`
      return statusOf(await fetch(standIn.api, { headers: { authorization } }))
    },
  }
}

interface Answer<T> {
  readonly headers: Record<string, string>
  readonly body: T
  readonly status: number
}

function said(token: string | null | undefined): string {
  if (token === null || token === undefined) throw new Error('no token was given')
  return token
}

async function statusOf(response: Response): Promise<number> {
  await response.arrayBuffer()
  return response.status
}

/** All of them, ours first. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'keygrant', hasDpop: true, alg: 'RS256', open: keygrant },
  { name: 'openid-client', hasDpop: true, alg: 'RS256', open: openidClient },
  { name: '@okta/okta-sdk-nodejs', hasDpop: true, alg: 'RS256', open: okta },
  { name: 'google-auth-library', hasDpop: false, alg: 'RS256', open: google },
  { name: '@azure/msal-node', hasDpop: false, alg: 'PS256', open: msal },
]
