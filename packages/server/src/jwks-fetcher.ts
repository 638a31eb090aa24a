/**
 * Fetches the JWK Set that a client publishes: a URL of a stranger's choice, so every address is checked
 * before it is called, and whatever answers gets little time and little room.
 * @module
 */

import { type LookupAddress, lookup as systemLookup, type LookupOptions } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import {
  checkKeyForRegistration,
  exportJwkSet,
  type JwkSetReading,
  type PublicKey,
  readJwkSet,
} from '@keygrant/core/keys'
import { hostOf, type JwksUriPolicy, jwksUriProblem } from './jwks-uri.ts'
import { isPublicAddress } from './public-address.ts'

/** Resolves a name to all of its addresses. */
export type ResolveHost = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** What {@link createJwksFetcher} needs. */
export interface JwksFetchOptions extends JwksUriPolicy {
  /** Default: that of the system. */
  readonly resolve?: ResolveHost
  /** Certificate authorities instead of those that Node trusts, in PEM. */
  readonly ca?: string
}

/**
 * The set can't be used, and asking again soon won't help: it is the client's to mend. Every other
 * failure is the network's.
 */
export class JwksFault extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'JwksFault'
  }
}

/** A set may have this many keys. */
export const MAX_REMOTE_KEYS = 50
const MAX_OCTETS = 65_536
const MAX_HEADER_OCTETS = 8192
/** Fetches under way at once, whoever asks for them. */
const MAX_FETCHES = 16
const JSON_TYPE =
  /^(?:application\/(?:[\w.+-]+\+)?json|text\/plain|application\/octet-stream)(?:;|$)/i

/** Fetches JWK Sets. What is asked for either way counts together. */
export interface JwksFetcher {
  /** For `createJwksCache`: of the answer only the keys that may be registered are passed on. */
  readonly fetch: typeof fetch
  /**
   * Fetches a set for a person to look at: all that stands in it, with what is wrong with it.
   *
   * @throws {@link JwksFault}, or Node's error when the network failed.
   */
  look(url: string, signal: AbortSignal): Promise<JwkSetReading>
}

/**
 * Makes a fetcher of JWK Sets. It resolves the host, refuses when any address is
 * not public, and connects to an address that it checked. No redirect is followed, no proxy of the
 * environment is used, nothing is sent but the request line and constant header fields. The keys of the
 * answer are judged as at registration; a set with a private key in it is refused whole. The deadline is the
 * caller's, by `signal`. Both functions throw {@link JwksFault}, or Node's error when the network failed.
 */
export function createJwksFetcher(options: JwksFetchOptions): JwksFetcher {
  const { privateHosts, resolve = systemLookup, ca } = options
  // The lookup is then asked for all addresses, whatever the process was started with.
  const agent = new Agent({ keepAlive: false, maxCachedSessions: 0, autoSelectFamily: true })
  let underWay = 0

  const checkedLookup = (
    hostname: string,
    { family, hints }: LookupOptions,
    done: (error: Error | null, addresses: LookupAddress[]) => void,
  ): void => {
    resolve(hostname, { family, hints, all: true }, (error, found) => {
      if (error !== null) return done(error, [])
      const isAllowed =
        privateHosts.has(hostname) ||
        (found.length > 0 && found.every(({ address }) => isPublicAddress(address)))
      done(isAllowed ? null : new JwksFault('the host has an address that is not public'), found)
    })
  }

  const get = (url: URL, headers: Record<string, string>, signal: AbortSignal | null | undefined) =>
    new Promise<IncomingMessage>((settle, reject) => {
      const outgoing = httpsRequest(url, {
        agent,
        headers,
        // An address in the URL is never looked up: it was checked as text.
        lookup: checkedLookup,
        maxHeaderSize: MAX_HEADER_OCTETS,
        ...(signal === null || signal === undefined ? undefined : { signal }),
        ...(ca === undefined ? undefined : { ca }),
        ...(isIP(hostOf(url)) === 0 ? { servername: url.hostname } : undefined),
      })
      outgoing.once('response', settle)
      outgoing.once('error', reject)
      outgoing.end()
    })

  const ask = async <T>(
    input: unknown,
    {
      etag = null,
      signal,
    }: { readonly etag?: string | null; readonly signal: AbortSignal | null | undefined },
    read: (incoming: IncomingMessage) => Promise<T>,
  ): Promise<T> => {
    const problem = jwksUriProblem(input, { privateHosts })
    if (typeof input !== 'string' || problem !== undefined) {
      throw new JwksFault(problem ?? 'the URL is no text')
    }
    if (underWay >= MAX_FETCHES) throw new Error('too many fetches of JWK Sets are under way')
    underWay++
    try {
      const headers = {
        accept: 'application/jwk-set+json, application/json',
        'accept-encoding': 'identity',
        'user-agent': 'keygrant',
        ...(etag === null ? undefined : { 'if-none-match': etag }),
      }
      const incoming = await get(new URL(input), headers, signal)
      try {
        return await read(incoming)
      } finally {
        incoming.destroy()
      }
    } finally {
      underWay--
    }
  }

  return {
    fetch: (input, init) => {
      const etag = new Headers(init?.headers).get('if-none-match')
      return ask(input, { etag, signal: init?.signal }, (incoming) =>
        readAnswer(incoming, etag !== null),
      )
    },
    look: (url, signal) =>
      ask(url, { signal }, async (incoming) => readSet(await readGood(incoming))),
  }
}

async function readAnswer(incoming: IncomingMessage, isConditional: boolean): Promise<Response> {
  const { statusCode: status = 0, headers } = incoming
  if (status === 304 && isConditional) {
    return new Response(null, { status, headers: keptHeaders(headers) })
  }
  const { keys } = await readSet(await readGood(incoming))
  const taken = exportJwkSet(await takenKeys(keys))
  return new Response(JSON.stringify(taken), { status, headers: keptHeaders(headers) })
}

/** The octets of an answer that is one. */
async function readGood(incoming: IncomingMessage): Promise<Buffer> {
  const { statusCode: status = 0, headers } = incoming
  if (status >= 500 || status === 429) throw new Error(`the host answered HTTP ${status}`)
  if (status >= 300 && status < 400) throw new JwksFault('the host answered with a redirect')
  if (status !== 200) throw new JwksFault(`the host answered HTTP ${status}`)
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new JwksFault('the answer has a Content-Encoding')
  }
  if (!JSON_TYPE.test(headers['content-type'] ?? 'application/json')) {
    throw new JwksFault('the answer is not JSON')
  }
  return readOctets(incoming)
}

async function readOctets(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_OCTETS) throw new JwksFault(`the answer is larger than ${MAX_OCTETS} octets`)
    chunks.push(chunk)
  }
  if (!incoming.complete) throw new Error('the answer ended early')
  return Buffer.concat(chunks)
}

async function readSet(octets: Buffer): Promise<JwkSetReading> {
  const reading = await readJwkSet(octets).catch(() => {
    throw new JwksFault('the answer is no JWK Set')
  })
  const { keys, refused } = reading
  if (refused.some(({ error }) => error.code === 'ERR_KEY_WRONG_HALF')) {
    throw new JwksFault('the set holds a private key')
  }
  if (keys.length + refused.length > MAX_REMOTE_KEYS) {
    throw new JwksFault(`the set has more than ${MAX_REMOTE_KEYS} keys`)
  }
  return reading
}

/** The keys that may be registered. */
async function takenKeys(keys: readonly PublicKey[]): Promise<readonly PublicKey[]> {
  const findings = await Promise.all(keys.map((key) => checkKeyForRegistration(key)))
  return keys.filter((_, index) =>
    (findings[index] ?? []).every(({ severity }) => severity !== 'error'),
  )
}

/** What says how long the answer is fresh. */
function keptHeaders(headers: IncomingMessage['headers']): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'application/json' }
  for (const name of ['cache-control', 'etag', 'age']) {
    const value = headers[name]
    if (typeof value === 'string') kept[name] = value
  }
  return kept
}

/** Why a fetch failed, in words. What a network said may tell of what is behind it: that it failed has to do. */
export function describeFetchFailure(error: unknown): string {
  if (error instanceof JwksFault) return error.message
  if ((error as { readonly name?: unknown } | null)?.name === 'TimeoutError') {
    return 'the host did not answer in time'
  }
  const { code } = (error ?? {}) as { readonly code?: unknown }
  const isTls =
    typeof code === 'string' && /^(?:ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)
  return isTls ? 'the certificate of the host is not trusted' : 'the host could not be reached'
}
