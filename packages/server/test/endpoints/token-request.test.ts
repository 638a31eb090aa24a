import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { anApp, anAssertion, aServer, ASSERTION_TYPE, postToken, tokenForm } from '../a-server.ts'

const ALLOWED_DESCRIPTION = /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/

async function setup(t: TestContext) {
  const server = await aServer(t)
  const app = await anApp(server)
  return { server, app, good: tokenForm(await anAssertion(app)) }
}

suite('the shape of a token request', () => {
  for (const [what, change, status, error] of [
    [
      '[REQU-003] refuses a client_assertion that is there twice',
      (form: string) => `${form}&client_assertion=x`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-003] refuses a scope that is there twice, even without a value',
      (form: string) => `${form}&scope=`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-003] refuses a grant_type that is there twice in another encoding',
      (form: string) => `${form}&grant%5ftype=client_credentials`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-003] refuses names with brackets',
      (form: string) => `${form}&a[]=1&a[0]=2`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-012] refuses thousands of parameters',
      (form: string) =>
        `${form}&${Array.from({ length: 5000 }, (_, index) => `a${index}=1`).join('&')}`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-013] refuses __proto__ with a bracket',
      (form: string) => `${form}&__proto__[x]=1`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-014] refuses percent-encoding that is not UTF-8',
      (form: string) => `${form}&x=%ff`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-014] refuses overlong UTF-8',
      (form: string) => `${form}&x=%c0%af`,
      400,
      'invalid_request',
    ],
    ['[REQU-014] refuses NUL', (form: string) => `${form}&x=%00`, 400, 'invalid_request'],
    [
      '[REQU-014] refuses a cut-off escape',
      (form: string) => `${form}&x=%4`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-004] refuses a client_secret beside the assertion',
      (form: string) => `${form}&client_secret=s`,
      400,
      'invalid_request',
    ],
    [
      '[REQU-005] refuses another client_assertion_type',
      (form: string) => form.replace('jwt-bearer', 'saml2-bearer'),
      400,
      'invalid_request',
    ],
    [
      '[REQU-005] refuses a client_assertion_type in capitals',
      (form: string) => form.replace('jwt-bearer', 'JWT-Bearer'),
      400,
      'invalid_request',
    ],
    [
      '[REQU-006] refuses a type without an assertion',
      (form: string) => form.replace(/&client_assertion=[^&]*/, ''),
      400,
      'invalid_request',
    ],
    [
      '[REQU-009] refuses another grant_type',
      (form: string) => form.replace('client_credentials', 'password'),
      400,
      'unsupported_grant_type',
    ],
    [
      '[REQU-009] refuses a grant_type in capitals',
      (form: string) => form.replace('client_credentials', 'CLIENT_CREDENTIALS'),
      400,
      'unsupported_grant_type',
    ],
    [
      '[REQU-009] refuses an empty grant_type',
      (form: string) => form.replace('grant_type=client_credentials', 'grant_type='),
      400,
      'invalid_request',
    ],
    [
      '[CONF-008] refuses the jwt-bearer grant',
      (form: string) =>
        form.replace(
          'client_credentials',
          encodeURIComponent('urn:ietf:params:oauth:grant-type:jwt-bearer'),
        ),
      400,
      'unsupported_grant_type',
    ],
    ['refuses an empty form', () => 'a=1', 400, 'invalid_request'],
    [
      'refuses a request without any credentials',
      () => 'grant_type=client_credentials&scope=okta.apps.read',
      401,
      'invalid_client',
    ],
    [
      '[CLAI-004] refuses a client_id that is another client',
      (form: string) => `${form}&client_id=0oar95zt9zIpYuz6A0h7`,
      401,
      'invalid_client',
    ],
  ] as const) {
    test(what, async (t) => {
      const { server, good } = await setup(t)
      const answer = await postToken(server, change(good))
      assert.deepEqual([answer.status, answer.body.error], [status, error], answer.text)
      assert.match(answer.body.error_description, ALLOWED_DESCRIPTION)
    })
  }

  test('[REQU-013] ignores a parameter named __proto__ or constructor', async (t) => {
    const { server, good } = await setup(t)
    const answer = await postToken(server, `${good}&__proto__=1&constructor=2`)
    assert.equal(answer.status, 200)
  })

  test('[REQU-007] a secret beside a fake assertion authenticates nobody', async (t) => {
    const { server, app } = await setup(t)
    const form = `grant_type=client_credentials&client_id=${app.clientId}&client_secret=x&client_assertion=e30.e30.&client_assertion_type=${encodeURIComponent(ASSERTION_TYPE)}`
    assert.equal((await postToken(server, form)).status, 400)
  })

  for (const [what, headers] of [
    ['Basic', { authorization: 'Basic Zm9vOmJhcg==' }],
    ['Basic with an empty password', { authorization: 'Basic Zm9vOg==' }],
  ] as const) {
    test(`[REQU-004] refuses ${what} beside the assertion`, async (t) => {
      const { server, good } = await setup(t)
      const answer = await postToken(server, good, headers)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    })

    test(`[REQU-008] refuses ${what} alone, and challenges with its scheme`, async (t) => {
      const { server } = await setup(t)
      const answer = await postToken(server, 'grant_type=client_credentials', headers)
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
      assert.match(String(answer.headers['www-authenticate']), /^Basic /)
    })
  }

  for (const type of [
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/x-www-form-urlencoded; charset=utf-16',
    'application/x-www-form-urlencoded, application/json',
  ]) {
    test(`[REQU-002] refuses the content type ${type}`, async (t) => {
      const { server, good } = await setup(t)
      const answer = await postToken(server, good, { 'content-type': type })
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    })
  }

  test('accepts the content type with charset=UTF-8', async (t) => {
    const { server, good } = await setup(t)
    const type = 'application/x-www-form-urlencoded;charset=UTF-8'
    assert.equal((await postToken(server, good, { 'content-type': type })).status, 200)
  })

  test('[REQU-015] refuses a compressed body', async (t) => {
    const { server, good } = await setup(t)
    const answer = await postToken(server, gzipSync(good), { 'content-encoding': 'gzip' })
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
  })

  test('[REQU-011] refuses a body of more than 64 KiB', async (t) => {
    const { server, good } = await setup(t)
    const answer = await postToken(server, `${good}&x=${'a'.repeat(70_000)}`)
    assert.deepEqual([answer.status, answer.body.error], [413, 'invalid_request'])
    assert.match(answer.body.error_description, /too large\. It may have 65536 octets at most\.$/)
  })

  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
    test(`[REQU-001] refuses ${method}, as JSON, with the methods that are allowed`, async (t) => {
      const { server, good } = await setup(t)
      const answer = await server.server.inject({ method, url: `/oauth2/v1/token?${good}` })
      assert.equal(answer.status, 405)
      assert.equal(answer.headers['allow'], 'POST')
      assert.equal((JSON.parse(answer.body) as { error: string }).error, 'invalid_request')
    })
  }

  for (const [what, query] of [
    ['the assertion', 'client_assertion=x'],
    ['the client_id', 'client_id=x'],
    ['the scope', 'scope=okta.apps.read'],
  ] as const) {
    test(`[REQU-001] refuses a POST with ${what} in the query`, async (t) => {
      const { server, good } = await setup(t)
      const answer = await postToken(server, good, {}, `/oauth2/v1/token?${query}`)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    })
  }

  test('[REQU-018] ignores X-HTTP-Method-Override', async (t) => {
    const { server, good } = await setup(t)
    const answer = await postToken(server, good, { 'x-http-method-override': 'DELETE' })
    assert.equal(answer.status, 200)
  })

  test('[REQU-019] allows no other origin', async (t) => {
    const { server, good } = await setup(t)
    const answer = await postToken(server, good, { origin: 'https://evil.example' })
    const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
    assert.deepEqual(names, [])
  })

  test('[AUD-007] does not build the audience from the Host header', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const assertion = await anAssertion(app, { aud: 'https://evil.example/oauth2/v1/token' })
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
    const answer = await postToken(server, tokenForm(assertion), headers)
    assert.equal(answer.status, 401)
  })
})

suite('every answer of the token endpoint', () => {
  for (const [what, change] of [
    ['200', (form: string) => form],
    ['400', () => 'a=1'],
    ['401', () => 'grant_type=client_credentials'],
  ] as const) {
    test(`[RESP-001] with status ${what} is JSON that nobody keeps`, async (t) => {
      const { server, good } = await setup(t)
      const answer = await postToken(server, change(good))
      assert.equal(String(answer.status), what)
      assert.equal(answer.headers['content-type'], 'application/json')
      assert.equal(answer.headers['cache-control'], 'no-store')
      assert.equal(answer.headers['pragma'], 'no-cache')
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
      assert.equal(answer.headers['referrer-policy'], 'no-referrer')
      assert.ok(answer.headers['strict-transport-security'])
      assert.ok(answer.headers['x-request-id'])
      assert.equal(answer.headers['x-okta-request-id'], answer.headers['x-request-id'])
    })
  }

  test('bears a request id of its own making, not the one that was sent', async (t) => {
    const { server } = await setup(t)
    const answer = await postToken(server, 'a=1', { 'x-request-id': 'mine', 'request-id': 'mine' })
    assert.notEqual(answer.headers['x-request-id'], 'mine')
  })

  test('has no Strict-Transport-Security when the issuer is http', async (t) => {
    const server = await aServer(t, { issuer: 'http://127.0.0.1:8400' })
    const answer = await postToken(server, 'a=1')
    assert.equal(answer.headers['strict-transport-security'], undefined)
  })

  for (const input of ['"><script>', 'a\r\nset-cookie: x=1', 'back\\slash', '😀', "' OR 1=1"]) {
    test(`[RESP-002] does not repeat ${JSON.stringify(input)}`, async (t) => {
      const server = await aServer(t)
      const app = await anApp(server)
      const assertion = await anAssertion(app, { aud: input, jti: input, sub: input })
      for (const form of [
        tokenForm(assertion, { scope: input }),
        tokenForm(await anAssertion(app), { scope: input }),
        tokenForm(await anAssertion(app), { grant_type: input }),
      ]) {
        const answer = await postToken(server, form)
        assert.match(answer.body.error_description, ALLOWED_DESCRIPTION)
        assert.ok(!answer.text.includes(input))
        assert.ok(!answer.text.includes(JSON.stringify(input).slice(1, -1)))
      }
    })
  }
})
