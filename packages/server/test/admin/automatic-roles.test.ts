import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Role } from '@keygrant/server'
import { anApp, apiAs, aServer } from '../a-server.ts'

const SETTING = '/api/v1/org/settings/clientPrivilegesSetting'

async function setup(t: TestContext, roles: readonly Role[] = []) {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const app = await anApp(server, { scopes: [], roles })
  const grants = `/api/v1/apps/${app.clientId}/grants`
  const grant = async (scopeId: string) =>
    (await api('POST', grants, { scopeId })).body.id as string
  const storedRoles = async () =>
    (await server.storage.serviceApps.find(app.clientId))?.roles.map(({ role }) => role)
  return { server, api, app, grants, grant, storedRoles }
}

suite('a grant brings the least role with which its scope is of use', () => {
  for (const [scope, role] of [
    ['okta.users.read', 'READ_ONLY_ADMIN'],
    ['okta.logs.read', 'READ_ONLY_ADMIN'],
    ['okta.apps.manage', 'APP_ADMIN'],
    ['okta.clients.register', 'APP_ADMIN'],
  ] as const) {
    test(`${scope} brings ${role}`, async (t) => {
      const { grant, storedRoles } = await setup(t)
      await grant(scope)
      assert.deepEqual(await storedRoles(), [role])
    })
  }

  for (const scope of ['okta.appGrants.manage', 'okta.roles.manage', 'okta.users.manage']) {
    test(`[ADMI-005] ${scope}, of use to a SUPER_ADMIN alone, brings none`, async (t) => {
      const { grant, storedRoles } = await setup(t)
      await grant(scope)
      assert.deepEqual(await storedRoles(), [])
    })
  }

  for (const [held, scope, roles] of [
    ['READ_ONLY_ADMIN', 'okta.apps.read', ['READ_ONLY_ADMIN']],
    ['READ_ONLY_ADMIN', 'okta.apps.manage', ['READ_ONLY_ADMIN', 'APP_ADMIN']],
    ['APP_ADMIN', 'okta.apps.read', ['APP_ADMIN']],
    ['SUPER_ADMIN', 'okta.apps.manage', ['SUPER_ADMIN']],
  ] as const) {
    test(`${scope} leaves an app that is ${held} with ${roles.join(' and ')}`, async (t) => {
      const { grant, storedRoles } = await setup(t, [held])
      await grant(scope)
      assert.deepEqual(await storedRoles(), roles)
    })
  }

  test('it goes with the last grant, and one that somebody assigned stays', async (t) => {
    const { api, app, grants, grant, storedRoles } = await setup(t)
    const first = await grant('okta.apps.read')
    const second = await grant('okta.apps.manage')
    assert.deepEqual(await storedRoles(), ['READ_ONLY_ADMIN', 'APP_ADMIN'])
    const roles = `/oauth2/v1/clients/${app.clientId}/roles`
    assert.equal((await api('POST', roles, { type: 'READ_ONLY_ADMIN' })).status, 201)
    await api('DELETE', `${grants}/${second}`)
    assert.deepEqual(await storedRoles(), ['APP_ADMIN', 'READ_ONLY_ADMIN'])
    await api('DELETE', `${grants}/${first}`)
    assert.deepEqual(await storedRoles(), ['READ_ONLY_ADMIN'])
  })

  test('the log says that it came by itself', async (t) => {
    const { api, app, grant } = await setup(t)
    await grant('okta.apps.read')
    const filter = encodeURIComponent(`target.id eq "${app.clientId}"`)
    const { body } = await api('GET', `/api/v1/logs?filter=${filter}`)
    const event = body.find(
      ({ eventType }: { eventType: string }) => eventType === 'app.oauth2.client.privilege.grant',
    )
    assert.deepEqual(
      [event.debugContext.debugData.role, event.debugContext.debugData.automatic],
      ['READ_ONLY_ADMIN', true],
    )
  })

  test('it does not come when the setting says so, and what is there stays', async (t) => {
    const { api, grant, storedRoles } = await setup(t)
    assert.deepEqual((await api('GET', SETTING)).body, { clientPrivilegesSetting: true })
    await grant('okta.users.read')
    const body = { clientPrivilegesSetting: false }
    const answer = await api('PUT', SETTING, body)
    assert.deepEqual([answer.status, answer.body], [200, body])
    assert.deepEqual((await api('GET', SETTING)).body, body)
    await grant('okta.apps.manage')
    assert.deepEqual(await storedRoles(), ['READ_ONLY_ADMIN'])
  })
})

suite('the setting', () => {
  for (const role of ['APP_ADMIN', 'READ_ONLY_ADMIN'] as const) {
    test(`[ADMI-005] is not changed by ${role}`, async (t) => {
      const server = await aServer(t)
      const { api } = await apiAs(server, { roles: [role] })
      assert.equal((await api('PUT', SETTING, { clientPrivilegesSetting: false })).status, 403)
      assert.deepEqual((await api('GET', SETTING)).body, { clientPrivilegesSetting: true })
    })
  }

  for (const body of [{}, { clientPrivilegesSetting: 'false' }, null, [], 7]) {
    test(`refuses ${JSON.stringify(body)}`, async (t) => {
      const server = await aServer(t)
      const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
      assert.equal((await api('PUT', SETTING, JSON.stringify(body))).status, 400)
    })
  }
})
