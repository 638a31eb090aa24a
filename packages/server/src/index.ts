/**
 * An OAuth 2.0 authorization server for service apps: `private_key_jwt`, scoped access tokens, and the
 * admin API that manages the apps.
 * @module
 */

import type { AddressInfo } from 'node:net'
import { OKTA_PROFILE, STRICT_PROFILE } from '@keygrant/core/assertion'
import { createAccessTokenIssuer } from './access-token.ts'
import { apiErrorBody, type ApiErrorCode } from './admin/api-error.ts'
import { createBearerGuard } from './admin/bearer.ts'
import { adminRoutes } from './admin/routes.ts'
import { createClientAuthenticator } from './client-auth.ts'
import { createDecoyKeys } from './decoy-keys.ts'
import { discoveryRoutes, PATHS } from './endpoints/discovery.ts'
import { tokenRoute } from './endpoints/token.ts'
import { CLIENT_CREDENTIALS, grantScopes } from './grants/client-credentials.ts'
import { createHttpApp } from './http/app.ts'
import type { HttpFault } from './http/exchange.ts'
import { serveUi } from './http/ui.ts'
import { OAuthError, type OAuthErrorCode } from './oauth-error.ts'
import { type AuthorizationServerOptions, completeOptions } from './options.ts'
import { createRegistry } from './registry.ts'

export {
  type DataDirectory,
  openDataDirectory,
  type Operator,
  prepareOperator,
  type PrepareOperatorOptions,
} from './data-directory.ts'
export {
  type AuthorizationServerOptions,
  type Logger,
  type OptionProblem,
  OptionsError,
} from './options.ts'
export { generateSigningKeys, importSigningKeys, type SigningKeys } from './signing-keys.ts'
export * from './storage/ports.ts'

/** A request that {@link AuthorizationServer.inject} makes. */
export interface InjectedRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** Path and query. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** The answer to an injected request. */
export interface InjectedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | number | undefined>>
  readonly body: string
}

/** A running, or not yet running, authorization server. */
export interface AuthorizationServer {
  readonly issuer: string
  /**
   * Listens; port 0 takes a free one. Default: port 8400 of 127.0.0.1.
   *
   * @throws Node's error as it is, such as one with the code `EADDRINUSE`.
   */
  listen(at?: {
    readonly host?: string
    readonly port?: number
  }): Promise<{ readonly url: string; readonly port: number }>
  /** Answers a request without a network. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>
  /** Stops listening, finishes the requests that it accepted, and writes what is left to write. */
  close(): Promise<void>
}

/** Lifetimes of access tokens, by profile. */
const ACCESS_TOKEN_SECONDS = { okta: 3600, strict: 600 } as const
const MAINTENANCE_MS = 60_000
const DEFAULT_PORT = 8400

/**
 * Makes an authorization server. It does not listen yet.
 *
 * Does not open or close the store, and makes no operator: see {@link openDataDirectory} and
 * {@link prepareOperator}.
 *
 * @throws {@link OptionsError} `ERR_OPTIONS_INVALID` with everything that is wrong with the options.
 * @example
 * ```ts
 * const directory = await openDataDirectory('/var/lib/keygrant')
 * const storage = openSqliteStorage(new Database(directory.databaseFile))
 * const issuer = 'http://127.0.0.1:8400'
 * await prepareOperator({ directory, storage, issuer })
 * const server = await createAuthorizationServer({
 *   issuer,
 *   storage,
 *   signingKeys: directory.signingKeys,
 * })
 * const { url } = await server.listen({ port: 8400 })
 * ```
 */
export async function createAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const { issuer, storage, signingKeys, clock, log, isDevelopment, ...rest } =
    completeOptions(options)
  const profile = rest.profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE
  const registry = createRegistry(storage)
  const { audit } = storage
  // The server's own resource, the admin API, is named by the issuer identifier.
  const audience = issuer
  const app = createHttpApp({
    issuer,
    log,
    faultBody,
    routes: [
      tokenRoute({
        issuer,
        profile,
        registry,
        audit,
        clock,
        isDevelopment,
        grants: new Map([[CLIENT_CREDENTIALS, grantScopes]]),
        authenticateClient: createClientAuthenticator({
          profile,
          issuer,
          registry,
          replay: storage.replay,
          decoys: createDecoyKeys(),
        }),
        issueAccessToken: createAccessTokenIssuer({
          issuer,
          audience,
          signingKeys,
          lifetimeSeconds: ACCESS_TOKEN_SECONDS[profile.name],
        }),
      }),
      ...discoveryRoutes(issuer, profile, signingKeys),
      ...adminRoutes({
        issuer,
        registry,
        audit,
        algorithms: profile.algorithms,
        clock,
        requireScope: createBearerGuard({
          issuer,
          audience,
          publicKeys: signingKeys.publicKeys,
          registry,
          isScopeNamed: profile.name === 'strict',
        }),
      }),
    ],
  })
  if (rest.uiDirectory !== undefined) serveUi(app, rest.uiDirectory, issuer)
  await app.ready()
  let isClosing = false
  const maintain = (): void => {
    storage.maintain(clock()).catch((error: unknown) => {
      if (!isClosing) app.log.error({ err: error }, 'the store could not be maintained')
    })
  }
  maintain()
  const maintenance = setInterval(maintain, MAINTENANCE_MS).unref()

  return {
    issuer,
    async listen({ host = '127.0.0.1', port = DEFAULT_PORT } = {}) {
      await app.listen({ host, port })
      const address = app.server.address() as AddressInfo
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
      return { url: `http://${name}:${address.port}`, port: address.port }
    },
    async inject({ method = 'GET', url, headers = {}, body }) {
      const answer = await app.inject({
        method,
        url,
        headers,
        ...(body === undefined ? undefined : { payload: body }),
      })
      return { status: answer.statusCode, headers: answer.headers, body: answer.body }
    },
    async close() {
      isClosing = true
      clearInterval(maintenance)
      await app.close()
      registry.close()
      await audit.flush()
    },
  }
}

const OAUTH_FAULTS: Readonly<Record<HttpFault['kind'], OAuthErrorCode>> = {
  not_found: 'invalid_request',
  method_not_allowed: 'invalid_request',
  bad_request: 'invalid_request',
  content_type: 'invalid_request',
  too_large: 'invalid_request',
  failed: 'server_error',
}
const API_FAULTS: Readonly<Record<HttpFault['kind'], ApiErrorCode>> = {
  not_found: 'E0000007',
  method_not_allowed: 'E0000022',
  bad_request: 'E0000003',
  content_type: 'E0000021',
  too_large: 'E0000003',
  failed: 'E0000009',
}
const OAUTH_DESCRIPTIONS: Readonly<Partial<Record<HttpFault['kind'], string>>> = {
  method_not_allowed: 'The endpoint does not support the provided HTTP method.',
  content_type: 'The Content-Type of the request is not one.',
  too_large: 'The body of the request is too large.',
}

/** What is said when no endpoint answered: to the token endpoint's callers in the protocol's form. */
function faultBody({ kind, path }: HttpFault): unknown {
  if (path !== PATHS.token) return apiErrorBody(API_FAULTS[kind])
  const text = OAUTH_DESCRIPTIONS[kind]
  const options = text === undefined ? {} : { description: text }
  const { code, description } = new OAuthError(OAUTH_FAULTS[kind], options)
  return { error: code, error_description: description }
}
