import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { apiAs, aKey, aServer } from '../a-server.ts'

const APPS = '/api/v1/apps'
const URI = 'https://keys.client.example.com/jwks.json'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const body = (members: object): object => ({
    name: 'oidc_client',
    label: 'an app',
    signOnMode: 'OPENID_CONNECT',
    settings: { oauthClient: members },
  })
  const create = (members: object) => api('POST', APPS, body(members))
  return { api, body, create }
}

const SETTINGS = {
  dpop_bound_access_tokens: true,
  security_profile: 'strict',
  token_endpoint_auth_signing_alg: 'ES256',
  access_token_lifetime_seconds: 900,
  max_assertion_lifetime_seconds: 120,
  require_jti: true,
}

suite('the settings of an app', () => {
  test('are what was sent, and stay when an update says nothing about them', async (t) => {
    const { api, body, create } = await setup(t)
    const { body: app } = await create(SETTINGS)
    const updated = await api('PUT', `${APPS}/${app.id}`, body({}))
    assert.equal(updated.status, 200, updated.text)
    const shown: Record<string, unknown> = updated.body.settings.oauthClient
    for (const [name, value] of Object.entries(SETTINGS)) assert.equal(shown[name], value)
  })

  test('are the same by /oauth2/v1/clients', async (t) => {
    const { api } = await setup(t)
    const client = await api('POST', '/oauth2/v1/clients', { client_name: 'x', ...SETTINGS })
    assert.equal(client.status, 201, client.text)
    assert.equal(client.body.access_token_lifetime_seconds, 900)
    assert.equal(client.body.dpop_bound_access_tokens, true)
  })

  test('go back to what holds for the whole server when null is sent, but for who may speak as the app', async (t) => {
    const { api, body, create } = await setup(t)
    const { body: app } = await create({ ...SETTINGS, contacts: ['ana@a.example'], notes: 'n' })
    const nothing = Object.fromEntries(
      [...Object.keys(SETTINGS), 'contacts', 'notes'].map((name) => [name, null]),
    )
    const updated = await api('PUT', `${APPS}/${app.id}`, body(nothing))
    const shown: Record<string, unknown> = updated.body.settings.oauthClient
    assert.equal(shown.dpop_bound_access_tokens, true)
    for (const name of Object.keys(nothing).slice(1)) assert.ok(!(name in shown), name)
  })

  test('tell who is responsible, and notes', async (t) => {
    const { create } = await setup(t)
    const { body: app } = await create({ contacts: [' ana@a.example '], notes: 'two\nlines' })
    const shown: Record<string, unknown> = app.settings.oauthClient
    assert.deepEqual(shown.contacts, ['ana@a.example'])
    assert.equal(shown.notes, 'two\nlines')
  })

  test('name networks in their one form, each once, and go back to anywhere', async (t) => {
    const { api, body, create } = await setup(t)
    const sent = ['203.0.113.0/24', '198.51.100.7', '2001:DB8:0::/32', '198.51.100.7/32']
    const { body: app } = await create({ allowed_networks: sent })
    const shown = ['203.0.113.0/24', '198.51.100.7/32', '2001:db8::/32']
    assert.deepEqual(app.settings.oauthClient.allowed_networks, shown)
    const url = `${APPS}/${app.id}`
    const again = await api('PUT', url, body(app.settings.oauthClient))
    assert.deepEqual(again.body.settings.oauthClient.allowed_networks, shown)
    const back = await api('PUT', url, body({ allowed_networks: null, require_jti: false }))
    assert.equal('allowed_networks' in back.body.settings.oauthClient, false)
    assert.equal('require_jti' in back.body.settings.oauthClient, false)
  })

  for (const [what, members] of [
    ['no network at all', { allowed_networks: [] }],
    ['51 networks', { allowed_networks: Array.from({ length: 51 }, (_, at) => `192.0.2.${at}`) }],
    ['a network that is a text', { allowed_networks: '192.0.2.1' }],
    ['a network with bits of a host', { allowed_networks: ['192.0.2.1/24'] }],
    ['an assertion lifetime below 30 s', { max_assertion_lifetime_seconds: 29 }],
    ['an assertion lifetime above 60 minutes', { max_assertion_lifetime_seconds: 3601 }],
    ['a jti rule that is a text', { require_jti: 'yes' }],
    ['six contacts', { contacts: ['a', 'b', 'c', 'd', 'e', 'f'] }],
    ['a contact of two lines', { contacts: ['a\nb'] }],
    ['notes that are no text', { notes: ['a'] }],
    ['a lifetime below 5 minutes', { access_token_lifetime_seconds: 299 }],
    ['a lifetime above 60 minutes', { access_token_lifetime_seconds: 3601 }],
    ['an unknown profile', { security_profile: 'lax' }],
    ['[KEYR-009] a symmetric algorithm', { token_endpoint_auth_signing_alg: 'HS256' }],
    ['[JWKS-001] a jwks_uri of a private host', { jwks_uri: 'https://169.254.169.254/jwks' }],
    ['[JWKS-001] a jwks_uri without TLS', { jwks_uri: 'http://keys.client.example.com/' }],
  ] as const) {
    test(`are refused with ${what}`, async (t) => {
      const { create } = await setup(t)
      assert.equal((await create(members)).status, 400)
    })
  }

  test('[JWKS-015] are refused with jwks and jwks_uri', async (t) => {
    const { create } = await setup(t)
    const jwks = { keys: [(await aKey()).publicKey.jwk] }
    const answer = await create({ jwks, jwks_uri: URI })
    assert.equal(answer.status, 400)
    assert.match(answer.body.errorCauses[0].errorSummary, /exclude each other/)
  })

  test('a jwks_uri takes the place of keys, keys take its place, and both round trips are the same app', async (t) => {
    const { api, body, create } = await setup(t)
    const jwks = { keys: [(await aKey()).publicKey.jwk] }
    const { body: app } = await create({ jwks })
    const url = `${APPS}/${app.id}`
    const published = await api('PUT', url, body({ jwks_uri: URI }))
    assert.equal(published.body.settings.oauthClient.jwks_uri, URI)
    assert.deepEqual(published.body.settings.oauthClient.jwks.keys, [])
    const again = await api('PUT', url, body(published.body.settings.oauthClient))
    assert.equal(again.body.settings.oauthClient.jwks_uri, URI)
    const back = await api('PUT', url, body({ jwks }))
    assert.equal(back.body.settings.oauthClient.jwks_uri, undefined)
    assert.equal(back.body.settings.oauthClient.jwks.keys.length, 1)
  })
})
