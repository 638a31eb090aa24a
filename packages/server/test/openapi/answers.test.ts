import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { createDpopProof } from '@keygrant/core/dpop'
import { generateEnvelopeKey } from '@keygrant/server'
import { SCOPES } from '../../src/scopes.ts'
import { resourceRecordOf } from '../a-resource.ts'
import {
  aJwt,
  aKey,
  anApp,
  anAccessToken,
  anAssertion,
  anOperator,
  apiWith,
  aServer,
  ASSERTION_TYPE,
  ISSUER,
  type JsonAnswer,
  NOW,
  postToken,
  type TestServer,
  type TestServerOptions,
  TOKEN_ENDPOINT,
} from '../a-server.ts'
import { aBrowser, firstAdministrator, profileOf, tokenOf } from '../sign-in/a-browser.ts'
import { openStream } from '../an-event-stream.ts'
import { describedAnswers } from './described-answers.ts'

type Headers = Readonly<Record<string, string>>
const KEYS = '/credentials/jwks'

async function setup(t: TestContext, options: TestServerOptions = {}) {
  const signingKeys = { envelopeKeys: [generateEnvelopeKey()] }
  const server = await aServer(t, { signingKeys, ...options })
  const described = await describedAnswers(server)
  const record = resourceRecordOf({
    id: 'orders',
    audience: 'https://orders.example',
    scopes: [{ id: 'scp1', name: 'orders.read', description: '', isDefault: true }],
  })
  await server.storage.records.change({ kind: 'resource', id: record.id, actorId: 'test' }, () => ({
    next: record,
    audit: [],
    answer: undefined,
  }))
  const operator = await anOperator(server)
  const callWith =
    (api: ReturnType<typeof apiWith>) =>
    async (status: number, method: string, url: string, sent?: unknown, headers?: Headers) => {
      const answer = await api(method, url, sent, headers)
      assert.equal(answer.status, status, `${method} ${url}: ${answer.text}`)
      described.check({ method, url, sent, answer })
      return answer
    }
  const send = async (
    status: number,
    url: string,
    parameters: Readonly<Record<string, string>>,
    headers: Headers = {},
  ): Promise<JsonAnswer> => {
    const answer = await postToken(server, new URLSearchParams(parameters).toString(), headers, url)
    assert.equal(answer.status, status, answer.text)
    described.check({ method: 'POST', url, sent: parameters, answer })
    return answer
  }
  return { server, described, operator, callWith, send }
}

/** The parameters by which a client says who it is. */
async function credentials(app: { readonly clientId: string }, aud = ISSUER) {
  const assertion = await anAssertion(app, { aud })
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion }
}

async function clientOf(server: TestServer) {
  return anApp(server, { resourceScopes: ['orders orders.read'] })
}

const TOKEN_URL = '/oauth2/v1/token'

suite('real answers are as the document describes them', () => {
  test('of every operation, when all is well', async (t) => {
    const { server, described, operator, callWith, send } = await setup(t)
    const operatorToken = await anAccessToken(server, operator)
    const call = callWith(apiWith(server, operatorToken))
    const open = callWith(apiWith(server))

    // Keys of every kind, so that every member of a key is seen.
    const jwks = await Promise.all(
      ['RSA-2048', 'P-256', 'Ed25519'].map(async (kind) => (await aKey(kind)).publicKey.jwk),
    )
    const oauthClient = { jwks: { keys: jwks }, dpop_bound_access_tokens: true }
    const settings = { security_profile: 'strict', access_token_lifetime_seconds: 600 }
    const { body: app } = await call(200, 'POST', '/api/v1/apps', {
      label: 'one',
      settings: { oauthClient },
    })
    const url = `/api/v1/apps/${app.id as string}`
    await call(200, 'GET', '/api/v1/apps?limit=1&expand=privileges')
    await call(200, 'GET', url)
    await call(200, 'PUT', url, { label: 'two', settings: { oauthClient: settings } })

    const { body: key } = await call(201, 'POST', url + KEYS, (await aKey('P-384')).publicKey.jwk)
    const keyUrl = `${url + KEYS}/${key.id as string}`
    await call(200, 'GET', url + KEYS)
    await call(200, 'GET', `${url + KEYS}?expand=uses,shared`)
    const nowhere = 'https://keygrant-test-nowhere.example/jwks.json'
    await call(200, 'POST', '/api/v1/jwks/preview', { jwks_uri: nowhere })
    const publishing = await anApp(server, { keys: [], settings: { jwksUri: nowhere } })
    await call(200, 'GET', `/api/v1/apps/${publishing.clientId}${KEYS}`)
    await call(200, 'GET', keyUrl)
    await call(200, 'POST', `${keyUrl}/lifecycle/deactivate`)
    await call(200, 'POST', `${keyUrl}/lifecycle/activate`)
    const end = new Date((NOW + 3600) * 1000).toISOString()
    await call(200, 'POST', `${keyUrl}/lifecycle/expire`, { expires_at: end })
    await call(200, 'GET', `${url}/credentials/authority`)
    await call(200, 'POST', `${keyUrl}/lifecycle/deactivate`)
    await call(204, 'DELETE', keyUrl)

    const { body: known } = await call(
      200,
      'GET',
      `/api/v1/apps/${operator.clientId}/tokens?limit=1`,
    )
    const tokens = `/api/v1/apps/${operator.clientId}/tokens`
    await call(200, 'GET', `${tokens}/${known[0].id as string}`)
    await call(204, 'DELETE', `${url}/tokens`)
    const one = await anApp(server)
    const ofOne = await anAccessToken(server, one)
    const { jti } = JSON.parse(Buffer.from(ofOne.split('.')[1] as string, 'base64url').toString())
    await call(204, 'DELETE', `/api/v1/apps/${one.clientId}/tokens/${jti as string}`)
    const oneKey = `/api/v1/apps/${one.clientId + KEYS}/${one.keys[0]?.id}`
    await call(204, 'DELETE', `${oneKey}/tokens`)
    await call(204, 'POST', `${oneKey}/lifecycle/revoke`)
    await call(200, 'GET', oneKey)

    const scopeId = 'okta.apps.read'
    const { body: grant } = await call(201, 'POST', `${url}/grants`, { scopeId, issuer: ISSUER })
    await call(200, 'GET', `${url}/grants?expand=scope`)
    await call(200, 'GET', `${url}/grants/${grant.id as string}`)
    await call(204, 'DELETE', `${url}/grants/${grant.id as string}`)

    await call(200, 'POST', `${url}/lifecycle/deactivate`)
    await call(200, 'POST', `${url}/lifecycle/activate`)
    await call(200, 'POST', `${url}/lifecycle/deactivate`)
    await call(204, 'DELETE', url)

    const clients = '/oauth2/v1/clients'
    const { body: client } = await call(201, 'POST', clients, {
      client_name: 'three',
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: jwks },
    })
    const clientUrl = `${clients}/${client.client_id as string}`
    await call(200, 'GET', `${clients}?q=th`)
    await call(200, 'GET', clientUrl)
    await call(200, 'PUT', clientUrl, { client_name: 'four', ...settings })
    const jwksUri = { client_name: 'four', jwks_uri: 'https://client.example/jwks' }
    await call(200, 'PUT', clientUrl, jwksUri)
    const { body: role } = await call(201, 'POST', `${clientUrl}/roles`, { type: 'APP_ADMIN' })
    await call(200, 'GET', `${clientUrl}/roles`)
    await call(200, 'GET', `${clientUrl}/roles/${role.id as string}`)
    await call(204, 'DELETE', `${clientUrl}/roles/${role.id as string}`)
    await call(204, 'DELETE', clientUrl)

    const profile = { login: 'ada@example.org', email: 'ada@example.org', firstName: 'Ada' }
    const { body: user } = await call(200, 'POST', '/api/v1/users?activate=false', { profile })
    const userUrl = `/api/v1/users/${user.id as string}`
    await call(200, 'GET', '/api/v1/users?filter=status+eq+"STAGED"')
    await call(200, 'GET', userUrl)
    await call(200, 'POST', userUrl, { profile: { lastName: 'Lovelace' } })
    await call(200, 'PUT', userUrl, { profile })
    await call(200, 'POST', `${userUrl}/lifecycle/activate`)
    const { body: duty } = await call(201, 'POST', `${userUrl}/roles`, { type: 'APP_ADMIN' })
    await call(200, 'GET', `${userUrl}/roles`)
    await call(200, 'GET', `${userUrl}/roles/${duty.id as string}`)
    await call(204, 'DELETE', `${userUrl}/roles/${duty.id as string}`)
    await call(200, 'POST', `${userUrl}/lifecycle/deactivate`)
    await call(204, 'DELETE', userUrl)

    const privileges = '/api/v1/org/settings/clientPrivilegesSetting'
    await call(200, 'PUT', privileges, { clientPrivilegesSetting: false })
    await call(200, 'GET', privileges)
    await call(200, 'GET', '/api/v1/org')
    await call(200, 'GET', '/api/v1/logs?limit=1000')
    await call(200, 'GET', '/api/v1/logs/chain?limit=1000')
    const { url: listening } = await server.server.listen({ port: 0 })
    const watched = `${listening}/api/v1/logs/stream`
    const stream = await openStream(watched, { authorization: `Bearer ${operatorToken}` })
    const refused = await send(401, TOKEN_URL, {
      grant_type: 'client_credentials',
      ...(await credentials({ clientId: operator.clientId }, 'https://other.example')),
    })
    const event = await stream.next()
    await stream.close()
    const streamed = {
      status: stream.status,
      headers: Object.fromEntries(stream.headers),
      text: '-',
      body: `${event?.event}`,
    }
    described.check({ method: 'GET', url: '/api/v1/logs/stream', answer: streamed })
    const refusedId = String(refused.headers['x-request-id'])
    await call(200, 'GET', `/api/v1/logs/requests/${refusedId}`)
    await call(200, 'GET', '/api/v1/logs/reasons')
    await call(200, 'GET', '/api/v1/metrics?range=1h')
    await call(200, 'POST', '/api/v1/explain', { client_assertion: 'x' })
    const { client_assertion: shown } = await credentials({ clientId: operator.clientId })
    const explained = { client_assertion: shown, scope: 'okta.apps.read' }
    await call(200, 'POST', '/api/v1/explain', explained)

    const asks = await clientOf(server)
    const grantType = { grant_type: 'client_credentials' }
    const { body: token } = await send(200, TOKEN_URL, {
      ...grantType,
      ...(await credentials(asks)),
      scope: 'okta.apps.read',
    })
    const orders = `${ISSUER}/oauth2/orders`
    const [old, next] = [await aKey(), await aKey('P-256', 'next')]
    const rotating = await anApp(server, { settings: { isSelfRotationAllowed: true } })
    const { clientId: sub } = rotating
    const aud = `${ISSUER}/oauth2/v1/rotate`
    const proofClaims = { iss: sub, sub, aud, iat: NOW, exp: NOW + 60, jti: 'p', replaces: old.kid }
    const proofHeader = { typ: 'key-proof+jwt', jwk: next.publicKey.jwk }
    await send(200, '/oauth2/v1/rotate', {
      ...(await credentials(rotating)),
      key_proof: await aJwt(proofClaims, next, proofHeader),
    })
    await send(400, '/oauth2/v1/rotate', await credentials(asks))
    await send(200, '/oauth2/orders/v1/token', {
      ...grantType,
      ...(await credentials(asks, orders)),
      scope: 'orders.read',
    })
    for (const [place, path] of [
      [ISSUER, '/oauth2/v1'],
      [orders, '/oauth2/orders/v1'],
    ] as const) {
      for (const what of ['introspect', 'introspect', 'revoke', 'introspect']) {
        const question = { token: token.access_token as string, token_type_hint: 'access_token' }
        await send(200, `${path}/${what}`, { ...question, ...(await credentials(asks, place)) })
      }
      await open(200, 'GET', `${path}/keys`)
    }
    for (const path of [
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/oauth2/orders',
      '/oauth2/orders/.well-known/oauth-authorization-server',
      '/oauth2/orders/.well-known/openid-configuration',
      '/livez',
      '/readyz',
      '/api/v1/openapi.json',
    ]) {
      await open(200, 'GET', path)
    }

    const resources = '/api/v1/authorizationServers'
    const newResource = { id: 'stock', name: 'Stock', audiences: ['https://stock.example'] }
    await call(201, 'POST', resources, newResource)
    await call(200, 'GET', `${resources}?q=stock`)
    await call(200, 'GET', `${resources}/stock`)
    const changes = { ...newResource, access_token_lifetime_seconds: 600 }
    await call(200, 'PUT', `${resources}/stock`, changes)
    const newScope = { name: 'stock.read', description: 'Read the stock' }
    const { body: scope } = await call(201, 'POST', `${resources}/stock/scopes`, newScope)
    const scopeUrl = `${resources}/stock/scopes/${scope.id as string}`
    await call(200, 'GET', `${resources}/stock/scopes`)
    await call(200, 'GET', scopeUrl)
    await call(200, 'PUT', scopeUrl, { ...newScope, displayName: 'Stock', default: true })
    await call(204, 'DELETE', scopeUrl)
    await call(200, 'POST', `${resources}/stock/lifecycle/deactivate`)
    await call(200, 'POST', `${resources}/stock/lifecycle/activate`)
    await call(200, 'POST', `${resources}/stock/lifecycle/deactivate`)
    await call(204, 'DELETE', `${resources}/stock`)

    const resource = `${resources}/orders`
    const signingKeys = `${resource}/credentials/keys`
    server.clock.now += 660
    const { body: rotated } = await call(
      200,
      'POST',
      `${resource}/credentials/lifecycle/keyRotate`,
      { use: 'sig' },
    )
    const [, nextKey, previousKey] = rotated as [unknown, { kid: string }, { kid: string }]
    await call(200, 'POST', `${signingKeys}/${nextKey.kid}/lifecycle/revoke`)
    await call(200, 'GET', signingKeys)
    await call(200, 'GET', `${signingKeys}/${previousKey.kid}`)

    const check = (exchange: Parameters<typeof described.check>[0]): void => {
      assert.ok(exchange.answer.status < 300, `${exchange.url}: ${exchange.answer.text}`)
      described.check(exchange)
    }
    const root = await firstAdministrator(server, check)
    const own = (await root.signIn()).body
    await root.confirm()
    await root.api('GET', '/api/v1/sessions/me')
    const me = '/api/v1/users/me'
    await root.api('GET', `${me}/sessions`)
    await root.api('GET', `${me}/passkeys`)
    await root.addPasskey('a key')
    const passkeyUrl = `${me}/passkeys/${own.passkeyId as string}`
    await root.api('PUT', passkeyUrl, { name: 'a phone' })
    const { body: added } = await root.api('POST', '/api/v1/users', { profile: profileOf('bea') })
    const invitationUrl = `/api/v1/users/${added.id as string}/invitation`
    await root.api('POST', invitationUrl, { expiresInMinutes: 5 })
    await root.api('GET', invitationUrl)
    await root.api('DELETE', invitationUrl)
    const { body: invited } = await root.api('POST', invitationUrl)
    const other = aBrowser(server, { onAnswer: check })
    const invitation = tokenOf(invited.url as string)
    await other.api('POST', '/api/v1/invitation', { token: invitation })
    const enrolled = (await other.enrol(invitation)).body
    await root.api(
      'DELETE',
      `/api/v1/users/${added.id as string}/sessions/${enrolled.id as string}`,
    )
    await root.api('DELETE', passkeyUrl)
    const again = await root.signIn()
    assert.equal(again.status, 200)
    await root.api('DELETE', `/api/v1/users/${added.id as string}/sessions`)
    await root.api('DELETE', '/api/v1/sessions/me')

    assert.deepEqual(
      described.unseen(),
      [],
      'No good answer of these operations was held against the document: call each of them in this test.',
    )
  })

  test('and any other answer is found out', async (t) => {
    const { server, described, operator } = await setup(t)
    const url = `/api/v1/apps/${operator.clientId}`
    const answer = await apiWith(server, await anAccessToken(server, operator))('GET', url)
    const { label: _label, ...unlabelled } = answer.body as Readonly<Record<string, unknown>>
    for (const [what, other, problem] of [
      ['a member that is not described', { body: { ...answer.body, nick: 1 } }, /additional/],
      ['a missing member', { body: unlabelled }, /'label'/],
      ['a status that is not described', { status: 418 }, /418 .* is not described/],
      ['a missing header field', { headers: { 'content-type': 'application/json' } }, /ETag/],
    ] as const) {
      const changed = { ...answer, ...other }
      assert.throws(() => described.check({ method: 'GET', url, answer: changed }), problem, what)
    }
  })

  test('of a token that is bound to a key, introspected', async (t) => {
    const { server, send } = await setup(t, { profile: 'strict' })
    const app = await clientOf(server)
    const key = await aKey('P-256', 'proof')
    const proof = async (nonce?: string): Promise<string> =>
      createDpopProof({
        key,
        method: 'POST',
        url: TOKEN_ENDPOINT,
        now: NOW,
        ...(nonce === undefined ? undefined : { nonce }),
      })
    const request = async () => ({
      grant_type: 'client_credentials',
      scope: 'okta.apps.read',
      ...(await credentials(app)),
    })
    const asked = await send(400, TOKEN_URL, await request(), { dpop: await proof() })
    const dpop = await proof(String(asked.headers['dpop-nonce']))
    const { body } = await send(200, TOKEN_URL, await request(), { dpop })
    const question = { token: body.access_token as string, ...(await credentials(app)) }
    assert.equal((await send(200, '/oauth2/v1/introspect', question)).body.token_type, 'DPoP')
  })

  test('that refuse a token request', async (t) => {
    const { server, send } = await setup(t, { isDevelopment: true })
    const app = await clientOf(server)
    await send(400, TOKEN_URL, {})
    await send(401, TOKEN_URL, { grant_type: 'client_credentials', scope: 'okta.apps.read' })
    await send(401, TOKEN_URL, {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: 'a.b.c',
    })
    await send(400, TOKEN_URL, {
      grant_type: 'client_credentials',
      scope: 'nothing.known',
      ...(await credentials(app)),
    })
    await send(400, '/oauth2/v1/introspect', await credentials(app))
    await send(401, '/oauth2/v1/revoke', { token: 'x' })
    for (const what of ['token', 'introspect', 'revoke']) {
      await send(404, `/oauth2/nothing/v1/${what}`, { token: 'x' })
    }
  })

  for (const profile of ['okta', 'strict'] as const) {
    test(`that refuse a call of the admin API, in the ${profile} profile`, async (t) => {
      const { server, operator, callWith } = await setup(t, { profile })
      const nobody = callWith(apiWith(server))
      const call = callWith(apiWith(server, await anAccessToken(server, operator)))
      const reader = await anApp(server, { scopes: ['okta.apps.manage'] })
      const read = callWith(apiWith(server, await anAccessToken(server, reader)))
      const url = `/api/v1/apps/${reader.clientId}`
      await nobody(401, 'GET', '/api/v1/apps')
      await nobody(401, 'GET', '/oauth2/v1/clients')
      await read(403, 'GET', '/api/v1/logs')
      await read(403, 'GET', `/oauth2/v1/clients/${reader.clientId}`)
      await read(403, 'PUT', url, { label: 'mine' })
      await call(404, 'GET', '/api/v1/apps/0oanothing')
      await call(404, 'DELETE', `${url}/grants/oagnothing`)
      await call(404, 'POST', `${url + KEYS}/pksnothing/lifecycle/activate`)
      await call(401, 'GET', '/oauth2/v1/clients/0oanothing')
      await call(400, 'POST', '/oauth2/v1/clients', { client_name: '' })
      await call(400, 'POST', '/api/v1/apps', { label: '' })
      await call(413, 'POST', '/api/v1/apps', { label: 'x'.repeat(70_000) })
      await call(400, 'POST', '/api/v1/users', '{')
      await call(400, 'GET', '/api/v1/logs?limit=0')
      await call(400, 'PUT', '/api/v1/org/settings/clientPrivilegesSetting', {})
      await call(412, 'PUT', url, { label: 'late' }, { 'if-match': '"old"' })
      await call(403, 'DELETE', url)
      const roles = `/oauth2/v1/clients/${reader.clientId}/roles`
      await call(409, 'POST', roles, { type: 'READ_ONLY_ADMIN' })
    })
  }

  test('of a client that asks too often', async (t) => {
    const limits = { apiCallsPerMinute: 1, tokensPerMinute: 2 }
    const { server, operator, callWith, send } = await setup(t, { limits })
    const call = callWith(apiWith(server, await anAccessToken(server, operator)))
    await call(200, 'GET', '/api/v1/apps')
    await call(429, 'GET', '/api/v1/apps')
    const request = async () => ({
      grant_type: 'client_credentials',
      scope: SCOPES[0] as string,
      ...(await credentials(operator)),
    })
    await send(200, TOKEN_URL, await request())
    await send(429, TOKEN_URL, await request())
  })
})
