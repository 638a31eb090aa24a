/**
 * An https host that publishes a JWK Set, with a certificate made by openssl for this run.
 * @module
 */

import { spawnSync } from 'node:child_process'
import type { LookupAddress } from 'node:dns'
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ResolveHost } from '../src/jwks-fetcher.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export const skipWithoutOpenssl: string | false =
  spawnSync('openssl', ['version']).error === undefined
    ? false
    : 'openssl is missing: install the Debian package openssl'

export const HOST = 'keys.client.example'

export interface JwksHost {
  readonly url: string
  /** The certificate, to be trusted. */
  readonly ca: string
  /** What was asked for so far. */
  readonly requests: { readonly url: string | undefined; readonly headers: IncomingHttpHeaders }[]
  /** What it answers from now on. */
  answer: RequestListener
}

/** Starts a host on loopback that is known as {@link HOST}. */
export async function aJwksHost(
  t: TestContext,
  answer: RequestListener,
  name = HOST,
): Promise<JwksHost> {
  const directory = await temporaryDirectory(t)
  const file = (each: string): string => join(directory, each)
  const made = spawnSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name} -addext subjectAltName=DNS:${name} -keyout ${file('key.pem')} -out ${file('cert.pem')}`.split(
      ' ',
    ),
  )
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`)
  const [key, ca] = [readFileSync(file('key.pem'), 'utf8'), readFileSync(file('cert.pem'), 'utf8')]
  const host: JwksHost = { url: '', ca, requests: [], answer }
  const server = createServer({ key, cert: ca }, (request, response) => {
    host.requests.push({ url: request.url, headers: request.headers })
    host.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(host, { url: `https://${HOST}:${port}/jwks.json` })
}

/** A resolver that knows one answer for every name. */
export function resolvesTo(...addresses: readonly string[]): ResolveHost {
  const found = addresses.map((address): LookupAddress => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }))
  return (_name, _options, done) => done(null, found)
}

/** Answers with a JSON value. */
export function json(
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(value))
  }
}
