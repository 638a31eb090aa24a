/**
 * The client of the admin API. It sends what any script could send: the session goes as a cookie, changes bear the
 * CSRF token, and a change that needs a fresh passkey check is sent again after one.
 * @module
 */

import { type Signal, signal } from '@preact/signals'
import { isAttended } from './presence.ts'
import { consoleStrings } from './strings.ts'

/** An answer that was good. */
export interface Answer<T> {
  readonly body: T
  readonly etag: string | undefined
  /** The cursor of the next page of a list; `undefined` on the last one. */
  readonly next: string | undefined
}

/** What a call may add. */
export interface CallOptions {
  /** Parameters of the query; those that are empty are left out. */
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** The entity tag that the record must still have. */
  readonly ifMatch?: string | undefined
  readonly signal?: AbortSignal
  /** The access token of an app that asks, instead of the person who is signed in. */
  readonly bearer?: string | undefined
}

/** A call that was not good: what the server said, and the identifier under which its log has it. */
export class ApiFailure extends Error {
  /** 0 when there was no answer. */
  readonly status: number
  /** Okta's code, such as `E0000006`; empty when there is none. */
  readonly code: string
  /** Sentences that say more. */
  readonly causes: readonly string[]
  readonly requestId: string | undefined

  constructor(
    status: number,
    code: string,
    message: string,
    causes: readonly string[] = [],
    requestId?: string,
  ) {
    super(message)
    this.name = 'ApiFailure'
    this.status = status
    this.code = code
    this.causes = causes
    this.requestId = requestId
  }
}

/** The person decided not to go on: nothing is to be said about it. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled')
    this.name = 'Cancelled'
  }
}

/** How far the clock of the server is ahead of that of this browser, in milliseconds; in steps of about a second. */
export const clockAhead: Signal<number> = signal(0)

/** When the server last answered a call that kept the session alive, by its clock; 0 when it never did. */
export const attendedAt: Signal<number> = signal(0)

/** What the rest of the console does for calls. */
interface Hooks {
  csrfToken(): string | undefined
  /** The session is over. */
  onSignedOut(): void
  /** Asks for a passkey check; rejects with {@link Cancelled}. */
  confirm(): Promise<void>
}

let hooks: Hooks = {
  csrfToken: () => undefined,
  onSignedOut: () => undefined,
  confirm: () => Promise.reject(new Cancelled()),
}

/** Puts in place what calls need of the rest of the console. */
export function connectApi(given: Hooks): void {
  hooks = given
}

/** Calls the admin API. Paths are absolute, such as `/api/v1/apps`. */
export const api = {
  get: <T>(path: string, options?: CallOptions): Promise<Answer<T>> => call('GET', path, options),
  post: <T>(path: string, options?: CallOptions): Promise<Answer<T>> => call('POST', path, options),
  put: <T>(path: string, options?: CallOptions): Promise<Answer<T>> => call('PUT', path, options),
  delete: (path: string, options?: CallOptions): Promise<Answer<undefined>> =>
    call('DELETE', path, options),
} as const

/** Reads all pages of a list, up to a number of records that a screen can show. */
export async function readAll<T>(
  path: string,
  {
    query,
    max = 1000,
    signal: abort,
  }: Pick<CallOptions, 'query' | 'signal'> & { readonly max?: number } = {},
): Promise<readonly T[]> {
  const all: T[] = []
  let after: string | undefined
  do {
    const page: Answer<readonly T[]> = await api.get(path, {
      query: { ...query, limit: '200', after },
      ...(abort === undefined ? undefined : { signal: abort }),
    })
    all.push(...page.body)
    after = page.next
  } while (after !== undefined && all.length < max)
  return all
}

async function call<T>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  try {
    return await send(method, path, options)
  } catch (failure) {
    if (!(failure instanceof ApiFailure)) throw failure
    if (failure.code === 'E0000005') hooks.onSignedOut()
    if (failure.code !== 'E0000470') throw failure
    await hooks.confirm()
    return send(method, path, options)
  }
}

async function send<T>(
  method: string,
  path: string,
  { query = {}, body, ifMatch, signal: abort, bearer }: CallOptions,
): Promise<Answer<T>> {
  const token = method === 'GET' || bearer !== undefined ? undefined : hooks.csrfToken()
  const asked = Date.now()
  const isByPerson = isAttended()
  let response: Response
  try {
    response = await fetch(path + queryText(query), {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? undefined : { 'content-type': 'application/json' }),
        ...(token === undefined ? undefined : { 'x-csrf-token': token }),
        ...(ifMatch === undefined ? undefined : { 'if-match': ifMatch }),
        ...(isByPerson ? undefined : { 'x-unattended': '1' }),
        ...(bearer === undefined ? undefined : { authorization: `Bearer ${bearer}` }),
      },
      ...(bearer === undefined ? undefined : { credentials: 'omit' }),
      ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      ...(abort === undefined ? undefined : { signal: abort }),
      cache: 'no-store',
      redirect: 'error',
    })
  } catch (error) {
    if (abort?.aborted === true) throw new Cancelled()
    throw new ApiFailure(0, '', consoleStrings.failure.unreachable, [
      error instanceof Error ? error.message : '',
    ])
  }
  noteClock(response.headers.get('date'), asked)
  const text = await response.text()
  const json = text === '' ? undefined : parsed(text)
  if (!response.ok) throw failureOf(response, json)
  if (isByPerson) attendedAt.value = asked + clockAhead.peek()
  return {
    body: json as T,
    etag: response.headers.get('etag') ?? undefined,
    next: nextOf(response.headers.get('link')),
  }
}

function queryText(query: NonNullable<CallOptions['query']>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][]).toString()}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failureOf({ status, headers }: Response, json: unknown): ApiFailure {
  const body = (json ?? {}) as {
    readonly errorCode?: unknown
    readonly errorSummary?: unknown
    readonly errorCauses?: readonly { readonly errorSummary?: unknown }[]
  }
  const causes = Array.isArray(body.errorCauses)
    ? body.errorCauses.map(({ errorSummary }) => String(errorSummary ?? ''))
    : []
  return new ApiFailure(
    status,
    typeof body.errorCode === 'string' ? body.errorCode : '',
    typeof body.errorSummary === 'string'
      ? body.errorSummary
      : consoleStrings.failure.status(status),
    causes.filter((cause) => cause !== ''),
    headers.get('x-request-id') ?? undefined,
  )
}

/** The cursor in the `Link` header field (RFC 8288). */
function nextOf(link: string | null): string | undefined {
  const url = /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1]
  if (url === undefined) return undefined
  return new URL(url, location.href).searchParams.get('after') ?? undefined
}

/** A `Date` header field has whole seconds, so that less than two of them say nothing. */
function noteClock(date: string | null, asked: number): void {
  const server = Date.parse(date ?? '')
  if (Number.isNaN(server)) return
  const ahead = server + 500 - (asked + Date.now()) / 2
  clockAhead.value = Math.abs(ahead) < 2000 ? 0 : ahead
}

/** The time of the server, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + clockAhead.value
}
