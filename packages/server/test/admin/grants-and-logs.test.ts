import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { AuditLink } from '@keygrant/server'
import { exportedPart, readExported, verifyAuditChain } from '@keygrant/server/audit-log'
import {
  aKey,
  anApp,
  anAssertion,
  apiAs,
  aServer,
  ISSUER,
  NOW,
  postToken,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api, app: operator } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const app = await anApp(server, { scopes: [] })
  return { server, api, operator, app, url: `/api/v1/apps/${app.clientId}/grants` }
}

suite('grants', () => {
  test('a scope is granted, and the next token has it', async (t) => {
    const { server, api, operator, app, url } = await setup(t)
    const before = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(before.body.error, 'consent_required')
    const answer = await api('POST', url, { scopeId: 'okta.apps.read', issuer: ISSUER })
    assert.equal(answer.status, 201)
    const { id, _links, ...rest } = answer.body
    assert.match(id, /^oag/)
    assert.deepEqual(_links.self.hints.allow, ['GET', 'DELETE'])
    const at = new Date(NOW * 1000).toISOString()
    assert.deepEqual(rest, {
      status: 'ACTIVE',
      created: at,
      createdBy: { id: operator.clientId, type: 'Client' },
      lastUpdated: at,
      issuer: ISSUER,
      clientId: app.clientId,
      scopeId: 'okta.apps.read',
      source: 'ADMIN',
      _embedded: { scope: { id: 'okta.apps.read' } },
    })
    const { _embedded: _scope, ...unexpanded } = answer.body
    for (const [expand, shown] of [
      ['', unexpanded],
      ['?expand=scope', answer.body],
    ]) {
      assert.deepEqual((await api('GET', url + expand)).body, [shown])
      assert.deepEqual((await api('GET', `${url}/${id}${expand}`)).body, shown)
    }
    const after = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(after.body.scope, 'okta.apps.read')
  })

  test('a scope that is granted already is answered as it is', async (t) => {
    const { api, url } = await setup(t)
    const first = await api('POST', url, { scopeId: 'okta.apps.read', issuer: ISSUER })
    const again = await api('POST', url, { scopeId: 'okta.apps.read', issuer: ISSUER })
    assert.deepEqual(again.body, first.body)
  })

  test('a scope is taken back, and the next request does not get it', async (t) => {
    const { server, api, app, url } = await setup(t)
    const { body } = await api('POST', url, { scopeId: 'okta.apps.read' })
    const answer = await api('DELETE', `${url}/${body.id}`)
    assert.deepEqual([answer.status, answer.text], [204, ''])
    assert.equal((await api('GET', `${url}/${body.id}`)).status, 404)
    const token = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(token.body.error, 'consent_required')
  })

  for (const [what, body] of [
    ['no scopeId', { issuer: ISSUER }],
    ['the spelling scopeID', { scopeID: 'okta.apps.read' }],
    ['a list of scopes', { scopeId: ['okta.apps.read'] }],
    ['a scope that does not exist', { scopeId: 'okta.*' }],
    ['another issuer', { scopeId: 'okta.apps.read', issuer: 'https://other.example' }],
    ['the issuer with a slash', { scopeId: 'okta.apps.read', issuer: `${ISSUER}/` }],
  ] as const) {
    test(`are refused with ${what}`, async (t) => {
      const { server, api, app, url } = await setup(t)
      const answer = await api('POST', url, body)
      assert.equal(answer.status, 400)
      assert.equal(answer.body.errorCode, 'E0000001')
      assert.deepEqual((await server.storage.serviceApps.find(app.clientId))?.grants, [])
    })
  }

  test('do not come back with an app that is made anew', async (t) => {
    const { server, api, app, url } = await setup(t)
    await api('POST', url, { scopeId: 'okta.apps.read' })
    await api('POST', `/api/v1/apps/${app.clientId}/lifecycle/deactivate`)
    await api('DELETE', `/api/v1/apps/${app.clientId}`)
    const { clientId } = app
    await server.storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
      next: { ...app, grants: [] },
      audit: [],
      answer: undefined,
    }))
    assert.deepEqual((await api('GET', url)).body, [])
  })
})

suite('the log', () => {
  test('finds the report of a refused request by its request id', async (t) => {
    const { server, api, app } = await setup(t)
    const refused = await postToken(server, tokenForm(await anAssertion(app, { exp: NOW - 5 })))
    const id = String(refused.headers['x-request-id'])
    const { status, body } = await api('GET', `/api/v1/logs?filter=transaction.id+eq+"${id}"`)
    assert.equal(status, 200)
    assert.equal(body.length, 1)
    const [event] = body
    assert.equal(event.eventType, 'app.oauth2.token.grant')
    assert.equal(event.outcome.result, 'DENY')
    assert.equal(event.outcome.reason, 'The client_assertion token is expired.')
    assert.equal(event.transaction.id, id)
    assert.deepEqual(event.target, [{ id: app.clientId, type: 'PublicClientApp' }])
    const exp = event.debugContext.debugData.checks.find(
      (result: { check: string }) => result.check === 'exp',
    )
    assert.deepEqual([exp.status, exp.expected, exp.actual], ['fail', NOW, NOW - 5])
    assert.ok(exp.fix)
  })

  test('finds what was done to an app, by whom', async (t) => {
    const { api, operator, app, url } = await setup(t)
    await api('POST', url, { scopeId: 'okta.apps.read' })
    await api(
      'POST',
      `/api/v1/apps/${app.clientId}/credentials/jwks`,
      (await aKey('P-384')).publicKey.jwk,
    )
    const filter = encodeURIComponent(
      `target.id eq "${app.clientId}" and actor.id eq "${operator.clientId}"`,
    )
    const { body } = await api('GET', `/api/v1/logs?filter=${filter}`)
    assert.deepEqual(
      body.map(({ eventType }: { eventType: string }) => eventType),
      [
        'app.oauth2.admin.consent.grant',
        'app.oauth2.client.privilege.grant',
        'app.oauth2.credentials.lifecycle.create',
      ],
    )
  })

  test('comes in pages, in both orders', async (t) => {
    const { server, api, app } = await setup(t)
    for (let index = 0; index < 5; index++) {
      await postToken(server, tokenForm(await anAssertion(app)))
    }
    const filter = `filter=${encodeURIComponent('eventType eq "app.oauth2.token.grant"')}`
    for (const order of ['ASCENDING', 'DESCENDING']) {
      const seen: string[] = []
      let url: string | undefined = `/api/v1/logs?limit=2&sortOrder=${order}&${filter}`
      while (url !== undefined) {
        const { body, headers } = await api('GET', url)
        seen.push(...body.map(({ uuid }: { uuid: string }) => uuid))
        const next = /<https:\/\/auth\.example([^>]*)>; rel="next"/.exec(String(headers['link']))
        url = next?.[1]
      }
      assert.equal(new Set(seen).size, 5)
      const sorted = seen.toSorted((a, b) => Number(a) - Number(b))
      assert.deepEqual(seen, order === 'ASCENDING' ? sorted : sorted.toReversed())
    }
  })

  for (const [what, query, count] of [
    ['a result', 'filter=outcome.result eq "DENY"', 1],
    ['a key', 'filter=debugContext.debugData.kid eq "KID" and outcome.result eq "SUCCESS"', 2],
    ['the beginning of a type', 'filter=eventType sw "app.oauth2.token.grant"', 3],
    ['what it is not', 'filter=target.id eq "APP" and outcome.result ne "SUCCESS"', 1],
    ['what a reason contains', 'filter=outcome.reason co "expired and\\u0020"', 0],
    ['a reason', 'filter=outcome.reason co "is expired" and actor.type eq "PublicClientApp"', 1],
    ['the check and the reason of a refusal', 'filter=reason eq "exp.expired"', 1],
    ['the check of a refusal', 'filter=reason eq "exp"', 1],
    ['the error of a refusal', 'filter=reason eq "invalid_client" and target.id eq "APP"', 1],
    ['a check that passed', 'filter=reason sw "aud"', 0],
    [
      'a scope that was issued',
      'filter=scope eq "okta.logs.read" and outcome.result eq "SUCCESS"',
      1,
    ],
    ['a scope that was asked for', 'filter=scope eq "okta.apps.read" and target.id eq "APP"', 1],
    ['half the name of a scope', 'filter=scope eq "okta.apps"', 0],
    ['words', 'q=EXPIRED client_assertion', 1],
    ['words of which one is nowhere', 'q=expired nowhere', 0],
    ['a time to come', `since=${new Date((NOW + 1) * 1000).toISOString()}`, 0],
    ['a time that is over', `until=${new Date(NOW * 1000).toISOString()}`, 0],
    ['a time and a condition', 'since=2023-11-14&filter=outcome.result eq "DENY"', 1],
  ] as const) {
    test(`finds entries by ${what}`, async (t) => {
      const { server, api, operator, app } = await setup(t)
      await postToken(server, tokenForm(await anAssertion(operator)))
      await postToken(server, tokenForm(await anAssertion(app, { exp: NOW - 5 })))
      await server.storage.audit.flush()
      const [entry] = await server.storage.audit.read({
        limit: 1,
        order: 'oldest_first',
        event: 'token.issued',
      })
      const url = query.replace('APP', app.clientId).replace('KID', entry?.keyId ?? '')
      const { status, body } = await api('GET', `/api/v1/logs?${encodeURI(url)}`)
      assert.equal(status, 200)
      assert.equal(body.length, count)
    })
  }

  test('has a next page for who waits, which begins where the last one ended', async (t) => {
    const { server, api, app } = await setup(t)
    const next = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string =>
      /<https:\/\/auth\.example([^>]*)>; rel="next"/.exec(String(headers['link']))?.[1] ?? ''
    const first = await api('GET', `/api/v1/logs?since=${new Date(NOW * 1000).toISOString()}`)
    assert.equal(first.body.length, 1)
    const empty = await api('GET', next(first))
    assert.deepEqual(empty.body, [])
    await postToken(server, tokenForm(await anAssertion(app, { exp: NOW - 5 })))
    const second = await api('GET', next(empty))
    assert.deepEqual(
      second.body.map(({ outcome }: { outcome: { result: string } }) => outcome.result),
      ['DENY'],
    )
  })

  test('comes as a chain, in pages, that verifies', async (t) => {
    const { server, api } = await setup(t)
    for (let index = 0; index < 5; index++) await postToken(server, tokenForm('x'))
    const links: AuditLink[] = []
    let url: string | undefined = '/api/v1/logs/chain?limit=2'
    while (url !== undefined) {
      const { body, headers } = await api('GET', url)
      links.push(...body.entries.map(readExported))
      url = /<https:\/\/auth\.example([^>]*)>; rel="next"/.exec(String(headers['link']))?.[1]
    }
    const verdict = await verifyAuditChain(await exportedPart(links))
    assert.deepEqual([verdict.isWhole, verdict.count], [true, 6])
    assert.deepEqual((await server.storage.audit.ends()).end, verdict.end)
  })

  for (const query of [
    'limit=1001',
    'after=x',
    'since=yesterday',
    'sortOrder=random',
    `q=${'a'.repeat(41)}`,
    `filter=${encodeURIComponent('detail eq "x"')}`,
    `filter=${encodeURIComponent('id eq "1" or 1=1')}`,
    `filter=${encodeURIComponent("transaction.id eq 'x'")}`,
    `filter=${encodeURIComponent('eventType eq "nothing"')}`,
    `filter=${encodeURIComponent(`actor.id eq "${'a'.repeat(5000)}`)}`,
  ]) {
    test(`[ADMI-021] [ADMI-022] refuses ${query.slice(0, 60)}`, async (t) => {
      const { api } = await setup(t)
      assert.equal((await api('GET', `/api/v1/logs?${query}`)).status, 400)
    })
  }
})
