/**
 * Refusals explained to administrators: in groups, and one by one with what came before.
 */

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { ServiceApp } from '@keygrant/server'
import {
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiWith,
  type CallApi,
  aServer,
  ISSUER,
  NOW,
  postToken,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const operator = await anOperator(server)
  // A token ends before the time that some tests let pass.
  const api: CallApi = async (...call) => {
    const token = await anAccessToken(server, operator)
    return apiWith(server, token)(...call)
  }
  const ask = async (
    app: ServiceApp,
    changes: Readonly<Record<string, unknown>> = {},
    kind = '',
  ) => {
    const key = await aKey('P-256', kind)
    const { now } = server.clock
    const assertion = await anAssertion(
      app,
      { aud: ISSUER, iat: now, exp: now + 60, ...changes },
      key,
    )
    return { answer: await postToken(server, tokenForm(assertion)), assertion }
  }
  const requestIdOf = ({ answer }: Awaited<ReturnType<typeof ask>>) =>
    String(answer.headers['x-request-id'])
  return { server, api, ask, requestIdOf, clock: server.clock }
}

suite('one request', () => {
  test('is shown with its ledger, its header and claims, and never with its signature', async (t) => {
    const { server, api, ask, requestIdOf } = await setup(t)
    const app = await anApp(server)
    const refused = await ask(app, { aud: 'https://other.example' })
    const { status, body, text } = await api('GET', `/api/v1/logs/requests/${requestIdOf(refused)}`)
    assert.equal(status, 200, text)
    const [entry] = body.entries
    const { checks, header, claims, parameters, assertionSha256, profile, tookMs } =
      entry.debugContext.debugData
    assert.equal(checks.find((check: { status: string }) => check.status === 'fail').check, 'aud')
    assert.equal(header.kid, (await aKey()).kid)
    assert.equal(claims.aud, 'https://other.example')
    assert.equal(parameters.scope, 'okta.apps.read')
    assert.equal(profile, 'okta')
    assert.ok(tookMs > 0 && Number.isInteger(Math.round(tookMs * 1e6) / 1e5), `${tookMs}`)
    assert.match(assertionSha256, /^[\w-]{43}$/)
    assert.deepEqual(body.app, { id: app.clientId, label: app.label, status: 'ACTIVE' })
    assert.equal(body.key.kid, header.kid)
    const [, , signature = '-'] = refused.assertion.split('.')
    assert.equal(text.includes(signature), false)
  })

  test('has the last success before it with the same key, the next one, and the change that explains it', async (t) => {
    const { server, api, ask, requestIdOf, clock } = await setup(t)
    const app = await anApp(server, { keys: [await aKey(), await aKey('P-256', 'other')] })
    const good = await ask(app)
    assert.equal(good.answer.status, 200)
    await ask(app, {}, 'other')
    clock.now += 7200
    const key = app.keys[0]
    const path = `/api/v1/apps/${app.clientId}/credentials/jwks/${key?.id}`
    assert.equal((await api('POST', `${path}/lifecycle/deactivate`)).status, 200)
    clock.now += 60
    const refused = await ask(app)
    assert.equal(refused.answer.status, 401)
    assert.equal((await api('POST', `${path}/lifecycle/activate`)).status, 200)
    clock.now += 60
    const later = await ask(app)
    assert.equal(later.answer.status, 200)
    const { body } = await api('GET', `/api/v1/logs/requests/${requestIdOf(refused)}`)
    assert.equal(body.previousSuccess.transaction.id, requestIdOf(good))
    assert.equal(body.nextSuccess.transaction.id, requestIdOf(later))
    assert.equal(body.cause.eventType, 'app.oauth2.credentials.lifecycle.deactivate')
    assert.equal(body.cause.debugContext.debugData.kid, key?.jwk.kid)
    const seen = await api('GET', `/api/v1/logs/requests/${requestIdOf(later)}`)
    assert.equal(seen.body.previousSuccess.transaction.id, requestIdOf(good))
    assert.equal(seen.body.cause, null)
  })

  test('of nobody that is known has no neighbours; one that is not there is not found', async (t) => {
    const { api, ask, requestIdOf } = await setup(t)
    const refused = await ask({ clientId: '0oaNobody' } as ServiceApp)
    const { body } = await api('GET', `/api/v1/logs/requests/${requestIdOf(refused)}`)
    const { app, key, previousSuccess, cause } = body
    assert.deepEqual([app, key, previousSuccess, cause], [null, null, null, null])
    assert.equal((await api('GET', '/api/v1/logs/requests/req_none')).status, 404)
  })

  test('[AUDI-001] holds no credential of the form, whatever its name is', async (t) => {
    const { server, api } = await setup(t)
    const answer = await postToken(
      server,
      tokenForm(await anAssertion(await anApp(server)), {
        client_secret: 'hunter2',
        password: 'hunter3',
        Scope: 'hunter4',
      }),
    )
    const id = String(answer.headers['x-request-id'])
    const { text, status } = await api('GET', `/api/v1/logs/requests/${id}`)
    assert.equal(status, 200)
    assert.equal(/hunter|client_assertion"/.test(text), false)
  })
})

suite('reasons', () => {
  test('are grouped by reason, app and key, with count, first, last and the causing change', async (t) => {
    const { server, api, ask, requestIdOf, clock } = await setup(t)
    const app = await anApp(server, {
      label: 'billing',
      keys: [await aKey(), await aKey('P-256', 'other')],
    })
    const key = app.keys[0]
    const path = `/api/v1/apps/${app.clientId}/credentials/jwks/${key?.id}`
    await api('POST', `${path}/lifecycle/deactivate`)
    clock.now += 10
    const first = clock.now
    await ask(app)
    clock.now += 3600
    const last = await ask(app)
    await ask(app, { exp: clock.now - 5, iat: clock.now - 50 }, 'other')
    const { body, status, text } = await api('GET', '/api/v1/logs/reasons')
    assert.equal(status, 200, text)
    const [group, other] = body.reasons
    assert.equal(group.count, 2)
    assert.equal(group.check, 'key')
    assert.equal(group.label, 'billing')
    assert.equal(group.kid, key?.jwk.kid)
    assert.equal(group.first, new Date(first * 1000).toISOString())
    assert.equal(group.last, new Date(clock.now * 1000).toISOString())
    assert.equal(group.lastRequestId, requestIdOf(last))
    assert.equal(
      group.series.reduce((sum: number, each: number) => sum + each, 0),
      2,
    )
    assert.equal(group.cause.eventType, 'app.oauth2.credentials.lifecycle.deactivate')
    assert.equal(other.check, 'exp')
    assert.equal(other.reason, 'expired')
    assert.equal(other.cause, null)
    assert.equal(body.looked, 3)
  })

  test('of a time and a filter are those alone', async (t) => {
    const { server, api, ask, clock } = await setup(t)
    const app = await anApp(server)
    await ask(app, { aud: 'https://other.example' })
    clock.now += 3600
    await ask(app, { aud: 'https://other.example' })
    await ask({ clientId: '0oaNobody' } as ServiceApp)
    const since = new Date((clock.now - 60) * 1000).toISOString()
    const filter = encodeURIComponent(`target.id eq "${app.clientId}"`)
    const { body } = await api('GET', `/api/v1/logs/reasons?since=${since}&filter=${filter}`)
    assert.deepEqual(
      body.reasons.map(({ clientId, count }: { clientId: string; count: number }) => [
        clientId,
        count,
      ]),
      [[app.clientId, 1]],
    )
  })

  test('are looked through to a bound, and the answer says from when on it is complete', async (t) => {
    const { server, api } = await setup(t)
    for (let index = 0; index < 30_000; index++) {
      server.storage.audit.append({
        event: 'token.refused',
        outcome: 'DENY',
        at: NOW * 1000 - 30_000 + index,
        requestId: 'r',
        clientId: `app ${index}`,
        detail: { error: 'invalid_client' },
      })
      if (index % 1000 === 0) await server.storage.audit.flush()
    }
    const { body } = await api('GET', '/api/v1/logs/reasons')
    assert.equal(body.looked, 20_000)
    assert.equal(body.reasons.length, 100)
    assert.equal(body.completeSince, new Date(NOW * 1000 - 20_000).toISOString())
  })
})

test('a change of an app is in the log with what was before and what is after', async (t) => {
  const { server, api } = await setup(t)
  const app = await anApp(server, { label: 'before', scopes: [] })
  const settings = { oauthClient: { security_profile: 'strict' } }
  const changed = await api('PUT', `/api/v1/apps/${app.clientId}`, { label: 'after', settings })
  assert.equal(changed.status, 200, changed.text)
  const { body } = await api('GET', '/api/v1/logs?kind=changes')
  assert.deepEqual(body.at(-1).debugContext.debugData, {
    label: 'after',
    name: { before: 'before', after: 'after' },
    profile: { before: null, after: 'strict' },
  })
})

test('kinds of entries are told apart in the list, too', async (t) => {
  const { server, api, ask } = await setup(t)
  await ask(await anApp(server), { aud: 'https://other.example' })
  await api('POST', '/api/v1/apps', {
    label: 'made',
    settings: { oauthClient: { application_type: 'service', grant_types: ['client_credentials'] } },
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
  })
  const types = async (kind: string): Promise<readonly string[]> => {
    const { body } = await api('GET', `/api/v1/logs?kind=${kind}`)
    return body.map(({ eventType }: { eventType: string }) => eventType)
  }
  assert.deepEqual(await types('refusals'), ['app.oauth2.token.grant'])
  assert.deepEqual(
    new Set(await types('requests')),
    new Set(['app.oauth2.token.grant.access_token', 'app.oauth2.token.grant']),
  )
  assert.deepEqual(await types('changes'), ['application.lifecycle.create'])
  assert.equal((await api('GET', '/api/v1/logs?kind=all')).status, 400)
})
