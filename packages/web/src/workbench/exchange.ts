/**
 * Requests that the page sends: for a token, and to an API with it.
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { mayReach, wayTo } from './reach.ts'
import { scopeWords } from './scope-words.ts'
import type { SignedJwt } from './signing.ts'

/** What came back; of an answer that does not come the browser tells a page nothing. */
export type Outcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly milliseconds: number
      readonly headers: Headers
      readonly text: string
      /** The body, where it is a JSON object. */
      readonly body: Readonly<Record<string, unknown>> | undefined
    }
  | { readonly kind: 'unreachable' }
  /** The policy of the page forbids to ask. */
  | { readonly kind: 'not_allowed' }

/** A name with its value. */
export type Pair = readonly [name: string, value: string]

/** A request with what came back. */
export interface Exchange {
  readonly method: string
  readonly url: string
  /** The form of a token request; the headers of a call. */
  readonly fields: readonly Pair[]
  /** What a call brought along. */
  readonly body?: string | undefined
  /** `undefined` while it is on its way. */
  readonly outcome: Outcome | undefined
}

/** An access token, with its type. */
export interface AccessToken {
  readonly type: string
  readonly token: string
}

/** The scopes to ask for, between blanks. */
export const scope: Signal<string> = signal('')
/** The token request. */
export const tokenExchange: Signal<Exchange | undefined> = signal(undefined)
/** The call of the API. */
export const apiExchange: Signal<Exchange | undefined> = signal(undefined)

/** The access token of the last answer. */
export const accessToken: ReadonlySignal<AccessToken | undefined> = computed(() => {
  const outcome = tokenExchange.value?.outcome
  if (outcome?.kind !== 'answered') return undefined
  const { access_token: token, token_type: type } = outcome.body ?? {}
  return typeof token === 'string' ? { token, type: String(type) } : undefined
})

/** The scopes of that token, as the server says them; none when it says nothing. */
export function grantedScopes(): readonly string[] {
  const outcome = tokenExchange.value?.outcome
  return scopeWords(outcome?.kind === 'answered' ? outcome.body?.['scope'] : undefined)
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The form of a token request (RFC 7523, section 2.2). */
export function tokenForm({ jwt, fault }: SignedJwt, scopes: string): URLSearchParams {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scopes.trim() === '' ? undefined : { scope: scopes.trim() }),
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: jwt,
  })
  fault?.breakForm?.(form)
  return form
}

/** Asks for a token. */
export async function requestToken(endpoint: string, made: SignedJwt): Promise<void> {
  const form = tokenForm(made, scope.value)
  const asked = { method: 'POST', url: endpoint, fields: [...form] }
  tokenExchange.value = { ...asked, outcome: undefined }
  tokenExchange.value = { ...asked, outcome: await send(endpoint, { method: 'POST', body: form }) }
}

/** A call of an API: `body` is JSON, and empty where there is none. */
export interface ApiCall {
  readonly method: string
  readonly url: string
  /** The person's own. */
  readonly headers: readonly Pair[]
  readonly body: string
}

/** Calls an API with the token. */
export async function callApi(
  { method, url, headers, body }: ApiCall,
  token: string,
): Promise<void> {
  const says = (name: string): boolean => headers.some(([own]) => own.toLowerCase() === name)
  const fields: readonly Pair[] = [
    ['authorization', `Bearer ${token}`],
    ...(body === '' || says('content-type')
      ? []
      : ([['content-type', 'application/json']] as const)),
    ...headers,
  ]
  const brought = body === '' ? undefined : { body }
  const asked = { method, url, fields, ...brought }
  const init = { method, headers: fields.map(([name, value]): [string, string] => [name, value]) }
  apiExchange.value = { ...asked, outcome: undefined }
  apiExchange.value = { ...asked, outcome: await send(url, { ...init, ...brought }) }
}

/** Whether anything answers at a URL, although this page may not read what. */
export async function probe(url: string): Promise<boolean> {
  try {
    await fetch(wayTo(url), { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

async function send(url: string, init: RequestInit): Promise<Outcome> {
  if (!mayReach(url)) return { kind: 'not_allowed' }
  const start = performance.now()
  try {
    const response = await fetch(wayTo(url), { ...init, credentials: 'omit', redirect: 'error' })
    const text = await response.text()
    return {
      kind: 'answered',
      status: response.status,
      milliseconds: Math.round(performance.now() - start),
      headers: response.headers,
      text,
      body: objectOf(text),
    }
  } catch {
    return { kind: 'unreachable' }
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
