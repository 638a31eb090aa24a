import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { AppSettings, ServiceApp } from '@keygrant/server'
import { generateKey, type PrivateKey } from '@keygrant/core/keys'
import {
  aJwt,
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  apiAs,
  apiWith,
  aServer,
  ASSERTION_TYPE,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  type TestAppOptions,
  type TestServerOptions,
  TOKEN_ENDPOINT,
  tokenForm,
} from '../a-server.ts'

const PATH = '/oauth2/v1/rotate'
const ENDPOINT = ISSUER + PATH
const ALLOWED: AppSettings = { isSelfRotationAllowed: true }

interface Request {
  /** The key that authenticates. */
  readonly by?: PrivateKey
  /** The key that is to come. */
  readonly next?: PrivateKey
  /** The key that signs the proof, when it is another. */
  readonly signer?: PrivateKey
  readonly assertion?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly form?: Readonly<Record<string, string | undefined>>
}

let serial = 0

async function setup(t: TestContext, app: TestAppOptions = {}, options: TestServerOptions = {}) {
  const server = await aServer(t, options)
  const made = await anApp(server, { settings: ALLOWED, ...app })
  const old = app.keys?.[0] ?? (await aKey())
  const next = await aKey('P-256', 'next')

  /** The form of a request that is good, but for what is changed. */
  const form = async (request: Request = {}, who: ServiceApp = made): Promise<string> => {
    const { by = old, next: coming = next, signer = coming } = request
    const claims = {
      iss: who.clientId,
      sub: who.clientId,
      aud: ENDPOINT,
      iat: NOW,
      exp: NOW + 60,
      jti: `proof-${++serial}`,
      replaces: by.kid,
      ...request.claims,
    }
    const proof = await aJwt(
      Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)),
      signer,
      { typ: 'key-proof+jwt', kid: undefined, jwk: coming.publicKey.jwk, ...request.header },
    )
    const parameters = {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await anAssertion(who, { aud: ISSUER, ...request.assertion }, by),
      key_proof: proof,
      ...request.form,
    }
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
    return new URLSearchParams(given).toString()
  }
  const post = async (body: string) => postToken(server, body, {}, PATH)
  const rotate = async (request: Request = {}, who?: ServiceApp) => post(await form(request, who))
  const keys = async () => {
    const found = await server.storage.serviceApps.find(made.clientId)
    return (found?.keys ?? []).map(({ jwk, status }) => `${jwk.kid} ${status}`)
  }
  const canGetToken = async (key: PrivateKey): Promise<boolean> =>
    (await postToken(server, tokenForm(await anAssertion(made, {}, key)))).status === 200
  return { server, app: made, old, next, form, post, rotate, keys, canGetToken }
}

suite('self-service rotation', () => {
  test('replaces the key that authenticates by the one that is proved, at once', async (t) => {
    const { rotate, keys, old, next, canGetToken, server, app } = await setup(t)
    const token = await anAccessToken(server, app)
    const answer = await rotate()
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(
      [answer.body.key.kid, answer.body.key.status, answer.body.replaced.status],
      [next.kid, 'ACTIVE', 'INACTIVE'],
    )
    assert.equal(answer.body.replaced.kid, old.kid)
    assert.deepEqual([answer.body.key.source, answer.body.replaced.source], ['ROTATION', undefined])
    assert.deepEqual(await keys(), [`${old.kid} INACTIVE`, `${next.kid} ACTIVE`])
    assert.deepEqual([await canGetToken(old), await canGetToken(next)], [false, true])
    // What was got with the old key is void with it.
    assert.equal((await apiWith(server, token)('GET', '/api/v1/apps')).status, 401)
  })

  test('keeps the old key while old_key=keep says so, until the same request without it', async (t) => {
    const { rotate, keys, old, next, canGetToken } = await setup(t)
    assert.equal((await rotate({ form: { old_key: 'keep' } })).status, 200)
    assert.deepEqual([await canGetToken(old), await canGetToken(next)], [true, true])
    assert.equal((await rotate({ form: { old_key: 'keep' } })).status, 200)
    assert.deepEqual(await keys(), [`${old.kid} ACTIVE`, `${next.kid} ACTIVE`])
    assert.equal((await rotate()).status, 200)
    assert.deepEqual(await keys(), [`${old.kid} INACTIVE`, `${next.kid} ACTIVE`])
  })

  test('goes back while both keys are active: the new one is replaced by the old one', async (t) => {
    const { rotate, keys, old, next } = await setup(t)
    await rotate({ form: { old_key: 'keep' } })
    assert.equal((await rotate({ by: next, next: old })).status, 200)
    assert.deepEqual(await keys(), [`${old.kid} ACTIVE`, `${next.kid} INACTIVE`])
  })

  test('is in the audit log with both keys, and with no proof', async (t) => {
    const { rotate, server, app, old, next } = await setup(t)
    const { headers } = await rotate()
    const [second, first] = await newestEntries(server, 2)
    assert.deepEqual(
      [first, second].map((entry) => [entry?.event, entry?.keyId, entry?.actorId, entry?.clientId]),
      [
        ['key.rotated', next.kid, app.clientId, app.clientId],
        ['key.deactivated', old.kid, app.clientId, app.clientId],
      ],
    )
    assert.equal(first?.requestId, headers['x-request-id'])
    assert.equal(first?.detail['replaces'], old.kid)
  })

  test('is named in the metadata', async (t) => {
    const { server } = await setup(t)
    const answer = await apiWith(server)('GET', '/.well-known/oauth-authorization-server')
    assert.equal(answer.body.key_rotation_endpoint, ENDPOINT)
  })

  test('gives the new key as long a life as the old one had, where it had an end', async (t) => {
    const { server, app, rotate } = await setup(t)
    const lifeMs = 30 * 86_400_000
    const { clientId } = app
    await server.storage.serviceApps.change({ clientId, actorId: clientId }, (current) => ({
      next: {
        ...(current as ServiceApp),
        keys: app.keys.map((key) => ({ ...key, expires: key.created + lifeMs })),
      },
      audit: [],
      answer: undefined,
    }))
    server.clock.now = NOW + 20
    const answer = await rotate({ header: { jwk: (await aKey('P-256', 'next')).publicKey.jwk } })
    assert.equal(answer.status, 200, answer.text)
    const end = new Date((NOW + 20) * 1000 + lifeMs).toISOString()
    assert.equal(answer.body.key.expires_at, end)
  })

  test('takes its own retired keys away, the oldest one first, when there are 50', async (t) => {
    const { rotate, server, app, old } = await setup(t)
    let by = old
    const kids: string[] = []
    for (let round = 0; round < 51; round++) {
      const next = await generateKey({ kty: 'OKP', crv: 'Ed25519' })
      const answer = await rotate({ by, next })
      assert.equal(answer.status, 200, answer.text)
      kids.push(next.kid)
      by = next
    }
    const found = await server.storage.serviceApps.find(app.clientId)
    assert.equal(found?.keys.length, 50)
    assert.equal(found?.keys[0]?.jwk.kid, old.kid, 'what an administrator registered stays')
    assert.deepEqual(
      found?.keys.slice(1).map(({ jwk }) => jwk.kid),
      kids.slice(2),
    )
  })

  test('of an app with 50 keys of an administrator is refused', async (t) => {
    const many = await Promise.all(
      Array.from({ length: 49 }, () => generateKey({ kty: 'OKP', crv: 'Ed25519' })),
    )
    const { rotate, keys, old } = await setup(t, {
      keys: [await aKey()],
      inactiveKeys: many,
    })
    const answer = await rotate({ by: old })
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    assert.match(answer.body.error_description, /50 keys/)
    assert.equal((await keys()).length, 50)
  })
})

suite('leave to rotate', () => {
  for (const [what, app] of [
    ['nobody gave', { settings: {} }],
    ['was taken back', { settings: { isSelfRotationAllowed: false } }],
    ['does not help an app that publishes its keys', undefined],
  ] as const) {
    test(`that ${what} is no leave, whatever the proof`, async (t) => {
      const { server, rotate, keys, app: made } = await setup(t, app ?? {})
      if (app === undefined) {
        // Its key stays in the record here, so that it can authenticate at all.
        await server.storage.serviceApps.change(
          { clientId: made.clientId, actorId: made.clientId },
          (current) => ({
            next: {
              ...(current as ServiceApp),
              settings: { ...ALLOWED, jwksUri: 'https://a.example/' },
            },
            audit: [],
            answer: undefined,
          }),
        )
      }
      const before = await keys()
      const answer = await rotate()
      assert.ok(answer.status === 400 || answer.status === 503, answer.text)
      if (app !== undefined) assert.equal(answer.body.error, 'unauthorized_client')
      assert.deepEqual(await keys(), before)
    })
  }

  for (const [role, status] of [
    ['SUPER_ADMIN', 200],
    ['APP_ADMIN', 403],
    ['READ_ONLY_ADMIN', 403],
  ] as const) {
    test(`[ADMI-001] is given by ${role}: ${status}`, async (t) => {
      const { server, app } = await setup(t, { settings: {}, scopes: [], roles: [] })
      const { api } = await apiAs(server, { roles: [role] })
      const member = { self_service_key_rotation: true }
      const oauthClient = { ...member }
      for (const [method, url, body] of [
        ['PUT', `/api/v1/apps/${app.clientId}`, { label: 'x', settings: { oauthClient } }],
        ['PUT', `/oauth2/v1/clients/${app.clientId}`, { client_name: 'x', ...member }],
      ] as const) {
        const answer = await api(method, url, body)
        assert.equal(answer.status, status, `${method} ${url} ${answer.text}`)
      }
      const made = await api('POST', '/oauth2/v1/clients', { client_name: 'y', ...member })
      assert.equal(made.status, status === 200 ? 201 : status)
      const stored = await server.storage.serviceApps.find(app.clientId)
      assert.equal(stored?.settings?.isSelfRotationAllowed === true, status === 200)
    })
  }

  test('is given, is shown, and lets an app with a protected grant rotate', async (t) => {
    const { server, app, rotate } = await setup(t, { settings: {} })
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const url = `/oauth2/v1/clients/${app.clientId}`
    assert.equal((await rotate()).body.error, 'unauthorized_client')
    const member = { self_service_key_rotation: true }
    await api('PUT', url, { client_name: 'x', ...member })
    assert.equal((await api('GET', url)).body.self_service_key_rotation, true)
    assert.equal((await rotate()).status, 200)
    await api('PUT', url, { client_name: 'x', self_service_key_rotation: false })
    assert.equal(
      (await rotate({ by: await aKey('P-256', 'next'), next: await aKey() })).status,
      400,
    )
  })

  test('may be taken back by an APP_ADMIN from an app without protected grants', async (t) => {
    const { server, app } = await setup(t, { scopes: [], roles: [] })
    const { api } = await apiAs(server, { roles: ['APP_ADMIN'] })
    const url = `/oauth2/v1/clients/${app.clientId}`
    const body = { client_name: 'x', self_service_key_rotation: false }
    assert.equal((await api('PUT', url, body)).status, 200)
  })
})

suite('a proof of the new key', () => {
  for (const [what, request, description] of [
    ['without typ', { header: { typ: undefined } }, /'typ' must be key-proof\+jwt/],
    ['that says to be a client assertion', { header: { typ: 'JWT' } }, /'typ' must be/],
    ['that says to be a DPoP proof', { header: { typ: 'dpop+jwt' } }, /'typ' must be/],
    ['with alg none', { header: { alg: 'none' } }, /'alg' must be one of/],
    ['with alg HS256', { header: { alg: 'HS256' } }, /'alg' must be one of/],
    ['with crit', { header: { crit: ['x'], x: 1 } }, /form must be/],
    ['without jwk', { header: { jwk: undefined } }, /jwk.*JSON object/],
    ['with the key of another issuer', { claims: { iss: 'x' } }, /'iss' must be the client_id/],
    ['about another client', { claims: { sub: 'x' } }, /'sub' must be the client_id/],
    ['for the token endpoint', { claims: { aud: TOKEN_ENDPOINT } }, /'aud' must be/],
    ['for the issuer', { claims: { aud: ISSUER } }, /'aud' must be/],
    ['for two places', { claims: { aud: [ENDPOINT, ISSUER] } }, /'aud' must be/],
    ['that has expired', { claims: { exp: NOW } }, /'exp' must be/],
    ['without exp', { claims: { exp: undefined } }, /'exp' must be/],
    ['that is good for an hour', { claims: { exp: NOW + 3600 } }, /'exp' must be/],
    ['of the future', { claims: { iat: NOW + 60 } }, /'iat' must be/],
    ['without jti', { claims: { jti: undefined } }, /'jti' must be/],
    ['that replaces another key', { claims: { replaces: 'x' } }, /'replaces' must be/],
    ['that replaces nothing', { claims: { replaces: undefined } }, /'replaces' must be/],
  ] as const satisfies readonly (readonly [string, Request, RegExp])[]) {
    test(`${what} is refused, and nothing is used up`, async (t) => {
      const { rotate, keys, old } = await setup(t)
      const answer = await rotate(request)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      assert.match(answer.body.error_description, description)
      assert.deepEqual(await keys(), [`${old.kid} ACTIVE`])
    })
  }

  test('that another key signed is refused', async (t) => {
    const { rotate, keys } = await setup(t)
    for (const signer of [await aKey(), await aKey('P-256', 'stranger')]) {
      const answer = await rotate({ signer })
      assert.equal(answer.status, 400)
      assert.match(answer.body.error_description, /signature must be made with the private key/)
    }
    assert.equal((await keys()).length, 1)
  })

  test('[KEYR-001] with a private member in its jwk is refused, and the member is repeated nowhere', async (t) => {
    const { rotate, next, server } = await setup(t)
    const answer = await rotate({ header: { jwk: { ...next.publicKey.jwk, d: 'c2VjcmV0' } } })
    assert.equal(answer.status, 400)
    assert.match(answer.body.error_description, /private members/)
    assert.doesNotMatch(answer.text, /c2VjcmV0/)
    assert.doesNotMatch(JSON.stringify(await newestEntries(server)), /c2VjcmV0/)
  })

  test('is good once, with whatever assertion', async (t) => {
    const { form, post, rotate, next } = await setup(t)
    const first = new URLSearchParams(await form({ form: { old_key: 'keep' } }))
    assert.equal((await post(first.toString())).status, 200)
    const again = new URLSearchParams(await form({ next }))
    again.set('key_proof', first.get('key_proof') ?? '')
    const answer = await post(again.toString())
    assert.equal(answer.body.error_description, 'The key_proof has already been used.')
    assert.equal((await rotate()).status, 200)
  })

  test('and its assertion are good once when twenty copies come at once', async (t) => {
    const { form, post, keys } = await setup(t)
    const body = await form({ form: { old_key: 'keep' } })
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(body)))
    assert.deepEqual(answers.filter(({ status }) => status === 200).length, 1)
    assert.equal((await keys()).length, 2)
  })

  test('of a client is no proof for another client with the same key', async (t) => {
    const { server, form, post, app } = await setup(t)
    const other = await anApp(server, { settings: ALLOWED })
    const mine = new URLSearchParams(await form({}, app))
    const theirs = new URLSearchParams(await form({}, other))
    theirs.set('key_proof', mine.get('key_proof') ?? '')
    const answer = await post(theirs.toString())
    assert.match(answer.body.error_description, /client_id/)
  })

  test('is no client assertion, and an assertion is no proof', async (t) => {
    const { server, form, post, next, rotate } = await setup(t, {}, { profile: 'okta' })
    const body = new URLSearchParams(await form())
    const proof = body.get('key_proof') ?? ''
    body.set('key_proof', body.get('client_assertion') ?? '')
    assert.equal((await post(body.toString())).status, 400)
    assert.equal((await rotate({ next })).status, 200)
    // The key is registered now; what it signed as a proof still opens nothing.
    const asAssertion = await postToken(server, tokenForm(proof))
    assert.deepEqual([asAssertion.status, asAssertion.body.error], [401, 'invalid_client'])
  })
})

suite('the old key', () => {
  const UNIFORM =
    'Client authentication failed. Either the client or the client credentials are invalid.'

  test('has to be one that is active: all else is refused as at the token endpoint', async (t) => {
    const { rotate, server, old } = await setup(t, {
      inactiveKeys: [await aKey('P-256', 'inactive')],
    })
    const off = await anApp(server, { settings: ALLOWED, status: 'INACTIVE' })
    const nobody = { ...off, clientId: '0oa00000000000000000' }
    const answers = [
      await rotate({ by: await aKey('P-256', 'stranger') }),
      await rotate({ by: await aKey('P-256', 'inactive') }),
      await rotate({ by: old }, off),
      await rotate({ by: old }, nobody),
    ]
    for (const { status, body } of answers) {
      assert.equal(status, 401)
      assert.deepEqual(body, { error: 'invalid_client', error_description: UNIFORM })
    }
  })

  test('is needed: a proof of the new key alone is nothing', async (t) => {
    const { rotate, keys, next } = await setup(t)
    const answers = [
      await rotate({ form: { client_assertion: undefined, client_assertion_type: undefined } }),
      await rotate({ by: next }),
      await rotate({ form: { key_proof: undefined } }),
    ]
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.error]),
      [
        [401, 'invalid_client'],
        [401, 'invalid_client'],
        [400, 'invalid_request'],
      ],
    )
    assert.equal((await keys()).length, 1)
  })

  test('may be sent again, with the same assertion, after a proof that was wrong', async (t) => {
    const { form, post } = await setup(t)
    const bad = new URLSearchParams(await form({ claims: { replaces: 'x' } }))
    assert.equal((await post(bad.toString())).status, 400)
    const good = new URLSearchParams(await form())
    good.set('client_assertion', bad.get('client_assertion') ?? '')
    assert.equal((await post(good.toString())).status, 200)
  })

  test('that somebody else replaced first is found out: no third key of one line is active', async (t) => {
    const { rotate, keys, old, next, server } = await setup(t)
    const theirs = await aKey('P-256', 'thief')
    assert.equal((await rotate({ next: theirs, form: { old_key: 'keep' } })).status, 200)
    const child = await aKey('P-256', 'child of the thief')
    for (const old_key of ['keep', 'deactivate']) {
      const answer = await rotate({ next, form: { old_key } })
      assert.equal(answer.status, 400)
      assert.match(answer.body.error_description, /in the hands of somebody else/)
    }
    // Nor when the thief hides behind another generation.
    assert.equal((await rotate({ by: theirs, next: child })).status, 400)
    assert.deepEqual(await keys(), [`${old.kid} ACTIVE`, `${theirs.kid} ACTIVE`])
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'rotation.refused')
  })

  test('is deactivated by an administrator meanwhile: then it replaces nothing', async (t) => {
    const { server, app, form, post, old } = await setup(t, {
      keys: [await aKey(), await aKey('P-384')],
    })
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const body = await form({ by: old })
    const id = app.keys[0]?.id
    await api('POST', `/api/v1/apps/${app.clientId}/credentials/jwks/${id}/lifecycle/deactivate`)
    assert.equal((await post(body)).status, 401)
  })
})

suite('the new key', () => {
  for (const [from, to] of [
    ['RSA-3072', 'RSA-2048'],
    ['RSA-4096', 'RSA-3072'],
    ['P-384', 'P-256'],
    ['P-384', 'Ed25519'],
    ['P-521', 'P-384'],
    ['P-256', 'RSA-2048'],
  ] as const) {
    test(`is not weaker than the old one: no ${to} for ${from}`, async (t) => {
      const { rotate, keys } = await setup(t, { keys: [await aKey(from)] }, { profile: 'okta' })
      const answer = await rotate({ next: await aKey(to, 'next') })
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      assert.match(answer.body.error_description, /weaker/)
      assert.equal((await keys()).length, 1)
    })
  }

  for (const [from, to] of [
    ['RSA-2048', 'P-256'],
    ['RSA-3072', 'RSA-3072'],
    ['P-256', 'Ed25519'],
    ['Ed25519', 'P-384'],
  ] as const) {
    test(`may be of another kind: ${to} for ${from}`, async (t) => {
      const { rotate } = await setup(t, { keys: [await aKey(from)] })
      const answer = await rotate({ next: await aKey(to, 'next') })
      assert.equal(answer.status, 200, answer.text)
    })
  }

  test('fits an algorithm that the app may sign with', async (t) => {
    const settings: AppSettings = { ...ALLOWED, algorithms: ['ES256'] }
    const { rotate } = await setup(t, { settings })
    const answer = await rotate({ next: await aKey('Ed25519', 'next') })
    assert.match(answer.body.error_description, /fits none of the algorithms/)
    assert.equal((await rotate()).status, 200)
  })

  for (const [what, next] of [
    ['the old one', async () => aKey()],
    ['another key of the app', async () => aKey('P-384')],
    ['a key that was deactivated', async () => aKey('P-521')],
  ] as const) {
    test(`is not ${what}, under whatever kid`, async (t) => {
      const { rotate, keys } = await setup(t, {
        keys: [await aKey(), await aKey('P-384')],
        inactiveKeys: [await aKey('P-521')],
      })
      const before = await keys()
      const key = await next()
      for (const kid of [key.kid, 'another']) {
        const header = { jwk: { ...key.publicKey.jwk, kid } }
        const answer = await rotate({ next: key, header })
        assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      }
      assert.deepEqual(await keys(), before)
    })
  }

  test('has a kid that no other key of the app has', async (t) => {
    const { rotate, old, next, keys } = await setup(t)
    const header = { jwk: { ...next.publicKey.jwk, kid: old.kid } }
    const answer = await rotate({ header })
    assert.match(answer.body.error_description, /'kid' of the new key/)
    assert.equal((await keys()).length, 1)
  })
})
