/**
 * What the server of this page makes of an assertion. It is asked when a person says so, and never otherwise.
 * @module
 */

import type { CheckResult, Finding } from '@keygrant/core/assertion'
import { parameter } from '@keygrant/core/inspection'
import type { ExplanationJson } from '@keygrant/server/admin/wire'
import { announce } from '../parts/announce.tsx'
import { mayReach } from '../workbench/reach.ts'
import { type Question, requestOf } from './inspection.ts'
import { explained, question } from './state.ts'
import { resultStrings } from './result-strings.ts'

/** The answer: `POST /api/v1/explain`. Its checks are those of the rulebook. */
export type ServerAnswer = Omit<ExplanationJson, 'checks' | 'causes'> & {
  readonly checks: readonly CheckResult[]
  readonly causes: readonly Finding[]
}

/** Why there is no answer. */
export type AskFailure =
  | { readonly why: 'signed_out' | 'not_allowed' | 'unreachable' | 'no_keygrant' }
  | { readonly why: 'too_many'; readonly seconds: string }

/** No answer; `failure` says why. */
export class NotAnswered extends Error {
  readonly failure: AskFailure

  constructor(failure: AskFailure) {
    super(failure.why)
    this.name = 'NotAnswered'
    this.failure = failure
  }
}

/** Whether there is a server to ask: the one that the page comes from. */
export const hasServer: boolean = mayReach(location.href)

/** The words for why there is no answer. */
export function failureText(failure: AskFailure): string {
  const { failures } = resultStrings.server
  return failure.why === 'too_many' ? failures.too_many(failure.seconds) : failures[failure.why]
}

/**
 * Asks about what is in the box, and keeps the answer.
 *
 * @throws {@link NotAnswered}
 */
export async function ask(): Promise<void> {
  const about = question.peek()
  if (about === undefined) return
  const answer = await postAsPerson<ServerAnswer>('./api/v1/explain', requestBody(about))
  if (!Array.isArray(answer.checks) || !Array.isArray(answer.causes)) {
    throw new NotAnswered({ why: 'no_keygrant' })
  }
  explained.value = { about: requestOf(about), answer }
  announce(
    resultStrings.server.announced(answer.causes[0]?.sentence ?? resultStrings.server.accepts),
  )
}

function requestBody({ jwt, request, receiver }: Question): object {
  const { endpoint, clientId } = receiver
  const isOwn = endpoint.value?.startsWith(`${location.origin}/oauth2/`) === true
  const asked = (name: string): object => {
    const value = request === undefined ? undefined : parameter(request, name)
    return value === undefined ? {} : { [name]: value }
  }
  return {
    client_assertion: jwt,
    ...(clientId.value === undefined ? undefined : { client_id: clientId.value }),
    ...(isOwn ? { endpoint: endpoint.value } : undefined),
    ...asked('scope'),
    ...asked('resource'),
  }
}

/**
 * Posts something to the server as the person who is signed in at its console.
 *
 * @throws {@link NotAnswered}
 */
export async function postAsPerson<T>(path: string, body: object): Promise<T> {
  const own = await call<{ readonly csrfToken?: unknown }>('./api/v1/sessions/me')
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': String(own.csrfToken) },
    body: JSON.stringify(body),
  })
}

/**
 * Reads something from the server as the person who is signed in at its console.
 *
 * @throws {@link NotAnswered}
 */
export function getAsPerson<T>(path: string): Promise<T> {
  return call(path)
}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, { ...init, cache: 'no-store', redirect: 'error' }).catch(
    () => {
      throw new NotAnswered({ why: 'unreachable' })
    },
  )
  const json = await response.json().catch(() => undefined)
  const { errorCauses, errorSummary } = (json ?? {}) as {
    readonly errorCauses?: readonly { readonly errorSummary?: unknown }[]
    readonly errorSummary?: unknown
  }
  const problem = errorCauses?.[0]?.errorSummary
  switch (response.status) {
    case 200:
      return json as T
    case 400:
      throw new RefusedInput(typeof problem === 'string' ? problem : '')
    case 404:
      // A server of ours says what it does not have.
      if (typeof errorSummary === 'string') throw new RefusedInput(errorSummary)
      throw new NotAnswered({ why: 'no_keygrant' })
    case 401:
      throw new NotAnswered({ why: 'signed_out' })
    case 403:
      throw new NotAnswered({ why: 'not_allowed' })
    case 429:
      throw new NotAnswered({
        why: 'too_many',
        seconds: response.headers.get('retry-after') ?? '60',
      })
    default:
      throw new NotAnswered({ why: response.status >= 500 ? 'unreachable' : 'no_keygrant' })
  }
}

/** The server says what is wrong with what was sent. */
export class RefusedInput extends Error {}
