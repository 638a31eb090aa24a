import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { ERROR_TOPICS } from '../../src/error-topics.ts'
import {
  aJwt,
  anApp,
  anAssertion,
  aServer,
  ASSERTION_TYPE,
  claimsOf,
  ISSUER,
  NOW,
  postToken,
  type TestServer,
  tokenForm,
} from '../a-server.ts'

const get = ({ server }: TestServer, url: string) => server.inject({ url })

async function refusedFor(
  t: TestContext,
  claims: Readonly<Record<string, unknown>>,
  form: Readonly<Record<string, string | undefined>> = {},
) {
  const server = await aServer(t)
  const app = await anApp(server)
  const answer = await postToken(server, tokenForm(await anAssertion(app, claims), form))
  return { server, answer }
}

suite('error_uri', () => {
  for (const [topic, claims, form] of [
    ['aud', { aud: 'https://other.example' }, {}],
    ['exp', { exp: '1614664267' }, {}],
    ['lifetime', { exp: NOW + 7200 }, {}],
    ['iss', { iss: undefined }, {}],
    ['invalid_client', { iss: '0oanobody', sub: '0oanobody' }, {}],
    ['invalid_scope', {}, { scope: 'okta.nothing' }],
    ['consent_required', {}, { scope: 'okta.apps.manage' }],
    ['unsupported_grant_type', {}, { grant_type: 'password' }],
    ['invalid_request', {}, { client_assertion_type: 'jwt' }],
    ['invalid_target', {}, { resource: 'https://nothing.example' }],
  ] as const) {
    test(`leads to the page about ${topic}, with the request`, async (t) => {
      const { server, answer } = await refusedFor(t, claims, form)
      const requestId = String(answer.headers['x-request-id'])
      assert.equal(answer.errorUri, `${ISSUER}/errors/${topic}?request=${requestId}`)
      const page = await get(server, answer.errorUri.slice(ISSUER.length))
      assert.equal(page.status, 200)
      assert.ok(page.body.includes(`keygrant log show ${requestId}`))
    })
  }

  test('of a second use leads to the page about it, and of another endpoint to its own', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const form = tokenForm(await anAssertion(app))
    await postToken(server, form)
    assert.match((await postToken(server, form)).errorUri ?? '', /\/errors\/replay\?/)
    const body = new URLSearchParams({ client_assertion_type: ASSERTION_TYPE, token: 'x' })
    const answer = await postToken(server, body.toString(), {}, '/oauth2/v1/introspect')
    assert.match(answer.errorUri ?? '', /\/errors\/invalid_request\?/)
  })

  test('is the same for all that must not be told apart, but for the request', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const inactive = await anApp(server, { status: 'INACTIVE' })
    const pages = new Set<string>()
    for (const assertion of [
      await anAssertion({ clientId: '0oar95zt9zIpYuz6A0h7' }),
      await anAssertion(inactive),
      await aJwt(claimsOf(app), undefined, { kid: 'nobody' }),
    ]) {
      const { errorUri = '' } = await postToken(server, tokenForm(assertion))
      pages.add(new URL(errorUri).pathname)
    }
    assert.deepEqual([...pages], ['/errors/invalid_client'])
  })
})

suite('a page about an error', () => {
  for (const topic of Object.keys(ERROR_TOPICS)) {
    test(`${topic} says what it is, why it happens and what to do`, async (t) => {
      const { status, body, headers } = await get(await aServer(t), `/errors/${topic}`)
      assert.equal(status, 200)
      assert.equal(headers['content-type'], 'text/html; charset=utf-8')
      assert.match(
        body,
        /<h2>Usual causes<\/h2>\n<ul><li>.*<\/ul>\n<h2>What to do<\/h2>\n<p>.+<\/p>/,
      )
      assert.doesNotMatch(body, /This request/)
    })
  }

  test('is in the list of all of them', async (t) => {
    const { status, body } = await get(await aServer(t), '/errors')
    assert.equal(status, 200)
    for (const topic of Object.keys(ERROR_TOPICS)) {
      assert.ok(body.includes(`<a href="/errors/${topic}">`))
    }
  })

  test('runs nothing, loads nothing and is framed by nobody', async (t) => {
    const { headers, body } = await get(await aServer(t), '/errors/aud')
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    )
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.doesNotMatch(body, /<script|<img|<link| on\w+=/)
  })

  for (const [what, query] of [
    ['markup', '?request=%3Cscript%3Ealert(1)%3C/script%3E'],
    ['an address', '?request=//evil.example'],
    ['two requests', '?request=a&request=b'],
    ['no percent encoding', '?request=%zz'],
  ] as const) {
    test(`repeats nothing of ${what} in its query`, async (t) => {
      const { status, body } = await get(await aServer(t), `/errors/aud${query}`)
      assert.equal(status, 200)
      assert.doesNotMatch(body, /evil|alert|This request/)
    })
  }

  for (const name of ['nothing', '__proto__', 'constructor', '..%2f..%2fetc', '%3Cb%3E']) {
    test(`is not there for ${name}`, async (t) => {
      const { status, body } = await get(await aServer(t), `/errors/${name}`)
      assert.equal(status, 404)
      assert.ok(!body.includes('<b>'))
    })
  }
})
