import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { describe, test } from 'node:test'
import { UnavailableError } from '@keygrant/core/errors'
import { exportJwkSet, exportPrivateJwk, type PublicKey } from '@keygrant/core/keys'
import { createJwksCache, type JwksCacheOptions } from '@keygrant/core/resource'
import { aClock, aKeyServer, ISSUER, JWKS_URI, NOW, otherServerKey, serverKey } from './fixtures.ts'

const KID = serverKey.kid
const publicJwk = serverKey.publicKey.jwk

function setUp(options: Partial<JwksCacheOptions> = {}) {
  const clock = aClock()
  const server = aKeyServer()
  const cache = createJwksCache({
    jwksUri: JWKS_URI,
    fetch: server.fetch,
    clock: clock.read,
    ...options,
  })
  return { clock, server, cache }
}

function kidsOf(keys: readonly PublicKey[] | undefined) {
  return keys?.map(({ kid }) => kid)
}

/** Lets what was begun without being waited for come to its end. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the first call', () => {
  test('fetches the keys', async () => {
    const { cache, server } = setUp()
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.deepEqual(server.requests, [{ url: JWKS_URI, etag: null }])
  })

  test('is one fetch for a thousand callers at once', async () => {
    const { cache, server } = setUp()
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => cache.keysFor(index % 2 ? KID : undefined)),
    )
    assert.equal(server.requests.length, 1)
  })

  test('is not made by peek', () => {
    const { cache, server } = setUp()
    assert.equal(cache.peek(KID), undefined)
    assert.equal(server.requests.length, 0)
  })

  test('throws ERR_JWKS_UNAVAILABLE when the server does not answer', async () => {
    const { cache, server } = setUp()
    server.answer = { offline: true }
    await assert.rejects(
      cache.keysFor(KID),
      (error) => error instanceof UnavailableError && error.code === 'ERR_JWKS_UNAVAILABLE',
    )
  })
})

describe('freshness', () => {
  for (const [what, headers, freshSeconds] of [
    ['lasts as long as max-age', { 'cache-control': 'public, max-age=3600' }, 3600],
    ['counts the Age of the answer', { 'cache-control': 'max-age=3600', age: '600' }, 3000],
    ['lasts ten minutes when nothing is said', {}, 600],
    ['lasts ten minutes when max-age is no number', { 'cache-control': 'max-age=x' }, 600],
    ['lasts at least a minute', { 'cache-control': 'max-age=1' }, 60],
    ['lasts at least a minute with no-store', { 'cache-control': 'no-store, max-age=3600' }, 60],
    ['lasts at most a day', { 'cache-control': 'max-age=31536000' }, 86_400],
    ['reads any letter case', { 'cache-control': 'Max-Age=3600' }, 3600],
  ] as const) {
    test(what, async () => {
      const { cache, server } = setUp()
      server.answer = { ...server.answer, headers }
      await cache.keysFor(KID)
      assert.equal(cache.status().freshUntil, NOW + freshSeconds)
    })
  }

  test('needs no second fetch while it lasts', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    clock.now += 479
    await cache.keysFor(KID)
    await settle()
    assert.equal(server.requests.length, 1)
  })

  test('is renewed unseen in its last part', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.publish(otherServerKey)
    clock.now += 481
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    await settle()
    assert.equal(server.requests.length, 2)
    assert.deepEqual(cache.status().kids, [otherServerKey.kid])
  })

  test('is renewed before an answer when it is over', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.publish(otherServerKey)
    clock.now += 600
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [otherServerKey.kid])
  })

  test('is renewed when the clock was set back by more than a minute', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    clock.now -= 86_400
    await cache.keysFor(KID)
    assert.equal(server.requests.length, 2)
    clock.now += 30
    await cache.keysFor(KID)
    assert.equal(server.requests.length, 2)
  })
})

describe('ETag', () => {
  test('is sent with the next fetch, and 304 keeps the keys and renews their time', async () => {
    const { cache, clock, server } = setUp()
    server.answer = { ...server.answer, headers: { etag: '"v1"' } }
    await cache.keysFor(KID)
    clock.now += 600
    server.answer = { status: 304, headers: { 'cache-control': 'max-age=1200' } }
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.equal(server.requests[1]?.etag, '"v1"')
    assert.equal(cache.status().freshUntil, NOW + 1800)
  })

  test('stays known after a 304 that does not repeat it', async () => {
    const { cache, clock, server } = setUp()
    server.answer = { ...server.answer, headers: { etag: '"v1"' } }
    await cache.keysFor(KID)
    server.answer = { status: 304 }
    for (let round = 0; round < 2; round++) {
      clock.now += 600
      await cache.keysFor(KID)
    }
    assert.equal(server.requests[2]?.etag, '"v1"')
  })

  test('a 304 that nobody asked for is a failure', async () => {
    const { cache, server } = setUp()
    server.answer = { status: 304 }
    await assert.rejects(cache.keysFor(KID), UnavailableError)
  })
})

describe('an outage', () => {
  test('does not end the use of keys that stopped being fresh', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 600
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.equal(cache.status().failures, 1)
  })

  for (const [what, answer] of [
    ['503', { status: 503, body: {} }],
    ['404', { status: 404, body: {} }],
    ['JSON that is no JWK Set', { body: { keys: 'none' } }],
    ['a JWK Set without a key', { body: { keys: [] } }],
    ['a JWK Set of 101 keys', { body: { keys: Array.from({ length: 101 }, () => publicJwk) } }],
  ] as const) {
    test(`is also ${what}`, async () => {
      const { cache, clock, server } = setUp()
      await cache.keysFor(KID)
      server.answer = answer
      clock.now += 600
      assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
      assert.equal(cache.status().failures, 1)
    })
  }

  test('makes only the first to notice it wait', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 600
    await cache.keysFor(KID)
    clock.now += 10
    server.gate = new Promise(() => undefined)
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.equal(server.requests.length, 3)
  })

  test('ends the use of keys at the cap', async () => {
    const { cache, clock, server } = setUp({ maxStaleSeconds: 3600 })
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 600 + 3599
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    clock.now += 1
    await assert.rejects(cache.keysFor(KID), UnavailableError)
  })

  test('is over with the first good answer', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 600
    await cache.keysFor(KID)
    server.publish(otherServerKey)
    clock.now += 1
    await cache.keysFor(KID)
    await settle()
    assert.deepEqual(cache.status(), {
      kids: [otherServerKey.kid],
      ignored: [],
      fetchedAt: NOW + 601,
      freshUntil: NOW + 1201,
      failures: 0,
      lastError: undefined,
    })
  })

  test('leads to attempts at growing intervals, however many ask', async () => {
    const { cache, clock, server } = setUp()
    server.answer = { offline: true }
    const attempts: number[] = []
    for (; clock.now < NOW + 120; clock.now++) {
      const before = server.requests.length
      await Promise.allSettled(Array.from({ length: 50 }, () => cache.keysFor(KID)))
      if (server.requests.length > before) attempts.push(clock.now - NOW)
    }
    assert.deepEqual(attempts, [0, 1, 3, 7, 15, 31, 61, 91])
    assert.equal(server.requests.length, attempts.length)
  })

  test('tells when another try makes sense', async () => {
    const { cache, clock, server } = setUp()
    server.answer = { offline: true }
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      await assert.rejects(
        cache.keysFor(KID),
        (error) => error instanceof UnavailableError && error.retryAfterSeconds === seconds,
      )
      clock.now += seconds
    }
  })
})

describe('an unknown kid', () => {
  test('[RESO-015] leads to a fetch that finds a key just published', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.publish(serverKey, otherServerKey)
    clock.now += 30
    assert.deepEqual(kidsOf(await cache.keysFor(otherServerKey.kid)), [KID, otherServerKey.kid])
  })

  test('leads to no fetch within the cool-down', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    clock.now += 29
    await cache.keysFor('unknown')
    assert.equal(server.requests.length, 1)
  })

  test('leads to one fetch per cool-down, however many there are', async () => {
    const { cache, clock, server } = setUp()
    server.answer = { ...server.answer, headers: { 'cache-control': 'max-age=86400' } }
    await cache.keysFor(KID)
    for (let second = 0; second < 300; second++, clock.now++) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => cache.keysFor(`${second}-${index}`)),
      )
    }
    assert.equal(server.requests.length, 1 + 9)
  })

  test('never delays a known one', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    clock.now += 30
    server.gate = new Promise(() => undefined)
    const flood = Array.from({ length: 1000 }, (_, index) => cache.keysFor(`unknown-${index}`))
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.deepEqual(kidsOf(cache.peek(KID)), [KID])
    assert.equal(server.requests.length, 2)
    assert.equal(flood.length, 1000)
  })

  test('never drops the keys that are held', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 30
    await assert.rejects(cache.keysFor('unknown'), UnavailableError)
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
  })

  test('does not keep a new key out for longer than the cool-down', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.publish(serverKey, otherServerKey)
    const found: number[] = []
    for (; clock.now <= NOW + 60; clock.now++) {
      await cache.keysFor(`garbage-${clock.now}`)
      const keys = await cache.keysFor(otherServerKey.kid)
      if (keys.some(({ kid }) => kid === otherServerKey.kid)) found.push(clock.now - NOW)
    }
    assert.equal(found[0], 30)
  })

  test('can not be told from a new one in an outage, so there is no verdict', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.answer = { offline: true }
    clock.now += 600
    await cache.keysFor(KID)
    await assert.rejects(cache.keysFor('unknown'), UnavailableError)
  })
})

describe('a key that can not be used', () => {
  for (const [what, entry] of [
    ['a shared secret', { kty: 'oct', kid: 'bad', k: 'c2VjcmV0' }],
    ['a private key', { ...exportPrivateJwk(otherServerKey), kid: 'bad' }],
    ['a key for encryption', { ...otherServerKey.publicKey.jwk, kid: 'bad', use: 'enc' }],
    ['an unknown type', { kty: 'XYZ', kid: 'bad' }],
    ['an unknown curve', { ...publicJwk, kid: 'bad', crv: 'secp256k1' }],
    ['a small RSA key', { kty: 'RSA', kid: 'bad', e: 'AQAB', n: `${'_'.repeat(170)}w` }],
    [
      'a point that is not on the curve',
      { ...publicJwk, kid: 'bad', y: publicJwk.kty === 'EC' && publicJwk.x },
    ],
    ['a number', 7],
    ['null', null],
    ['a JWK Set in a JWK Set', { kty: 'EC', keys: [publicJwk] }],
  ] as const) {
    test(`is left out and reported: ${what}`, async () => {
      const { cache, server } = setUp()
      server.answer = { body: { keys: [entry, publicJwk] } }
      assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
      const [ignored, ...others] = cache.status().ignored
      assert.ok(ignored !== undefined && ignored.reason.length > 5)
      assert.equal(others.length, 0)
    })
  }

  test('is no reason to fetch again for its kid within the cool-down', async () => {
    const { cache, server } = setUp()
    server.answer = { body: { keys: [{ kty: 'oct', kid: 'bad', k: 'x' }, publicJwk] } }
    await cache.keysFor(KID)
    await cache.keysFor('bad')
    assert.equal(server.requests.length, 1)
  })

  test('that stands there twice counts once', async () => {
    const { cache, server } = setUp()
    server.answer = { body: { keys: [publicJwk, publicJwk] } }
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
  })
})

describe('the metadata of an issuer', () => {
  function withMetadata(metadata: object) {
    const server = aKeyServer()
    const { fetch: fetchKeys } = server
    server.fetch = (async (url: string, init: RequestInit) => {
      if (!url.includes('.well-known')) return fetchKeys(url, init)
      server.requests.push({ url, etag: null })
      return Response.json({ issuer: ISSUER, token_endpoint: `${ISSUER}/token`, ...metadata })
    }) as typeof fetch
    const clock = aClock()
    const cache = createJwksCache({ issuer: ISSUER, fetch: server.fetch, clock: clock.read })
    return { server, clock, cache }
  }

  test('leads to the keys, and is asked once', async () => {
    const { cache, clock, server } = withMetadata({ jwks_uri: JWKS_URI })
    await cache.keysFor(KID)
    clock.now += 600
    await cache.keysFor(KID)
    assert.deepEqual(
      server.requests.map(({ url }) => url),
      [`${ISSUER}/.well-known/oauth-authorization-server`, JWKS_URI, JWKS_URI],
    )
  })

  test('is asked again after a failure, and the keys may have moved', async () => {
    const metadata = { jwks_uri: JWKS_URI }
    const { cache, clock, server } = withMetadata(metadata)
    await cache.keysFor(KID)
    server.answer = { status: 404, body: {} }
    clock.now += 600
    await cache.keysFor(KID)
    metadata.jwks_uri = `${ISSUER}/moved`
    clock.now += 1
    server.publish(serverKey)
    await cache.keysFor(KID)
    await settle()
    assert.equal(server.requests.at(-1)?.url, `${ISSUER}/moved`)
  })

  for (const [what, metadata] of [
    ['without jwks_uri', {}],
    ['with a jwks_uri over http', { jwks_uri: 'http://as.example/keys' }],
    ['with a jwks_uri that bears a password', { jwks_uri: 'https://user:pass@as.example/keys' }],
    ['of another issuer', { issuer: 'https://evil.example', jwks_uri: JWKS_URI }],
  ] as const) {
    test(`is refused ${what}`, async () => {
      const { cache } = withMetadata(metadata)
      await assert.rejects(cache.keysFor(KID), UnavailableError)
    })
  }
})

describe('refresh', () => {
  test('fetches ahead of the first request', async () => {
    const { cache, server } = setUp()
    await cache.refresh()
    assert.deepEqual(kidsOf(cache.peek(KID)), [KID])
    assert.equal(server.requests.length, 1)
  })

  test('throws when the keys can not be had, and tries again at once when it is asked to', async () => {
    const { cache, server } = setUp()
    server.answer = { offline: true }
    await assert.rejects(cache.refresh(), UnavailableError)
    server.publish(serverKey)
    await cache.refresh()
    assert.equal(server.requests.length, 2)
  })

  test('begins anew when an attempt never ends', async () => {
    const { cache, clock, server } = setUp()
    server.gate = new Promise(() => undefined)
    const lost = cache.keysFor(KID)
    await settle()
    server.gate = undefined
    clock.now += 26
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
    assert.ok(lost instanceof Promise)
  })
})

describe('options', () => {
  for (const [what, options] of [
    ['an http URL', { jwksUri: 'http://as.example/keys' }],
    ['a URL with a password', { jwksUri: 'https://a:b@as.example/keys' }],
    ['a path', { jwksUri: '/keys' }],
    ['a file', { jwksUri: 'file:///etc/passwd' }],
    ['a number', { jwksUri: 7 as never }],
    ['a negative cool-down', { jwksUri: JWKS_URI, cooldownSeconds: -1 }],
    ['an http issuer', { issuer: 'http://as.example' }],
  ] as const) {
    test(`makes a TypeError of ${what}`, () => {
      assert.throws(() => createJwksCache(options), TypeError)
    })
  }

  for (const jwksUri of [
    'http://localhost:8080/keys',
    'http://127.0.0.1/keys',
    'http://[::1]/keys',
  ]) {
    test(`takes ${jwksUri}`, () => {
      assert.ok(createJwksCache({ jwksUri }))
    })
  }

  test('takes http beyond this machine when that is said', () => {
    assert.ok(createJwksCache({ jwksUri: 'http://as:8080/keys', allowHttp: true }))
  })
})

describe('over a real connection', () => {
  async function withServer(listener: RequestListener, run: (url: string) => Promise<void>) {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      await run(`http://127.0.0.1:${port}/keys`)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }

  const body = JSON.stringify(exportJwkSet([serverKey.publicKey]))
  for (const [what, listener, message] of [
    ['a redirect', (_: unknown, res: never) => redirect(res), /redirect/],
    ['a body over 256 KiB', (_: unknown, res: never) => large(res), /larger than 262144 octets/],
    ['a server that hangs', () => undefined, /did not answer within 200 ms/],
    [
      'a body that never ends',
      (_: unknown, res: never) => endless(res),
      /did not answer within 200 ms/,
    ],
    ['a page', (_: unknown, res: never) => page(res), /instead of JSON/],
  ] as const) {
    test(`fails for ${what}`, async () => {
      await withServer(listener as never, async (jwksUri) => {
        const timeoutMs = message.test('did not answer within 200 ms') ? 200 : 10_000
        const cache = createJwksCache({ jwksUri, timeoutMs })
        await assert.rejects(
          cache.keysFor(KID),
          (error) => error instanceof UnavailableError && message.test(error.message),
        )
      })
    })
  }

  test('keeps keys, freshness and ETag', async () => {
    const etags: (string | undefined)[] = []
    await withServer(
      (request, response) => {
        etags.push(request.headers['if-none-match'])
        response.setHeader('etag', '"v1"').setHeader('cache-control', 'max-age=120')
        if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end()
        else response.end(body)
      },
      async (jwksUri) => {
        const clock = aClock()
        const cache = createJwksCache({ jwksUri, clock: clock.read })
        await cache.keysFor(KID)
        clock.now += 120
        assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
        assert.equal(cache.status().freshUntil, NOW + 240)
      },
    )
    assert.deepEqual(etags, [undefined, '"v1"'])
  })

  function redirect(response: import('node:http').ServerResponse) {
    response.writeHead(302, { location: 'http://127.0.0.1:1/keys' }).end()
  }
  function large(response: import('node:http').ServerResponse) {
    response.end(JSON.stringify({ padding: 'x'.repeat(300_000), keys: [publicJwk] }))
  }
  function endless(response: import('node:http').ServerResponse) {
    response.write(body.slice(0, 10))
  }
  function page(response: import('node:http').ServerResponse) {
    response.setHeader('content-type', 'text/html').end('<html>')
  }
})

describe('a set without a usable key', () => {
  test('is a failure, after which the keys held go on', async () => {
    const { cache, clock, server } = setUp()
    await cache.keysFor(KID)
    server.publish()
    clock.now += 700
    assert.deepEqual(kidsOf(await cache.keysFor(KID)), [KID])
  })

  test('takes the keys away where it is accepted', async () => {
    const { cache, clock, server } = setUp({ isEmptySetAccepted: true })
    await cache.keysFor(KID)
    server.publish()
    clock.now += 700
    assert.deepEqual(await cache.keysFor(KID), [])
  })
})
