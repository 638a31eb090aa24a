import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import { generateEnvelopeKey, type ServiceApp } from '@keygrant/server'
import {
  anAccessToken,
  anAssertion,
  anOperator,
  apiAs,
  apiWith,
  aServer,
  type CallApi,
  ISSUER,
  newestEntries,
  NOW,
  type TestServer,
} from '../a-server.ts'

const KEYS = '/api/v1/authorizationServers/default/credentials/keys'
const ROTATE = '/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate'

interface ShownKey {
  readonly kid: string
  readonly status: string
  readonly alg: string
  readonly [member: string]: unknown
}

async function aRotatingServer(t: TestContext): Promise<TestServer> {
  return aServer(t, { signingKeys: { envelopeKeys: [generateEnvelopeKey()] } })
}

async function asOperator(server: TestServer): Promise<CallApi> {
  return apiWith(server, await anAccessToken(server, await anOperator(server)))
}

async function publishedKids({ server }: TestServer, path = '/oauth2/v1/keys'): Promise<string[]> {
  const { body } = await server.inject({ url: path })
  return (JSON.parse(body) as { keys: ShownKey[] }).keys.map(({ kid }) => kid)
}

/** What introspection says of a token, to the app that it was issued to. */
async function isActive(server: TestServer, app: ServiceApp, token: string): Promise<boolean> {
  const now = server.clock.now
  const claims = { aud: ISSUER, iat: now, exp: now + 60 }
  const answer = await server.server.inject({
    method: 'POST',
    url: '/oauth2/v1/introspect',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      token,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await anAssertion(app, claims),
    }).toString(),
  })
  return (JSON.parse(answer.body) as { active: boolean }).active
}

suite('the signing keys in the admin API', () => {
  test('are listed in the form of Okta, with the times of their lives', async (t) => {
    const server = await aRotatingServer(t)
    const { api } = await apiAs(server)
    const { status, body, text } = await api('GET', KEYS)
    assert.equal(status, 200)
    const [current, next] = body as [ShownKey, ShownKey]
    const { x, y, kid, ...rest } = current
    assert.ok(typeof x === 'string' && typeof y === 'string')
    assert.deepEqual(rest, {
      kty: 'EC',
      alg: 'ES256',
      use: 'sig',
      crv: 'P-256',
      status: 'ACTIVE',
      created: '2023-11-14T22:13:20.000Z',
      activated: '2023-11-14T22:13:20.000Z',
      nextRotation: '2024-02-12T22:13:20.000Z',
      _links: { self: { href: `${ISSUER}${KEYS}/${kid}`, hints: { allow: ['GET'] } } },
    })
    assert.deepEqual(
      [next.status, next['activatesFrom'], (body as unknown[]).length],
      ['NEXT', '2023-11-14T22:24:20.000Z', 2],
    )
    assert.ok(!text.includes('sealed') && !text.includes('"d"'))
    assert.deepEqual((await api('GET', `${KEYS}/${next.kid}`)).body, next)
  })

  test('are the ones that are published, for the server and for each resource', async (t) => {
    const server = await aRotatingServer(t)
    const { api } = await apiAs(server)
    const listed = ((await api('GET', KEYS)).body as ShownKey[]).map(({ kid }) => kid)
    assert.deepEqual(await publishedKids(server), listed)
    assert.deepEqual(await publishedKids(server, '/oauth2/default/v1/keys'), listed)
  })

  test('rotate when the next one is known; tokens that are out stay good', async (t) => {
    const server = await aRotatingServer(t)
    const app = await anOperator(server)
    const token = await anAccessToken(server, app)
    const early = await apiWith(server, token)('POST', ROTATE, { use: 'sig' })
    assert.equal(early.status, 400)
    assert.match(early.body.errorCauses[0].errorSummary, /from 2023-11-14T22:24:20\.000Z on/)
    server.clock.now += 660
    const { status, body } = await apiWith(server, token)('POST', ROTATE, { use: 'sig' })
    assert.equal(status, 200)
    assert.deepEqual(
      (body as ShownKey[]).map((key) => key.status),
      ['ACTIVE', 'NEXT', 'EXPIRED'],
    )
    assert.deepEqual(
      await publishedKids(server),
      (body as ShownKey[]).map(({ kid }) => kid),
    )
    const later = await anAccessToken(server, app)
    assert.equal(decodeProtectedHeader(later).kid, (body as ShownKey[])[0]?.kid)
    assert.equal(decodeProtectedHeader(token).kid, (body as ShownKey[])[2]?.kid)
    assert.equal((await apiWith(server, token)('GET', KEYS)).status, 200)
    assert.equal((await newestEntries(server, 9)).at(0)?.actorId, app.clientId)
  })

  for (const alg of ['RS256', 'EdDSA']) {
    test(`go to ${alg}, and the admin API takes tokens of it`, async (t) => {
      const server = await aRotatingServer(t)
      const app = await anOperator(server)
      const api = apiWith(server, await anAccessToken(server, app))
      const { body } = await api('POST', ROTATE, { use: 'sig', alg })
      assert.deepEqual(
        (body as ShownKey[]).map((key) => [key.status, key.alg]),
        [
          ['ACTIVE', 'ES256'],
          ['NEXT', alg],
        ],
      )
      server.clock.now += 660
      assert.equal((await api('POST', ROTATE)).status, 200)
      const token = await anAccessToken(server, app)
      assert.equal(decodeProtectedHeader(token).alg, alg)
      assert.equal((await apiWith(server, token)('GET', KEYS)).status, 200)
    })
  }

  test('make every token of a key that is revoked inactive at once', async (t) => {
    const server = await aRotatingServer(t)
    const operator = await anOperator(server)
    const token = await anAccessToken(server, operator)
    const api = apiWith(server, token)
    assert.equal(await isActive(server, operator, token), true)
    const [current] = (await api('GET', KEYS)).body as [ShownKey]
    const revoked = await api('POST', `${KEYS}/${current.kid}/lifecycle/revoke`)
    assert.equal(revoked.status, 200)
    assert.deepEqual(
      (revoked.body as ShownKey[]).map((key) => [key.status, key['revoked']]),
      [
        ['ACTIVE', undefined],
        ['NEXT', undefined],
        ['EXPIRED', '2023-11-14T22:13:20.000Z'],
      ],
    )
    assert.ok(!(await publishedKids(server)).includes(current.kid))
    assert.equal(await isActive(server, operator, token), false)
    assert.equal((await api('GET', KEYS)).status, 401)
    assert.equal((await (await asOperator(server))('GET', KEYS)).status, 200)
  })

  for (const [what, options, status, code] of [
    ['an APP_ADMIN', { roles: ['APP_ADMIN'] }, 403, 'E0000006'],
    ['who only reads', { roles: ['READ_ONLY_ADMIN'] }, 403, 'E0000006'],
    [
      'who has the scope of reading alone',
      { roles: ['SUPER_ADMIN'], scopes: ['okta.authorizationServers.read'] },
      403,
      undefined,
    ],
  ] as const) {
    test(`are not changed for ${what}`, async (t) => {
      const server = await aRotatingServer(t)
      const { api } = await apiAs(server, options)
      const before = await publishedKids(server)
      server.clock.now += 660
      for (const path of [ROTATE, `${KEYS}/${before[0]}/lifecycle/revoke`]) {
        const answer = await api('POST', path)
        assert.deepEqual([answer.status, answer.body?.errorCode], [status, code])
      }
      assert.deepEqual(await publishedKids(server), before)
      assert.equal((await api('GET', KEYS)).status, 200)
    })
  }

  test('say what is not there, and what is not understood', async (t) => {
    const server = await aRotatingServer(t)
    const api = await asOperator(server)
    server.clock.now = NOW + 660
    for (const [method, path, body, status, code] of [
      ['GET', KEYS.replace('default', 'nowhere'), undefined, 404, 'E0000007'],
      ['POST', ROTATE.replace('default', 'nowhere'), undefined, 404, 'E0000007'],
      ['GET', `${KEYS}/x`, undefined, 404, 'E0000007'],
      ['POST', `${KEYS}/x/lifecycle/revoke`, undefined, 404, 'E0000007'],
      ['POST', ROTATE, { use: 'enc' }, 400, 'E0000001'],
      ['POST', ROTATE, { alg: 'HS256' }, 400, 'E0000001'],
      ['POST', ROTATE, { alg: 'none' }, 400, 'E0000001'],
      ['POST', ROTATE, '{', 400, 'E0000003'],
    ] as const) {
      const answer = await api(method, path, body)
      assert.deepEqual([answer.status, answer.body.errorCode], [status, code], path)
    }
  })

  test('that the server was given are shown, and changed nowhere but where it is started', async (t) => {
    const server = await aServer(t)
    const api = await asOperator(server)
    const [current] = (await api('GET', KEYS)).body as [ShownKey]
    assert.equal(current.status, 'ACTIVE')
    for (const path of [ROTATE, `${KEYS}/${current.kid}/lifecycle/revoke`]) {
      const { status, body } = await api('POST', path)
      assert.equal(status, 400)
      assert.match(body.errorCauses[0].errorSummary, /given to it when it starts/)
    }
  })
})
