import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type Resource, resourceRecordOf } from '../a-resource.ts'
import {
  anAccessToken,
  anApp,
  anAssertion,
  apiWith,
  aServer,
  ASSERTION_TYPE,
  ISSUER,
  NOW,
  postToken,
  type TestAppOptions,
  type TestServer,
  tokenForm,
} from '../a-server.ts'

const AUDIENCE = 'https://orders.example'

async function setup(t: TestContext, options: TestAppOptions = {}) {
  const server = await aServer(t)
  const app = await anApp(server, { resourceScopes: ['orders orders.read'], ...options })
  const acting = await anApp(server, { scopes: [] })
  await aResource(server, { introspectionClients: [acting.clientId] })
  const ask = async (
    who: { clientId: string },
    token: string | undefined,
    what: 'introspect' | 'revoke' = 'introspect',
    at = 'oauth2',
  ) => {
    const place = at === 'oauth2' ? ISSUER : `${ISSUER}/${at}`
    const assertion = await anAssertion(who, { aud: place })
    const body = new URLSearchParams({
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
      ...(token === undefined ? undefined : { token }),
    }).toString()
    return postToken(server, body, {}, `/${at}/v1/${what}`)
  }
  const ordersToken = async (form: Record<string, string | undefined> = {}) => {
    const assertion = await anAssertion(app)
    return postToken(server, tokenForm(assertion, { scope: 'orders.read', ...form }))
  }
  return { server, app, acting, ask, ordersToken }
}

async function aResource({ storage }: TestServer, changes: Partial<Resource>): Promise<void> {
  const record = resourceRecordOf({
    id: 'orders',
    audience: AUDIENCE,
    scopes: [
      { id: 'scp1', name: 'orders.read', description: '', isDefault: true },
      { id: 'scp2', name: 'orders.write', description: '', isDefault: false },
    ],
    ...changes,
  })
  const subjects = { kind: 'resource', id: record.id, actorId: 'test' } as const
  await storage.records.change(subjects, () => ({ next: record, audit: [], answer: undefined }))
  // The server reads it again at the next turn.
  await new Promise((resolve) => setTimeout(resolve, 20))
}

const claimsOfToken = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >

suite('introspection', () => {
  test('tells a client what its own token is worth', async (t) => {
    const { server, app, ask } = await setup(t)
    const { status, body, headers } = await ask(
      app,
      await anAccessToken(server, app, 'okta.apps.read'),
    )
    assert.equal(status, 200)
    assert.equal(headers['cache-control'], 'no-store')
    const { jti, ...rest } = body
    assert.match(jti, /^AT\./)
    assert.deepEqual(rest, {
      active: true,
      scope: 'okta.apps.read',
      client_id: app.clientId,
      token_type: 'Bearer',
      exp: NOW + 3600,
      iat: NOW,
      sub: app.clientId,
      aud: ISSUER,
      iss: ISSUER,
    })
  })

  test('tells the app that acts for a resource about the tokens for it, and nobody else', async (t) => {
    const { server, acting, ask, ordersToken } = await setup(t)
    const { body } = await ordersToken()
    assert.equal((await ask(acting, body.access_token)).body.active, true)
    const stranger = await anApp(server)
    assert.equal((await ask(stranger, body.access_token)).text, '{"active":false}')
  })

  test('[RESO-011] says exactly {"active":false} of a token for another audience', async (t) => {
    const { server, app, acting, ask } = await setup(t)
    const token = await anAccessToken(server, app, 'okta.apps.read')
    assert.equal((await ask(acting, token)).text, '{"active":false}')
  })

  for (const [what, spoil] of [
    ['is cut off', (token: string) => token.slice(0, -4)],
    ['is rubbish', () => 'rubbish'],
    ['has another signature', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
    ['is huge', () => 'a'.repeat(50_000)],
  ] as const) {
    test(`[RESO-012] says inactive of a token that ${what}`, async (t) => {
      const { server, app, ask } = await setup(t)
      const token = spoil(await anAccessToken(server, app, 'okta.apps.read'))
      assert.equal((await ask(app, token)).text, '{"active":false}')
    })
  }

  test('says inactive of a token whose app or key disowned it, or whose app is gone', async (t) => {
    for (const change of [
      { tokensNotBefore: NOW + 1 },
      { status: 'INACTIVE' },
      { keys: 'disowned' },
    ] as const) {
      const { server, app, acting, ask, ordersToken } = await setup(t)
      const { body } = await ordersToken()
      await server.storage.serviceApps.change(
        { clientId: app.clientId, actorId: 'test' },
        (current) => {
          assert.ok(current)
          const next =
            'keys' in change
              ? {
                  ...current,
                  keys: current.keys.map((key) => ({ ...key, tokensNotBefore: NOW + 1 })),
                }
              : { ...current, ...change }
          return { next, audit: [], answer: undefined }
        },
      )
      assert.equal((await ask(acting, body.access_token)).text, '{"active":false}')
    }
  })

  test('[RESO-010] needs a token and a client that proves who it is', async (t) => {
    const { server, app, ask } = await setup(t)
    assert.deepEqual((await ask(app, undefined)).body, {
      error: 'invalid_request',
      error_description: "The 'token' parameter is required.",
    })
    const nobody = await postToken(server, 'token=x', {}, '/oauth2/v1/introspect')
    assert.deepEqual([nobody.status, nobody.body.error], [401, 'invalid_client'])
    const token = await anAccessToken(server, app, 'okta.apps.read')
    const itself = { authorization: `Bearer ${token}` }
    const bearer = await postToken(server, `token=${token}`, itself, '/oauth2/v1/introspect')
    assert.deepEqual([bearer.status, bearer.body.error], [401, 'invalid_client'])
  })

  test('[JTI-009] takes no assertion that was used at the token endpoint', async (t) => {
    const { server, app } = await setup(t)
    const assertion = await anAssertion(app, { aud: ISSUER })
    assert.equal((await postToken(server, tokenForm(assertion))).status, 200)
    const form = tokenForm(assertion, { token: 'x' })
    for (const what of ['introspect', 'revoke']) {
      assert.equal((await postToken(server, form, {}, `/oauth2/v1/${what}`)).status, 401)
    }
  })

  test('[CONF-006] takes no access token as an assertion', async (t) => {
    const { server, app } = await setup(t)
    const token = await anAccessToken(server, app, 'okta.apps.read')
    const answer = await postToken(server, tokenForm(token, { token }), {}, '/oauth2/v1/introspect')
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
  })

  test('[AUD-008] takes no assertion for another endpoint', async (t) => {
    const { server, app } = await setup(t)
    const assertion = await anAssertion(app)
    const form = tokenForm(assertion, { token: 'x' })
    const answer = await postToken(server, form, {}, '/oauth2/v1/introspect')
    assert.match(answer.body.error_description, /must be the endpoint invoked/)
  })
})

suite('revocation', () => {
  test('makes a token of the client void: for introspection and for the admin API', async (t) => {
    const { server, app, ask } = await setup(t, { roles: ['SUPER_ADMIN'] })
    const token = await anAccessToken(server, app, 'okta.apps.read')
    const api = apiWith(server, token)
    assert.equal((await api('GET', '/api/v1/apps')).status, 200)
    const revoked = await ask(app, token, 'revoke')
    assert.deepEqual([revoked.status, revoked.text], [200, ''])
    assert.equal((await api('GET', '/api/v1/apps')).status, 401)
    assert.equal((await ask(app, token)).text, '{"active":false}')
    assert.equal((await ask(app, token, 'revoke')).status, 200)
  })

  test('answers 200 for a token that nobody knows', async (t) => {
    const { app, ask } = await setup(t)
    assert.equal((await ask(app, 'unknown', 'revoke')).status, 200)
  })

  test('[RESO-013] refuses a token of another client, which stays good', async (t) => {
    const { acting, app, ask, ordersToken } = await setup(t)
    const { body } = await ordersToken()
    const answer = await ask(acting, body.access_token, 'revoke')
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'])
    assert.equal((await ask(app, body.access_token)).body.active, true)
  })
})

suite('a resource', () => {
  test('is chosen by its scopes, by its identifier, and by its path with an issuer of its own', async (t) => {
    const { server, app, ordersToken } = await setup(t)
    for (const form of [{}, { resource: AUDIENCE }, { resource: AUDIENCE, scope: undefined }]) {
      const { status, body, text } = await ordersToken(form)
      assert.equal(status, 200, text)
      const { aud, iss } = claimsOfToken(body.access_token)
      assert.deepEqual([aud, iss, body.scope], [AUDIENCE, ISSUER, 'orders.read'])
    }
    const issuer = `${ISSUER}/oauth2/orders`
    const form = tokenForm(await anAssertion(app, { aud: `${issuer}/v1/token` }), {
      scope: 'orders.read',
    })
    const answer = await postToken(server, form, {}, '/oauth2/orders/v1/token')
    assert.equal(answer.status, 200, answer.text)
    const { aud, iss } = claimsOfToken(answer.body.access_token)
    assert.deepEqual([aud, iss], [AUDIENCE, issuer])
    const metadata = await server.server.inject({
      url: '/.well-known/oauth-authorization-server/oauth2/orders',
    })
    assert.equal((JSON.parse(metadata.body) as { issuer: string }).issuer, issuer)
  })

  test('[AUD-009] takes no assertion for the issuer of another one', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app, { aud: `${ISSUER}/oauth2/default` }))
    const answer = await postToken(server, form, {}, '/oauth2/orders/v1/token')
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
  })

  for (const [what, form, error] of [
    ['an unknown resource', { resource: 'https://other.example' }, 'invalid_target'],
    ['scopes of two resources', { scope: 'orders.read okta.apps.read' }, 'invalid_target'],
    [
      'a scope of another resource',
      { resource: AUDIENCE, scope: 'okta.apps.read' },
      'invalid_scope',
    ],
    ['a scope that is not granted', { scope: 'orders.write' }, 'consent_required'],
  ] as const) {
    test(`gets no token for ${what}`, async (t) => {
      const { ordersToken } = await setup(t)
      const answer = await ordersToken(form)
      assert.deepEqual([answer.status, answer.body.error], [400, error])
    })
  }

  test('gets no token together with another one, and the assertion is left for a request of its own', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app), { resource: AUDIENCE, scope: 'orders.read' })
    const both = await postToken(server, `${form}&resource=https://other.example`)
    assert.deepEqual([both.status, both.body.error], [400, 'invalid_target'])
    assert.match(both.body.error_description, /for one resource/)
    assert.equal((await postToken(server, form)).status, 200)
  })

  test('says by its policy how long tokens are good, and that they are bound to a key', async (t) => {
    const { server, ordersToken } = await setup(t)
    await aResource(server, { policy: { tokenLifetimeSeconds: 300 } })
    assert.equal((await ordersToken()).body.expires_in, 300)
    await aResource(server, { policy: { isDpopRequired: true } })
    assert.equal((await ordersToken()).body.error, 'invalid_dpop_proof')
  })

  test('that is not there is 404', async (t) => {
    const { server } = await setup(t)
    const answer = await postToken(server, 'grant_type=x', {}, '/oauth2/nowhere/v1/token')
    assert.equal(answer.status, 404)
  })
})
