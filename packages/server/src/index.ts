/**
 * An OAuth 2.0 authorization server for service apps: `private_key_jwt`, scoped access tokens, and the
 * admin API that manages the apps.
 * @module
 */

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { OKTA_PROFILE, STRICT_PROFILE } from '@keygrant/core/assertion'
import { createAccessTokenIssuer } from './access-token.ts'
import { apiErrorBody, type ApiErrorCode } from './admin/api-error.ts'
import { createBearerGuard } from './admin/bearer.ts'
import { EXPLANATIONS_PER_MINUTE } from './admin/explanation.ts'
import { createLogTail } from './admin/log-tail.ts'
import { adminRoutes } from './admin/routes.ts'
import { createClientAuthenticator } from './client-auth.ts'
import { createDecoyKeys } from './decoy-keys.ts'
import { createDpopNonces } from './dpop-nonces.ts'
import { discoveryRoutes, PATHS, RESOURCE_PATHS } from './endpoints/discovery.ts'
import { createDpopStep } from './endpoints/dpop.ts'
import { createErrorPages, ERROR_PAGE_POLICY } from './endpoints/error-pages.ts'
import { introspectionRoutes } from './endpoints/introspection.ts'
import { revocationRoutes } from './endpoints/revocation.ts'
import { tokenRoutes } from './endpoints/token.ts'
import { CLIENT_CREDENTIALS, grantScopes } from './grants/client-credentials.ts'
import { createHttpApp, secureContext } from './http/app.ts'
import { closeConnections } from './http/close.ts'
import { type HttpFault, MAX_BODY_OCTETS } from './http/exchange.ts'
import { servePages } from './http/pages.ts'
import { serveUi } from './http/ui.ts'
import {
  createAuditRetention,
  createOperations,
  type ProcessReport,
  startChores,
} from './operations/index.ts'
import { shownOptions } from './server-facts.ts'
import { withOpenApi } from './openapi/index.ts'
import { createExplainer } from './explanation.ts'
import { createTokenJudge } from './issued-token.ts'
import { createJwksFetcher } from './jwks-fetcher.ts'
import { createJwksPreviews } from './jwks-preview.ts'
import { createJwksStates } from './jwks-states.ts'
import { createExpiryWatch } from './key-expiry.ts'
import { createKeyUsage } from './key-usage.ts'
import { createMeasures } from './measures.ts'
import { OAuthError, type OAuthErrorCode } from './oauth-error.ts'
import {
  type AuthorizationServerOptions,
  completeOptions,
  describeTlsProblem,
  isKept,
  type Logger,
  OptionsError,
  type TlsOptions,
} from './options.ts'
import { createKeyIndex } from './key-index.ts'
import { createBudgets } from './rate-limit.ts'
import { createRegistry } from './registry.ts'
import { createRemoteKeys, type RemoteKeysEvent } from './remote-keys.ts'
import { openResources } from './resource-store.ts'
import { rotationRoutes } from './rotation/rotate.ts'
import { openRestoration } from './restoration.ts'
import { createRevocations } from './revocations.ts'
import { createSignerTrace } from './signer-trace.ts'
import { createChallenges } from './sign-in/challenges.ts'
import { createSessionGuard } from './sign-in/guard.ts'
import { consolePlace } from './sign-in/place.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { fixedSigningKeys, openSigningKeys } from './signing-key-store.ts'

import type { AuditEntry } from './storage/ports.ts'

export {
  type DataDirectory,
  inspectDataDirectory,
  openDataDirectory,
  type OpenDataDirectoryOptions,
  type Operator,
  prepareOperator,
  type PrepareOperatorOptions,
  prepareSharedOperator,
  type PrepareSharedOperatorOptions,
} from './data-directory.ts'
export {
  type AuthorizationServerOptions,
  findOperationProblems,
  type Logger,
  type LogOptions,
  type OperationOptions,
  type OptionProblem,
  OptionsError,
  type RequestLimits,
  type Siblings,
  type TlsOptions,
  type WatchOptions,
} from './options.ts'
export { createLogger } from './http/app.ts'
export { areSigningKeysReadable } from './signing-key-store.ts'
export { noteRestoration, type RestorationNote } from './restoration.ts'
export {
  createFleetWatch,
  type FleetWatch,
  type FleetWatchOptions,
  type ProcessReport,
} from './operations/index.ts'
export {
  inviteFirstAdministrator,
  type InviteFirstOptions,
  type NewInvitation,
} from './sign-in/invitations.ts'
export { generateEnvelopeKey, parseEnvelopeKeys } from './envelope.ts'
export {
  generateSigningKeys,
  type ImportedSigningKeys,
  importSigningKeys,
  type KeptSigningKeys,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKeys,
} from './signing-keys.ts'
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
  /** Where it logs. */
  readonly log: Logger
  /**
   * Listens; port 0 takes a free one. Default: port 8400 of 127.0.0.1.
   *
   * @throws Node's error as it is, such as one with the code `EADDRINUSE`.
   */
  listen(at?: { readonly host?: string; readonly port?: number }): Promise<Listening>
  /** Answers a request without a network. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>
  /**
   * Uses another certificate for the connections that come from now on. Those that are open stay.
   *
   * @throws {@link OptionsError} when they can't be used, or the server speaks no TLS; then nothing changes.
   */
  setTls(tls: TlsOptions): void
  /** What this process says of itself; with the option `watch` also what it counted. */
  report(): Promise<ProcessReport>
  /**
   * Says at `/readyz` that no more requests should come, stops listening, finishes the requests that it
   * accepted, and writes what is left to write. A second call waits for the first.
   */
  close(options?: CloseOptions): Promise<void>
}

/** Where a server listens. */
export interface Listening {
  readonly url: string
  readonly port: number
  /** Where `/metrics` is, with the option `watch`. */
  readonly watchUrl?: string
}

/** Options of {@link AuthorizationServer.close}. */
export interface CloseOptions {
  /**
   * How long to go on as before after `/readyz` has turned, so that load balancers notice, in
   * milliseconds. Default: 0.
   */
  readonly drainMs?: number
  /**
   * For how long connections that wait for their next request are kept after no new ones are taken, in
   * milliseconds: a request may be on its way. Each ends with its next answer. Default: 0.
   */
  readonly lingerMs?: number
  /** Connections that are still open after this are cut off, in milliseconds. Default: 10000. */
  readonly deadlineMs?: number
}

const MAINTENANCE_MS = 60_000
const USAGE_FLUSH_MS = 10_000
const EXPIRY_WATCH_MS = 3_600_000
const RETENTION_MS = 3_600_000
const DEFAULT_PORT = 8400
const CLOSE_DEADLINE_MS = 10_000
const COUNTS_UNWRITTEN = 'what was counted could not be written'

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
  const complete = completeOptions(options)
  const { issuer, storage, clock, log, isDevelopment, ...rest } = complete
  const profile = rest.profile === 'okta' ? OKTA_PROFILE : STRICT_PROFILE
  const version = readVersion()
  const measures = createMeasures({ records: storage.records, clock })
  const operations = createOperations({
    audit: storage.audit,
    onAudited: measures.audited,
    limits: {
      token: rest.limits.tokensPerMinute,
      api: rest.limits.apiCallsPerMinute,
      failure: rest.limits.failuresPerMinute,
    },
    clock,
    version,
    isCounting: rest.watch !== undefined,
    siblings: rest.siblings,
    async askStore() {
      // It answers, and this process knows what others changed.
      await storage.serviceApps.exists('')
      if (!storage.isInTouch()) throw new Error('the store tells of no changes')
    },
    // Okta answers in this form at its token endpoint too.
    tooManyBody: (path) =>
      profile.name === 'okta'
        ? apiErrorBody('E0000047')
        : faultBody({ kind: 'too_many_requests', status: 429, path }),
  })
  const { audit, health, metrics, admitToken, admitApi } = operations
  const isStopping = (): boolean => health.phase === 'stopping'
  /** Logs that something could not be done; at the end, when the store closes, that is no fault. */
  const reportFailure =
    (what: string) =>
    (error: unknown): void => {
      if (!isStopping()) app.log.error({ err: error }, what)
    }
  const privateHosts = new Set(rest.privateJwksHosts)
  const jwksFetcher = createJwksFetcher({ privateHosts })
  const jwksStates = createJwksStates({ records: storage.records, clock })
  const remoteKeys = createRemoteKeys({
    fetch: countFetches(jwksFetcher.fetch, (isGood) => {
      measures.fetched(isGood)
      metrics?.fetched(isGood)
    }),
    clock,
    onEvent: (event) => audit.append(remoteKeysEntry(event, clock())),
    onFetch: jwksStates.note,
  })
  const registry = createRegistry({ ...storage, remoteKeys, clock })
  const signingKeys = isKept(rest.signingKeys)
    ? await openSigningKeys({
        storage,
        kept: rest.signingKeys,
        clock,
        onFailure: reportFailure('the signing keys could not be read again'),
      })
    : fixedSigningKeys(rest.signingKeys)
  const resources = await openResources(
    storage,
    issuer,
    clock(),
    reportFailure('the resources could not be read again'),
  )
  const restoration = await openRestoration(
    storage,
    reportFailure('whether the store was restored could not be read again'),
  )
  const revocations = createRevocations(storage.replay, restoration.knownSince)
  const keyUsage = createKeyUsage(storage.usage)
  const decoys = createDecoyKeys()
  const keyIndex = createKeyIndex(storage)
  const signerTrace = createSignerTrace({
    keys: keyIndex,
    serviceApps: storage.serviceApps,
    remoteKeys,
    decoys,
    audit,
    clock,
    onFailure: reportFailure('the signer of a refused assertion could not be looked for'),
  })
  const authenticateClient = createClientAuthenticator({
    profile,
    registry,
    replay: storage.replay,
    restoration,
    decoys,
  })
  const judgeToken = createTokenJudge({ issuer, resources, signingKeys, registry, revocations })
  // The server's own resource, the admin API, is named by the issuer identifier.
  const audience = issuer
  const protocol = {
    issuer,
    resources,
    audit,
    clock,
    isDevelopment,
    traceSigner: signerTrace.note,
    authenticateClient,
    admit: admitToken,
  }
  const place = consolePlace(issuer)
  const guard = createSessionGuard({
    place,
    records: storage.records,
    admit: admitApi,
    requireToken: createBearerGuard({
      issuer,
      audience,
      signingKeys,
      registry,
      revocations,
      profile,
      replay: storage.replay,
      admit: admitApi,
    }),
  })
  const logTail = createLogTail({ audit, onChange: (listener) => storage.onChange(listener) })
  const administration = {
    issuer,
    registry,
    records: storage.records,
    resources,
    signingKeys,
    readUsage: async (clientId: string) => {
      await keyUsage.flush()
      return storage.usage.read(clientId)
    },
    audit,
    revocations,
    logTail,
    measures,
    algorithms: profile.algorithms,
    facts: {
      version,
      isDevelopment,
      profile: profile.name,
      startedAt: clock(),
      options: shownOptions(options, complete),
    },
    keyIndex,
    remoteKeys,
    jwksStates,
    jwksPreviews: createJwksPreviews(jwksFetcher, profile.algorithms),
    jwksUriPolicy: { privateHosts },
    explainAssertion: createExplainer({
      issuer,
      paths: {
        own: PATHS.token,
        ofResource: (id) => RESOURCE_PATHS.token.replace(':resourceId', id),
      },
      profile,
      registry,
      keyIndex,
      resources,
      replay: storage.replay,
      restoration,
      grantScopes,
    }),
    explanationBudgets:
      rest.limits.apiCallsPerMinute === 0 ? undefined : createBudgets(EXPLANATIONS_PER_MINUTE),
    clock,
  }
  const app = createHttpApp({
    issuer,
    log,
    faultBody,
    trustedProxies: rest.trustedProxies,
    tls: rest.tls,
    isStopping,
    onAnswer(answer) {
      // How long somebody watched the log says nothing of the server.
      if (answer.isStream) return
      metrics?.answered(answer)
      if (answer.route === PATHS.token || answer.route === RESOURCE_PATHS.token) {
        measures.answered(answer.milliseconds)
      }
    },
    routes: operations.surround(
      withOpenApi({
        issuer,
        version,
        routes: [
          ...tokenRoutes({
            ...protocol,
            profile,
            registry,
            grants: new Map([[CLIENT_CREDENTIALS, grantScopes]]),
            readDpopBinding: createDpopStep(createDpopNonces(rest.secret)),
            signingKeys,
            issueAccessToken: createAccessTokenIssuer(signingKeys),
            countUse: keyUsage.count,
          }),
          ...health.routes,
          ...introspectionRoutes({ ...protocol, judgeToken }),
          ...revocationRoutes({ ...protocol, judgeToken, revocations }),
          ...rotationRoutes({ ...protocol, profile, registry }),
          ...discoveryRoutes({ issuer, profile, isDevelopment, signingKeys, resources }),
          ...adminRoutes({ ...administration, requireScope: guard.requireScope }),
          ...signInRoutes({
            ...administration,
            place,
            guard,
            challenges: createChallenges(rest.secret),
            replay: storage.replay,
            admit: admitApi,
          }),
        ],
      }),
    ),
  })
  const watchApp =
    rest.watch?.port === undefined
      ? undefined
      : createHttpApp({ issuer, log: false, faultBody, isStopping, routes: operations.watchRoutes })
  servePages(app, {
    path: '/errors',
    issuer,
    policy: ERROR_PAGE_POLICY,
    page: createErrorPages({ hasConsole: rest.uiDirectory !== undefined }),
  })
  if (rest.uiDirectory !== undefined) {
    serveUi(app, rest.uiDirectory, issuer, rest.workbenchOrigins)
  }
  await app.ready()
  await watchApp?.ready()
  const flushUsage = (): Promise<unknown> =>
    Promise.all([keyUsage.flush(), measures.flush(), jwksStates.flush()])
  const chores = startChores(
    [
      {
        everyMs: MAINTENANCE_MS,
        run: () => operations.maintain(),
        failure: 'the audit log was not summed up',
      },
      {
        everyMs: MAINTENANCE_MS,
        run: () => signingKeys.maintain(),
        failure: 'the signing keys could not be rotated',
      },
      {
        everyMs: MAINTENANCE_MS,
        run: () => storage.maintain(clock()),
        failure: 'the store could not be maintained',
      },
      {
        everyMs: EXPIRY_WATCH_MS,
        run: createExpiryWatch({
          registry,
          usage: storage.usage,
          clock,
          onWarning: ({ expires, ...warning }) => {
            const at = new Date(expires).toISOString()
            app.log.warn({ ...warning, expires: at }, 'a key of a service app ends')
          },
          onCounts: (counts) => metrics?.keysExpire(counts),
          onShared: (shared) => {
            app.log.warn(shared, 'one key is registered for several service apps')
          },
        }),
        failure: 'the keys of clients could not be looked at',
      },
      {
        everyMs: RETENTION_MS,
        run: createAuditRetention({ audit, days: rest.auditDays, clock, isStopping }),
        failure: 'the audit log could not be shortened',
      },
      {
        everyMs: USAGE_FLUSH_MS,
        isDoneAtStart: false,
        run: flushUsage,
        failure: COUNTS_UNWRITTEN,
      },
    ],
    (error, failure) => reportFailure(failure)(error),
  )
  const noteCertificate = ({ certificate }: TlsOptions): void => {
    metrics?.certificateEnds(Date.parse(new X509Certificate(certificate).validTo))
  }
  if (rest.tls !== undefined) noteCertificate(rest.tls)
  health.phase = 'running'

  const close = async (options: CloseOptions) => {
    const { drainMs = 0, lingerMs = 0, deadlineMs = CLOSE_DEADLINE_MS } = options
    health.phase = 'stopping'
    if (drainMs > 0) await sleep(drainMs)
    chores.stop()
    await closeConnections(app, { lingerMs, deadlineMs })
    await flushUsage().catch((error: unknown) => app.log.error({ err: error }, COUNTS_UNWRITTEN))
    signerTrace.close()
    keyIndex.close()
    logTail.close()
    registry.close()
    resources.close()
    restoration.close()
    signingKeys.close()
    operations.close()
    await audit.flush()
    // The last to go: it says until the end that the server stops.
    if (watchApp !== undefined) await closeConnections(watchApp, { lingerMs: 0, deadlineMs: 0 })
  }
  let closing: Promise<void> | undefined

  return {
    issuer,
    log: app.log,
    async listen({ host = '127.0.0.1', port = DEFAULT_PORT } = {}) {
      if (watchApp !== undefined) {
        await watchApp.listen({ host: '127.0.0.1', ...rest.watch })
      }
      await app.listen({ host, port })
      const address = app.server.address() as AddressInfo
      const scheme = rest.tls === undefined ? 'http' : 'https'
      return {
        url: urlOf(scheme, address),
        port: address.port,
        ...(watchApp === undefined
          ? undefined
          : { watchUrl: urlOf('http', watchApp.server.address() as AddressInfo) }),
      }
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
    setTls(tls) {
      const problem =
        rest.tls === undefined ? 'was not given when the server was made' : describeTlsProblem(tls)
      if (problem !== undefined) throw new OptionsError([{ option: 'tls', problem }])
      const server = app.server as unknown as HttpsServer
      server.setSecureContext(secureContext(tls))
      noteCertificate(tls)
    },
    report: operations.report,
    close(closeOptions = {}) {
      closing ??= close(closeOptions)
      return closing
    },
  }
}

function urlOf(scheme: string, { address, family, port }: AddressInfo): string {
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** The same `fetch`, which tells of each answer and of each failure. */
function countFetches(of: typeof fetch, onFetch: (isGood: boolean) => void): typeof fetch {
  return async (input, init) => {
    try {
      const answer = await of(input, init)
      onFetch(true)
      return answer
    } catch (error) {
      onFetch(false)
      throw error
    }
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** What became of a client's published keys, for the audit log. */
function remoteKeysEntry(event: RemoteKeysEvent, at: number): AuditEntry {
  const { clientId } = event
  const common = { outcome: 'FAILURE' as const, at, requestId: 'jwks_uri', clientId }
  return event.kind === 'refused'
    ? { ...common, event: 'jwks.refused', detail: { reason: event.reason } }
    : { ...common, event: 'jwks.key_replaced', keyId: event.kid, detail: { kid: event.kid } }
}

const OAUTH_FAULTS: Readonly<Record<HttpFault['kind'], OAuthErrorCode>> = {
  not_found: 'invalid_request',
  method_not_allowed: 'invalid_request',
  bad_request: 'invalid_request',
  content_type: 'invalid_request',
  too_large: 'invalid_request',
  too_many_requests: 'temporarily_unavailable',
  failed: 'server_error',
}
const API_FAULTS: Readonly<Record<HttpFault['kind'], ApiErrorCode>> = {
  not_found: 'E0000007',
  method_not_allowed: 'E0000022',
  bad_request: 'E0000003',
  content_type: 'E0000021',
  too_large: 'E0000003',
  too_many_requests: 'E0000047',
  failed: 'E0000009',
}
const TOO_LARGE = `The request body is too large. It may have ${MAX_BODY_OCTETS} octets at most.`
/** What differs from the summary of the code. */
const API_SUMMARIES: Readonly<Partial<Record<HttpFault['kind'], string>>> = {
  // Okta has no code for it.
  too_large: TOO_LARGE,
}
const OAUTH_DESCRIPTIONS: Readonly<Partial<Record<HttpFault['kind'], string>>> = {
  method_not_allowed: 'The endpoint does not support the provided HTTP method.',
  content_type: 'The Content-Type of the request is not one.',
  too_large: TOO_LARGE,
  too_many_requests: 'There were too many requests. Wait for as long as Retry-After says.',
}

const PROTOCOL_PATH = /^\/oauth2\/(?:[^/]+\/)?v1\/(?:token|introspect|revoke|rotate)$/

/** What is said when no endpoint answered: to the token endpoint's callers in the protocol's form. */
function faultBody({ kind, path }: HttpFault): unknown {
  if (!PROTOCOL_PATH.test(path)) return apiErrorBody(API_FAULTS[kind], API_SUMMARIES[kind])
  const text = OAUTH_DESCRIPTIONS[kind]
  const options = text === undefined ? {} : { description: text }
  const { code, description } = new OAuthError(OAUTH_FAULTS[kind], options)
  return { error: code, error_description: description }
}
