import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiAs, aKey, anAssertion, aServer, ISSUER, postToken, tokenForm } from '../a-server.ts'

/**
 * The bodies that Okta's Terraform provider sends, by the documents of its resources `okta_app_oauth`, `okta_app_oauth_api_scope` and
 * `okta_app_oauth_role_assignment`, and by the SDK for Go that it is made with.
 */
async function plannedApp() {
  const { kty, kid, n, e } = (await aKey('RSA-2048')).publicKey.jwk as unknown as Record<
    string,
    string
  >
  return {
    accessibility: { selfService: false },
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        pkce_required: false,
        token_endpoint_auth_method: 'private_key_jwt',
      },
    },
    label: 'planned',
    name: 'oidc_client',
    settings: {
      implicitAssignment: false,
      notes: {},
      oauthClient: {
        application_type: 'service',
        consent_method: 'TRUSTED',
        grant_types: ['client_credentials'],
        idp_initiated_login: { default_scope: [], mode: 'DISABLED' },
        issuer_mode: 'ORG_URL',
        jwks: { keys: [{ kty, kid, n, e }] },
        response_types: ['token'],
        wildcard_redirect: 'DISABLED',
      },
    },
    signOnMode: 'OPENID_CONNECT',
    visibility: {
      autoLaunch: false,
      autoSubmitToolbar: false,
      hide: { iOS: true, web: true },
    },
  }
}

test("what Okta's Terraform provider sends makes, reads, changes and destroys an app with scopes and a role", async (t) => {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const app = await plannedApp()

  // okta_app_oauth: create, then read.
  const created = await api('POST', '/api/v1/apps?activate=true', app)
  assert.equal(created.status, 200, created.text)
  const url = `/api/v1/apps/${created.body.id}`
  const read = (await api('GET', url)).body
  assert.equal(read.status, 'ACTIVE')
  assert.equal(read.credentials.oauthClient.client_id, created.body.id)
  const { oauthClient } = read.settings
  const sent = app.settings.oauthClient
  // What a plan compares: another value would be a change on every run.
  for (const name of ['application_type', 'consent_method', 'issuer_mode'] as const) {
    assert.equal(oauthClient[name], sent[name], name)
  }
  assert.deepEqual(oauthClient.grant_types, sent.grant_types)
  assert.deepEqual(oauthClient.response_types, sent.response_types)
  const [{ kty, kid, n, e }] = oauthClient.jwks.keys
  assert.deepEqual([{ kty, kid, n, e }], sent.jwks.keys)

  // okta_app_oauth_api_scope: reads what is granted, grants what is missing.
  assert.deepEqual((await api('GET', `${url}/grants`)).body, [])
  for (const scopeId of ['okta.apps.read', 'okta.users.read']) {
    const granted = await api('POST', `${url}/grants`, { issuer: ISSUER, scopeId })
    assert.equal(granted.status, 201)
  }
  const grants = (await api('GET', `${url}/grants`)).body as { id: string; scopeId: string }[]
  assert.deepEqual(grants.map(({ scopeId }) => scopeId).toSorted(), [
    'okta.apps.read',
    'okta.users.read',
  ])

  // okta_app_oauth_role_assignment.
  const roles = `/oauth2/v1/clients/${created.body.id}/roles`
  const role = await api('POST', roles, { type: 'READ_ONLY_ADMIN' })
  assert.ok(role.status === 200 || role.status === 201, role.text)
  assert.equal((await api('GET', `${roles}/${role.body.id}`)).body.type, 'READ_ONLY_ADMIN')

  const key = await aKey('RSA-2048')
  const token = await postToken(
    server,
    tokenForm(await anAssertion({ clientId: created.body.id }, {}, key)),
  )
  assert.equal(token.status, 200, token.text)

  // An update sends the whole again, with the identifier that it read.
  const changed = {
    ...app,
    id: created.body.id,
    label: 'planned anew',
    credentials: {
      oauthClient: { ...app.credentials.oauthClient, client_id: created.body.id },
    },
  }
  const updated = await api('PUT', url, changed)
  assert.equal(updated.status, 200, updated.text)
  assert.equal(updated.body.label, 'planned anew')
  assert.equal(updated.body.settings.oauthClient.jwks.keys[0].id, oauthClient.jwks.keys[0].id)

  // Destroying takes the parts away one by one, then deactivates and deletes; what is gone reads as gone.
  for (const { id } of grants)
    assert.equal((await api('DELETE', `${url}/grants/${id}`)).status, 204)
  assert.equal((await api('DELETE', `${roles}/${role.body.id}`)).status, 204)
  assert.equal((await api('POST', `${url}/lifecycle/deactivate`)).status, 200)
  assert.equal((await api('DELETE', url)).status, 204)
  const gone = await api('GET', url)
  assert.deepEqual([gone.status, gone.body.errorCode], [404, 'E0000007'])
})
