import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiAs,
  apiWith,
  aServer,
  ISSUER,
  newestEntries,
  NOW,
  someSigningKeys,
} from '../a-server.ts'

const APPS = '/api/v1/apps'

suite('without a good access token', () => {
  test('a call without any is answered 401 with a challenge and E0000005', async (t) => {
    const server = await aServer(t)
    const answer = await apiWith(server)('GET', APPS)
    assert.equal(answer.status, 401)
    assert.equal(answer.body.errorCode, 'E0000005')
    assert.equal(answer.headers['www-authenticate'], `Bearer realm="${ISSUER}"`)
  })

  test('the error has the members of Okta', async (t) => {
    const server = await aServer(t)
    const { body } = await apiWith(server, 'undefined')('GET', APPS)
    assert.deepEqual(
      { ...body, errorId: undefined },
      {
        errorCode: 'E0000011',
        errorSummary: 'Invalid token provided',
        errorLink: 'E0000011',
        errorId: undefined,
        errorCauses: [],
      },
    )
    assert.match(body.errorId, /^oae\w{17}$/)
  })

  for (const [what, authorization] of [
    ['SSWS', 'SSWS 00abc'],
    ['Basic', 'Basic Zm9vOmJhcg=='],
    ['an empty Bearer', 'Bearer '],
    ['[RESP-003] quotes in the token', 'Bearer a"b, error="x'],
    ['garbage', 'Bearer undefined'],
    ['DPoP', 'DPoP a.b.c'],
  ] as const) {
    test(`${what} is answered 401 with invalid_token and nothing of what was sent`, async (t) => {
      const server = await aServer(t)
      const answer = await server.server.inject({ url: APPS, headers: { authorization } })
      assert.equal(answer.status, 401)
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer realm="${ISSUER}", error="invalid_token", error_description="The access token is invalid."`,
      )
      assert.equal((JSON.parse(answer.body) as { errorCode: string }).errorCode, 'E0000011')
    })
  }

  test('[CONF-005] [ADMI-013] a client assertion is no access token', async (t) => {
    const server = await aServer(t)
    const app = await anOperator(server)
    const token = await anAssertion(app, { aud: ISSUER })
    assert.equal((await apiWith(server, token)('GET', APPS)).status, 401)
  })

  test('an access token is taken behind SSWS, as scripts for Okta send it', async (t) => {
    const server = await aServer(t)
    const token = await anAccessToken(server, await anOperator(server))
    const answer = await server.server.inject({
      url: APPS,
      headers: { authorization: `SSWS ${token}` },
    })
    assert.equal(answer.status, 200)
  })

  const claims = (clientId: string, kid: string) => ({
    iss: ISSUER,
    aud: ISSUER,
    sub: clientId,
    client_id: clientId,
    client_kid: kid,
    iat: NOW,
    exp: NOW + 60,
    jti: 'x',
    scope: 'okta.apps.read',
  })

  test('the claims that the next tests change make a good token', async (t) => {
    const server = await aServer(t)
    const app = await anOperator(server)
    const { current } = await someSigningKeys()
    const good = claims(app.clientId, (await aKey()).kid)
    const token = await aJwt(good, current, { typ: 'at+jwt' })
    assert.equal((await apiWith(server, token)('GET', APPS)).status, 200)
  })

  for (const [what, changes, header] of [
    ['[ADMI-013] of another issuer', { iss: 'https://other.example' }, {}],
    ['[ADMI-013] for another audience', { aud: 'https://api.example' }, {}],
    ['that has expired', { exp: NOW }, {}],
    ['without client_id', { client_id: undefined }, {}],
    ['of an app that does not exist', { sub: '0oax', client_id: '0oax' }, {}],
    ['whose sub is another', { sub: 'somebody' }, {}],
    ['of a key that the app does not have', { client_kid: 'x' }, {}],
    ['without client_kid', { client_kid: undefined }, {}],
    ['of another type', {}, { typ: 'JWT' }],
    ['without a type', {}, { typ: undefined }],
  ] as const) {
    test(`a token ${what} is refused`, async (t) => {
      const server = await aServer(t)
      const app = await anOperator(server)
      const { current } = await someSigningKeys()
      const bad = { ...claims(app.clientId, (await aKey()).kid), ...changes }
      const token = await aJwt(bad, current, { typ: 'at+jwt', ...header })
      assert.equal((await apiWith(server, token)('GET', APPS)).status, 401)
    })
  }

  test('a token that a client signed itself is refused', async (t) => {
    const server = await aServer(t)
    const app = await anOperator(server)
    const token = await aJwt(claims(app.clientId, (await aKey()).kid), await aKey(), {
      typ: 'at+jwt',
    })
    assert.equal((await apiWith(server, token)('GET', APPS)).status, 401)
  })
})

suite('a token of an app that is not what it was', () => {
  for (const [what, act] of [
    ['deactivated', [['POST', '/lifecycle/deactivate']]],
    [
      'deactivated and activated again',
      [
        ['POST', '/lifecycle/deactivate'],
        ['POST', '/lifecycle/activate'],
      ],
    ],
    [
      'deleted',
      [
        ['POST', '/lifecycle/deactivate'],
        ['DELETE', ''],
      ],
    ],
  ] as const) {
    test(`is refused at once when the app was ${what}`, async (t) => {
      const server = await aServer(t)
      const { api: admin } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
      const { api, app } = await apiAs(server)
      assert.equal((await api('GET', APPS)).status, 200)
      for (const [method, path] of act) {
        const { status } = await admin(method, `${APPS}/${app.clientId}${path}`)
        assert.ok(status < 300)
      }
      assert.equal((await api('GET', APPS)).status, 401)
    })
  }

  test('is refused at once when its key was deactivated', async (t) => {
    const server = await aServer(t)
    const { api: admin } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const other = await aKey('Ed25519')
    const app = await anApp(server, { keys: [await aKey(), other] })
    const api = apiWith(server, await anAccessToken(server, app))
    const apiOfOther = apiWith(server, await anAccessToken(server, app, 'okta.apps.read', other))
    const url = `${APPS}/${app.clientId}/credentials/jwks/${app.keys[0]?.id}/lifecycle/deactivate`
    assert.equal((await admin('POST', url)).status, 200)
    assert.equal((await api('GET', APPS)).status, 401)
    assert.equal((await apiOfOther('GET', APPS)).status, 200)
  })

  test('has lost a scope as soon as its grant was taken back', async (t) => {
    const server = await aServer(t)
    const { api: admin } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const { api, app } = await apiAs(server, { scopes: ['okta.apps.read'] })
    const url = `${APPS}/${app.clientId}/grants/${app.grants[0]?.id}`
    assert.equal((await admin('DELETE', url)).status, 204)
    assert.equal((await api('GET', APPS)).status, 403)
  })

  test('works again after the app is activated and asks for a new one', async (t) => {
    const server = await aServer(t)
    const { api: admin } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const { app } = await apiAs(server)
    await admin('POST', `${APPS}/${app.clientId}/lifecycle/deactivate`)
    await admin('POST', `${APPS}/${app.clientId}/lifecycle/activate`)
    server.clock.now += 1
    const api = apiWith(server, await anAccessToken(server, app))
    assert.equal((await api('GET', APPS)).status, 200)
  })
})

suite('scopes', () => {
  const id = '0oax'
  const JWKS = `${APPS}/${id}/credentials/jwks`
  const CLIENTS = '/oauth2/v1/clients'
  for (const [method, url, scope] of [
    ['GET', APPS, 'okta.apps.read'],
    ['POST', APPS, 'okta.apps.manage'],
    ['GET', `${APPS}/${id}`, 'okta.apps.read'],
    ['PUT', `${APPS}/${id}`, 'okta.apps.manage'],
    ['DELETE', `${APPS}/${id}`, 'okta.apps.manage'],
    ['POST', `${APPS}/${id}/lifecycle/activate`, 'okta.apps.manage'],
    ['POST', `${APPS}/${id}/lifecycle/deactivate`, 'okta.apps.manage'],
    ['GET', JWKS, 'okta.apps.read'],
    ['POST', JWKS, 'okta.apps.manage'],
    ['GET', `${JWKS}/k`, 'okta.apps.read'],
    ['DELETE', `${JWKS}/k`, 'okta.apps.manage'],
    ['POST', `${JWKS}/k/lifecycle/activate`, 'okta.apps.manage'],
    ['POST', `${JWKS}/k/lifecycle/deactivate`, 'okta.apps.manage'],
    ['GET', `${APPS}/${id}/grants`, 'okta.appGrants.read'],
    ['POST', `${APPS}/${id}/grants`, 'okta.appGrants.manage'],
    ['GET', `${APPS}/${id}/grants/g`, 'okta.appGrants.read'],
    ['DELETE', `${APPS}/${id}/grants/g`, 'okta.appGrants.manage'],
    ['GET', CLIENTS, 'okta.clients.read'],
    ['POST', CLIENTS, 'okta.clients.register'],
    ['GET', `${CLIENTS}/${id}`, 'okta.clients.read'],
    ['PUT', `${CLIENTS}/${id}`, 'okta.clients.manage'],
    ['DELETE', `${CLIENTS}/${id}`, 'okta.clients.manage'],
    ['GET', `${CLIENTS}/${id}/roles`, 'okta.roles.read'],
    ['POST', `${CLIENTS}/${id}/roles`, 'okta.roles.manage'],
    ['DELETE', `${CLIENTS}/${id}/roles/r`, 'okta.roles.manage'],
    ['GET', '/api/v1/logs', 'okta.logs.read'],
  ] as const) {
    test(`[ADMI-012] ${method} ${url} needs ${scope}, and nothing else opens it`, async (t) => {
      const server = await aServer(t)
      const { SCOPES } = await import('../../src/scopes.ts')
      const manage = scope.replace(/\.(?:read|register)$/, '.manage')
      const others = SCOPES.filter((name) => name !== scope && name !== manage)
      const { api } = await apiAs(server, { scopes: others, roles: ['SUPER_ADMIN'] })
      const answer = await api(method, url, method === 'GET' ? undefined : {})
      assert.equal(answer.status, 403)
      assert.match(String(answer.headers['www-authenticate']), new RegExp(`scope="${scope}"`))
    })
  }

  test('the refusal is that of Okta: a challenge, and an empty body', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { scopes: ['okta.logs.read'] })
    const answer = await api('GET', `${APPS}/0oax/grants`)
    assert.equal(answer.status, 403)
    assert.equal(answer.text, '')
    assert.equal(
      answer.headers['www-authenticate'],
      `Bearer realm="${ISSUER}", scope="okta.appGrants.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/apps/:appId/grants"`,
    )
  })

  test('in the strict profile the body names the scope', async (t) => {
    const server = await aServer(t, { profile: 'strict' })
    const { api } = await apiAs(server, { scopes: ['okta.logs.read'] })
    const answer = await api('GET', APPS)
    assert.equal(answer.status, 403)
    assert.deepEqual(answer.body.errorCauses, [
      { errorSummary: 'This needs the scope okta.apps.read.' },
    ])
  })

  test('manage includes read', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { scopes: ['okta.apps.manage'] })
    assert.equal((await api('GET', APPS)).status, 200)
  })

  test('read does not include manage', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { scopes: ['okta.apps.read'], roles: ['SUPER_ADMIN'] })
    assert.equal((await api('POST', APPS, { label: 'x' })).status, 403)
  })

  test('[AUDI-006] a denial is written to the audit log under its request id', async (t) => {
    const server = await aServer(t)
    const { api, app } = await apiAs(server, { scopes: ['okta.logs.read'] })
    const answer = await api('GET', APPS)
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'admin.denied')
    assert.equal(entry.actorId, app.clientId)
    assert.equal(entry.requestId, answer.headers['x-request-id'])
  })

  test('calls without any token do not fill the audit log', async (t) => {
    const server = await aServer(t)
    await apiWith(server)('GET', APPS)
    assert.deepEqual(await newestEntries(server), [])
  })
})
