import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { verifyAccessToken } from '@keygrant/core/resource'
import {
  aJwt,
  aKey,
  anApp,
  anAssertion,
  aServer,
  claimsOf,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  someSigningKeys,
  type TestServerOptions,
  TOKEN_ENDPOINT,
  tokenForm,
} from '../a-server.ts'

const UNIFORM =
  'Client authentication failed. Either the client or the client credentials are invalid.'

async function setup(t: TestContext, options: TestServerOptions = {}) {
  const server = await aServer(t, options)
  const app = await anApp(server, { scopes: ['okta.apps.read', 'okta.logs.read'] })
  return { server, app }
}

suite('the guide, followed literally: each mistake has its exact answer', () => {
  const REQUIRED = "The client_assertion must contain the 'exp' claim as seconds since epoch."
  const TOO_FAR = 'The client_assertion token has an expiration too far into the future.'
  for (const [what, changes, description] of [
    ['no exp', { exp: undefined }, REQUIRED],
    ['exp as a string', { exp: '1614664267' }, REQUIRED],
    ['exp in milliseconds', { exp: (NOW + 60) * 1000 }, TOO_FAR],
    ['[TIME-003] exp more than an hour ahead', { exp: NOW + 3601 }, TOO_FAR],
    ['exp of long ago', { exp: 1614664267 }, 'The client_assertion token is expired.'],
    [
      'iss other than sub',
      { sub: '0oar95zt9zIpYuz6A0h7' },
      'The subject claim for client_assertion is not a valid client_id.',
    ],
    [
      'no iss',
      { iss: undefined },
      'The issuer claim for client_assertion is not a valid client_id.',
    ],
    [
      'aud with a stray .com',
      { aud: 'https://auth.example.com/oauth2/v1/token' },
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    ],
    [
      'aud of a custom authorization server',
      { aud: `${ISSUER}/oauth2/default/v1/token` },
      'The audience claim for client_assertion must be the endpoint invoked for the request.',
    ],
    [
      'iat in the future',
      { iat: NOW + 30 },
      'The client_assertion token must be issued before the current time.',
    ],
  ] as const) {
    test(what, async (t) => {
      const { server, app } = await setup(t)
      const answer = await postToken(server, tokenForm(await anAssertion(app, changes)))
      assert.equal(answer.status, 401)
      assert.deepEqual(answer.body, { error: 'invalid_client', error_description: description })
    })
  }

  test('[JTI-004] a jti that was used', async (t) => {
    const { server, app } = await setup(t)
    const assertion = await anAssertion(app)
    assert.equal((await postToken(server, tokenForm(assertion))).status, 200)
    const again = await postToken(server, tokenForm(assertion))
    assert.equal(again.status, 401)
    assert.deepEqual(again.body, {
      error: 'invalid_client',
      error_description: 'The client_assertion token has already been used.',
    })
  })

  for (const [what, act] of [
    [
      'the wrong key',
      async (app: { clientId: string }) => anAssertion(app, {}, await aKey('P-256', 'other')),
    ],
    ['an unknown client', async () => anAssertion({ clientId: '0oar95zt9zIpYuz6A0h7' })],
  ] as const) {
    test(what, async (t) => {
      const { server, app } = await setup(t)
      const answer = await postToken(server, tokenForm(await act(app)))
      assert.equal(answer.status, 401)
      assert.deepEqual(answer.body, { error: 'invalid_client', error_description: UNIFORM })
    })
  }

  test('a library that signs with HS256 is told that the algorithm is wrong', async (t) => {
    const { server, app } = await setup(t)
    const assertion = await aJwt(claimsOf(app), undefined, { alg: 'HS256' })
    const answer = await postToken(server, tokenForm(assertion))
    assert.equal(
      answer.body.error_description,
      'The client_assertion JWT signature algorithm is invalid.',
    )
  })

  test("the 2020 guide's curl, which leaves blanks behind, is told so", async (t) => {
    const { server, app } = await setup(t)
    const assertion = await anAssertion(app)
    const body = `grant_type=client_credentials     &scope=okta.apps.read     &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer     &client_assertion=${assertion}`
    const answer = await postToken(server, body)
    assert.equal(answer.status, 400)
    assert.equal(answer.body.error, 'invalid_request')
    assert.match(answer.body.error_description, /'grant_type' begins or ends with blanks/)
  })
})

suite('a good request', () => {
  test('gets a Bearer token for an hour, in the order of members that Okta has', async (t) => {
    const { server, app } = await setup(t)
    const answer = await postToken(server, tokenForm(await anAssertion(app)))
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body), [
      'token_type',
      'expires_in',
      'access_token',
      'scope',
    ])
    assert.equal(answer.body.token_type, 'Bearer')
    assert.equal(answer.body.expires_in, 3600)
    assert.equal(answer.body.scope, 'okta.apps.read')
  })

  test('gets an at+jwt with the members of RFC 9068 and those of Okta', async (t) => {
    const { server, app } = await setup(t)
    const answer = await postToken(server, tokenForm(await anAssertion(app)))
    const { current, publicKeys } = await someSigningKeys()
    const report = await verifyAccessToken(answer.body.access_token, {
      issuer: ISSUER,
      audience: ISSUER,
      keys: publicKeys,
      now: NOW,
    })
    assert.ok(report.accepted)
    assert.deepEqual(
      { ...report.header },
      {
        alg: 'ES256',
        kid: current.kid,
        typ: 'at+jwt',
      },
    )
    const { jti, ...claims } = report.claims
    assert.match(jti, /^AT\.[\w-]{43}$/)
    assert.deepEqual(
      { ...claims },
      {
        ver: 1,
        iss: ISSUER,
        aud: ISSUER,
        sub: app.clientId,
        client_id: app.clientId,
        cid: app.clientId,
        iat: NOW,
        exp: NOW + 3600,
        scope: 'okta.apps.read',
        scp: ['okta.apps.read'],
        client_kid: (await aKey()).kid,
      },
    )
  })

  for (const [what, changes] of [
    ['[AUD-003] aud is the token endpoint', { aud: TOKEN_ENDPOINT }],
    ['aud is the issuer', { aud: ISSUER }],
    ['aud is an array of one', { aud: [TOKEN_ENDPOINT] }],
    ['[TIME-004] exp is exactly an hour ahead', { exp: NOW + 3600 }],
    ['[TIME-008] iat is ten seconds ahead', { iat: NOW + 10 }],
    ['[JTI-001] there is no jti', { jti: undefined }],
    ['there is no iat', { iat: undefined }],
  ] as const) {
    test(`is accepted when ${what}`, async (t) => {
      const { server, app } = await setup(t)
      const answer = await postToken(server, tokenForm(await anAssertion(app, changes)))
      assert.equal(answer.status, 200, answer.text)
    })
  }

  for (const kind of ['RSA-2048', 'P-256', 'P-384', 'P-521', 'Ed25519']) {
    test(`may be signed with a key of kind ${kind}`, async (t) => {
      const server = await aServer(t)
      const key = await aKey(kind)
      const app = await anApp(server, { keys: [key] })
      const answer = await postToken(server, tokenForm(await anAssertion(app, {}, key)))
      assert.equal(answer.status, 200, answer.text)
    })
  }

  test('may leave out kid when the app has one active key', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server, { inactiveKeys: [await aKey('P-256', 'old')] })
    const assertion = await aJwt(claimsOf(app), undefined, { kid: undefined })
    assert.equal((await postToken(server, tokenForm(assertion))).status, 200)
  })

  test('[CLAI-005] may repeat the client_id as a parameter', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app), { client_id: app.clientId })
    assert.equal((await postToken(server, form)).status, 200)
  })

  test('may bear a DPoP proof that nobody asked for, and gets a Bearer token', async (t) => {
    const { server, app } = await setup(t)
    const answer = await postToken(server, tokenForm(await anAssertion(app)), { dpop: 'e30.e30.' })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.token_type, 'Bearer')
  })

  test('gets only the scopes that were granted, and says which', async (t) => {
    const { server, app } = await setup(t)
    const form = tokenForm(await anAssertion(app), { scope: 'okta.apps.manage okta.logs.read' })
    const answer = await postToken(server, form)
    assert.equal(answer.status, 200)
    assert.equal(answer.body.scope, 'okta.logs.read')
  })

  test('is written to the audit log with its key and its scopes, without the token', async (t) => {
    const { server, app } = await setup(t)
    const answer = await postToken(server, tokenForm(await anAssertion(app)))
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'token.issued')
    assert.equal(entry.requestId, answer.headers['x-request-id'])
    assert.equal(entry.clientId, app.clientId)
    assert.equal(entry.detail['kid'], (await aKey()).kid)
    assert.equal(entry.detail['scope'], 'okta.apps.read')
    assert.ok(!JSON.stringify(entry).includes(answer.body.access_token))
  })
})

suite('the strict profile', () => {
  const strict = { profile: 'strict' } as const
  for (const [what, changes, description] of [
    [
      '[AUD-002] aud is the token endpoint',
      { aud: TOKEN_ENDPOINT },
      "The client_assertion claim 'aud' must be the issuer identifier of this server, as one string.",
    ],
    [
      '[AUD-004] aud is an array',
      { aud: [ISSUER] },
      "The client_assertion claim 'aud' must be the issuer identifier of this server, as one string.",
    ],
    [
      'exp is more than 300 s ahead',
      { exp: NOW + 301 },
      "The client_assertion claim 'exp' must be at most 300 seconds ahead.",
    ],
    [
      'there is no jti',
      { jti: undefined },
      "The client_assertion claim 'jti' is required: a new random string for each assertion.",
    ],
    [
      'there is no exp',
      { exp: undefined },
      "The client_assertion claim 'exp' must be there, as a number of seconds since 1970.",
    ],
  ] as const) {
    test(`refuses when ${what}`, async (t) => {
      const { server, app } = await setup(t, strict)
      const assertion = await anAssertion(app, { aud: ISSUER, ...changes })
      const answer = await postToken(server, tokenForm(assertion))
      assert.equal(answer.status, 401)
      assert.deepEqual(answer.body, { error: 'invalid_client', error_description: description })
    })
  }

  test('issues tokens for ten minutes', async (t) => {
    const { server, app } = await setup(t, strict)
    const answer = await postToken(server, tokenForm(await anAssertion(app, { aud: ISSUER })))
    assert.equal(answer.body.expires_in, 600)
  })

  test('refuses RS256', async (t) => {
    const server = await aServer(t, strict)
    const key = await aKey('RSA-2048')
    const app = await anApp(server, { keys: [key] })
    const answer = await postToken(server, tokenForm(await anAssertion(app, { aud: ISSUER }, key)))
    assert.equal(
      answer.body.error_description,
      "The client_assertion header 'alg' must be one of PS256, ES256, ES384, ES512, EdDSA, Ed25519.",
    )
  })

  test('[SCOP-002] refuses when one of the scopes is not granted', async (t) => {
    const { server, app } = await setup(t, strict)
    const form = tokenForm(await anAssertion(app, { aud: ISSUER }), {
      scope: 'okta.apps.read okta.apps.manage',
    })
    const answer = await postToken(server, form)
    assert.equal(answer.status, 400)
    assert.equal(answer.body.error, 'invalid_scope')
  })
})

suite('development mode', () => {
  test('a refusal carries the whole report, under the same error and description', async (t) => {
    const { server, app } = await setup(t, { isDevelopment: true })
    const answer = await postToken(server, tokenForm(await anAssertion(app, { exp: NOW - 5 })))
    assert.equal(answer.body.error_description, 'The client_assertion token is expired.')
    const exp = answer.body.report.checks.find(
      (result: { check: string }) => result.check === 'exp',
    )
    assert.equal(exp.reason, 'expired')
    assert.match(exp.sentence, /5 s before the time of receipt/)
  })

  test('outside of it no refusal carries a report', async (t) => {
    const { server, app } = await setup(t)
    const answer = await postToken(server, tokenForm(await anAssertion(app, { exp: NOW - 5 })))
    assert.deepEqual(Object.keys(answer.body), ['error', 'error_description'])
  })
})
