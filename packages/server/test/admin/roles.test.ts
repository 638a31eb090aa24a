import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Role } from '@keygrant/server'
import { aKey, anApp, apiAs, aServer, newestEntries, type TestAppOptions } from '../a-server.ts'

const APPS = '/api/v1/apps'
const CLIENTS = '/oauth2/v1/clients'

async function setup(t: TestContext, role: Role | undefined, target: TestAppOptions = {}) {
  const server = await aServer(t)
  const roles = role === undefined ? [] : [role]
  const { api, app: actor } = await apiAs(server, { roles })
  const app = await anApp(server, {
    scopes: [],
    inactiveKeys: [await aKey('P-384')],
    ...target,
  })
  return { server, api, actor, app }
}

/** Everything that changes which keys of an app are in force. */
async function keyChanges(app: { clientId: string; keys: readonly { id: string }[] }) {
  const url = `${APPS}/${app.clientId}`
  const [active, inactive] = app.keys
  const { jwk } = (await aKey('Ed25519')).publicKey
  const jwks = { keys: [jwk] }
  return [
    ['POST', `${url}/credentials/jwks`, jwk],
    ['POST', `${url}/credentials/jwks/${inactive?.id}/lifecycle/activate`, undefined],
    ['POST', `${url}/credentials/jwks/${active?.id}/lifecycle/deactivate`, undefined],
    ['DELETE', `${url}/credentials/jwks/${inactive?.id}`, undefined],
    ['PUT', url, { label: 'x', settings: { oauthClient: { jwks } } }],
    ['PUT', `${CLIENTS}/${app.clientId}`, { client_name: 'x', jwks }],
    ['DELETE', `${CLIENTS}/${app.clientId}`, undefined],
  ] as const
}

suite('[ADMI-001] keys of an app that holds a protected grant', () => {
  for (const role of ['APP_ADMIN', 'READ_ONLY_ADMIN', undefined] as const) {
    test(`are not changed by ${role ?? 'an app without a role'}, on any path`, async (t) => {
      const { server, api, app } = await setup(t, role, { scopes: ['okta.apps.read'] })
      const before = await server.storage.serviceApps.find(app.clientId)
      for (const [method, url, body] of await keyChanges(app)) {
        const answer = await api(method, url, body)
        assert.equal(answer.status, 403, `${method} ${url}`)
        assert.equal(answer.body.errorCode, 'E0000006')
      }
      assert.deepEqual(await server.storage.serviceApps.find(app.clientId), before)
    })
  }

  test('are changed by a SUPER_ADMIN', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const count = (await keyChanges(await anApp(server))).length
    for (let index = 0; index < count; index++) {
      const app = await anApp(server, {
        keys: [await aKey(), await aKey('P-521')],
        inactiveKeys: [await aKey('P-384')],
      })
      const changes = await keyChanges({ ...app, keys: [app.keys[0], app.keys[2]] as never })
      const [method, url, body] = changes[index] as (typeof changes)[number]
      const answer = await api(method, url, body)
      assert.ok(answer.status < 300, `${method} ${url}: ${answer.text}`)
    }
  })

  test('are not put in force again by an APP_ADMIN who activates the app', async (t) => {
    const { api, app } = await setup(t, 'APP_ADMIN', {
      scopes: ['okta.apps.read'],
      status: 'INACTIVE',
    })
    const answer = await api('POST', `${APPS}/${app.clientId}/lifecycle/activate`)
    assert.equal(answer.status, 403)
  })

  test('do not go with an app that an APP_ADMIN deletes', async (t) => {
    const { api, app } = await setup(t, 'APP_ADMIN', {
      scopes: ['okta.apps.read'],
      status: 'INACTIVE',
    })
    assert.equal((await api('DELETE', `${APPS}/${app.clientId}`)).status, 403)
  })

  test('stay as they are when an APP_ADMIN renames the app', async (t) => {
    const { api, app } = await setup(t, 'APP_ADMIN', { scopes: ['okta.apps.read'] })
    const answer = await api('PUT', `${APPS}/${app.clientId}`, { label: 'renamed' })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.settings.oauthClient.jwks.keys.length, 2)
  })
})

suite('keys of an app without a protected grant', () => {
  test('are changed by an APP_ADMIN', async (t) => {
    const { api, app } = await setup(t, 'APP_ADMIN')
    const { jwk } = (await aKey('Ed25519')).publicKey
    const url = `${APPS}/${app.clientId}/credentials/jwks`
    assert.equal((await api('POST', url, jwk)).status, 201)
    const [, inactive] = app.keys
    assert.equal((await api('DELETE', `${url}/${inactive?.id}`)).status, 204)
  })

  for (const role of ['READ_ONLY_ADMIN', undefined] as const) {
    test(`are not changed by ${role ?? 'an app without a role'}`, async (t) => {
      const { api, app } = await setup(t, role)
      for (const [method, url, body] of await keyChanges(app)) {
        assert.equal((await api(method, url, body)).status, 403, `${method} ${url}`)
      }
      assert.equal((await api('POST', APPS, { label: 'x' })).status, 403)
    })
  }

  for (const [role, status] of [
    ['SUPER_ADMIN', 200],
    ['APP_ADMIN', 200],
    ['READ_ONLY_ADMIN', 200],
    [undefined, 403],
  ] as const) {
    test(`[SCOP-010] reading with the scope and ${role ?? 'no role'} is answered ${status}`, async (t) => {
      const { api, app } = await setup(t, role)
      for (const url of [
        APPS,
        `${APPS}/${app.clientId}`,
        `${APPS}/${app.clientId}/credentials/jwks`,
        `${APPS}/${app.clientId}/grants`,
        CLIENTS,
        `${CLIENTS}/${app.clientId}/roles`,
        '/api/v1/users',
        '/api/v1/org/settings/clientPrivilegesSetting',
        '/api/v1/logs',
      ]) {
        const answer = await api('GET', url)
        assert.equal(answer.status, status, url)
        if (status === 403) assert.equal(answer.body.errorCode, 'E0000006')
      }
    })
  }
})

suite('grants and roles', () => {
  for (const role of ['APP_ADMIN', 'READ_ONLY_ADMIN', undefined] as const) {
    test(`[ADMI-004] [ADMI-005] are not given or taken by ${role ?? 'an app without a role'}`, async (t) => {
      const { api, actor, app } = await setup(t, role, {
        scopes: ['okta.apps.read'],
        roles: ['APP_ADMIN'],
      })
      for (const [method, url, body] of [
        ['POST', `${APPS}/${app.clientId}/grants`, { scopeId: 'okta.logs.read' }],
        ['DELETE', `${APPS}/${app.clientId}/grants/${app.grants[0]?.id}`, undefined],
        ['POST', `${CLIENTS}/${app.clientId}/roles`, { type: 'SUPER_ADMIN' }],
        ['POST', `${CLIENTS}/${actor.clientId}/roles`, { type: 'SUPER_ADMIN' }],
        ['DELETE', `${CLIENTS}/${app.clientId}/roles/${app.roles[0]?.id}`, undefined],
      ] as const) {
        assert.equal((await api(method, url, body)).status, 403, `${method} ${url}`)
      }
    })
  }

  test('[ADMI-005] an app with a role is not touched by an APP_ADMIN', async (t) => {
    const { api, app } = await setup(t, 'APP_ADMIN', { roles: ['SUPER_ADMIN'] })
    const url = `${APPS}/${app.clientId}`
    assert.equal((await api('PUT', url, { label: 'x' })).status, 403)
    assert.equal((await api('POST', `${url}/lifecycle/deactivate`)).status, 403)
    const { jwk } = (await aKey('Ed25519')).publicKey
    assert.equal((await api('POST', `${url}/credentials/jwks`, jwk)).status, 403)
  })

  test('a role is assigned, listed and taken back', async (t) => {
    const { server, api, app } = await setup(t, 'SUPER_ADMIN')
    const url = `${CLIENTS}/${app.clientId}/roles`
    const assigned = await api('POST', url, { type: 'APP_ADMIN' })
    assert.equal(assigned.status, 201)
    assert.equal(assigned.body.type, 'APP_ADMIN')
    assert.equal(assigned.body.assignmentType, 'CLIENT')
    const list = await api('GET', url)
    assert.deepEqual(list.body, [assigned.body])
    assert.equal((await api('POST', url, { type: 'APP_ADMIN' })).status, 409)
    assert.equal((await api('DELETE', `${url}/${assigned.body.id}`)).status, 204)
    assert.deepEqual((await api('GET', url)).body, [])
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'role.removed')
  })

  for (const body of [{}, { type: 'ORG_ADMIN' }, { type: ['SUPER_ADMIN'] }, [], 'SUPER_ADMIN']) {
    test(`the role ${JSON.stringify(body)} does not exist`, async (t) => {
      const { api, app } = await setup(t, 'SUPER_ADMIN')
      const answer = await api('POST', `${CLIENTS}/${app.clientId}/roles`, JSON.stringify(body))
      assert.equal(answer.status, 400)
      assert.equal(answer.body.errorCode, 'E0000001')
    })
  }
})
