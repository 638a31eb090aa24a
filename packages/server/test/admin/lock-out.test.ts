import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ServiceApp } from '@keygrant/server'
import { aKey, apiAs, aServer } from '../a-server.ts'

const APPS = '/api/v1/apps'
const CLIENTS = '/oauth2/v1/clients'

/** Everything that would take from an administrator what it needs to give rights. */
function waysDown(app: ServiceApp) {
  const url = `${APPS}/${app.clientId}`
  const grantId = app.grants.find(({ scope }) => scope === 'okta.appGrants.manage')?.id
  return [
    ['its role is taken', 'DELETE', `${CLIENTS}/${app.clientId}/roles/${app.roles[0]?.id}`],
    ['the grant to grant is taken', 'DELETE', `${url}/grants/${grantId}`],
    ['it is deactivated', 'POST', `${url}/lifecycle/deactivate`],
    ['it is deleted', 'DELETE', `${CLIENTS}/${app.clientId}`],
  ] as const
}

suite('the last SUPER_ADMIN stays', () => {
  for (const index of [0, 1, 2, 3]) {
    test(`an administrator is refused, alone or not, when ${waysDown({ grants: [], roles: [] } as never)[index]?.[0]} by itself`, async (t) => {
      const server = await aServer(t)
      const { api, app } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
      await apiAs(server, { roles: ['SUPER_ADMIN'] })
      const [, method, url] = waysDown(app)[index] as ReturnType<typeof waysDown>[number]
      const answer = await api(method, url)
      assert.equal(answer.status, 403)
      assert.match(answer.body.errorCauses[0].errorSummary, /Another SUPER_ADMIN/)
      assert.deepEqual(await server.storage.serviceApps.find(app.clientId), app)
    })

    test(`another SUPER_ADMIN may: ${waysDown({ grants: [], roles: [] } as never)[index]?.[0]}`, async (t) => {
      const server = await aServer(t)
      const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
      const { app } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
      const [, method, url] = waysDown(app)[index] as ReturnType<typeof waysDown>[number]
      assert.ok((await api(method, url)).status < 300)
    })
  }

  test('one that could not give rights afterwards takes nothing from the one that can', async (t) => {
    const server = await aServer(t)
    const { app } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const { api } = await apiAs(server, {
      roles: ['SUPER_ADMIN'],
      scopes: ['okta.roles.manage', 'okta.apps.manage', 'okta.clients.manage'],
    })
    for (const [what, method, url] of waysDown(app)) {
      assert.equal((await api(method, url)).status, 403, what)
    }
  })

  test('its keys may be rotated, by itself', async (t) => {
    const server = await aServer(t)
    const { api, app } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const url = `${APPS}/${app.clientId}/credentials/jwks`
    assert.equal((await api('POST', url, (await aKey('P-384')).publicKey.jwk)).status, 201)
    const { status } = await api('POST', `${url}/${app.keys[0]?.id}/lifecycle/deactivate`)
    assert.equal(status, 200)
  })

  test('when each of several takes the role of the next at once, one is left', async (t) => {
    const server = await aServer(t)
    const admins = await Promise.all(
      Array.from({ length: 4 }, () => apiAs(server, { roles: ['SUPER_ADMIN'] })),
    )
    await Promise.all(
      admins.map(({ api }, index) => {
        const { app } = admins[(index + 1) % admins.length] as (typeof admins)[number]
        return api('DELETE', `${CLIENTS}/${app.clientId}/roles/${app.roles[0]?.id}`)
      }),
    )
    const after = await server.storage.serviceApps.list({ limit: 10 })
    assert.ok(after.some(({ roles }) => roles.length > 0))
  })
})
