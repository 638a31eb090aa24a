/**
 * One call of an admin API in Okta's shapes: signed in as a service app, with refusals as sentences.
 * @module
 */

import { type ProviderName, requestAccessToken } from '@keygrant/core/client'
import { HttpError } from '@keygrant/core/errors'
import type { Signer } from '@keygrant/core/keys'
import { CommandError } from './command-error.ts'
import { ExitCode } from './exit-codes.ts'
import type { Output } from './output.ts'
import { assertionManners, whoseServer } from './whose-server.ts'

/** What a call needs. */
export type AdminScope =
  | 'okta.apps.read'
  | 'okta.apps.manage'
  | 'okta.appGrants.read'
  | 'okta.appGrants.manage'
  | 'okta.roles.read'
  | 'okta.roles.manage'
  | 'okta.authorizationServers.read'
  | 'okta.authorizationServers.manage'
  | 'okta.users.read'
  | 'okta.users.manage'
  | 'okta.logs.read'

/** Whom to call, and as whom. */
export interface AdminCallerOptions {
  readonly issuer: string
  /** The origin to which everything is sent. Default: the issuer, by which the server knows itself in any case. */
  readonly via?: string | undefined
  /** Whose server it is, where its address does not tell. */
  readonly provider?: ProviderName | undefined
  readonly clientId: string
  readonly signer: Signer
  /** Scopes of the one token that all calls use. */
  readonly scopes: readonly AdminScope[]
  /** Opens the key anew when a token is no longer taken: the key may have been replaced since. */
  readonly renewSigner?: () => Promise<Signer>
  /** Waits for each answer, as {@link Output.during} does. Default: nothing is told. */
  readonly during?: Output['during']
}

/** What is sent. */
export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, without the origin. */
  readonly path: string
  readonly body?: unknown
  /** Only when the record still is what it was when it had this entity tag. */
  readonly ifMatch?: string
}

/** What was read, and as what it was read. */
export interface Read<T> {
  readonly record: T
  /** Its entity tag, from servers that give one. */
  readonly etag: string | undefined
}

/** Calls one admin API. */
export interface AdminCaller {
  readonly issuer: string
  /** The JSON of the answer; `undefined` when it has no body. */
  call(request: AdminRequest): Promise<unknown>
  /** Reads a record that is to be changed. */
  read(path: string): Promise<Read<unknown>>
  /** The entries of a list, page by page, as the server's `Link` leads on. */
  pages(path: string): AsyncIterable<readonly unknown[]>
}

/** The admin API understood, and said no. */
export class AdminRefusal extends CommandError {
  readonly status: number

  constructor(status: number, message: string, hint?: string) {
    super(ExitCode.server, message, hint)
    this.name = 'AdminRefusal'
    this.status = status
  }
}

const TIMEOUT_MS = 10_000
const MAX_PAGES = 500
const MAX_TRIES = 4
const LONGEST_WAIT_SECONDS = 60

/** Makes a caller. Nothing is sent before the first call. */
export function createAdminCaller(options: AdminCallerOptions): AdminCaller {
  const { issuer, via = issuer, provider, clientId, scopes, renewSigner } = options
  let { signer } = options
  const tokenEndpoint = `${issuer}/oauth2/v1/token`
  const manners = assertionManners(whoseServer(provider, issuer), { issuer, tokenEndpoint })
  let token: Promise<string> | undefined
  const authorization = async (): Promise<string> => {
    token ??= requestAccessToken({
      tokenEndpoint: `${via}/oauth2/v1/token`,
      ...manners,
      clientId,
      signer,
      scope: scopes.join(' '),
    }).then(({ access_token: accessToken }) => accessToken)
    return `Bearer ${await token}`
  }
  const exchange = (request: AdminRequest): Promise<Answer> => {
    const answer = exchangePatiently(request)
    return options.during?.(`asking ${new URL(via).host}`, answer) ?? answer
  }
  const exchangePatiently = async ({
    method,
    path,
    body,
    ifMatch,
  }: AdminRequest): Promise<Answer> => {
    const url = via + path
    let isRenewed = false
    for (let tries = 1; ; tries++) {
      const answer = await send({
        method,
        url,
        body,
        ifMatch,
        authorization: await authorization(),
      })
      if (answer.status === 401 && renewSigner !== undefined && !isRenewed) {
        isRenewed = true
        signer = await renewSigner()
        token = undefined
        continue
      }
      const waitSeconds = retryAfter(answer)
      if (waitSeconds === undefined || tries === MAX_TRIES) return accept(answer, { method, url })
      await new Promise((resolve) => setTimeout(resolve, waitSeconds * 1000))
    }
  }
  return {
    issuer,
    call: async (request) => (await exchange(request)).body,
    async read(path) {
      const { body, headers }: Answer = await exchange({ method: 'GET', path })
      return { record: body, etag: headers.get('etag') ?? undefined }
    },
    async *pages(first) {
      let path: string | undefined = first
      for (let page = 0; path !== undefined && page < MAX_PAGES; page++) {
        const { body, headers }: Answer = await exchange({ method: 'GET', path })
        if (!Array.isArray(body)) throw unexpected(via + path, 'GET', 200)
        yield body
        path = nextPage(headers.get('link'), issuer)
      }
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed, or `undefined` when there is none or it is no JSON. */
  readonly body: unknown
}

async function send({
  method,
  url,
  body,
  ifMatch,
  authorization,
}: {
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly ifMatch: string | undefined
  readonly authorization: string
}): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization,
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? undefined : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const { status, headers } = response
    return { status, headers, body: parse(await response.text()) }
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
    const message = `${bare(url)} could not be reached: ${reason instanceof Error ? reason.message : 'no reason known'}`
    throw new HttpError('ERR_HTTP_NETWORK', message, { method, url, cause })
  }
}

/** How long a server that did nothing wants us to wait: 429 and 503 are answers before any work. */
function retryAfter({ status, headers }: Answer): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  const reset = Number(headers.get('x-rate-limit-reset') ?? Number.NaN) - Date.now() / 1000
  const seconds = Number(headers.get('retry-after') ?? (Number.isFinite(reset) ? reset : 1))
  if (!(seconds >= 0)) return 1
  return seconds > LONGEST_WAIT_SECONDS ? undefined : seconds
}

function accept(
  answer: Answer,
  request: { readonly method: string; readonly url: string },
): Answer {
  const { status, body } = answer
  if (status === 204 || (status >= 200 && status < 300 && body !== undefined)) return answer
  throw refusal(answer, request)
}

/** An Okta error in words: summary and causes in the message, what to do in the hint. */
function refusal(
  { status, headers, body }: Answer,
  { method, url }: { readonly method: string; readonly url: string },
): Error {
  const requestId = headers.get('x-okta-request-id') ?? headers.get('x-request-id')
  const suffix = requestId === null ? '' : ` (request ${requestId})`
  const said = errorSummary(body) ?? challengeDescription(headers)
  return said === undefined
    ? unexpected(url, method, status)
    : new AdminRefusal(
        status,
        `the server refused: ${said}${suffix}`,
        isPermission(body, headers) ? PERMISSION_HINT : hintFor(status, new URL(url).pathname),
      )
}

function unexpected(url: string, method: string, status: number): HttpError {
  const message = `${bare(url)} answered HTTP ${status}, and not as the admin API does`
  return new HttpError('ERR_HTTP_UNEXPECTED_STATUS', message, { method, url, status })
}

function challengeDescription(headers: Headers): string | undefined {
  return /error_description="([^"]*)"/.exec(headers.get('www-authenticate') ?? '')?.[1]
}

const PERMISSION_HINT =
  'the administrator needs the scope and the role for it: keygrant grant list, keygrant role list'

function isPermission(body: unknown, headers: Headers): boolean {
  const code = (body as { readonly errorCode?: unknown } | null | undefined)?.errorCode
  return code === 'E0000006' || /insufficient_scope/.test(headers.get('www-authenticate') ?? '')
}

function hintFor(status: number, path: string): string | undefined {
  switch (status) {
    case 401:
      return 'the server may have been set up anew: is --data the directory that it uses?'
    case 404: {
      if (path.startsWith('/api/v1/authorizationServers/')) {
        return path.includes('/credentials/')
          ? 'keygrant signing-key list shows the keys that there are'
          : 'keygrant resource list shows the resources that there are'
      }
      const [, , , part] =
        /^\/(api|oauth2)\/v1\/(?:apps|clients)\/([^/]+)(?:\/([a-z]+))?/.exec(path) ?? []
      const list = {
        credentials: 'app key list',
        grants: 'grant list',
        roles: 'role list',
        tokens: 'app token list',
      }[part ?? '']
      return list === undefined || !/\/[^/]+\/(jwks|grants|roles|tokens)\/[^/]+/.test(path)
        ? 'keygrant app list shows the service apps that there are'
        : `keygrant ${list} shows those that there are`
    }
    case 503:
      return 'its store does not answer; try again in a few seconds, and look at the log of the server'
    default:
      return undefined
  }
}

function errorSummary(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('errorSummary' in body)) return undefined
  const { errorSummary: summary, errorCauses } = body as {
    readonly errorSummary: unknown
    readonly errorCauses?: unknown
  }
  const causes = Array.isArray(errorCauses)
    ? errorCauses.map((cause) => String((cause as { errorSummary?: unknown }).errorSummary))
    : []
  return [String(summary), ...causes].join(': ')
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

function bare(url: string): string {
  return url.split('?')[0] as string
}
