/**
 * Token requests, each on a connection of its own, so that the processes of a server take turns.
 */

import { Agent, request } from 'node:http'
import { signAssertion } from '@keygrant/core/assertion'
import type { PrivateKey } from '@keygrant/core/keys'

/** What came back. */
export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Readonly<Record<string, unknown>>
}

/** Sends on a connection of its own, so that the workers take turns. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers: { ...headers }, agent: new Agent({ keepAlive: false }) }
    const outgoing = request(url, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
        }),
      )
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

/** Asks a server for a token. */
export function askForToken(
  { url }: { readonly url: string },
  assertion: string,
  headers: object = {},
): Promise<Answer> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: 'okta.apps.read',
  }).toString()
  return send(`${url}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
}

/** An assertion of a client for a server whose issuer identifier is its address. */
export function anAssertion({
  clientId,
  key,
  url,
}: {
  readonly clientId: string
  readonly key: PrivateKey
  readonly url: string
}): Promise<string> {
  return signAssertion({}, key, { clientId, audience: url })
}

/** Does something so many times, one after the other. */
export async function times<T>(count: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index++) results.push(await act())
  return results
}
