/**
 * Okta's own Node SDK administers the server: the last version that signs with other keys than RSA, and
 * the newest.
 * @module
 */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client as NewestClient } from '@okta/okta-sdk-nodejs'
import sdk7 from 'okta-sdk-nodejs-7'
import { requestAccessToken } from '@keygrant/core/client'
import { exportPkcs8Pem, exportPrivateJwk, generateKey, type KeyKind } from '@keygrant/core/keys'
import { type RunningServer, startServer } from './running-server.ts'

const RSA: KeyKind = { kty: 'RSA', modulusBits: 2048 }
const SCOPES = ['okta.apps.manage', 'okta.appGrants.manage', 'okta.logs.read']

let server: RunningServer
before(async () => {
  server = await startServer('okta')
})
after(() => server.stop())

/** An app that administers, and what an SDK needs to be it. */
async function anAdministrator(
  name: string,
  kind: KeyKind,
  alg: 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384',
  metadata: object = {},
) {
  const key = await generateKey(kind, { alg })
  const clientId = await server.addApp(name, key.publicKey.jwk, SCOPES, metadata)
  await server.admin('POST', `/oauth2/v1/clients/${clientId}/roles`, { type: 'SUPER_ADMIN' })
  return {
    key,
    configuration: {
      orgUrl: server.issuer,
      authorizationMode: 'PrivateKey',
      clientId,
      scopes: SCOPES,
      privateKey: { ...exportPrivateJwk(key) } as unknown as string,
    },
  }
}

/** The body in which an SDK creates a service app. */
function aServiceApp(label: string, keys: readonly object[]) {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks: { keys },
      },
    },
  }
}

async function canGetToken(
  clientId: string,
  key: Awaited<ReturnType<typeof generateKey>>,
): Promise<boolean> {
  const request = requestAccessToken({
    tokenEndpoint: `${server.issuer}/oauth2/v1/token`,
    audience: `${server.issuer}/oauth2/v1/token`,
    clientId,
    signer: key,
    scope: 'okta.users.read',
  })
  return request.then(
    ({ scope }) => scope === 'okta.users.read',
    () => false,
  )
}

describe('@okta/okta-sdk-nodejs 7.1.1', () => {
  for (const [alg, kind] of [
    ['ES256', { kty: 'EC', crv: 'P-256' }],
    ['ES384', { kty: 'EC', crv: 'P-384' }],
    ['RS256', RSA],
    ['RS384', RSA],
    ['RS512', RSA],
  ] as const) {
    test(`with ${alg} creates an app, adds a key, grants, lists, deactivates and deletes`, async () => {
      const { configuration } = await anAdministrator(`SDK 7 ${alg}`, kind, alg)
      const { applicationApi } = new sdk7.Client(configuration)
      // It signs with EC keys, but its model of a JWK has the members of RSA alone.
      const [first, second] = [await generateKey(RSA), await generateKey(RSA)]
      const created = await applicationApi.createApplication({
        application: aServiceApp(`made by 7.1.1 with ${alg}`, [first.publicKey.jwk]) as never,
      })
      const appId = created.id as string
      const { scopeId } = await applicationApi.grantConsentToScope({
        appId,
        oAuth2ScopeConsentGrant: { issuer: server.issuer, scopeId: 'okta.users.read' },
      })
      assert.equal(scopeId, 'okta.users.read')
      assert.equal(await canGetToken(appId, first), true)

      // This version knows no calls for keys: it replaces the app, with one key more.
      const keys = [first, second].map(({ publicKey }) => publicKey.jwk)
      await applicationApi.replaceApplication({
        appId,
        application: aServiceApp(`made by 7.1.1 with ${alg}`, keys) as never,
      })
      assert.deepEqual(
        [await canGetToken(appId, first), await canGetToken(appId, second)],
        [true, true],
      )

      const ids: unknown[] = []
      await (await applicationApi.listApplications({ limit: 2 })).each((app) => ids.push(app.id))
      assert.ok(ids.includes(appId))

      await applicationApi.deactivateApplication({ appId })
      assert.equal(await canGetToken(appId, first), false)
      await applicationApi.deleteApplication({ appId })
      await assert.rejects(applicationApi.getApplication({ appId }), { status: 404 })
    })
  }
})

describe('@okta/okta-sdk-nodejs, the newest', () => {
  test('as an app that must use DPoP answers the nonce once, and calls the API with proofs', async () => {
    const metadata = { dpop_bound_access_tokens: true }
    const { configuration } = await anAdministrator('newest SDK, DPoP', RSA, 'RS256', metadata)
    const { applicationApi } = new NewestClient(configuration)
    const { publicKey } = await generateKey(RSA)
    const { id } = await applicationApi.createApplication({
      application: aServiceApp('made with DPoP', [publicKey.jwk]) as never,
    })
    const ids: unknown[] = []
    for await (const app of await applicationApi.listApplications({ limit: 1 })) ids.push(app?.id)
    assert.ok(ids.includes(id))
    await applicationApi.deactivateApplication({ appId: id as string })
    await applicationApi.deleteApplication({ appId: id as string })
  })

  for (const form of ['JWK', 'PEM'] as const) {
    test(`with a ${form} creates an app, rotates its key, grants, assigns a role, lists, deactivates and deletes`, async () => {
      const { key, configuration } = await anAdministrator(`newest SDK, ${form}`, RSA, 'RS256')
      const client = new NewestClient({
        ...configuration,
        scopes: [...SCOPES, 'okta.roles.manage'],
        ...(form === 'PEM' ? { privateKey: exportPkcs8Pem(key), keyId: key.kid } : undefined),
      })
      await server.admin('POST', `/api/v1/apps/${configuration.clientId}/grants`, {
        scopeId: 'okta.roles.manage',
      })
      const { applicationApi, applicationSSOPublicKeysApi, roleAssignmentApi, systemLogApi } =
        client
      const [first, second] = [await generateKey(RSA), await generateKey(RSA)]
      const { id } = await applicationApi.createApplication({
        application: aServiceApp(`made by the newest, ${form}`, [first.publicKey.jwk]) as never,
      })
      const appId = id as string
      const grant = await applicationApi.grantConsentToScope({
        appId,
        oAuth2ScopeConsentGrant: { issuer: server.issuer, scopeId: 'okta.users.read' },
      })
      const role = (await roleAssignmentApi.assignRoleToClient({
        clientId: appId,
        assignRoleRequest: { type: 'APP_ADMIN' } as never,
      })) as unknown as { id: string; type: string }
      assert.equal(role.type, 'APP_ADMIN')
      const added = (await applicationSSOPublicKeysApi.addJwk({
        appId,
        addJwkRequest: second.publicKey.jwk as never,
      })) as { id: string }
      assert.equal(await canGetToken(appId, second), true)

      const { keys } = (await applicationSSOPublicKeysApi.listJwk({ appId })) as unknown as {
        keys: { id: string; kid: string }[]
      }
      const old = keys.find(({ kid }) => kid === first.kid)?.id as string
      assert.deepEqual(
        keys.map(({ id: keyId }) => keyId),
        [old, added.id],
      )
      await applicationSSOPublicKeysApi.deactivateOAuth2ClientJsonWebKey({ appId, keyId: old })
      assert.equal(await canGetToken(appId, first), false)
      await applicationSSOPublicKeysApi.deletejwk({ appId, keyId: old })

      const events: (string | undefined)[] = []
      const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()
      for await (const event of await systemLogApi.listLogEvents({
        filter: `target.id eq "${appId}"`,
        since: inMinutes(-1),
        until: inMinutes(1),
      })) {
        events.push(event?.eventType)
      }
      assert.ok(events.includes('app.oauth2.credentials.lifecycle.delete'), events.join(' '))

      await roleAssignmentApi.deleteRoleFromClient({ clientId: appId, roleAssignmentId: role.id })
      await applicationApi.revokeScopeConsentGrant({ appId, grantId: grant.id as string })
      await applicationApi.deactivateApplication({ appId })
      await applicationApi.deleteApplication({ appId })
      await assert.rejects(applicationApi.getApplication({ appId }), { status: 404 })
    })
  }
})
