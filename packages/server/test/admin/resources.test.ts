import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { generateEnvelopeKey, type ServiceApp } from '@keygrant/server'
import {
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiAs,
  apiWith,
  aServer,
  type CallApi,
  ISSUER,
  newestEntries,
  postToken,
  type TestServer,
  tokenForm,
} from '../a-server.ts'

const RESOURCES = '/api/v1/authorizationServers'
const ORDERS = { id: 'orders', name: 'Orders', audiences: ['https://orders.example'] }

async function setup(t: TestContext) {
  const server = await aServer(t, { signingKeys: { envelopeKeys: [generateEnvelopeKey()] } })
  const operator = await anOperator(server)
  const api = apiWith(server, await anAccessToken(server, operator))
  return { server, api }
}

/** A resource with a scope, made through the API. */
async function anOrders(api: CallApi, scope: object = {}) {
  const { status, body } = await api('POST', RESOURCES, ORDERS)
  assert.equal(status, 201, JSON.stringify(body))
  const added = await api('POST', `${RESOURCES}/orders/scopes`, { name: 'orders.read', ...scope })
  assert.equal(added.status, 201, added.text)
  return { resource: body, scope: added.body }
}

async function grantOf(api: CallApi, app: ServiceApp, issuer = `${ISSUER}/oauth2/orders`) {
  return api('POST', `/api/v1/apps/${app.clientId}/grants`, { scopeId: 'orders.read', issuer })
}

/** A token request at the endpoint of a resource, as the guide's second page has it. */
async function askAt(server: TestServer, id: string, app: ServiceApp, scope?: string) {
  const aud = `${ISSUER}/oauth2/${id}/v1/token`
  const assertion = await anAssertion(app, { aud })
  return postToken(server, tokenForm(assertion, { scope }), {}, `/oauth2/${id}/v1/token`)
}

suite('a resource in the admin API', () => {
  test('has the form of an authorization server of Okta', async (t) => {
    const { api } = await setup(t)
    const { status, body, headers } = await api('POST', RESOURCES, {
      ...ORDERS,
      description: 'The orders',
      issuerMode: 'ORG_URL',
    })
    assert.equal(status, 201)
    assert.match(String(headers['etag']), /^"/)
    const { _links, credentials, ...rest } = body
    assert.deepEqual(rest, {
      id: 'orders',
      name: 'Orders',
      description: 'The orders',
      audiences: ['https://orders.example'],
      issuer: `${ISSUER}/oauth2/orders`,
      issuerMode: 'ORG_URL',
      status: 'ACTIVE',
      created: '2023-11-14T22:13:20.000Z',
      lastUpdated: '2023-11-14T22:13:20.000Z',
      default: false,
      dpop_bound_access_tokens: false,
      introspection_clients: [],
    })
    assert.equal(credentials.signing.rotationMode, 'AUTO')
    assert.deepEqual((await api('GET', `${RESOURCES}/orders`)).body, body)
    const { body: listed } = await api('GET', RESOURCES)
    assert.deepEqual(
      (listed as { id: string }[]).map(({ id }) => id),
      ['default', 'orders'],
    )
    assert.equal((await api('GET', `${RESOURCES}?q=ORD`)).body.length, 1)
  })

  test('gets an identifier in the form of Okta when none is chosen', async (t) => {
    const { api } = await setup(t)
    const { id: _id, ...unnamed } = ORDERS
    const { body } = await api('POST', RESOURCES, unnamed)
    assert.match(body.id, /^aus[0-9A-Za-z]{17}$/)
    assert.equal(body.issuer, `${ISSUER}/oauth2/${body.id}`)
  })

  test('gives tokens of its own issuer and audience for the scopes that are granted', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api)
    const app = await anApp(server, { scopes: [] })
    const before = await askAt(server, 'orders', app, 'orders.read')
    assert.deepEqual([before.status, before.body.error], [400, 'consent_required'])
    const grant = await grantOf(api, app)
    assert.equal(grant.status, 201, grant.text)
    assert.equal(grant.body.issuer, `${ISSUER}/oauth2/orders`)
    const { status, body } = await askAt(server, 'orders', app, 'orders.read')
    assert.equal(status, 200)
    const claims = JSON.parse(
      Buffer.from(body.access_token.split('.')[1], 'base64url').toString(),
    ) as Record<string, unknown>
    assert.deepEqual(
      [claims['iss'], claims['aud'], claims['scope']],
      [`${ISSUER}/oauth2/orders`, 'https://orders.example', 'orders.read'],
    )
  })

  test('that is the default one works from the first start with a scope and a grant', async (t) => {
    const { server, api } = await setup(t)
    assert.equal((await api('GET', `${RESOURCES}/default`)).body.default, true)
    const scope = { name: 'orders.read', default: true }
    assert.equal((await api('POST', `${RESOURCES}/default/scopes`, scope)).status, 201)
    const app = await anApp(server, { scopes: [] })
    assert.equal((await grantOf(api, app, `${ISSUER}/oauth2/default`)).status, 201)
    const { status, body } = await askAt(server, 'default', app)
    assert.deepEqual([status, body.scope], [200, 'orders.read'])
    for (const path of ['oauth-authorization-server', 'openid-configuration']) {
      const answer = await server.server.inject({ url: `/oauth2/default/.well-known/${path}` })
      const metadata = JSON.parse(answer.body) as Record<string, unknown>
      assert.equal(metadata['issuer'], `${ISSUER}/oauth2/default`)
      assert.equal(metadata['jwks_uri'], `${ISSUER}/oauth2/default/v1/keys`)
      assert.deepEqual(metadata['scopes_supported'], ['orders.read'])
    }
  })

  test('that is inactive gives no tokens, and those that are out do not count', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api)
    const app = await anApp(server, { scopes: [] })
    await grantOf(api, app)
    const asked = tokenForm(await anAssertion(app), { scope: 'orders.read' })
    const { body: token } = await postToken(server, asked)
    const isActive = async (): Promise<boolean> => {
      const assertion = await anAssertion(app, { aud: ISSUER })
      const form = tokenForm(assertion, {
        grant_type: undefined,
        scope: undefined,
        token: token.access_token,
      })
      return (await postToken(server, form, {}, '/oauth2/v1/introspect')).body.active as boolean
    }
    assert.equal(await isActive(), true)
    const { status } = await api('POST', `${RESOURCES}/orders/lifecycle/deactivate`)
    assert.equal(status, 200)
    assert.equal(await isActive(), false)
    assert.equal((await askAt(server, 'orders', app, 'orders.read')).status, 404)
    await api('POST', `${RESOURCES}/orders/lifecycle/activate`)
    assert.equal((await askAt(server, 'orders', app, 'orders.read')).status, 200)
  })

  test('keeps what is our own when a client of Okta sends it back without', async (t) => {
    const { api } = await setup(t)
    const policy = { access_token_lifetime_seconds: 600, dpop_bound_access_tokens: true }
    await api('POST', RESOURCES, { ...ORDERS, ...policy })
    const sent = { name: 'All orders', description: '', audiences: ORDERS.audiences }
    const { status, body } = await api('PUT', `${RESOURCES}/orders`, sent)
    assert.equal(status, 200)
    assert.deepEqual(
      [body.name, body.access_token_lifetime_seconds, body.dpop_bound_access_tokens],
      ['All orders', 600, true],
    )
    const same = await api('PUT', `${RESOURCES}/orders`, body)
    assert.equal(same.status, 200, 'what is shown may be sent back as it is')
  })

  test('is not changed when it is no longer what If-Match says', async (t) => {
    const { api } = await setup(t)
    await anOrders(api)
    const { headers } = await api('GET', `${RESOURCES}/orders`)
    const condition = { 'if-match': String(headers['etag']) }
    const sent = { ...ORDERS, name: 'one' }
    assert.equal((await api('PUT', `${RESOURCES}/orders`, sent, condition)).status, 200)
    const late = await api('PUT', `${RESOURCES}/orders`, { ...sent, name: 'two' }, condition)
    assert.deepEqual([late.status, late.body.errorCode], [412, 'E0000412'])
  })

  test('is deleted when it is inactive, with the grants of its scopes', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api)
    const app = await anApp(server)
    await grantOf(api, app)
    const early = await api('DELETE', `${RESOURCES}/orders`)
    assert.deepEqual([early.status, early.body.errorCode], [403, 'E0000157'])
    await api('POST', `${RESOURCES}/orders/lifecycle/deactivate`)
    assert.equal((await api('DELETE', `${RESOURCES}/orders`)).status, 204)
    const { body } = await api('GET', `/api/v1/apps/${app.clientId}/grants`)
    assert.deepEqual(
      (body as { scopeId: string }[]).map(({ scopeId }) => scopeId),
      ['okta.apps.read'],
    )
    assert.deepEqual(
      (await newestEntries(server, 2)).map(({ event }) => event),
      ['grant.deleted', 'resource.deleted'],
    )
    const byDefault = await api('DELETE', `${RESOURCES}/default`)
    assert.equal(byDefault.status, 403)
  })

  for (const [what, change] of [
    ['the issuer of this server as its identifier', { audiences: [ISSUER] }],
    ['the identifier of another resource', { audiences: ['api://default'] }],
    ['two identifiers', { audiences: ['https://a.example', 'https://b.example'] }],
    ['no identifier', { audiences: [] }],
    ['an identifier with a blank', { audiences: ['https://a.example/ b'] }],
    ['an identifier with a quote', { audiences: ['https://a.example/"'] }],
    ['no name', { name: ' ' }],
    ['a name with a control character', { name: 'a\u0000b' }],
    ['the path of the server', { id: 'v1' }],
    ['the path of another resource', { id: 'default' }],
    ['a path with a slash', { id: 'a/b' }],
    ['a path that leads up', { id: '..' }],
    ['a lifetime of a day', { access_token_lifetime_seconds: 86_400 }],
    ['a lifetime of a second', { access_token_lifetime_seconds: 1 }],
    ['a client that is none', { introspection_clients: ['x'] }],
  ] as const) {
    test(`can not have ${what}`, async (t) => {
      const { api } = await setup(t)
      const { status, body } = await api('POST', RESOURCES, { ...ORDERS, ...change })
      assert.deepEqual([status, body.errorCode], [400, 'E0000001'])
      assert.equal((await api('GET', RESOURCES)).body.length, 1)
    })
  }

  for (const roles of [['APP_ADMIN'], ['READ_ONLY_ADMIN']] as const) {
    test(`is not changed, nor its scopes, by a mere ${roles[0]}`, async (t) => {
      const { server, api } = await setup(t)
      const { scope } = await anOrders(api)
      const { api: other } = await apiAs(server, { roles })
      const at = `${RESOURCES}/orders`
      for (const [method, path, body] of [
        ['POST', RESOURCES, { ...ORDERS, id: 'x', audiences: ['https://x.example'] }],
        ['PUT', at, { ...ORDERS, name: 'x' }],
        ['POST', `${at}/lifecycle/deactivate`, undefined],
        ['DELETE', at, undefined],
        ['POST', `${at}/scopes`, { name: 'x' }],
        ['PUT', `${at}/scopes/${scope.id as string}`, { description: 'x' }],
        ['DELETE', `${at}/scopes/${scope.id as string}`, undefined],
      ] as const) {
        const answer = await other(method, path, body)
        assert.deepEqual([answer.status, answer.body.errorCode], [403, 'E0000006'], path)
      }
      assert.equal((await other('GET', at)).body.name, 'Orders')
    })
  }
})

suite('a scope of a resource', () => {
  test('has the form of Okta', async (t) => {
    const { api } = await setup(t)
    const { scope } = await anOrders(api, { displayName: 'Read', description: 'Read orders' })
    const { id, _links, ...rest } = scope
    assert.match(id, /^scp[0-9A-Za-z]{17}$/)
    assert.deepEqual(rest, {
      name: 'orders.read',
      displayName: 'Read',
      description: 'Read orders',
      system: false,
      default: false,
      optional: false,
      consent: 'IMPLICIT',
      metadataPublish: 'ALL_CLIENTS',
    })
    const url = `${RESOURCES}/orders/scopes/${id as string}`
    assert.deepEqual((await api('GET', url)).body, scope)
    const changed = await api('PUT', url, { ...scope, metadataPublish: 'NO_CLIENTS' })
    assert.equal(changed.body.metadataPublish, 'NO_CLIENTS')
    const renamed = await api('PUT', url, { ...scope, name: 'orders.write' })
    assert.equal(renamed.status, 400)
  })

  test('that the metadata leaves out can be asked for all the same', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api, { metadataPublish: 'NO_CLIENTS' })
    const app = await anApp(server, { scopes: [] })
    await grantOf(api, app)
    assert.equal((await askAt(server, 'orders', app, 'orders.read')).status, 200)
    const url = '/.well-known/oauth-authorization-server/oauth2/orders'
    const { body } = await server.server.inject({ url })
    assert.deepEqual((JSON.parse(body) as Record<string, unknown>)['scopes_supported'], [])
  })

  test('that is deleted and made again does not bring back what was granted before', async (t) => {
    const { server, api } = await setup(t)
    const { scope } = await anOrders(api)
    const app = await anApp(server, { scopes: [] })
    const { body: grant } = await grantOf(api, app)
    const url = `${RESOURCES}/orders/scopes`
    assert.equal((await api('DELETE', `${url}/${scope.id as string}`)).status, 204)
    assert.equal((await api('POST', url, { name: 'orders.read' })).status, 201)
    const { body } = await askAt(server, 'orders', app, 'orders.read')
    assert.equal(body.error, 'consent_required')
    // Not even when the grant had stayed, as after a crash.
    const subjects = { clientId: app.clientId, actorId: 'test' }
    await server.storage.serviceApps.change(subjects, (current) => ({
      next: current && {
        ...current,
        grants: [
          {
            id: grant.id as string,
            scope: 'orders.read',
            resource: 'orders',
            scopeId: scope.id as string,
            created: 0,
            createdBy: '0oa1',
          },
        ],
      },
      audit: [],
      answer: undefined,
    }))
    const again = await askAt(server, 'orders', app, 'orders.read')
    assert.equal(again.body.error, 'consent_required')
    assert.equal((await grantOf(api, app)).status, 201)
    assert.equal((await askAt(server, 'orders', app, 'orders.read')).status, 200)
  })

  for (const name of [
    'okta.apps.manage',
    'okta.anything',
    'openid',
    'offline_access',
    'two words',
    'quo"te',
    'b\\s',
    '',
    'é',
    7,
  ]) {
    test(`can not be named ${JSON.stringify(name)}`, async (t) => {
      const { api } = await setup(t)
      await api('POST', RESOURCES, ORDERS)
      const { status, body } = await api('POST', `${RESOURCES}/orders/scopes`, { name })
      assert.deepEqual([status, body.errorCode], [400, 'E0000001'])
    })
  }

  test('is granted only as what it is, and where it is', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api)
    const app = await anApp(server, { scopes: [] })
    for (const issuer of [
      ISSUER,
      `${ISSUER}/oauth2/nowhere`,
      `${ISSUER}/oauth2/default`,
      `${ISSUER}/oauth2/orders/`,
      `${ISSUER}/oauth2/`,
      'https://elsewhere.example/oauth2/orders',
    ]) {
      const { status, body } = await grantOf(api, app, issuer)
      assert.deepEqual([status, body.errorCode], [400, 'E0000001'], issuer)
    }
    const own = { scopeId: 'okta.apps.read', issuer: `${ISSUER}/oauth2/orders` }
    assert.equal((await api('POST', `/api/v1/apps/${app.clientId}/grants`, own)).status, 400)
    const { body: first } = await grantOf(api, app)
    const { body: second } = await grantOf(api, app)
    assert.equal(second.id, first.id)
  })

  test('brings no admin role', async (t) => {
    const { server, api } = await setup(t)
    await anOrders(api)
    const app = await anApp(server, { scopes: [], roles: [] })
    await grantOf(api, app)
    assert.deepEqual((await server.storage.serviceApps.find(app.clientId))?.roles, [])
  })
})
