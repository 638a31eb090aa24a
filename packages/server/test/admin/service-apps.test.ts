import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import {
  aKey,
  anAccessToken,
  anApp,
  apiAs,
  aServer,
  ISSUER,
  newestEntries,
  NOW,
} from '../a-server.ts'

const APPS = '/api/v1/apps'
const CLIENTS = '/oauth2/v1/clients'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api, app } = await apiAs(server, { label: 'operator', roles: ['SUPER_ADMIN'] })
  return { server, api, operator: app }
}

function anOktaApp(oauthClient: object = {}, rest: object = {}): object {
  return {
    name: 'oidc_client',
    label: 'Billing',
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: { token_endpoint_auth_method: 'private_key_jwt', autoKeyRotation: true },
    },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        ...oauthClient,
      },
    },
    ...rest,
  }
}

suite('an app by /api/v1/apps', () => {
  test("is created from Okta's JSON, and answered in it", async (t) => {
    const { api } = await setup(t)
    const { kid: _kid, ...jwk } = (await aKey('RSA-2048')).publicKey.jwk
    const answer = await api('POST', APPS, anOktaApp({ jwks: { keys: [{ ...jwk, kid: 'O4O' }] } }))
    assert.equal(answer.status, 200)
    const { body } = answer
    assert.match(body.id, /^0oa[0-9A-Za-z]{17}$/)
    assert.equal(body.credentials.oauthClient.client_id, body.id)
    assert.equal(body.label, 'Billing')
    assert.equal(body.status, 'ACTIVE')
    assert.equal(body.created, new Date(NOW * 1000).toISOString())
    const [key] = body.settings.oauthClient.jwks.keys
    assert.match(key.id, /^pks/)
    assert.equal(key.kid, 'O4O')
    assert.equal(key.status, 'ACTIVE')
    assert.deepEqual((await api('GET', `${APPS}/${body.id}`)).body, body)
  })

  test('may be created inactive', async (t) => {
    const { api } = await setup(t)
    const { body } = await api('POST', `${APPS}?activate=false`, { label: 'x' })
    assert.equal(body.status, 'INACTIVE')
  })

  test('has random client IDs', async (t) => {
    const { api } = await setup(t)
    const ids = new Set<string>()
    for (let index = 0; index < 20; index++) {
      ids.add((await api('POST', APPS, { label: 'x' })).body.id as string)
    }
    assert.equal(ids.size, 20)
  })

  test('[ADMI-007] takes no status, role, grant, identifier or time from input', async (t) => {
    const { server, api } = await setup(t)
    const { jwk } = (await aKey()).publicKey
    const { body } = await api(
      'POST',
      APPS,
      anOktaApp(
        { jwks: { keys: [{ ...jwk, id: 'pks1', status: 'INACTIVE', created: '1999-01-01' }] } },
        {
          id: '0oamine',
          clientId: '0oamine',
          status: 'INACTIVE',
          created: '1999-01-01T00:00:00.000Z',
          tokensNotBefore: 5,
          roles: ['SUPER_ADMIN'],
          grants: [{ scopeId: 'okta.apps.manage' }],
          __proto__: { isAdmin: true },
        },
      ),
    )
    const stored = await server.storage.serviceApps.find(body.id)
    assert.notEqual(stored?.clientId, '0oamine')
    assert.equal(stored?.status, 'ACTIVE')
    assert.equal(stored.created, NOW * 1000)
    assert.equal(stored.tokensNotBefore, 0)
    assert.deepEqual([stored.roles, stored.grants], [[], []])
    assert.notEqual(stored.keys[0]?.id, 'pks1')
    assert.equal(stored.keys[0]?.status, 'ACTIVE')
  })

  test('[ADMI-007] takes none of these from a PUT either', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server, { scopes: [], inactiveKeys: [await aKey('P-384')] })
    const shown = (await api('GET', `${APPS}/${app.clientId}`)).body
    const keys = shown.settings.oauthClient.jwks.keys.map((key: object) => ({
      ...key,
      status: 'ACTIVE',
    }))
    const answer = await api(
      'PUT',
      `${APPS}/${app.clientId}`,
      anOktaApp(
        { jwks: { keys } },
        { status: 'INACTIVE', roles: ['SUPER_ADMIN'], grants: ['okta.apps.manage'], created: 0 },
      ),
    )
    assert.equal(answer.status, 200, answer.text)
    const stored = await server.storage.serviceApps.find(app.clientId)
    assert.deepEqual(stored, { ...app, label: 'Billing', keys: app.keys })
  })

  test('can be put back as it was read', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    const shown = (await api('GET', `${APPS}/${app.clientId}`)).body
    const answer = await api('PUT', `${APPS}/${app.clientId}`, shown)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(answer.body, shown)
  })

  test('keeps its keys when a PUT says nothing about them', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    await api('PUT', `${APPS}/${app.clientId}`, { label: 'renamed' })
    assert.deepEqual((await server.storage.serviceApps.find(app.clientId))?.keys, app.keys)
  })

  test('gets other keys by a PUT, and the log says which came and which went', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    const { jwk } = (await aKey('P-384')).publicKey
    const answer = await api('PUT', `${APPS}/${app.clientId}`, anOktaApp({ jwks: { keys: [jwk] } }))
    assert.equal(answer.status, 200, answer.text)
    const stored = await server.storage.serviceApps.find(app.clientId)
    assert.deepEqual(
      stored?.keys.map((key) => key.jwk),
      [jwk],
    )
    const entries = await newestEntries(server, 3)
    assert.deepEqual(
      entries.map(({ event, detail }) => [event, detail['kid']]),
      [
        ['key.deleted', (await aKey()).kid],
        ['key.created', jwk.kid],
        ['app.updated', undefined],
      ],
    )
  })

  test('does not lose its last active key by a PUT', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    const answer = await api('PUT', `${APPS}/${app.clientId}`, anOktaApp({ jwks: { keys: [] } }))
    assert.equal(answer.status, 400)
    assert.match(answer.body.errorCauses[0].errorSummary, /only active JSON Web Key/)
  })

  for (const [what, body, cause] of [
    ['no label', anOktaApp({}, { label: undefined }), /label: The field cannot be left blank/],
    ['a blank label', anOktaApp({}, { label: '  ' }), /label: The field cannot be left blank/],
    ['a label with a control character', anOktaApp({}, { label: 'a\u0007' }), /label/],
    ['a label of 101 characters', anOktaApp({}, { label: 'x'.repeat(101) }), /label/],
    ['a label that is no string', anOktaApp({}, { label: { $ne: 1 } }), /label/],
    ['another kind of app', anOktaApp({}, { name: 'saml' }), /'name' must be 'oidc_client'/],
    ['a web app', anOktaApp({ application_type: 'web' }), /'application_type' must be 'service'/],
    ['another grant type', anOktaApp({ grant_types: ['password'] }), /'grant_types'/],
    ['redirect URIs', anOktaApp({ redirect_uris: ['https://x'] }), /'redirect_uris'/],
    ['jwks_uri', anOktaApp({ jwks_uri: 'http://127.0.0.1/' }), /'jwks_uri'/],
    ['DPoP by a word', anOktaApp({ dpop_bound_access_tokens: 'yes' }), /'dpop_bound_access/],
    [
      'a client_secret',
      anOktaApp({}, { credentials: { oauthClient: { client_secret: 's' } } }),
      /'client_secret' can't be used/,
    ],
    [
      'a client_id of its own',
      anOktaApp({}, { credentials: { oauthClient: { client_id: 'mine' } } }),
      /'client_id' is assigned by the server/,
    ],
    ['an array', [], /must be a JSON object/],
  ] as const) {
    test(`[ADMI-008] is refused with ${what}, when it is created and when it is replaced`, async (t) => {
      const { server, api } = await setup(t)
      const app = await anApp(server)
      const created = await api('POST', APPS, body)
      assert.equal(created.status, 400)
      assert.equal(created.body.errorCode, 'E0000001')
      assert.match(created.body.errorCauses[0].errorSummary, cause)
      const replaced = await api('PUT', `${APPS}/${app.clientId}`, body)
      assert.equal(replaced.status, 400)
    })
  }

  test('is refused with all problems at once', async (t) => {
    const { api } = await setup(t)
    const body = anOktaApp({ jwks_uri: 7, grant_types: [] }, { label: '' })
    assert.equal((await api('POST', APPS, body)).body.errorCauses.length, 3)
  })

  for (const [what, body, code] of [
    ['JSON that is cut off', '{', 'E0000003'],
    ['no body', '', 'E0000003'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'E0000003'],
  ] as const) {
    test(`is refused with ${what}`, async (t) => {
      const { server, api: _api, operator } = await setup(t)
      const { anAccessToken } = await import('../a-server.ts')
      const token = await anAccessToken(server, operator)
      const answer = await server.server.inject({
        method: 'POST',
        url: APPS,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body,
      })
      assert.equal(answer.status, 400)
      assert.equal((JSON.parse(answer.body) as { errorCode: string }).errorCode, code)
    })
  }

  test('is deactivated, then deleted with its grants and keys', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    const url = `${APPS}/${app.clientId}`
    const tooSoon = await api('DELETE', url)
    assert.equal(tooSoon.status, 403)
    assert.match(tooSoon.body.errorSummary, /Deactivate it first/)
    const off = await api('POST', `${url}/lifecycle/deactivate`)
    assert.deepEqual([off.status, off.text], [200, '{}'])
    assert.equal((await api('DELETE', url)).status, 204)
    const gone = await api('GET', url)
    assert.equal(gone.status, 404)
    assert.equal(
      gone.body.errorSummary,
      `Not found: Resource not found: ${app.clientId} (AppInstance)`,
    )
    const [deleted, deactivated] = await newestEntries(server, 2)
    assert.deepEqual([deleted?.event, deactivated?.event], ['app.deleted', 'app.deactivated'])
  })
})

suite('the list of apps', () => {
  test('comes in pages that lead on', async (t) => {
    const { server, api, operator } = await setup(t)
    const made = [operator.clientId]
    for (const label of ['a', 'b', 'c', 'd']) made.push((await anApp(server, { label })).clientId)
    const first = await api('GET', `${APPS}?limit=2`)
    assert.deepEqual(
      first.body.map(({ id }: { id: string }) => id),
      made.slice(0, 2),
    )
    assert.equal(
      first.headers['link'],
      `<${ISSUER}/api/v1/apps?limit=2>; rel="self", <${ISSUER}/api/v1/apps?limit=2&after=${made[1]}>; rel="next"`,
    )
    const last = await api('GET', `${APPS}?limit=2&after=${made[3]}`)
    assert.deepEqual(
      last.body.map(({ id }: { id: string }) => id),
      made.slice(4),
    )
    assert.doesNotMatch(String(last.headers['link']), /next/)
  })

  test('finds by the beginning of the label', async (t) => {
    const { server, api } = await setup(t)
    await anApp(server, { label: 'Billing' })
    const { body } = await api('GET', `${APPS}?q=bill`)
    assert.deepEqual(
      body.map(({ label }: { label: string }) => label),
      ['Billing'],
    )
  })

  for (const query of ['limit=0', 'limit=201', 'limit=-1', 'limit=1e2', 'after=nobody']) {
    test(`[ADMI-021] refuses ${query}`, async (t) => {
      const { api } = await setup(t)
      assert.equal((await api('GET', `${APPS}?${query}`)).status, 400)
    })
  }

  for (const q of ["' OR 1=1 --", '%', '_', '"; DROP TABLE service_apps; --', '\u0000']) {
    test(`[ADMI-021] takes ${JSON.stringify(q)} for text`, async (t) => {
      const { api } = await setup(t)
      const answer = await api('GET', `${APPS}?q=${encodeURIComponent(q)}`)
      assert.deepEqual([answer.status, answer.body], [200, []])
    })
  }
})

suite('an app by /oauth2/v1/clients', () => {
  test('is registered as in the 2020 guide', async (t) => {
    const { api } = await setup(t)
    const { kid: _kid, ...jwk } = (await aKey('RSA-2048')).publicKey.jwk
    const answer = await api('POST', CLIENTS, {
      client_name: 'Service Client Name',
      response_types: ['token'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      application_type: 'service',
      jwks: { keys: [{ ...jwk, kid: 'O4O', use: 'sig', alg: 'RS256' }] },
    })
    assert.equal(answer.status, 201, answer.text)
    const { client_id, jwks, ...rest } = answer.body
    assert.match(client_id, /^0oa/)
    assert.deepEqual(rest, {
      client_id_issued_at: NOW,
      client_name: 'Service Client Name',
      client_uri: null,
      logo_uri: null,
      redirect_uris: [],
      response_types: ['token'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      application_type: 'service',
      dpop_bound_access_tokens: false,
    })
    assert.equal(jwks.keys[0].kid, 'O4O')
    assert.deepEqual((await api('GET', `${CLIENTS}/${client_id}`)).body, answer.body)
    assert.equal((await api('GET', `${APPS}/${client_id}`)).body.label, 'Service Client Name')
  })

  test('is registered with the scope okta.clients.register alone', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, {
      scopes: ['okta.clients.register'],
      roles: ['APP_ADMIN'],
    })
    assert.equal((await api('POST', CLIENTS, { client_name: 'x' })).status, 201)
  })

  test('is refused in the form of RFC 7591', async (t) => {
    const { api } = await setup(t)
    const answer = await api('POST', CLIENTS, { client_name: '', jwks: 7 })
    assert.equal(answer.status, 400)
    assert.equal(answer.body.error, 'invalid_client_metadata')
    assert.match(answer.body.error_description, /client_name.*'jwks' must be an object/)
  })

  test('that does not exist is answered as Okta answers', async (t) => {
    const { api } = await setup(t)
    for (const method of ['GET', 'DELETE']) {
      const answer = await api(method, `${CLIENTS}/nobody`)
      assert.equal(answer.status, 401)
      assert.deepEqual(answer.body, {
        error: 'invalid_client',
        error_description: "Invalid value for 'client_id' parameter.",
      })
    }
  })

  test('is replaced and deleted', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server)
    const url = `${CLIENTS}/${app.clientId}`
    const renamed = await api('PUT', url, { client_id: app.clientId, client_name: 'renamed' })
    assert.equal(renamed.body.client_name, 'renamed')
    assert.equal((await api('PUT', url, { client_id: 'other', client_name: 'x' })).status, 400)
    assert.equal((await api('DELETE', url)).status, 204)
    assert.equal(await server.storage.serviceApps.exists(app.clientId), false)
  })

  test('is listed', async (t) => {
    const { server, api, operator } = await setup(t)
    const app = await anApp(server)
    const answer = await api('GET', CLIENTS)
    assert.deepEqual(
      answer.body.map(({ client_id }: { client_id: string }) => client_id),
      [operator.clientId, app.clientId],
    )
  })
})

suite('expand=privileges', () => {
  test('embeds what an app may do and when it last got a token, in the list too', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const app = await anApp(server, { scopes: ['okta.apps.read'], roles: ['READ_ONLY_ADMIN'] })
    const path = `/api/v1/apps/${app.clientId}?expand=privileges`
    const privileges = { scopes: ['okta.apps.read'], roles: ['READ_ONLY_ADMIN'] }
    const before = await api('GET', path)
    assert.deepEqual(before.body._embedded, { privileges, use: { lastUsed: null } })
    await anAccessToken(server, app)
    const listed = await api('GET', '/api/v1/apps?expand=privileges')
    const found = (listed.body as unknown as { id: string; _embedded: unknown }[]).find(
      ({ id }) => id === app.clientId,
    )
    const use = { lastUsed: new Date(NOW * 1000).toISOString() }
    assert.deepEqual(found?._embedded, { privileges, use })
    assert.ok(!('_embedded' in (await api('GET', `/api/v1/apps/${app.clientId}`)).body))
  })
})
