import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import {
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  apiAs,
  apiWith,
  aServer,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const keys = [await aKey(), await aKey('P-384')]
  const app = await anApp(server, { keys })
  const url = `/api/v1/apps/${app.clientId}`
  const keyUrl = (place: number): string => `${url}/credentials/jwks/${app.keys[place]?.id}`
  const worksWith = async (token: string): Promise<boolean> =>
    (await apiWith(server, token)('GET', '/api/v1/apps')).status === 200
  return { server, api, app, keys, url, keyUrl, worksWith }
}

const jtiOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()).jti as string

suite('what an app, or one of its keys, got', () => {
  test('is listed, newest first, without the tokens themselves', async (t) => {
    const { server, api, app, keys, url } = await setup(t)
    const first = await anAccessToken(server, app)
    server.clock.now += 60
    const second = await anAccessToken(server, app, 'okta.apps.read', keys[1])
    const { status, body, text } = await api('GET', `${url}/tokens`)
    assert.equal(status, 200)
    assert.deepEqual(
      body.map(({ id, kid, status: state }: Record<string, string>) => [id, kid, state]),
      [
        [jtiOf(second), keys[1]?.kid, 'ACTIVE'],
        [jtiOf(first), keys[0]?.kid, 'ACTIVE'],
      ],
    )
    assert.deepEqual(
      { ...body[1], _links: undefined, requestId: undefined },
      {
        id: jtiOf(first),
        status: 'ACTIVE',
        created: '2023-11-14T22:13:20.000Z',
        lastUpdated: '2023-11-14T22:13:20.000Z',
        expiresAt: '2023-11-14T23:13:20.000Z',
        issuer: ISSUER,
        clientId: app.clientId,
        kid: keys[0]?.kid,
        scopes: ['okta.apps.read'],
        requestId: undefined,
        _links: undefined,
      },
    )
    assert.ok(!text.includes(first) && !text.includes(second))
    const ofKey = await api('GET', `${url}/tokens?kid=${keys[1]?.kid}`)
    assert.deepEqual(
      ofKey.body.map(({ id }: { id: string }) => id),
      [jtiOf(second)],
    )
    const shown = await api('GET', `${url}/tokens/${jtiOf(second)}`)
    assert.deepEqual(shown.body, ofKey.body[0])
  })

  test('is paged, and reaches back as far as the log when it is asked since when', async (t) => {
    const { server, api, app, url } = await setup(t)
    const old = await anAccessToken(server, app)
    server.clock.now += 7200
    const fresh = [await anAccessToken(server, app), await anAccessToken(server, app)]
    const { api: later } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const page = await later('GET', `${url}/tokens?limit=1`)
    assert.deepEqual(
      page.body.map(({ id }: { id: string }) => id),
      [jtiOf(fresh[1] as string)],
    )
    const next = /<([^>]+)>; rel="next"/.exec(String(page.headers['link']))?.[1] as string
    const rest = await later('GET', next.slice(ISSUER.length))
    assert.deepEqual(
      rest.body.map(({ id }: { id: string }) => id),
      [jtiOf(fresh[0] as string)],
    )
    assert.equal(rest.headers['link']?.toString().includes('rel="next"'), false)
    const all = await later('GET', `${url}/tokens?since=2023-11-14T00:00:00Z`)
    assert.deepEqual(
      all.body.map(({ id, status }: Record<string, string>) => [id, status]),
      [
        [jtiOf(fresh[1] as string), 'ACTIVE'],
        [jtiOf(fresh[0] as string), 'ACTIVE'],
        [jtiOf(old), 'EXPIRED'],
      ],
    )
    assert.equal((await api('GET', `${url}/tokens`)).status, 401)
  })

  test('is not told of another app', async (t) => {
    const { server, api, app, url } = await setup(t)
    const other = await anApp(server)
    const token = await anAccessToken(server, other)
    assert.deepEqual((await api('GET', `${url}/tokens`)).body, [])
    for (const method of ['GET', 'DELETE']) {
      const answer = await api(method, `${url}/tokens/${jtiOf(token)}`)
      assert.equal(answer.status, 404)
    }
    assert.equal((await api('GET', '/api/v1/apps/0oa1/tokens')).status, 404)
    assert.equal((await api('GET', `${url}/tokens/x%22y`)).status, 404)
    assert.equal((await api('GET', `${url}/tokens?after=x`)).status, 400)
    void app
  })
})

suite('taking back what was given', () => {
  test('one token is void and the others are not', async (t) => {
    const { server, api, app, url, worksWith } = await setup(t)
    const [token, other] = [await anAccessToken(server, app), await anAccessToken(server, app)]
    assert.equal((await api('DELETE', `${url}/tokens/${jtiOf(token)}`)).status, 204)
    assert.deepEqual([await worksWith(token), await worksWith(other)], [false, true])
    assert.equal((await api('GET', `${url}/tokens/${jtiOf(token)}`)).body.status, 'REVOKED')
    assert.equal((await api('DELETE', `${url}/tokens/${jtiOf(token)}`)).status, 204)
    const entries = await newestEntries(server, 20)
    const told = entries.filter(({ event }) => event === 'token.revoked')
    assert.deepEqual(
      told.map(({ clientId, keyId, detail }) => [clientId, keyId, detail['tokenId']]),
      [[app.clientId, app.keys[0]?.jwk.kid, jtiOf(token)]],
    )
  })

  test('all tokens of an app are void, and new ones are given from the next second on', async (t) => {
    const { server, api, app, url, worksWith } = await setup(t)
    const token = await anAccessToken(server, app)
    assert.equal((await api('DELETE', `${url}/tokens`)).status, 204)
    assert.equal(await worksWith(token), false)
    assert.equal(await worksWith(await anAccessToken(server, app)), false)
    server.clock.now += 1
    assert.equal(await worksWith(await anAccessToken(server, app)), true)
    assert.equal((await api('GET', `${url}/tokens/${jtiOf(token)}`)).body.status, 'REVOKED')
  })

  test('all tokens of a key are void, and those of another key are not', async (t) => {
    const { server, api, app, keys, keyUrl, worksWith } = await setup(t)
    const token = await anAccessToken(server, app)
    const other = await anAccessToken(server, app, 'okta.apps.read', keys[1])
    assert.equal((await api('DELETE', `${keyUrl(0)}/tokens`)).status, 204)
    assert.deepEqual([await worksWith(token), await worksWith(other)], [false, true])
    server.clock.now += 1
    assert.equal(await worksWith(await anAccessToken(server, app)), true)
    assert.equal((await api('DELETE', `${keyUrl(0)}x/tokens`)).status, 404)
  })

  test('a key that is revoked gets nothing, has nothing, and stays so', async (t) => {
    const { server, api, app, keys, keyUrl, worksWith } = await setup(t)
    const token = await anAccessToken(server, app)
    assert.equal((await api('POST', `${keyUrl(0)}/lifecycle/revoke`)).status, 204)
    assert.equal(await worksWith(token), false)
    const refused = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(refused.status, 401)
    const other = await anAccessToken(server, app, 'okta.apps.read', keys[1])
    assert.equal(await worksWith(other), true)
    const activated = await api('POST', `${keyUrl(0)}/lifecycle/activate`)
    assert.equal(activated.status, 400)
    assert.match(activated.text, /revoked key can't be activated/)
    const shown = await api('GET', keyUrl(0))
    assert.deepEqual(
      [shown.body.status, shown.body.revoked, Object.keys(shown.body._links)],
      ['INACTIVE', new Date(NOW * 1000).toISOString(), ['delete']],
    )
    assert.equal((await api('POST', `${keyUrl(0)}/lifecycle/revoke`)).status, 204)
    const entries = await newestEntries(server, 20)
    assert.equal(entries.filter(({ event }) => event === 'key.revoked').length, 1)
  })

  test('the only active key can be revoked: it may be in the wrong hands', async (t) => {
    const { server, api, app, keyUrl, url } = await setup(t)
    for (const place of [0, 1]) {
      assert.equal((await api('POST', `${keyUrl(place)}/lifecycle/revoke`)).status, 204)
    }
    assert.equal((await postToken(server, tokenForm(await anAssertion(app)))).status, 401)
    assert.equal((await api('GET', url)).body.status, 'ACTIVE')
  })

  test('a key that an app publishes is revoked by its kid, once', async (t) => {
    const { server, api } = await setup(t)
    const app = await anApp(server, {
      keys: [],
      settings: { jwksUri: 'https://keys.example/jwks' },
    })
    const url = `/api/v1/apps/${app.clientId}/credentials/jwks`
    for (const kid of ['leaked', 'leaked', 'other']) {
      assert.equal((await api('POST', `${url}/${kid}/lifecycle/revoke`)).status, 204)
    }
    const stored = await server.storage.serviceApps.find(app.clientId)
    assert.deepEqual(stored?.revokedKids, ['leaked', 'other'])
    const entries = await newestEntries(server, 20)
    assert.deepEqual(
      entries.filter(({ event }) => event === 'key.revoked').map(({ keyId }) => keyId),
      ['other', 'leaked'],
    )
    for (let number = 0; number < 48; number++) {
      await api('POST', `${url}/kid${number}/lifecycle/revoke`)
    }
    assert.equal((await api('POST', `${url}/one-too-many/lifecycle/revoke`)).status, 400)
  })

  for (const role of ['APP_ADMIN', 'READ_ONLY_ADMIN'] as const) {
    test(`[ADMI-001] ${role} takes nothing back by the keys of an app that holds a protected grant`, async (t) => {
      const { server, app, keyUrl, worksWith } = await setup(t)
      const token = await anAccessToken(server, app)
      const { api } = await apiAs(server, { roles: [role] })
      assert.equal((await api('POST', `${keyUrl(0)}/lifecycle/revoke`)).status, 403)
      assert.equal((await api('DELETE', `${keyUrl(0)}/tokens`)).status, 403)
      assert.equal(await worksWith(token), true)
    })
  }

  test('an APP_ADMIN voids the tokens of an app, but not of one that may change something', async (t) => {
    const { server, app, url, worksWith } = await setup(t)
    const { api } = await apiAs(server, { roles: ['APP_ADMIN'] })
    const token = await anAccessToken(server, app)
    assert.equal((await api('DELETE', `${url}/tokens`)).status, 204)
    assert.equal(await worksWith(token), false)
    const admin = await anApp(server, { roles: ['APP_ADMIN'] })
    const other = await anAccessToken(server, admin)
    const adminUrl = `/api/v1/apps/${admin.clientId}/tokens`
    assert.equal((await api('DELETE', adminUrl)).status, 403)
    assert.equal((await api('DELETE', `${adminUrl}/${jtiOf(other)}`)).status, 403)
    assert.equal(await worksWith(other), true)
  })
})
