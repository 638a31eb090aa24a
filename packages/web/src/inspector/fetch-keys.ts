/**
 * A JWK Set by its URL, fetched when a person says so: by the page where its policy lets it, else by its server.
 * @module
 */

import { capital } from '../parts/findings.tsx'
import { mayReach } from '../workbench/reach.ts'
import { failureText, NotAnswered, postAsPerson, RefusedInput } from './server-answer.ts'
import { resultStrings } from './result-strings.ts'

const MAX_LETTERS = 65_536
const TIMEOUT_MS = 5000

/** The text of the set. */
export type FetchedKeys =
  | { readonly text: string; readonly fault?: never }
  | { readonly text?: never; readonly fault: string }

/** Fetches the keys at a URL. Sends nothing but the request: no cookie, and no address of this page. */
export async function fetchKeys(url: string): Promise<FetchedKeys> {
  try {
    const set = mayReach(url) ? await fetchHere(url) : await fetchByServer(url)
    return { text: JSON.stringify(set, undefined, 2) }
  } catch (error) {
    if (error instanceof NotAnswered) return { fault: failureText(error.failure) }
    if (error instanceof RefusedInput) return { fault: error.message }
    return { fault: resultStrings.server.failures.unreachable }
  }
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
