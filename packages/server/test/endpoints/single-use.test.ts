import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type Storage, StorageError } from '@keygrant/server'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  aServer,
  claimsOf,
  NOW,
  postToken,
  someSigningKeys,
  TOKEN_ENDPOINT,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  return { server, app: await anApp(server) }
}

suite('an assertion works once', () => {
  test('[JTI-005] of 50 copies that are sent at once over sockets, one gets a token', async (t) => {
    const server = await aServer(t, { issuer: 'http://127.0.0.1:8400' })
    const app = await anApp(server)
    const { url } = await server.server.listen({ port: 0 })
    const body = tokenForm(await anAssertion(app, { aud: server.issuer }))
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const answer = await fetch(`${url}/oauth2/v1/token`, { method: 'POST', headers, body })
        await answer.arrayBuffer()
        return answer.status
      }),
    )
    assert.deepEqual(
      statuses.toSorted((a, b) => a - b),
      [200, ...Array.from({ length: 49 }, () => 401)],
    )
  })

  test('[JTI-001] without a jti the same bytes work once', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app, { jti: undefined }))
    assert.equal((await postToken(server, form)).status, 200)
    assert.equal((await postToken(server, form)).status, 401)
  })

  test('[JTI-001] without a jti another signature of the same claims does not work again', async (t) => {
    const { server, app } = await setup(t)
    const claims = claimsOf(app, { jti: undefined })
    const [one, two] = [await aJwt(claims), await aJwt(claims)]
    assert.notEqual(one, two)
    assert.equal((await postToken(server, tokenForm(one))).status, 200)
    assert.equal((await postToken(server, tokenForm(two))).status, 401)
  })

  for (const [what, changes] of [
    ['with another exp', { exp: NOW + 3600 }],
    ['with another aud', { aud: 'https://auth.example' }],
    ['with other claims', { nonce: 'x' }],
  ] as const) {
    test(`[JTI-014] a jti ${what} is the same jti`, async (t) => {
      const { server, app } = await setup(t)
      const first = await anAssertion(app, { jti: 'same' })
      const second = await anAssertion(app, { jti: 'same', ...changes })
      assert.equal((await postToken(server, tokenForm(first))).status, 200)
      assert.equal((await postToken(server, tokenForm(second))).status, 401)
    })
  }

  test('[JTI-014] a jti signed with another key of the client is the same jti', async (t) => {
    const server = await aServer(t)
    const other = await aKey('Ed25519')
    const app = await anApp(server, { keys: [await aKey(), other] })
    const first = await anAssertion(app, { jti: 'same' })
    const second = await anAssertion(app, { jti: 'same' }, other)
    assert.equal((await postToken(server, tokenForm(first))).status, 200)
    assert.equal((await postToken(server, tokenForm(second))).status, 401)
  })

  test('[JTI-010] [JTI-011] two clients may use the same jti', async (t) => {
    const { server, app } = await setup(t)
    const other = await anApp(server)
    for (const client of [app, other]) {
      const form = tokenForm(await anAssertion(client, { jti: 'same' }))
      assert.equal((await postToken(server, form)).status, 200)
    }
  })

  for (const [one, two] of [
    ['Rp-3', 'rp-3'],
    ['rp-5', 'rp-5 '],
    ['\u00e9', 'e\u0301'],
    ['a', 'a\u0000'],
  ] as const) {
    test(`[JTI-013] ${JSON.stringify(one)} and ${JSON.stringify(two)} are two`, async (t) => {
      const { server, app } = await setup(t)
      for (const jti of [one, two]) {
        const form = tokenForm(await anAssertion(app, { jti }))
        assert.equal((await postToken(server, form)).status, 200)
      }
    })
  }

  for (const [what, bad] of [
    [
      '[JTI-015] a bad signature',
      async (app: { clientId: string }, jti: string) =>
        aJwt(claimsOf(app, { jti }), await aKey('P-256', 'other'), { kid: (await aKey()).kid }),
    ],
    [
      '[JTI-016] a wrong audience',
      (app: { clientId: string }, jti: string) =>
        anAssertion(app, { jti, aud: 'https://other.example' }),
    ],
    [
      'an exp that has passed',
      (app: { clientId: string }, jti: string) => anAssertion(app, { jti, exp: NOW - 1 }),
    ],
  ] as const) {
    test(`${what} does not use up the jti`, async (t) => {
      const { server, app } = await setup(t)
      assert.equal((await postToken(server, tokenForm(await bad(app, 'kept')))).status, 401)
      const good = tokenForm(await anAssertion(app, { jti: 'kept' }))
      assert.equal((await postToken(server, good)).status, 200)
    })
  }

  for (const jti of [77, null, ['a'], { a: 1 }, true, '', 'x'.repeat(256), 'x'.repeat(10_000)]) {
    test(`[JTI-002] [JTI-003] the jti ${JSON.stringify(jti).slice(0, 20)} is refused`, async (t) => {
      const { server, app } = await setup(t)
      const answer = await postToken(server, tokenForm(await anAssertion(app, { jti })))
      assert.equal(answer.status, 401)
    })
  }

  test('a request that is refused for its scope has used its assertion', async (t) => {
    const { server, app } = await setup(t)
    const assertion = await anAssertion(app)
    const refused = await postToken(server, tokenForm(assertion, { scope: 'openid' }))
    assert.equal(refused.status, 400)
    assert.equal((await postToken(server, tokenForm(assertion))).status, 401)
  })
})

suite('other tokens as assertions', () => {
  test('[CONF-001] an access token of this server is none', async (t) => {
    const { server, app } = await setup(t)
    const token = await anAccessToken(server, app)
    assert.equal((await postToken(server, tokenForm(token))).status, 401)
  })

  test('[CONF-003] a request object without sub is none', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app, { sub: undefined }))
    assert.equal((await postToken(server, form)).status, 401)
  })

  for (const typ of ['dpop+jwt', 'at+jwt', 'oauth-authz-req+jwt', 'logout+jwt']) {
    test(`[CONF-004] a JWT of the type ${typ} is none`, async (t) => {
      const { server, app } = await setup(t)
      const answer = await postToken(
        server,
        tokenForm(await aJwt(claimsOf(app), undefined, { typ })),
      )
      assert.equal(answer.status, 401)
      assert.match(answer.body.error_description, /'typ' must be/)
    })
  }

  test('[CONF-007] what the server signs itself authenticates nobody', async (t) => {
    const { server, app } = await setup(t)
    const { current } = await someSigningKeys()
    assert.equal(
      (await postToken(server, tokenForm(await anAssertion(app, {}, current)))).status,
      401,
    )
  })

  for (const [what, header] of [
    ['jwk', async () => ({ jwk: (await aKey('P-256', 'other')).publicKey.jwk, kid: undefined })],
    ['jku', async () => ({ jku: 'http://127.0.0.1:1/keys', kid: 'x' })],
    ['x5u', async () => ({ x5u: 'file:///etc/passwd', kid: 'x' })],
    ['x5c', async () => ({ x5c: ['MIIB'], kid: 'x' })],
  ] as const) {
    test(`[TRUS-001..003] a key in the header (${what}) is not trusted`, async (t) => {
      const { server, app } = await setup(t)
      const other = await aKey('P-256', 'other')
      const assertion = await aJwt(claimsOf(app), other, await header())
      assert.equal((await postToken(server, tokenForm(assertion))).status, 401)
    })
  }
})

suite('a store that fails', () => {
  const broken = (): never => {
    throw new StorageError('ERR_STORAGE_UNAVAILABLE', 'SELECT went wrong at /var/lib')
  }
  for (const [what, wrap] of [
    [
      'when the use is recorded',
      (storage: Storage): Storage => ({
        ...storage,
        replay: { ...storage.replay, recordOnce: async () => broken() },
      }),
    ],
    [
      'when the app is looked up',
      (storage: Storage): Storage => ({
        ...storage,
        serviceApps: { ...storage.serviceApps, find: async () => broken() },
      }),
    ],
  ] as const) {
    test(`[JTI-018] [RESP-008] ${what}: 503 with Retry-After, never a token`, async (t) => {
      const server = await aServer(t, { wrap })
      const app = await anApp(server)
      const answer = await postToken(server, tokenForm(await anAssertion(app)))
      assert.equal(answer.status, 503)
      assert.equal(answer.body.error, 'temporarily_unavailable')
      assert.ok(Number(answer.headers['retry-after']) > 0)
      assert.doesNotMatch(answer.text, /SELECT|var/)
    })
  }

  test('[RESP-006] a defect is a 500 without its message', async (t) => {
    const server = await aServer(t, {
      wrap: (storage) => ({
        ...storage,
        replay: {
          ...storage.replay,
          recordOnce: async () => {
            throw new Error('secret at /home/somebody')
          },
        },
      }),
    })
    const app = await anApp(server)
    const answer = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(answer.status, 500)
    assert.equal(answer.body.error, 'server_error')
    assert.doesNotMatch(answer.text, /secret|home/)
  })
})

suite('[SCOP-009] what is taken away while a request is on its way gives no token', () => {
  for (const [what, change] of [
    ['the app is deactivated', { status: 'INACTIVE' }],
    ['the key is deleted', { keys: [] }],
    ['the grant is taken back', { grants: [] }],
  ] as const) {
    test(what, async (t) => {
      let act: () => Promise<unknown> = async () => undefined
      const server = await aServer(t, {
        wrap: (storage) => ({
          ...storage,
          replay: {
            ...storage.replay,
            recordOnce: async (use) => {
              const isFirst = await storage.replay.recordOnce(use)
              await act()
              return isFirst
            },
          },
        }),
      })
      const app = await anApp(server)
      const admin = await anApp(server, {
        scopes: ['okta.apps.manage', 'okta.appGrants.manage'],
        roles: ['SUPER_ADMIN'],
      })
      const token = await anAccessToken(server, admin)
      const call = (method: 'POST' | 'DELETE', url: string) =>
        server.server.inject({ method, url, headers: { authorization: `Bearer ${token}` } })
      const url = `/api/v1/apps/${app.clientId}`
      act = async () => {
        if ('status' in change) await call('POST', `${url}/lifecycle/deactivate`)
        if ('grants' in change) await call('DELETE', `${url}/grants/${app.grants[0]?.id}`)
        if ('keys' in change) {
          await call('POST', `${url}/lifecycle/deactivate`)
          await call('DELETE', url)
        }
      }
      const answer = await postToken(server, tokenForm(await anAssertion(app)))
      assert.ok([400, 401].includes(answer.status), answer.text)
      assert.equal(answer.body.access_token, undefined)
    })
  }
})

test('[AUD-008] an assertion for another endpoint of this server is refused', async (t) => {
  const { server, app } = await setup(t)
  for (const path of ['/oauth2/v1/introspect', '/oauth2/v1/revoke', '/api/v1/apps']) {
    const aud = TOKEN_ENDPOINT.replace('/oauth2/v1/token', path)
    const answer = await postToken(server, tokenForm(await anAssertion(app, { aud })))
    assert.equal(answer.status, 401)
  }
})
