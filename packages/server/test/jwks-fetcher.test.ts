import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { exportPrivateJwk } from '@keygrant/core/keys'
import { createJwksFetcher, JwksFault, type ResolveHost } from '../src/jwks-fetcher.ts'
import { aKey } from './a-server.ts'
import { aJwksHost, HOST, json, resolvesTo, skipWithoutOpenssl } from './jwks-host.ts'

const LOOPBACK = resolvesTo('127.0.0.1')
const known = { privateHosts: new Set([HOST]), resolve: LOOPBACK }

async function published(): Promise<{ keys: object[] }> {
  return { keys: [(await aKey()).publicKey.jwk] }
}

interface FetchOptions {
  readonly resolve?: ResolveHost
  readonly isPrivateAllowed?: boolean
  readonly timeoutMs?: number
  readonly ca?: string
}

/** Fetches once from a host that answers like that. */
async function fetchFrom(t: TestContext, answer: RequestListener, options: FetchOptions = {}) {
  const host = await aJwksHost(t, answer)
  const { fetch: get } = createJwksFetcher({
    resolve: options.resolve ?? LOOPBACK,
    privateHosts: new Set(options.isPrivateAllowed === false ? [] : [HOST]),
    ca: options.ca ?? host.ca,
  })
  const fetched = get(host.url, { signal: AbortSignal.timeout(options.timeoutMs ?? 20_000) })
  const outcome = await fetched.then(
    async (response) => ({ body: (await response.json()) as { keys: object[] } }),
    (error: unknown) => ({ error }),
  )
  return { host, ...outcome } as { host: typeof host; error?: unknown; body?: { keys: object[] } }
}

suite('the fetcher of JWK Sets', { skip: skipWithoutOpenssl }, () => {
  test('gets the keys of a set', async (t) => {
    const { body } = await fetchFrom(t, json(await published()))
    assert.deepEqual(body, await published())
  })

  test('sends nothing but constant header fields: no cookie, no authorization', async (t) => {
    const answer = json(await published(), { 'set-cookie': 'a=b' })
    const { host } = await fetchFrom(t, answer)
    assert.deepEqual(Object.keys(host.requests[0]?.headers ?? {}).toSorted(), [
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ])
    assert.equal(host.requests[0]?.headers['user-agent'], 'keygrant')
  })

  test('[JWKS-003] [JWKS-004] never calls an address that is not public, even at fetch time', async (t) => {
    const { host, error } = await fetchFrom(t, json(await published()), { isPrivateAllowed: false })
    assert.match(String(error), /not public/)
    assert.equal(host.requests.length, 0)
  })

  test('[JWKS-003] refuses a name with one public and one private address', async (t) => {
    const { host, error } = await fetchFrom(t, json(await published()), {
      isPrivateAllowed: false,
      resolve: resolvesTo('1.1.1.1', '127.0.0.1'),
    })
    assert.match(String(error), /not public/)
    assert.equal(host.requests.length, 0)
  })

  test('[JWKS-003] resolves once and connects to what it checked, so that rebinding is in vain', async (t) => {
    let lookups = 0
    const resolve: ResolveHost = (name, options, done) => {
      lookups++
      resolvesTo('127.0.0.1')(name, options, done)
    }
    const { body } = await fetchFrom(t, json(await published()), { resolve })
    assert.ok(body)
    assert.equal(lookups, 1)
  })

  test('[JWKS-004] refuses a URL that no registration would take, without any socket', async () => {
    const { fetch: get } = createJwksFetcher(known)
    for (const url of ['http://keys.client.example/', 'https://127.0.0.1/', 'file:///etc/passwd']) {
      await assert.rejects(get(url), JwksFault)
    }
  })

  const large = 'a'.repeat(70_000)
  for (const [what, answer, message] of [
    [
      '[JWKS-002] a redirect to another host',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      /redirect/,
    ],
    [
      '[JWKS-002] a redirect to itself',
      (_request, response) => response.writeHead(307, { location: '/other' }).end(),
      /redirect/,
    ],
    [
      'a login page',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>'),
      /not JSON/,
    ],
    [
      'an answer without content',
      (_request, response) => response.writeHead(204).end(),
      /HTTP 204/,
    ],
    [
      '304 that was not asked for',
      (_request, response) => response.writeHead(304).end(),
      /redirect/,
    ],
    ['[JWKS-009] JSON without keys', json({}), /no JWK Set/],
    [
      '[JWKS-006] more than 64 KiB',
      (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"keys":[],"x":"${large}"}`),
      /larger than/,
    ],
    [
      '[JWKS-006] a compressed answer',
      (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(gzipSync(`{"keys":[],"x":"${large}"}`)),
      /Content-Encoding/,
    ],
    [
      '[JWKS-006] more than 50 keys',
      json({ keys: Array.from({ length: 1000 }, () => ({ kty: 'x' })) }),
      /more than 50 keys/,
    ],
    [
      'two documents',
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}{}'),
      /no JWK Set/,
    ],
    [
      'a set with a member that is there twice',
      (_request, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"keys":[],"keys":[]}'),
      /no JWK Set/,
    ],
  ] as readonly [string, RequestListener, RegExp][]) {
    test(`refuses ${what}, with one request`, async (t) => {
      const { host, error } = await fetchFrom(t, answer)
      assert.ok(error instanceof JwksFault, String(error))
      assert.match(error.message, message)
      assert.equal(host.requests.length, 1)
    })
  }

  test('[JWKS-014] refuses a set whole that has a private key in it', async (t) => {
    const set = { keys: [...(await published()).keys, exportPrivateJwk(await aKey('Ed25519'))] }
    const { error } = await fetchFrom(t, json(set))
    assert.ok(error instanceof JwksFault)
    assert.match(error.message, /private key/)
    assert.doesNotMatch(error.message, /"d"/)
  })

  test('[KID-008] keeps neither of two keys with one kid', async (t) => {
    const twins = [await aKey(), await aKey('P-256', 'twin')].map(({ publicKey }) => ({
      ...publicKey.jwk,
      kid: 'same',
    }))
    const { body } = await fetchFrom(t, json({ keys: twins }))
    assert.deepEqual(body, { keys: [] })
  })

  test('leaves out what may not be registered: secrets, and RSA with an exponent of 1', async (t) => {
    const rsa = (await aKey('RSA-2048')).publicKey.jwk
    const odd = [
      { kty: 'oct', kid: 'oct', k: 'AAAA' },
      { ...rsa, kid: 'one', e: 'AQ' },
      { ...rsa, kid: 'enc', use: 'enc' },
    ]
    const set = { keys: [...odd.slice(1), ...(await published()).keys] }
    const { body } = await fetchFrom(t, json(set))
    assert.deepEqual(body, await published())
    const { body: none, error } = await fetchFrom(t, json({ keys: odd.slice(0, 1) }))
    assert.ok(error instanceof JwksFault || none?.keys.length === 0)
  })

  test('gives up at its deadline when the body comes by one octet a second', async (t) => {
    const drip: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 50)
      response.once('close', () => clearInterval(timer))
    }
    const { error } = await fetchFrom(t, drip, { timeoutMs: 400 })
    assert.ok(error !== undefined && !(error instanceof JwksFault))
  })

  test('[JWKS-005] gives up at its deadline when the resolver does not answer', async (t) => {
    const { error } = await fetchFrom(t, json({}), { resolve: () => undefined, timeoutMs: 300 })
    assert.ok(error !== undefined && !(error instanceof JwksFault))
  })

  for (const [what, options] of [
    ['a certificate that nobody vouches for', { ca: undefined }],
    ['a certificate for another name', { name: 'other.example' }],
  ] as const) {
    test(`refuses ${what}`, async (t) => {
      const host = await aJwksHost(t, json(await published()), options.name ?? HOST)
      const trusted = 'name' in options ? { ca: host.ca } : {}
      await assert.rejects(createJwksFetcher({ ...known, ...trusted }).fetch(host.url))
      assert.equal(host.requests.length, 0)
    })
  }

  test('refuses an answer that is longer than it says', async (t) => {
    const lie: RequestListener = (_request, response) => {
      response.socket?.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"keys":[]}',
      )
    }
    const { error } = await fetchFrom(t, lie)
    assert.ok(error !== undefined)
  })

  test('takes no proxy from the environment', async (t) => {
    process.env['HTTPS_PROXY'] = 'http://127.0.0.1:1'
    t.after(() => delete process.env['HTTPS_PROXY'])
    const { body } = await fetchFrom(t, json(await published()))
    assert.ok(body)
  })

  test('[JWKS-008] has at most 16 fetches under way', async (t) => {
    const host = await aJwksHost(t, () => undefined)
    const { fetch: get } = createJwksFetcher({ ...known, ca: host.ca })
    const stop = new AbortController()
    const waiting = Array.from({ length: 16 }, async () => get(host.url, { signal: stop.signal }))
    await assert.rejects(get(host.url), /too many fetches/)
    stop.abort()
    await Promise.allSettled(waiting)
    host.answer = json({ keys: [] })
    assert.equal((await get(host.url)).status, 200)
  })
})
