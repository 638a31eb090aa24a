/**
 * A JWK Set by its URL, fetched when a person says so: by the page where its policy lets it, else by its server.
 * @module
 */

import { capital } from '../parts/findings.tsx'
import { mayReach } from '../workbench/reach.ts'
import {
  failureText,
  getAsPerson,
  NotAnswered,
  postAsPerson,
  RefusedInput,
} from './server-answer.ts'
import { resultStrings } from './result-strings.ts'

const MAX_LETTERS = 65_536
const TIMEOUT_MS = 5000

/** The text of the set. */
export type FetchedKeys =
  | { readonly text: string; readonly fault?: never }
  | { readonly text?: never; readonly fault: string }

/** Fetches the keys at a URL. Sends nothing but the request: no cookie, and no address of this page. */
export function fetchKeys(url: string): Promise<FetchedKeys> {
  return fetched(mayReach(url) ? fetchHere(url) : fetchByServer(url))
}

/** Fetches the active keys that this server has of a client. */
export function fetchRegisteredKeys(clientId: string): Promise<FetchedKeys> {
  return fetched(readRegistered(clientId))
}

async function fetched(set: Promise<unknown>): Promise<FetchedKeys> {
  try {
    return { text: JSON.stringify(await set, undefined, 2) }
  } catch (error) {
    if (error instanceof NotAnswered) return { fault: failureText(error.failure) }
    if (error instanceof RefusedInput) return { fault: error.message }
    return { fault: resultStrings.server.failures.unreachable }
  }
}

/** The members of a JWK; a registered key has more to tell. */
const JWK_MEMBERS = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e', 'pub']

async function readRegistered(clientId: string): Promise<unknown> {
  const path = `./api/v1/apps/${encodeURIComponent(clientId)}/credentials/jwks`
  const { keys } = await getAsPerson<{ readonly keys: readonly object[] }>(path)
  const active = keys.filter((key) => 'status' in key && key.status === 'ACTIVE')
  if (active.length === 0) throw new RefusedInput(resultStrings.registeredKeys.none)
  const jwk = (key: object): object =>
    Object.fromEntries(
      Object.entries(key).filter(([name, value]) => JWK_MEMBERS.includes(name) && value !== null),
    )
  return { keys: active.map(jwk) }
}

async function fetchHere(url: string): Promise<unknown> {
  const response = await fetch(url, {
    credentials: 'omit',
    redirect: 'error',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new RefusedInput(resultStrings.keysAt.status(response.status))
  return readSet(text)
}

function readSet(text: string): unknown {
  try {
    const value = JSON.parse(text) as { readonly keys?: unknown } | null
    if (text.length <= MAX_LETTERS && Array.isArray(value?.keys)) return value
  } catch {
    // What is no JSON is no JWK Set.
  }
  throw new RefusedInput(resultStrings.keysAt.noSet)
}

/** What `POST /api/v1/jwks/preview` says, as far as it is of use here. */
interface Preview {
  readonly fault: string | null
  readonly keys: readonly { readonly jwk?: object | null }[]
}

async function fetchByServer(url: string): Promise<unknown> {
  const { fault, keys } = await postAsPerson<Preview>('./api/v1/jwks/preview', { jwks_uri: url })
  if (fault !== null) throw new RefusedInput(`${capital(fault)}.`)
  return { keys: keys.flatMap(({ jwk }) => (typeof jwk === 'object' && jwk !== null ? [jwk] : [])) }
}
