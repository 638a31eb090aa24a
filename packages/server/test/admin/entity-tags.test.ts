import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { aKey, anApp, apiAs, aServer } from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const app = await anApp(server, {
    keys: [await aKey(), await aKey('P-384')],
    inactiveKeys: [await aKey('P-521')],
  })
  const url = `/api/v1/apps/${app.clientId}`
  const [active, , inactive] = app.keys.map(({ id }) => `${url}/credentials/jwks/${id}`)
  const grant = `${url}/grants/${app.grants[0]?.id}`
  const { jwk } = (await aKey('Ed25519')).publicKey
  /** What is read, and the change that depends on it. */
  const changes = [
    [url, 'PUT', url, { label: 'renamed' }],
    [`/oauth2/v1/clients/${app.clientId}`, 'PUT', url, { label: 'renamed' }],
    [url, 'POST', `${url}/lifecycle/deactivate`, undefined],
    [`${url}/credentials/jwks`, 'POST', `${url}/credentials/jwks`, jwk],
    [active, 'POST', `${active}/lifecycle/deactivate`, undefined],
    [inactive, 'POST', `${inactive}/lifecycle/activate`, undefined],
    [inactive, 'DELETE', inactive, undefined],
    [`${url}/grants`, 'POST', `${url}/grants`, { scopeId: 'okta.logs.read' }],
    [grant, 'DELETE', grant, undefined],
  ] as [string, string, string, unknown][]
  return { server, api, app, url, changes }
}

suite('[ADMI-010] entity tags', () => {
  test('a change with the tag of what it depends on is made', async (t) => {
    const { length } = (await setup(t)).changes
    for (let index = 0; index < length; index++) {
      const { api, changes } = await setup(t)
      const [read, method, url, body] = changes[index] as (typeof changes)[number]
      const tag = String((await api('GET', read)).headers['etag'])
      assert.match(tag, /^"[\w-]{22}"$/, read)
      const answer = await api(method, url, body, { 'if-match': `"other", ${tag}` })
      assert.ok(answer.status < 300, `${method} ${url}: ${answer.text}`)
    }
  })

  for (const [what, tag] of [
    ['another tag', '"AAAAAAAAAAAAAAAAAAAAAA"'],
    ['no tag', '""'],
  ] as const) {
    test(`a change with ${what} is refused with 412 and makes none`, async (t) => {
      const { server, api, app, changes } = await setup(t)
      const before = await server.storage.serviceApps.find(app.clientId)
      for (const [, method, url, body] of changes) {
        const answer = await api(method, url, body, { 'if-match': tag })
        assert.equal(answer.status, 412, `${method} ${url}: ${answer.text}`)
        assert.equal(answer.body.errorCode, 'E0000412')
      }
      assert.deepEqual(await server.storage.serviceApps.find(app.clientId), before)
    })
  }

  test('a weak tag never matches', async (t) => {
    const { api, url } = await setup(t)
    const tag = String((await api('GET', url)).headers['etag'])
    const answer = await api('PUT', url, { label: 'x' }, { 'if-match': `W/${tag}` })
    assert.equal(answer.status, 412)
  })

  test('any tag is meant by *', async (t) => {
    const { api, url } = await setup(t)
    assert.equal((await api('PUT', url, { label: 'x' }, { 'if-match': '*' })).status, 200)
  })

  for (const [what, value] of [
    ['no quotes', 'abc'],
    ['a quote that is open', '"abc'],
    ['many almost-tags', '"a",'.repeat(249) + 'x'],
    ['too many tags', '"a",'.repeat(1000)],
  ] as const) {
    test(`[ADMI-022] If-Match with ${what} is a bad request`, async (t) => {
      const { api, url } = await setup(t)
      assert.equal((await api('PUT', url, { label: 'x' }, { 'if-match': value })).status, 400)
    })
  }

  test('of two changes of what both read, one is made, though they arrive at once', async (t) => {
    const { server, api, app, url } = await setup(t)
    const headers = { 'if-match': String((await api('GET', url)).headers['etag']) }
    const answers = await Promise.all(
      ['first', 'second', 'third'].map((label) => api('PUT', url, { label }, headers)),
    )
    const made = answers.filter(({ status }) => status === 200)
    assert.equal(made.length, 1)
    assert.equal(answers.filter(({ status }) => status === 412).length, 2)
    const stored = await server.storage.serviceApps.find(app.clientId)
    assert.equal(stored?.label, made[0]?.body.label)
  })

  test('a change answers with the tag that the next one needs', async (t) => {
    const { api, url } = await setup(t)
    let tag = String((await api('GET', url)).headers['etag'])
    for (const label of ['one', 'two']) {
      const answer = await api('PUT', url, { label }, { 'if-match': tag })
      assert.equal(answer.status, 200)
      assert.notEqual(answer.headers['etag'], tag)
      tag = String(answer.headers['etag'])
    }
  })

  test('the tag of an app does not change with its grants, nor that of a key with another key', async (t) => {
    const { api, url } = await setup(t)
    const [app, keys] = [await api('GET', url), await api('GET', `${url}/credentials/jwks`)]
    const [first, second] = keys.body.keys.map(({ id }: { id: string }) => id)
    const key = await api('GET', `${url}/credentials/jwks/${first}`)
    await api('POST', `${url}/grants`, { scopeId: 'okta.logs.read' })
    assert.equal((await api('GET', url)).headers['etag'], app.headers['etag'])
    await api('POST', `${url}/credentials/jwks/${second}/lifecycle/deactivate`)
    const again = await api('GET', `${url}/credentials/jwks/${first}`)
    assert.equal(again.headers['etag'], key.headers['etag'])
    const list = await api('GET', `${url}/credentials/jwks`)
    assert.notEqual(list.headers['etag'], keys.headers['etag'])
  })
})
