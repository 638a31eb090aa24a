import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Client } from '@okta/okta-sdk-nodejs'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { verifyAccessToken } from '@keygrant/core/resource'
import { exportPkcs8Pem, exportPrivateJwk, generateKey, importJwkSet } from '@keygrant/core/keys'
import { type RunningServer, startServer } from './running-server.ts'

const SCOPE = 'okta.apps.read'

describe('a server in the strict profile', () => {
  let server: RunningServer
  before(async () => {
    server = await startServer('strict')
  })
  after(() => server.stop())

  for (const alg of ['PS256', 'ES256', 'EdDSA'] as const) {
    test(`openid-client discovers it and gets a token with ${alg}`, async () => {
      const kinds = {
        PS256: { kty: 'RSA', modulusBits: 2048 },
        ES256: { kty: 'EC', crv: 'P-256' },
        EdDSA: { kty: 'OKP', crv: 'Ed25519' },
      } as const
      const key = await generateKey(kinds[alg], { alg })
      const clientId = await server.addApp(`openid-client ${alg}`, key.publicKey.jwk, [SCOPE])
      const privateKey = await jose.importPKCS8(exportPkcs8Pem(key), alg)
      const config = await openid.discovery(
        new URL(server.issuer),
        clientId,
        undefined,
        openid.PrivateKeyJwt({ key: privateKey, kid: key.kid }),
        { execute: [openid.allowInsecureRequests] },
      )
      const token = await openid.clientCredentialsGrant(config, { scope: SCOPE })
      assert.equal(token.scope, SCOPE)
      assert.equal(token.expires_in, 600)
    })
  }

  test('oauth4webapi discovers it by RFC 8414 and gets a token that calls the API', async () => {
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const clientId = await server.addApp('oauth4webapi', key.publicKey.jwk, [SCOPE])
    const issuer = new URL(server.issuer)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
    )
    const client = { client_id: clientId }
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.PrivateKeyJwt({
        key: await jose.importPKCS8(exportPkcs8Pem(key), 'ES256'),
        kid: key.kid,
      }),
      new URLSearchParams({ scope: SCOPE }),
      insecure,
    )
    const token = await oauth.processClientCredentialsResponse(as, client, response)
    const apps = await oauth.protectedResourceRequest(
      token.access_token,
      'GET',
      new URL(`${server.issuer}/api/v1/apps`),
      undefined,
      undefined,
      insecure,
    )
    assert.equal(apps.status, 200)
  })

  test('openid-client gets a token that is bound to its key, answers the nonce, and calls the API with proofs', async () => {
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
    const metadata = { dpop_bound_access_tokens: true }
    const clientId = await server.addApp('DPoP', key.publicKey.jwk, [SCOPE], metadata)
    const config = await openid.discovery(
      new URL(server.issuer),
      clientId,
      { dpop_bound_access_tokens: true },
      openid.PrivateKeyJwt({
        key: await jose.importPKCS8(exportPkcs8Pem(key), 'ES256'),
        kid: key.kid,
      }),
      { execute: [openid.allowInsecureRequests] },
    )
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    for (const _round of ['with a challenge', 'with the nonce that is known']) {
      const token = await openid.clientCredentialsGrant(config, { scope: SCOPE }, { DPoP })
      assert.equal(token.token_type, 'dpop')
      const url = new URL(`${server.issuer}/api/v1/apps/${clientId}?expand=x`)
      const call = (options: openid.DPoPOptions): Promise<Response> =>
        openid.fetchProtectedResource(
          config,
          token.access_token,
          url,
          'GET',
          undefined,
          undefined,
          options,
        )
      assert.equal((await call({ DPoP })).status, 200)
      assert.equal((await call({ DPoP })).status, 200)
      await assert.rejects(call({}), (error: openid.WWWAuthenticateChallengeError) => {
        assert.deepEqual(
          error.cause.map(({ scheme, parameters }) => [scheme, parameters.error]),
          [['dpop', 'invalid_token']],
        )
        return true
      })
    }
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: SCOPE }), {
      error: 'invalid_dpop_proof',
    })
  })

  test('oauth4webapi is asked for a nonce once, and gets a bound token with it', async () => {
    const key = await generateKey({ kty: 'OKP', crv: 'Ed25519' }, { alg: 'EdDSA' })
    const clientId = await server.addApp('oauth4webapi DPoP', key.publicKey.jwk, [SCOPE])
    const issuer = new URL(server.issuer)
    const insecure = { [oauth.allowInsecureRequests]: true }
    const as = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
    )
    const client = { client_id: clientId }
    const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
    const request = async () =>
      oauth.clientCredentialsGrantRequest(
        as,
        client,
        oauth.PrivateKeyJwt({
          key: await jose.importPKCS8(exportPkcs8Pem(key), 'EdDSA'),
          kid: key.kid,
        }),
        new URLSearchParams({ scope: SCOPE }),
        { ...insecure, DPoP },
      )
    const asked = await request()
    await assert.rejects(oauth.processClientCredentialsResponse(as, client, asked), (error) =>
      oauth.isDPoPNonceError(error),
    )
    const token = await oauth.processClientCredentialsResponse(as, client, await request())
    assert.equal(token.token_type, 'dpop')
    const apps = await oauth.protectedResourceRequest(
      token.access_token,
      'GET',
      new URL(`${server.issuer}/api/v1/apps`),
      undefined,
      undefined,
      { ...insecure, DPoP },
    )
    assert.equal(apps.status, 200)
  })

  test('refuses RS256, as its metadata says', async () => {
    const key = await generateKey({ kty: 'RSA', modulusBits: 2048 })
    const clientId = await server.addApp('RS256', key.publicKey.jwk, [SCOPE])
    const config = await openid.discovery(
      new URL(server.issuer),
      clientId,
      undefined,
      openid.PrivateKeyJwt({
        key: await jose.importPKCS8(exportPkcs8Pem(key), 'RS256'),
        kid: key.kid,
      }),
      { execute: [openid.allowInsecureRequests] },
    )
    const { token_endpoint_auth_signing_alg_values_supported: algorithms } = config.serverMetadata()
    assert.equal(algorithms?.includes('RS256'), false)
    await assert.rejects(openid.clientCredentialsGrant(config, { scope: SCOPE }), {
      error: 'invalid_client',
    })
  })
})

describe('a server in the okta profile', () => {
  let server: RunningServer
  before(async () => {
    server = await startServer('okta')
  })
  after(() => server.stop())

  for (const [what, slash] of [
    ['', ''],
    [' with a slash behind orgUrl', '/'],
  ] as const) {
    test(`@okta/okta-sdk-nodejs in PrivateKey mode lists the apps${what}`, async () => {
      const key = await generateKey({ kty: 'RSA', modulusBits: 2048 }, { alg: 'RS256' })
      const clientId = await server.addApp(`okta sdk${what}`, key.publicKey.jwk, [SCOPE])
      const client = new Client({
        orgUrl: server.issuer + slash,
        authorizationMode: 'PrivateKey',
        clientId,
        scopes: [SCOPE],
        privateKey: { ...exportPrivateJwk(key) } as unknown as string,
        keyId: key.kid,
      })
      const ids: unknown[] = []
      for await (const app of await client.applicationApi.listApplications()) ids.push(app?.id)
      assert.ok(ids.includes(clientId))
    })
  }

  test('jose verifies its access token against the keys that it publishes, and so do we', async () => {
    const key = await generateKey({ kty: 'EC', crv: 'P-256' })
    const clientId = await server.addApp('token', key.publicKey.jwk, [SCOPE])
    const config = await openid.discovery(
      new URL(server.issuer),
      clientId,
      undefined,
      openid.PrivateKeyJwt({
        key: await jose.importPKCS8(exportPkcs8Pem(key), 'ES256'),
        kid: key.kid,
      }),
      { execute: [openid.allowInsecureRequests] },
    )
    const { access_token: token } = await openid.clientCredentialsGrant(config, { scope: SCOPE })
    const keysUrl = new URL(`${server.issuer}/oauth2/v1/keys`)
    const { payload } = await jose.jwtVerify(token, jose.createRemoteJWKSet(keysUrl), {
      issuer: server.issuer,
      audience: server.issuer,
      typ: 'at+jwt',
      requiredClaims: ['sub', 'client_id', 'jti', 'iat', 'exp', 'scope'],
    })
    assert.deepEqual([payload['cid'], payload['scp']], [clientId, [SCOPE]])
    const report = await verifyAccessToken(token, {
      issuer: server.issuer,
      audience: server.issuer,
      keys: await importJwkSet(await (await fetch(keysUrl)).text()),
      now: Math.floor(Date.now() / 1000),
    })
    assert.equal(report.accepted, true)
  })
})
