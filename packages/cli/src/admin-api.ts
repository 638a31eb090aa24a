/**
 * The admin API, called as the operator: sign, get a token, call, and turn errors into sentences.
 * @module
 */

import { requestAccessToken } from '@keygrant/core/client'
import { HttpError } from '@keygrant/core/errors'
import type { PublicJwk, Signer } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'

/** A key of a service app. */
export interface AppKey {
  readonly id: string
  readonly kid: string
  readonly kty: string
  readonly alg: string | null
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly created: string
  readonly crv?: string
}

/** A service app. */
export interface App {
  readonly id: string
  readonly label: string
  readonly status: 'ACTIVE' | 'INACTIVE'
  readonly created: string
  readonly settings: {
    readonly oauthClient: { readonly jwks: { readonly keys: readonly AppKey[] } }
  }
}

/** A granted scope. */
export interface AppGrant {
  readonly id: string
  readonly scopeId: string
  readonly created: string
}

/** An entry of the audit log. */
export interface LogEntry {
  readonly published: string
  readonly eventType: string
  readonly displayMessage: string
  readonly severity: string
  readonly actor: { readonly id: string }
  readonly client: { readonly ipAddress: unknown; readonly userAgent: unknown }
  readonly outcome: { readonly result: string; readonly reason: unknown }
  readonly target: readonly { readonly id: string }[]
  readonly transaction: { readonly id: string }
  readonly debugContext: { readonly debugData: Readonly<Record<string, unknown>> }
}

/** What a call needs. */
export type AdminScope =
  | 'okta.apps.read'
  | 'okta.apps.manage'
  | 'okta.appGrants.read'
  | 'okta.appGrants.manage'
  | 'okta.logs.read'

/** The admin API of one server. */
export interface AdminApi {
  /** Every service app, page by page; with a name, those whose name begins with it. */
  listApps(name?: string): Promise<readonly App[]>
  addApp(label: string, keys: readonly PublicJwk[]): Promise<App>
  listKeys(appId: string): Promise<readonly AppKey[]>
  addKey(appId: string, jwk: PublicJwk): Promise<AppKey>
  listGrants(appId: string): Promise<readonly AppGrant[]>
  addGrant(appId: string, scope: string): Promise<AppGrant>
  /** Entries of the audit log that fit a filter, newest first. */
  listLog(options: {
    readonly filter?: string
    readonly limit: number
  }): Promise<readonly LogEntry[]>
}

/** Whom to call, and as whom. */
export interface AdminApiOptions {
  readonly issuer: string
  readonly clientId: string
  readonly signer: Signer
  /** Scopes of the one token that all calls use. */
  readonly scopes: readonly AdminScope[]
}

const TIMEOUT_MS = 10_000
const PAGE_SIZE = 200
const MAX_PAGES = 500

/** Makes the admin API of a server. Nothing is sent before the first call. */
export function createAdminApi(options: AdminApiOptions): AdminApi {
  const { issuer, clientId, signer, scopes } = options
  const tokenEndpoint = `${issuer}/oauth2/v1/token`
  let token: Promise<string> | undefined
  const authorization = async (): Promise<string> => {
    token ??= requestAccessToken({
      tokenEndpoint,
      audience: issuer,
      clientId,
      signer,
      scope: scopes.join(' '),
    }).then(({ access_token: accessToken }) => accessToken)
    return `Bearer ${await token}`
  }
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> =>
    exchange(method, issuer + path, await authorization(), body)
  const apps = '/api/v1/apps'

  return {
    async listApps(name) {
      const found: App[] = []
      const filter = name === undefined ? '' : `&q=${encodeURIComponent(name)}`
      let path: string | undefined = `${apps}?limit=${PAGE_SIZE}${filter}`
      for (let page = 0; path !== undefined && page < MAX_PAGES; page++) {
        const answer: Answer = await call('GET', path)
        found.push(...(answer.body as readonly App[]))
        path = nextPage(answer.headers.get('link'), issuer)
      }
      return found
    },
    addApp: async (label, keys) =>
      (
        await call('POST', apps, {
          name: 'oidc_client',
          label,
          signOnMode: 'OPENID_CONNECT',
          credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
          settings: {
            oauthClient: {
              application_type: 'service',
              grant_types: ['client_credentials'],
              response_types: ['token'],
              ...(keys.length === 0 ? undefined : { jwks: { keys } }),
            },
          },
        })
      ).body as App,
    listKeys: async (appId) => {
      const { body } = await call('GET', `${apps}/${segment(appId)}/credentials/jwks`)
      return (body as { readonly keys: readonly AppKey[] }).keys
    },
    addKey: async (appId, jwk) =>
      (await call('POST', `${apps}/${segment(appId)}/credentials/jwks`, jwk)).body as AppKey,
    listGrants: async (appId) =>
      (await call('GET', `${apps}/${segment(appId)}/grants`)).body as readonly AppGrant[],
    addGrant: async (appId, scopeId) =>
      (await call('POST', `${apps}/${segment(appId)}/grants`, { scopeId, issuer }))
        .body as AppGrant,
    listLog: async ({ filter, limit }) => {
      const query = new URLSearchParams({ sortOrder: 'DESCENDING', limit: String(limit) })
      if (filter !== undefined) query.set('filter', filter)
      return (await call('GET', `/api/v1/logs?${query.toString()}`)).body as readonly LogEntry[]
    },
  }
}

interface Answer {
  readonly headers: Headers
  readonly body: unknown
}

async function exchange(
  method: 'GET' | 'POST',
  url: string,
  authorization: string,
  body: unknown,
): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = await response.text()
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    const message = `${bare(url)} could not be reached: ${reason instanceof Error ? reason.message : 'no reason known'}`
    throw new HttpError('ERR_HTTP_NETWORK', message, { method, url, cause })
  }
  const { status, headers } = response
  const answer = parse(text)
  if (status >= 200 && status < 300 && answer !== undefined) return { headers, body: answer }
  throw refusal(response, answer, { method, url })
}

/** An Okta error in words: summary and causes in the message, what to do in the hint. */
function refusal(
  { status, headers }: Response,
  body: unknown,
  { method, url }: { readonly method: string; readonly url: string },
): Error {
  const requestId = headers.get('x-request-id')
  const suffix = requestId === null ? '' : ` (request ${requestId})`
  if (isApiError(body)) {
    const causes = (body.errorCauses ?? []).map(({ errorSummary }) => String(errorSummary))
    const message = [String(body.errorSummary), ...causes].join(': ')
    return new CommandError(
      ExitCode.server,
      `the server refused: ${message}${suffix}`,
      hintFor(status),
    )
  }
  const challenge = headers.get('www-authenticate') ?? ''
  const description = /error_description="([^"]*)"/.exec(challenge)?.[1]
  if (description !== undefined) {
    return new CommandError(
      ExitCode.server,
      `the server refused: ${description}${suffix}`,
      hintFor(status),
    )
  }
  const message = `${bare(url)} answered HTTP ${status}, and not as the admin API does`
  return new HttpError('ERR_HTTP_UNEXPECTED_STATUS', message, { method, url, status })
}

function hintFor(status: number): string | undefined {
  switch (status) {
    case 401:
      return 'the server may have been set up anew: is --data the directory that it uses?'
    case 404:
      return 'keygrant app list shows the service apps that there are'
    case 503:
      return 'its store does not answer; try again in a few seconds, and look at the log of the server'
    default:
      return undefined
  }
}

interface ApiError {
  readonly errorSummary: unknown
  readonly errorCauses?: readonly { readonly errorSummary: unknown }[]
}

function isApiError(body: unknown): body is ApiError {
  return typeof body === 'object' && body !== null && 'errorSummary' in body
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The next page, when it is on the same server. */
function nextPage(link: string | null, issuer: string): string | undefined {
  const url = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1]
  return url?.startsWith(`${issuer}/`) === true ? url.slice(issuer.length) : undefined
}

function segment(id: string): string {
  return encodeURIComponent(id)
}

function bare(url: string): string {
  return url.split('?')[0] as string
}
