/**
 * Attacks on a client that bear a number and have no better place: each is what a server, a network or a careless program
 * may do to it.
 * @module
 */

import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import { signAssertion } from '@keygrant/core/assertion'
import { createTokenClient } from '@keygrant/core/client'
import { TokenRequestError } from '@keygrant/core/errors'
import { exportPrivateJwk, generateKey, type KeyKind, type Signer } from '@keygrant/core/keys'
import { aClient, aKey, aServer, claimsOf, CLIENT_ID, ENDPOINT, ISSUER } from './fixtures.ts'

async function listen(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('[CLIE-001] a client shows neither its keys nor its token, however it is printed', async () => {
  const [key, dpop] = [await aKey(), await aKey()]
  const server = aServer(key)
  const client = aClient(server, { key: exportPrivateJwk(key), dpop: exportPrivateJwk(dpop) })
  const { accessToken } = await client.getToken()
  const shown = [inspect(client, { depth: 20, showHidden: true }), JSON.stringify(client)].join(
    '\n',
  )
  for (const jwk of [exportPrivateJwk(key), exportPrivateJwk(dpop)]) {
    assert.equal(shown.includes((jwk as { readonly d: string }).d), false)
  }
  assert.equal(shown.includes(accessToken), false)
})

describe('[CLIE-002] an assertion', () => {
  test('is not sent over http to another machine', async () => {
    const key = await aKey()
    for (const server of [
      { issuer: 'http://as.example' },
      { tokenEndpoint: 'http://as.example/token' },
      { tokenEndpoint: 'http://127.0.0.1.example/token' },
    ]) {
      assert.throws(() => createTokenClient({ ...server, clientId: CLIENT_ID, key }), {
        code: 'ERR_INVALID_ARG_VALUE',
      })
    }
  })

  for (const status of [301, 302, 303, 307, 308]) {
    test(`does not follow a redirect with ${status}`, async (t) => {
      let arrived = 0
      const elsewhere = await listen(t, (_request, response) => {
        arrived++
        response.end('{}')
      })
      const origin = await listen(t, (_request, response) => {
        response.writeHead(status, { location: `${elsewhere}/token` }).end()
      })
      const tokenEndpoint = `${origin}/token`
      const client = createTokenClient({ tokenEndpoint, clientId: CLIENT_ID, key: await aKey() })
      await assert.rejects(client.getToken(), {
        code: 'ERR_TOKEN_UNUSABLE',
        message: /answered with a redirect, which is not followed/,
      })
      assert.equal(arrived, 0)
    })
  }
})

test('[CLIE-003] 50,000 assertions have as many values of jti, of 128 random bits and more', async () => {
  const key = await aKey()
  // What is random is made before anything is signed.
  const signer: Signer = {
    kid: key.kid,
    alg: key.alg,
    publicKey: key.publicKey,
    sign: () => Promise.resolve(new Uint8Array(64)),
  }
  const seen = new Set<string>()
  for (let at = 0; at < 50_000; at++) {
    const jwt = await signAssertion({}, signer, { clientId: CLIENT_ID, audience: ISSUER })
    seen.add(String(claimsOf(jwt)['jti']))
  }
  assert.equal(seen.size, 50_000)
  const characters = new Set([...seen].map((jti) => jti.length))
  assert.ok(Math.min(...characters) * 6 >= 128)
})

test('[CLIE-004] after a timeout the assertion is a new one, though the server may not have seen the first', async () => {
  const key = await aKey()
  const server = aServer(key)
  server.fault = async (_request, count) => {
    // Longer than the client waits.
    if (count === 1) await new Promise((resolve) => setTimeout(resolve, 200))
    return undefined
  }
  const late: typeof fetch = async (input, init) => {
    const answer = server.fetch(input, { ...init, signal: null })
    const given = new Promise<never>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
    })
    return Promise.race([answer, given])
  }
  const client = aClient(server, { key, fetch: late, timeoutMs: 50 })
  assert.equal((await client.getToken()).accessToken, 'token-2')
  const [first, second] = server.requests.map(({ assertion }) => assertion)
  assert.notEqual(claimsOf(first ?? '')['jti'], claimsOf(second ?? '')['jti'])
})

test('[CLIE-005] an assertion is for the issuer alone, says what it is, and is good for a minute', async () => {
  const key = await aKey()
  const server = aServer(key)
  await aClient(server, { key }).getToken()
  const { assertion = '' } = server.requests[0] ?? {}
  const header = JSON.parse(Buffer.from(assertion.split('.')[0] ?? '', 'base64url').toString()) as {
    readonly typ: string
  }
  const { aud, iat, exp, nbf, iss, sub } = claimsOf(assertion)
  assert.equal(header.typ, 'client-authentication+jwt')
  assert.deepEqual([aud, iss, sub], [ISSUER, CLIENT_ID, CLIENT_ID])
  assert.equal(Number(exp) - Number(iat), 60)
  assert.equal(nbf, undefined, 'a server whose clock is behind would refuse it')
  for (const lifetimeSeconds of [3601, 0, -60]) {
    assert.throws(() => aClient(server, { key, lifetimeSeconds }), {
      code: 'ERR_INVALID_ARG_VALUE',
    })
  }
})

describe('[CLIE-006] a token response', () => {
  const token = (members: string, type = 'application/json'): Response =>
    new Response(`{"access_token":"t",${members}}`, { headers: { 'content-type': type } })

  for (const [what, answer] of [
    ['that is too large', () => token(`"token_type":"Bearer","x":"${'x'.repeat(1_100_000)}"`)],
    ['with a token type of another kind', () => token('"token_type":"mac"')],
    ['without a token type', () => token('"expires_in":60')],
    ['with a lifetime in words', () => token('"token_type":"Bearer","expires_in":"soon"')],
    ['with a lifetime as a text', () => token('"token_type":"Bearer","expires_in":"3600"')],
    ['with a lifetime beyond all numbers', () => token('"token_type":"Bearer","expires_in":1e309')],
    ['with a member twice', () => token('"token_type":"Bearer","access_token":"u"')],
    ['with a scope that is no text', () => token('"token_type":"Bearer","scope":["a"]')],
    ['that is a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['that is empty', () => new Response('')],
    ['that is null', () => Response.json(null)],
    [
      'with a token of several lines',
      () => Response.json({ access_token: 'a\r\nb: c', token_type: 'Bearer' }),
    ],
    ['with an empty token', () => Response.json({ access_token: '', token_type: 'Bearer' })],
    [
      'with status 201',
      () => Response.json({ access_token: 't', token_type: 'Bearer' }, { status: 201 }),
    ],
  ] as const) {
    test(`${what} is an error, is not asked for again at once, and leaves no token`, async () => {
      const key = await aKey()
      const server = aServer(key)
      server.fault = (_request, count) => (count === 1 ? answer() : undefined)
      const client = aClient(server, { key })
      await assert.rejects(client.getToken(), (error) => {
        assert.ok(error instanceof TokenRequestError)
        assert.equal(error.code, 'ERR_TOKEN_UNUSABLE', error.message)
        return true
      })
      assert.equal(server.requests.length, 1)
      assert.equal((await client.getToken()).accessToken, 'token-2')
    })
  }

  for (const [what, answer, isUsable] of [
    ['"bearer" in small letters', () => token('"token_type":"bearer","expires_in":60'), 60],
    ['no content type', () => token('"token_type":"Bearer","expires_in":60', ''), 60],
    ['no lifetime', () => token('"token_type":"Bearer"'), 300],
    ['a negative lifetime', () => token('"token_type":"Bearer","expires_in":-1'), 300],
  ] as const) {
    test(`with ${what} gives a token for ${isUsable} s at the most`, async () => {
      const key = await aKey()
      const server = aServer(key)
      let now = 1_700_000_000
      server.clock = () => now
      server.fault = (_request, count) => (count === 1 ? answer() : undefined)
      const client = aClient(server, { key, clock: () => now })
      assert.equal((await client.getToken()).authorization, 'Bearer t')
      now += isUsable
      assert.equal((await client.getToken()).accessToken, 'token-2')
    })
  }

  test('with more scopes than were asked for is not kept for those', async () => {
    const key = await aKey()
    const server = aServer(key)
    server.scope = 'reports.read reports.write'
    const client = aClient(server, { key })
    const first = await client.getToken()
    assert.equal(first.scope, 'reports.read reports.write')
    const other = await client.getToken({ scope: 'reports.write' })
    assert.notEqual(other.accessToken, first.accessToken)
  })
})

describe('[CLIE-011] a weak key', () => {
  for (const [what, kind] of [
    ['RSA of 1024 bits', { kty: 'RSA', modulusBits: 1024 }],
    ['RSA of 2047 bits', { kty: 'RSA', modulusBits: 2047 }],
    ['P-192', { kty: 'EC', crv: 'P-192' }],
    ['secp256k1', { kty: 'EC', crv: 'secp256k1' }],
  ] as const) {
    test(`is not made: ${what}`, async () => {
      await assert.rejects(generateKey(kind as unknown as KeyKind))
    })
  }

  test('is not made: an RSA key has the exponent 65537, and none is to be asked for', async () => {
    const key = await generateKey({ kty: 'RSA', modulusBits: 2048, e: 3 } as KeyKind)
    const { jwk } = key.publicKey
    assert.equal('e' in jwk ? jwk.e : '', 'AQAB')
  })
})

test('[CLIE-012] signatures of one text with one EC key have an r of their own each', async () => {
  const key = await aKey()
  const data = new TextEncoder().encode('the same')
  const seen = new Set<string>()
  for (let at = 0; at < 200; at++) {
    const signature = await key.sign(data)
    seen.add(Buffer.from(signature.subarray(0, 32)).toString('hex'))
  }
  assert.equal(seen.size, 200)
})

test('[CLIE-007] a token for one server is not given out for another, in a store that both use', async () => {
  const key = await aKey()
  const kept = new Map<string, unknown>()
  const store = {
    get: (name: string) => Promise.resolve(kept.get(name) as undefined),
    set: (name: string, token: unknown) => Promise.resolve(void kept.set(name, token)),
  }
  const [one, other] = [aServer(key), aServer(key)]
  other.issuer = 'https://other.example'
  other.tokenEndpoint = 'https://other.example/token'
  await aClient(one, { key, store }).getToken()
  await aClient(other, { key, store }).getToken()
  await aClient(one, { key, store, clientId: 'another', tokenEndpoint: ENDPOINT })
    .getToken()
    .catch(() => undefined)
  assert.deepEqual([one.requests.length, other.requests.length, kept.size], [2, 1, 2])
})
