/**
 * A look at the keys that a client publishes.
 */

import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { suite, test, type TestContext } from 'node:test'
import { exportPrivateJwk } from '@keygrant/core/keys'
import { createJwksFetcher } from '../src/jwks-fetcher.ts'
import { createJwksPreviews } from '../src/jwks-preview.ts'
import { aKey, anAccessToken, anApp, apiAs, apiWith, aServer, NOW } from './a-server.ts'
import { aJwksHost, HOST, json, resolvesTo, skipWithoutOpenssl } from './jwks-host.ts'

async function look(t: TestContext, answer: RequestListener, isTrusted = true) {
  const host = await aJwksHost(t, answer)
  const fetcher = createJwksFetcher({
    privateHosts: new Set([HOST]),
    resolve: resolvesTo('127.0.0.1'),
    ...(isTrusted ? { ca: host.ca } : undefined),
  })
  return createJwksPreviews(fetcher, ['ES256', 'RS256']).look(host.url)
}

suite('a look at published keys', { skip: skipWithoutOpenssl }, () => {
  test('shows each key with its thumbprint, and what is wrong with those that are not taken', async (t) => {
    const [good, other] = [await aKey(), await aKey('P-384')]
    const set = {
      keys: [
        good.publicKey.jwk,
        other.publicKey.jwk,
        { kty: 'oct', kid: 'secret', k: 'AAAA' },
        { kty: 'RSA', kid: 'cut', n: 'AQAB', e: 'AQAB' },
        'none',
      ],
    }
    const { fault, keys } = await look(t, json(set))
    assert.equal(fault, undefined)
    const [first, second, ...refused] = keys
    assert.equal(first?.kid, good.kid)
    assert.equal(first?.thumbprint, good.kid)
    assert.equal(first?.isTaken, true)
    assert.equal(first?.jwk?.kid, first?.kid)
    assert.equal(second?.isTaken, false)
    assert.match(second?.findings[0]?.sentence ?? '', /fits none of the algorithms/)
    assert.equal(refused.length, 3)
    for (const { isTaken, findings } of refused) {
      assert.equal(isTaken, false)
      assert.match(findings[0]?.sentence ?? '', /^"keys"\[[234]\]: /)
    }
    assert.equal(JSON.stringify(keys).includes('AAAA'), false)
  })

  const nothing: readonly (readonly [what: string, answer: RequestListener, fault: RegExp])[] = [
    ['no JWK Set', json({ error: 'x' }), /no JWK Set/],
    ['404', (_request, response) => response.writeHead(404).end(), /HTTP 404/],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      /redirect/,
    ],
    ['nothing, and hangs up', (request) => request.socket.destroy(), /could not be reached/],
  ]
  for (const [what, answer, expected] of nothing) {
    test(`says why there is nothing when the host answers ${what}`, async (t) => {
      const { fault, keys } = await look(t, answer)
      assert.match(fault ?? '', expected)
      assert.deepEqual(keys, [])
    })
  }

  test('shows nothing of a set with a private key in it', async (t) => {
    const key = await aKey()
    const preview = await look(t, json({ keys: [exportPrivateJwk(key)] }))
    assert.deepEqual(preview, { fault: 'the set holds a private key', keys: [] })
  })

  test('trusts no host whose certificate it does not know', async (t) => {
    const { fault } = await look(t, json({ keys: [] }), false)
    assert.equal(fault, 'the certificate of the host is not trusted')
  })
})

suite('POST /api/v1/jwks/preview', () => {
  const PATH = '/api/v1/jwks/preview'

  test('[JWKS-001] calls nothing that is not a public https host', async (t) => {
    const { api } = await apiAs(await aServer(t), { roles: ['APP_ADMIN'] })
    for (const uri of [
      'http://client.example/jwks',
      'https://127.0.0.1/jwks',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/jwks',
      'https://localhost/jwks',
      'file:///etc/passwd',
      7,
    ]) {
      const { status, body } = await api('POST', PATH, { jwks_uri: uri })
      assert.equal(status, 400, String(uri))
      assert.equal(body.errorCode, 'E0000001')
    }
    for (const body of [{}, [], { jwks_uri: 'https://a.example/', more: 1 }]) {
      assert.equal((await api('POST', PATH, body)).status, 400)
    }
  })

  test('is for those who create apps: no other role, and no other scope', async (t) => {
    const server = await aServer(t)
    const body = { jwks_uri: 'https://keys.client.example/jwks' }
    const { api: reads } = await apiAs(server, { roles: ['READ_ONLY_ADMIN'] })
    assert.equal((await reads('POST', PATH, body)).status, 403)
    const app = await anApp(server, { scopes: ['okta.apps.read'], roles: ['APP_ADMIN'] })
    const scopeless = apiWith(server, await anAccessToken(server, app))
    assert.equal((await scopeless('POST', PATH, body)).status, 403)
    assert.equal((await apiWith(server)('POST', PATH, body)).status, 401)
  })

  test('tells no more of a host than that it can not be reached, and is answered ten times in a minute', async (t) => {
    const name = 'keygrant-test-nowhere.example'
    const server = await aServer(t, { privateJwksHosts: [name] })
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const body = { jwks_uri: `https://${name}/jwks.json` }
    const first = await api('POST', PATH, body)
    assert.equal(first.status, 200, first.text)
    assert.deepEqual(first.body, { ...body, fault: 'the host could not be reached', keys: [] })
    const rest = await Promise.all(Array.from({ length: 10 }, () => api('POST', PATH, body)))
    const refused = rest.filter(({ status }) => status !== 200)
    assert.deepEqual(
      refused.map(({ status }) => status),
      [429],
    )
    const late = rest.find(({ status }) => status === 429)
    assert.ok(Number(late?.headers['retry-after']) > 0)
    server.clock.now = NOW + 60
    assert.equal((await api('POST', PATH, body)).status, 200)
  })
})
