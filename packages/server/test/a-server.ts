/**
 * A server on a real SQLite file with a clock that stands still, and what tests do with it.
 * @module
 */
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import Database from 'libsql'
import { generateKey, KEY_KINDS, type KeyKind, type PrivateKey } from '@keygrant/core/keys'
import {
  type AppSettings,
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
  generateSigningKeys,
  type Role,
  type ServiceApp,
  type SigningKeys,
  type Storage,
} from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { newIdentifier } from '../src/identifiers.ts'
import { SCOPES } from '../src/scopes.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export const NOW = 1_700_000_000
export const ISSUER = 'https://auth.example'
export const TOKEN_ENDPOINT = `${ISSUER}/oauth2/v1/token`
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const keys = new Map<string, Promise<PrivateKey>>()

/** A key pair that is made once for all tests of a file; `name` tells apart two of one kind. */
export function aKey(kind = 'P-256', name = ''): Promise<PrivateKey> {
  const known = keys.get(kind + name) ?? generateKey(KEY_KINDS[kind] as KeyKind)
  keys.set(kind + name, known)
  return known
}

let signingKeys: Promise<SigningKeys> | undefined

/** The signing keys of all servers of a file. */
export async function someSigningKeys(): Promise<SigningKeys> {
  signingKeys ??= generateSigningKeys().then((made) => made.keys)
  return signingKeys
}

export interface TestServer {
  readonly server: AuthorizationServer
  readonly storage: Storage
  readonly issuer: string
  readonly databaseFile: string
  /** Seconds since 1970; tests may move it. */
  readonly clock: { now: number }
}

export interface TestServerOptions extends Partial<AuthorizationServerOptions> {
  /** Wraps the store, to make it fail. */
  readonly wrap?: (storage: Storage) => Storage
}

/** A server that does not listen. */
export async function aServer(
  t: TestContext,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const { wrap = (storage: Storage) => storage, ...rest } = options
  const databaseFile = join(await temporaryDirectory(t), 'keygrant.db')
  const storage = wrap(openSqliteStorage(new Database(databaseFile)))
  const clock = { now: NOW }
  const server = await createAuthorizationServer({
    issuer: ISSUER,
    storage,
    signingKeys: await someSigningKeys(),
    clock: () => clock.now * 1000,
    ...rest,
  })
  t.after(async () => {
    await server.close().catch(() => undefined)
    await storage.close()
  })
  return { server, storage, issuer: rest.issuer ?? ISSUER, databaseFile, clock }
}

export interface TestAppOptions {
  readonly label?: string
  readonly keys?: readonly PrivateKey[]
  readonly inactiveKeys?: readonly PrivateKey[]
  readonly scopes?: readonly string[]
  /** Default: what reading needs, when there is a scope to read with. */
  readonly roles?: readonly Role[]
  readonly status?: ServiceApp['status']
  readonly settings?: AppSettings
  /** Scopes of resources: `resource scope`. */
  readonly resourceScopes?: readonly string[]
}

/** Registers an app, past the admin API. */
export async function anApp(
  { storage }: Pick<TestServer, 'storage'>,
  options: TestAppOptions = {},
): Promise<ServiceApp> {
  const clientId = newIdentifier('0oa')
  const created = NOW * 1000
  const key = (privateKey: PrivateKey, status: ServiceApp['status']) => ({
    id: newIdentifier('pks'),
    jwk: privateKey.publicKey.jwk,
    status,
    created,
    lastUpdated: created,
  })
  const { scopes = ['okta.apps.read'] } = options
  const { roles = scopes.length > 0 ? (['READ_ONLY_ADMIN'] as const) : [] } = options
  const next: ServiceApp = {
    clientId,
    label: options.label ?? 'an app',
    status: options.status ?? 'ACTIVE',
    created,
    lastUpdated: created,
    tokensNotBefore: 0,
    keys: [
      ...(options.keys ?? [await aKey()]).map((each) => key(each, 'ACTIVE')),
      ...(options.inactiveKeys ?? []).map((each) => key(each, 'INACTIVE')),
    ],
    grants: [
      ...scopes.map((scope) => ({ scope })),
      ...(options.resourceScopes ?? []).map((text) => {
        const [resource = '', scope = ''] = text.split(' ')
        return { resource, scope }
      }),
    ].map((grant) => ({ ...grant, id: newIdentifier('oag'), created, createdBy: clientId })),
    ...(options.settings === undefined ? undefined : { settings: options.settings }),
    roles: roles.map((role) => ({ id: newIdentifier('ra1'), role, created })),
  }
  await storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
    next,
    audit: [],
    answer: undefined,
  }))
  return next
}

/** An app that may do everything. */
export function anOperator(server: Pick<TestServer, 'storage'>): Promise<ServiceApp> {
  return anApp(server, { label: 'operator', scopes: SCOPES, roles: ['SUPER_ADMIN'] })
}

let serial = 0

/** The claims of a good assertion, with some changed; `undefined` removes one. */
export function claimsOf(
  { clientId }: Pick<ServiceApp, 'clientId'>,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: TOKEN_ENDPOINT,
    iat: NOW,
    exp: NOW + 60,
    jti: `jti-${++serial}`,
    ...changes,
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

/** A JWT, right or wrong: whatever header and claims are given, signed. */
export async function aJwt(
  claims: object,
  key?: PrivateKey,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const signer = key ?? (await aKey())
  const complete = { alg: signer.alg, kid: signer.kid, ...header }
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signingInput = `${encode(complete)}.${encode(claims)}`
  const signature = await signer.sign(Buffer.from(signingInput))
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`
}

/** A good assertion. */
export function anAssertion(
  app: Pick<ServiceApp, 'clientId'>,
  changes: Readonly<Record<string, unknown>> = {},
  key?: PrivateKey,
): Promise<string> {
  return aJwt(claimsOf(app, changes), key)
}

/** The parameters of a token request. */
export function tokenForm(
  assertion: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const parameters = {
    grant_type: 'client_credentials',
    scope: 'okta.apps.read',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...changes,
  }
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given).toString()
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** The page about an error; it is no part of `body`, which is the same for every request. */
  readonly errorUri?: string
  // Tests look into it as they please.
  // oxlint-disable-next-line no-explicit-any
  readonly body: any
}

/** Posts a form to the token endpoint. */
export async function postToken(
  { server }: Pick<TestServer, 'server'>,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  url = '/oauth2/v1/token',
): Promise<JsonAnswer> {
  const answer = await server.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
  const read = parsed(answer.body) as { error_uri?: string } | undefined
  const { error_uri: errorUri, ...rest } = read ?? {}
  return {
    ...answer,
    text: answer.body,
    body: read === undefined ? undefined : rest,
    ...(errorUri === undefined ? undefined : { errorUri }),
  }
}

/** An access token of an app. */
export async function anAccessToken(
  server: TestServer,
  app: ServiceApp,
  scope: string = app.grants.map((grant) => grant.scope).join(' '),
  key?: PrivateKey,
): Promise<string> {
  const now = server.clock.now
  const assertion = await anAssertion(app, { aud: server.issuer, iat: now, exp: now + 60 }, key)
  const answer = await postToken(server, tokenForm(assertion, { scope }))
  if (answer.status !== 200) throw new Error(`no token: ${answer.text}`)
  return answer.body.access_token as string
}

/** Calls the admin API. */
export type CallApi = (
  method: string,
  url: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<JsonAnswer>

/** The admin API with an access token, or with none. */
export function apiWith({ server }: Pick<TestServer, 'server'>, token?: string): CallApi {
  return async (method, url, body, headers) => {
    const answer = await server.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(token === undefined ? undefined : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? undefined
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { ...answer, text: answer.body, body: parsed(answer.body) }
  }
}

/** The admin API as an app with some scopes and roles sees it. */
export async function apiAs(
  server: TestServer,
  options: TestAppOptions = {},
): Promise<{ api: CallApi; app: ServiceApp }> {
  const app = await anApp(server, { scopes: SCOPES, ...options })
  return { api: apiWith(server, await anAccessToken(server, app)), app }
}

/** The newest entries of the audit log, but for what is found out after an answer: that comes when it comes. */
export async function newestEntries({ storage }: Pick<TestServer, 'storage'>, limit = 1) {
  const entries = await storage.audit.read({ limit: limit + 20, order: 'newest_first' })
  return entries.filter(({ event }) => event !== 'signer.traced').slice(0, limit)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
