/**
 * Service apps of a test server, made and changed through its own admin API.
 * @module
 */

import { signAssertion } from '@keygrant/core/assertion'
import { generateKey, type PrivateKey, type PublicKey, type Signer } from '@keygrant/core/keys'
import { CLIENT_ASSERTION_TYPE } from '../client-auth.ts'
import type { InjectedAnswer, InjectedRequest } from '../index.ts'
import type { Role } from '../storage/ports.ts'

/** What a service app is to be. */
export interface TestServiceAppOptions {
  /** Default: `a service app`. */
  readonly label?: string
  /** Scopes that are granted to it. Default: none. */
  readonly scopes?: readonly string[]
  /** Its key pair; only the public half is registered. Default: a new P-256 one. */
  readonly key?: PrivateKey
  /** More public keys of it. */
  readonly otherKeys?: readonly PublicKey[]
  /** Default: none. */
  readonly roles?: readonly Role[]
  /** Whether every token has to be bound to a key (DPoP); `getAccessToken` sends no proof. Default: `false`. */
  readonly requireDpop?: boolean
}

/** What to ask for with {@link TestServiceApp.getAccessToken}. */
export interface AccessTokenOptions {
  /** Scopes, separated by spaces. Default: all that the app was made with. */
  readonly scope?: string
  /** A resource indicator (RFC 8707). Default: none. */
  readonly resource?: string
}

/** A service app of a test server. */
export interface TestServiceApp {
  readonly clientId: string
  /** The private key of the app, for the client under test. */
  readonly key: PrivateKey
  /** Gets a real access token, past network and faults: for tests of an API that is called with it. */
  getAccessToken(options?: AccessTokenOptions): Promise<string>
  /** Registers one more public key. */
  addKey(key: PublicKey): Promise<void>
  deactivateKey(kid: string): Promise<void>
  activateKey(kid: string): Promise<void>
  /** Deletes a key, after it is deactivated. */
  deleteKey(kid: string): Promise<void>
  grantScope(scope: string): Promise<void>
  /** Takes a scope back. */
  revokeScope(scope: string): Promise<void>
  deactivate(): Promise<void>
  activate(): Promise<void>
}

/** Who calls the admin API, and how. */
export interface OperatorOptions {
  readonly issuer: string
  readonly clientId: string
  readonly signer: Signer
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly answer: (request: InjectedRequest) => Promise<InjectedAnswer>
}

const TOKEN_PATH = '/oauth2/v1/token'
const ADMIN_SCOPES =
  'okta.apps.read okta.apps.manage okta.appGrants.read okta.appGrants.manage okta.roles.manage'

/**
 * Adds a service app.
 *
 * @throws `Error` with the sentence of the server when it refuses, such as for a scope that does not exist.
 */
export async function addServiceApp(
  operator: OperatorOptions,
  options: TestServiceAppOptions = {},
): Promise<TestServiceApp> {
  const { label = 'a service app', scopes = [], otherKeys = [], roles = [] } = options
  const { requireDpop = false } = options
  const key = options.key ?? (await generateKey({ kty: 'EC', crv: 'P-256' }))
  const call = adminCall(operator)
  const { id: clientId } = await call<{ readonly id: string }>('POST', '/api/v1/apps', {
    label,
    settings: {
      oauthClient: {
        jwks: { keys: [key.publicKey, ...otherKeys].map(({ jwk }) => jwk) },
        ...(requireDpop ? { dpop_bound_access_tokens: true } : undefined),
      },
    },
  })
  const app = `/api/v1/apps/${clientId}`
  const keyPath = async (kid: string): Promise<string> => {
    const { keys } = await call<{
      readonly keys: readonly { readonly id: string; readonly kid: string }[]
    }>('GET', `${app}/credentials/jwks`)
    return `${app}/credentials/jwks/${found(keys, (each) => each.kid === kid, `key "${kid}"`).id}`
  }
  const grantScope = async (scopeId: string): Promise<void> => {
    await call('POST', `${app}/grants`, { scopeId, issuer: operator.issuer })
  }
  for (const scope of scopes) await grantScope(scope)
  for (const type of roles) await call('POST', `/oauth2/v1/clients/${clientId}/roles`, { type })
  return {
    clientId,
    key,
    getAccessToken: ({ scope = scopes.join(' '), resource } = {}) =>
      requestToken({ ...operator, clientId, signer: key }, { scope, resource }),
    async addKey({ jwk }) {
      await call('POST', `${app}/credentials/jwks`, jwk)
    },
    async deactivateKey(kid) {
      await call('POST', `${await keyPath(kid)}/lifecycle/deactivate`)
    },
    async activateKey(kid) {
      await call('POST', `${await keyPath(kid)}/lifecycle/activate`)
    },
    async deleteKey(kid) {
      await call('DELETE', await keyPath(kid))
    },
    grantScope,
    async revokeScope(scope) {
      const grants = await call<readonly { readonly id: string; readonly scopeId: string }[]>(
        'GET',
        `${app}/grants`,
      )
      const { id } = found(grants, ({ scopeId }) => scopeId === scope, `grant of "${scope}"`)
      await call('DELETE', `${app}/grants/${id}`)
    },
    async deactivate() {
      await call('POST', `${app}/lifecycle/deactivate`)
    },
    async activate() {
      await call('POST', `${app}/lifecycle/activate`)
    },
  }
}

type AdminCallFunction = <T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
) => Promise<T>

function adminCall(operator: OperatorOptions): AdminCallFunction {
  return async <T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    // A new token for each call: the clock may have been moved.
    const token = await requestToken(operator, { scope: ADMIN_SCOPES, resource: undefined })
    const answer = await operator.answer({
      method,
      url: path,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
    })
    return accepted<T>(answer, `${method} ${path}`)
  }
}

async function requestToken(
  { issuer, clientId, signer, now, answer }: OperatorOptions,
  { scope, resource }: { readonly scope: string; readonly resource: string | undefined },
): Promise<string> {
  const assertion = await signAssertion({}, signer, {
    clientId,
    audience: issuer,
    now: Math.floor(now() / 1000),
  })
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: CLIENT_ASSERTION_TYPE,
    client_assertion: assertion,
    ...(scope === '' ? undefined : { scope }),
    ...(resource === undefined ? undefined : { resource }),
  })
  const response = await answer({
    method: 'POST',
    url: TOKEN_PATH,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  })
  const { access_token: token } = accepted<{ readonly access_token: string }>(response, 'the token')
  return token
}

function accepted<T>({ status, body }: InjectedAnswer, what: string): T {
  if (status === 204) return undefined as T
  const value = JSON.parse(body) as Readonly<Record<string, unknown>>
  if (status < 300) return value as T
  const causes = value['errorCauses'] as readonly { readonly errorSummary: string }[] | undefined
  const sentence = [
    value['errorSummary'] ?? value['error_description'],
    ...(causes ?? []).map(({ errorSummary }) => errorSummary),
  ].join(' ')
  throw new Error(`the test server refused ${what} with ${status}: ${sentence}`)
}

function found<T>(list: readonly T[], isIt: (item: T) => boolean, name: string): T {
  const item = list.find(isIt)
  if (item === undefined) throw new Error(`the service app has no ${name}`)
  return item
}
