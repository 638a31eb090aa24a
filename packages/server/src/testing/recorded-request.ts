/**
 * What a test server was asked, without what is secret: a test asserts on it.
 * @module
 */

import { parseJwt } from '@keygrant/core/assertion'
import type { Endpoint, FaultKind } from './faults.ts'

/** A JWT that was sent, without its signature. Nothing of it is verified. */
export interface RecordedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** A request that a test server received. */
export interface RecordedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly endpoint: Endpoint
  /** When it came, by the clock of the server, in milliseconds since 1970. */
  readonly at: number
  /** Header fields by their names in lower case, without `authorization` and `dpop`. */
  readonly headers: Readonly<Record<string, string>>
  /** The form that was sent, without `client_assertion` and `token`. */
  readonly parameters: Readonly<Record<string, string>>
  /** The client assertion, if one was sent. */
  readonly assertion?: RecordedJwt
  /** The DPoP proof, if one was sent. */
  readonly proof?: RecordedJwt
  /** The scheme of `Authorization`, such as `Bearer`. */
  readonly authorizationScheme?: string
  /** The fault that it met. */
  readonly fault?: FaultKind
  /** The status of the answer; `undefined` when none was sent, or not yet. */
  readonly status: number | undefined
}

/** A request as it came. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const SECRET_HEADERS = new Set(['authorization', 'dpop', 'cookie', 'proxy-authorization'])
const SECRET_PARAMETERS = new Set(['client_assertion', 'client_secret', 'assertion', 'token'])

/** Takes down a request. */
export function recordRequest(
  { method, url, headers, body }: ReceivedRequest,
  met: { readonly endpoint: Endpoint; readonly at: number; readonly fault: FaultKind | undefined },
): RecordedRequest {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const form = isForm ? [...new URLSearchParams(body.toString('utf8'))] : []
  const sent = form.find(([name]) => name === 'client_assertion')?.[1]
  const scheme = headers['authorization']?.split(' ', 1)[0]
  const assertion = readJwt(sent)
  const proof = readJwt(headers['dpop'])
  return {
    method,
    path: url.split('?', 1)[0] as string,
    endpoint: met.endpoint,
    at: met.at,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name)),
    ),
    parameters: Object.fromEntries(form.filter(([name]) => !SECRET_PARAMETERS.has(name))),
    ...(assertion === undefined ? undefined : { assertion }),
    ...(proof === undefined ? undefined : { proof }),
    ...(scheme === undefined ? undefined : { authorizationScheme: scheme }),
    ...(met.fault === undefined ? undefined : { fault: met.fault }),
    status: undefined,
  }
}

function readJwt(text: string | undefined): RecordedJwt | undefined {
  if (text === undefined) return undefined
  const { header, claims } = parseJwt(text)
  return header === undefined || claims === undefined ? undefined : { header, claims }
}
