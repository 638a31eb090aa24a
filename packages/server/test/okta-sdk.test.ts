import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import okta from '@okta/okta-sdk-nodejs'
import { exportPkcs8Pem, exportPrivateJwk } from '@keygrant/core/keys'
import { SCOPES } from '../src/scopes.ts'
import { aKey, anApp, anAssertion, aServer, postToken, tokenForm } from './a-server.ts'

async function aFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function setup(t: TestContext, { slash = '', asPem = false } = {}) {
  const port = await aFreePort()
  const issuer = `http://127.0.0.1:${port}`
  const server = await aServer(t, { issuer, clock: Date.now })
  await server.server.listen({ port })
  const key = await aKey('RSA-2048')
  const operator = await anApp(server, {
    label: 'operator',
    keys: [key],
    scopes: SCOPES,
    roles: ['SUPER_ADMIN'],
  })
  const client = new okta.Client({
    orgUrl: issuer + slash,
    authorizationMode: 'PrivateKey',
    clientId: operator.clientId,
    scopes: [...SCOPES],
    privateKey: asPem ? exportPkcs8Pem(key) : JSON.stringify(exportPrivateJwk(key)),
    keyId: key.kid,
  })
  return { server, issuer, operator, client }
}

suite('@okta/okta-sdk-nodejs with a private key', () => {
  for (const [what, options] of [
    ['a JWK', {}],
    ['a PEM', { asPem: true }],
    ['a slash at the end of orgUrl', { slash: '/' }],
  ] as const) {
    test(`lists the apps, with ${what}`, async (t) => {
      const { server, operator, client } = await setup(t, options)
      const ids = [operator.clientId]
      for (let index = 0; index < 25; index++) ids.push((await anApp(server)).clientId)
      const seen: (string | undefined)[] = []
      // More than one page: the SDK follows the Link header field.
      await (
        await client.applicationApi.listApplications()
      ).each((app) => {
        seen.push(app?.id)
      })
      assert.deepEqual(seen, ids)
    })
  }

  test('creates an app, adds and rotates keys, grants, lists, deactivates and deletes', async (t) => {
    const { server, issuer, client } = await setup(t)
    const { applicationApi, applicationSSOPublicKeysApi } = client
    const key = await aKey()
    const created = await applicationApi.createApplication({
      application: {
        name: 'oidc_client',
        label: 'made by the SDK',
        signOnMode: 'OPENID_CONNECT',
        credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
        settings: {
          oauthClient: {
            application_type: 'service',
            grant_types: ['client_credentials'],
            response_types: ['token'],
            jwks: { keys: [key.publicKey.jwk] },
          },
        },
      } as never,
    })
    const appId = created.id as string
    assert.match(appId, /^0oa/)
    assert.equal((await applicationApi.getApplication({ appId })).label, 'made by the SDK')

    const grant = await applicationApi.grantConsentToScope({
      appId,
      oAuth2ScopeConsentGrant: { issuer, scopeId: 'okta.apps.read' },
    })
    assert.equal(grant.scopeId, 'okta.apps.read')
    const grants: (string | undefined)[] = []
    await (
      await applicationApi.listScopeConsentGrants({ appId })
    ).each((each) => {
      grants.push(each?.id)
    })
    assert.deepEqual(grants, [grant.id])

    const second = await aKey('P-384')
    const added = await applicationSSOPublicKeysApi.addJwk({
      appId,
      addJwkRequest: second.publicKey.jwk as never,
    })
    const assertion = await anAssertion(
      { clientId: appId },
      { aud: issuer, iat: undefined, exp: Math.floor(Date.now() / 1000) + 60 },
      second,
    )
    assert.equal((await postToken(server, tokenForm(assertion))).status, 200)

    const keyId = (added as { id: string }).id
    await applicationSSOPublicKeysApi.deactivateOAuth2ClientJsonWebKey({ appId, keyId })
    await applicationSSOPublicKeysApi.deletejwk({ appId, keyId })
    await applicationApi.revokeScopeConsentGrant({ appId, grantId: grant.id as string })
    await applicationApi.deactivateApplication({ appId })
    await applicationApi.deleteApplication({ appId })
    assert.equal(await server.storage.serviceApps.exists(appId), false)
  })

  test('sees the refusal of a call without the scope', async (t) => {
    const { issuer, operator } = await setup(t)
    const client = new okta.Client({
      orgUrl: issuer,
      authorizationMode: 'PrivateKey',
      clientId: operator.clientId,
      scopes: ['okta.logs.read'],
      privateKey: JSON.stringify(exportPrivateJwk(await aKey('RSA-2048'))),
    })
    await assert.rejects(
      async () => {
        await (await client.applicationApi.listApplications()).each(() => undefined)
      },
      { status: 403 },
    )
  })
})
