import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { exportPkcs8Pem, exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import {
  aKey,
  anApp,
  anAssertion,
  apiAs,
  aServer,
  newestEntries,
  postToken,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
  const app = await anApp(server)
  return { server, api, app, url: `/api/v1/apps/${app.clientId}/credentials/jwks` }
}

suite('the keys of an app', () => {
  test('are listed under "keys"', async (t) => {
    const { api, app, url } = await setup(t)
    const { status, body } = await api('GET', url)
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['keys'])
    assert.equal(body.keys[0].id, app.keys[0]?.id)
    assert.deepEqual(body.keys[0]._links.deactivate.hints.allow, ['POST'])
  })

  test('say which other apps have the same key, when they are asked', async (t) => {
    const { server, api, app, url } = await setup(t)
    const own = await aKey('P-256', 'own')
    await api('POST', url, own.publicKey.jwk)
    const sharing = async () => {
      const { body } = await api('GET', `${url}?expand=uses,shared`)
      return (body.keys as { sharedWith: { clientId: string; label: string }[] }[]).map(
        ({ sharedWith }) => sharedWith.map(({ label }) => label).toSorted(),
      )
    }
    // The app that asks has the key of all tests.
    assert.deepEqual(await sharing(), [['an app'], []])
    const billing = await anApp(server, { label: 'billing-sync', keys: [own] })
    assert.deepEqual(await sharing(), [['an app'], ['billing-sync']])
    await api('POST', `/api/v1/apps/${billing.clientId}/lifecycle/deactivate`)
    await api('DELETE', `/api/v1/apps/${billing.clientId}`)
    assert.deepEqual(await sharing(), [['an app'], []])
    assert.equal(app.keys.length, 1)
  })

  test('get one more with 201, and it works at once', async (t) => {
    const { server, api, app, url } = await setup(t)
    const key = await aKey('P-384')
    const added = await api('POST', url, key.publicKey.jwk)
    assert.equal(added.status, 201)
    assert.match(added.body.id, /^pks/)
    assert.equal(added.body.status, 'ACTIVE')
    const shown = await api('GET', `${url}/${added.body.id}`)
    assert.deepEqual(shown.body, { ...added.body, uses: [] })
    const answer = await postToken(server, tokenForm(await anAssertion(app, {}, key)))
    assert.equal(answer.status, 200)
    const entries = await newestEntries(server, 2)
    assert.ok(
      entries.some(({ event, detail }) => event === 'key.created' && detail['kid'] === key.kid),
    )
  })

  test('say by which way they came, as the server knows it and whatever the sender says', async (t) => {
    const { api, url } = await setup(t)
    const added = await aKey('P-384')
    const sent = { ...added.publicKey.jwk, source: 'ROTATION' }
    assert.equal((await api('POST', url, sent)).body.source, 'ADMIN_API')
    const [old, kept] = (await api('GET', url)).body.keys
    assert.equal('source' in old, false, 'one from before it was kept says nothing')
    assert.equal(kept.source, 'ADMIN_API')

    const registered = await api('POST', '/oauth2/v1/clients', {
      client_name: 'registered',
      jwks: { keys: [(await aKey('P-256', 'first')).publicKey.jwk] },
    })
    assert.equal(registered.status, 201)
    const app = `/api/v1/apps/${registered.body.client_id as string}`
    const [first] = (await api('GET', `${app}/credentials/jwks`)).body.keys
    assert.equal(first.source, 'REGISTRATION')

    const made = await api('POST', '/api/v1/apps', {
      label: 'made',
      settings: { oauthClient: { jwks: { keys: [first] } } },
    })
    assert.equal(made.body.settings.oauthClient.jwks.keys[0].source, 'ADMIN_API')
  })

  test('have their RFC 7638 thumbprint as kid when none is given', async (t) => {
    const { api, url } = await setup(t)
    const key = await aKey('P-384')
    const { kid, ...jwk } = key.publicKey.jwk
    assert.equal((await api('POST', url, jwk)).body.kid, kid)
    assert.equal((await api('GET', url)).body.keys[1].use, 'sig')
  })

  test('may be added inactive, and then do not work', async (t) => {
    const { server, api, app, url } = await setup(t)
    const key = await aKey('P-384')
    const added = await api('POST', url, { ...key.publicKey.jwk, status: 'INACTIVE' })
    assert.equal(added.body.status, 'INACTIVE')
    const answer = await postToken(server, tokenForm(await anAssertion(app, {}, key)))
    assert.equal(answer.status, 401)
  })

  test('are rotated: added, deactivated, deleted, with each step in force at once', async (t) => {
    const { server, api, app, url } = await setup(t)
    const [old] = app.keys
    const key = await aKey('P-384')
    const token = async (signer = key) =>
      (await postToken(server, tokenForm(await anAssertion(app, {}, signer)))).status
    await api('POST', url, key.publicKey.jwk)
    assert.deepEqual([await token(), await token(await aKey())], [200, 200])
    const off = await api('POST', `${url}/${old?.id}/lifecycle/deactivate`)
    assert.deepEqual([off.status, off.body.status], [200, 'INACTIVE'])
    assert.deepEqual([await token(), await token(await aKey())], [200, 401])
    const on = await api('POST', `${url}/${old?.id}/lifecycle/activate`)
    assert.deepEqual([on.status, on.body.status], [200, 'ACTIVE'])
    assert.deepEqual([await token(), await token(await aKey())], [200, 200])
    await api('POST', `${url}/${old?.id}/lifecycle/deactivate`)
    assert.equal((await api('DELETE', `${url}/${old?.id}`)).status, 204)
    assert.equal((await api('GET', `${url}/${old?.id}`)).status, 404)
  })

  for (const [what, act, cause] of [
    [
      '[ADMI-011] the only active one is not deactivated',
      (id: string) => ['POST', `/${id}/lifecycle/deactivate`, undefined] as const,
      "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.",
    ],
    [
      'an active one is not deleted',
      (id: string) => ['DELETE', `/${id}`, undefined] as const,
      "You can't delete an active JSON Web Key. Deactivate the key before deleting it.",
    ],
    [
      '[KID-008] [KEYR-013] a kid is there once',
      async () => {
        const [{ jwk }, { kid }] = [(await aKey('P-384')).publicKey, await aKey()]
        return ['POST', '', { ...jwk, kid }] as const
      },
      "All keys in the 'jwks' must have a unique `kid`.",
    ],
  ] as const) {
    test(what, async (t) => {
      const { api, app, url } = await setup(t)
      const [method, path, body] = await act(app.keys[0]?.id ?? '')
      const answer = await api(method, url + path, body)
      assert.equal(answer.status, 400)
      assert.equal(answer.body.errorSummary, 'Api validation failed: JsonWebKey')
      assert.deepEqual(answer.body.errorCauses, [{ errorSummary: cause }])
    })
  }

  test('[KEYR-012] are at most fifty', async (t) => {
    const { api, url } = await setup(t)
    const { kid: _kid, ...jwk } = (await aKey('P-384')).publicKey.jwk
    for (let index = 1; index < 50; index++) {
      assert.equal((await api('POST', url, { ...jwk, kid: `k${index}` })).status, 201)
    }
    const answer = await api('POST', url, { ...jwk, kid: 'k50' })
    assert.equal(answer.status, 400)
    assert.match(answer.body.errorCauses[0].errorSummary, /maximum number of keys allowed \(50\)/)
  })
})

suite('a key that is not accepted', () => {
  async function everyPath(t: TestContext, jwk: unknown): Promise<string[]> {
    const { server, api, app, url } = await setup(t)
    const before = await server.storage.serviceApps.find(app.clientId)
    const jwks = { keys: [jwk] }
    const okta = { label: 'x', settings: { oauthClient: { jwks } } }
    const answers = [
      await api('POST', url, jwk),
      await api('POST', '/api/v1/apps', okta),
      await api('PUT', `/api/v1/apps/${app.clientId}`, okta),
      await api('POST', '/oauth2/v1/clients', { client_name: 'x', jwks }),
      await api('PUT', `/oauth2/v1/clients/${app.clientId}`, { client_name: 'x', jwks }),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 400, 400],
    )
    for (const { body } of answers.slice(3)) {
      assert.match(body.error_description, /^[\u0020\u0021\u0023-\u005b\u005d-\u007e]*$/)
    }
    assert.deepEqual(await server.storage.serviceApps.find(app.clientId), before)
    const log = JSON.stringify(await newestEntries(server, 100))
    return [...answers.map(({ text }) => text), log]
  }

  for (const kind of ['P-256', 'RSA-2048', 'Ed25519']) {
    test(`[KEYR-001] a private ${kind} JWK: refused on every path, with the advice to make a new one, and kept nowhere`, async (t) => {
      const jwk = exportPrivateJwk(await aKey(kind)) as { d: string }
      const texts = await everyPath(t, jwk)
      for (const text of texts.slice(0, -1)) assert.match(text, /treat this private key as exposed/)
      for (const text of texts) assert.ok(!text.includes(jwk.d))
    })
  }

  test('[KEYR-001] a public key with one private member', async (t) => {
    const { jwk } = (await aKey('RSA-2048')).publicKey
    for (const text of (await everyPath(t, { ...jwk, qi: 'AAAA' })).slice(0, -1)) {
      assert.match(text, /exposed/)
    }
  })

  test('[KEYR-002] a private PEM in place of a JWK', async (t) => {
    const pem = exportPkcs8Pem(await aKey())
    const texts = await everyPath(t, pem)
    for (const text of texts) assert.ok(!text.includes(pem.slice(60, 100)))
  })

  test('[KEYR-004] an RSA key of 1024 bits, with the sentence of Okta', async (t) => {
    const n = Buffer.alloc(128, 0xff).toString('base64url')
    const [text = ''] = await everyPath(t, { kty: 'RSA', e: 'AQAB', n })
    assert.match(text, /RSA key length in the 'jwks' is less than '2,048' bits/)
  })

  for (const [what, jwk] of [
    ['[KEYR-003] a shared secret', { kty: 'oct', k: 'AAAA' }],
    ['[KEYR-003] no kty', {}],
    ['[KEYR-003] a string', 'key'],
    ['[KEYR-003] null', null],
    ['[KEYR-003] an array', [[]]],
    ['[KEYR-005] e = 1', { kty: 'RSA', e: 'AQ', n: Buffer.alloc(256, 0xff).toString('base64url') }],
    [
      '[KEYR-008] a point that is not on its curve',
      {
        kty: 'EC',
        crv: 'P-256',
        x: Buffer.alloc(32, 1).toString('base64url'),
        y: Buffer.alloc(32, 1).toString('base64url'),
      },
    ],
    [
      '[KEYR-007] the example key of RFC 7517',
      {
        kty: 'EC',
        crv: 'P-256',
        x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
        y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
      },
    ],
    [
      '[KEYR-006] an RSA key with a small factor',
      { kty: 'RSA', e: 'AQAB', n: modulusWithFactor3() },
    ],
    ['[KEYR-008] another curve', { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }],
    ['[KEYR-011] X25519', { kty: 'OKP', crv: 'X25519', x: Buffer.alloc(32).toString('base64url') }],
  ] as const) {
    test(what, async (t) => {
      await everyPath(t, jwk)
    })
  }

  for (const [what, changes] of [
    ['[KEYR-009] an alg that contradicts the curve', { alg: 'ES384' }],
    ['[KEYR-009] HS256 on a public key', { alg: 'HS256' }],
    ['a use other than sig', { use: 'enc', alg: undefined }],
    ['[KEYR-013] a kid of 64 kB', { kid: 'k'.repeat(20_000) }],
    ['[KEYR-013] a kid of 256 characters', { kid: 'k'.repeat(256) }],
    ['[KEYR-013] a kid with a line break', { kid: 'a\r\nb' }],
    ['a kid that is a number', { kid: 7 }],
  ] as const) {
    test(what, async (t) => {
      await everyPath(t, { ...(await aKey('P-256', 'fresh')).publicKey.jwk, ...changes })
    })
  }

  test('[KEYR-013] __proto__ is a kid like any other', async (t) => {
    const { server, api, app, url } = await setup(t)
    const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: '__proto__' })
    assert.equal((await api('POST', url, key.publicKey.jwk)).status, 201)
    const answer = await postToken(server, tokenForm(await anAssertion(app, {}, key)))
    assert.equal(answer.status, 200)
  })

  test('[KEYR-012] more than fifty at once', async (t) => {
    const { api } = await setup(t)
    const keys = Array.from({ length: 51 }, () => ({ kty: 'EC' }))
    const answer = await api('POST', '/oauth2/v1/clients', { client_name: 'x', jwks: { keys } })
    assert.equal(answer.status, 400)
    assert.match(answer.body.error_description, /at most 50 keys/)
  })

  test('[KEYR-012] a body of more than 64 KiB', async (t) => {
    const { api, url } = await setup(t)
    const answer = await api('POST', url, { x: 'x'.repeat(70_000) })
    assert.equal(answer.status, 413)
    assert.deepEqual(
      [answer.body.errorCode, answer.body.errorSummary],
      ['E0000003', 'The request body is too large. It may have 65536 octets at most.'],
    )
  })
})

/** 2048 bits, odd, divisible by 3. */
function modulusWithFactor3(): string {
  const octets = Buffer.alloc(256, 0xff)
  octets[0] = 0xc0
  const n = BigInt(`0x${octets.toString('hex')}`)
  const divisible = n - (n % 3n)
  const odd = divisible % 2n === 0n ? divisible + 3n : divisible
  return Buffer.from(odd.toString(16), 'hex').toString('base64url')
}

suite('the end of a key', () => {
  test('is set and taken back, counts at once, and is in the log with what was before', async (t) => {
    const { server, api, app, url } = await setup(t)
    const path = `${url}/${app.keys[0]?.id}`
    const token = async () => {
      const { now } = server.clock
      const times = { iat: now, exp: now + 60 }
      return (await postToken(server, tokenForm(await anAssertion(app, times)))).status
    }
    const end = new Date((server.clock.now + 60) * 1000).toISOString()
    const set = await api('POST', `${path}/lifecycle/expire`, { expires_at: end })
    assert.deepEqual([set.status, set.body.expires_at], [200, end])
    const [entry] = await newestEntries(server, 1)
    assert.equal(entry?.event, 'key.updated')
    assert.deepEqual(entry.detail['expires_at'], { before: null, after: end })
    assert.equal(await token(), 200)
    server.clock.now += 60
    assert.equal(await token(), 401)
    const back = await api('POST', `${path}/lifecycle/expire`, { expires_at: null })
    assert.deepEqual([back.status, back.body.expires_at], [200, null])
    assert.equal(await token(), 200)
  })

  test('[ADMI-007] is a time ahead or null, and nothing else is taken with it', async (t) => {
    const { server, api, app, url } = await setup(t)
    const path = `${url}/${app.keys[0]?.id}/lifecycle/expire`
    const past = new Date((server.clock.now - 1) * 1000).toISOString()
    const ahead = new Date((server.clock.now + 60) * 1000).toISOString()
    for (const body of [
      {},
      { expires_at: past },
      { expires_at: 'soon' },
      { expires_at: 1 },
      { expires_at: ahead, status: 'INACTIVE' },
      [],
      null,
    ]) {
      assert.equal((await api('POST', path, body)).status, 400, JSON.stringify(body))
    }
    assert.equal((await api('GET', url)).body.keys[0].expires_at, null)
  })

  test('[ADMI-001] of an app with a protected grant is set by a SUPER_ADMIN alone', async (t) => {
    const { server, app, url } = await setup(t)
    const { api } = await apiAs(server, { roles: ['APP_ADMIN'] })
    const denied = await api('POST', `${url}/${app.keys[0]?.id}/lifecycle/expire`, {
      expires_at: null,
    })
    assert.equal(denied.status, 403)
  })
})

suite('who may change the keys of an app', () => {
  test('is said with the reason, and is what the server does', async (t) => {
    const server = await aServer(t)
    const key = (await aKey('P-384')).publicKey.jwk
    const free = await anApp(server, { scopes: [] })
    const bound = await anApp(server)
    for (const [role, app, roles, grants] of [
      ['APP_ADMIN', free, ['APP_ADMIN', 'SUPER_ADMIN'], []],
      ['APP_ADMIN', bound, ['SUPER_ADMIN'], ['okta.apps.read']],
      ['READ_ONLY_ADMIN', free, ['APP_ADMIN', 'SUPER_ADMIN'], []],
      ['SUPER_ADMIN', bound, ['SUPER_ADMIN'], ['okta.apps.read']],
    ] as const) {
      const { api } = await apiAs(server, { roles: [role] })
      const url = `/api/v1/apps/${app.clientId}/credentials`
      const { body } = await api('GET', `${url}/authority`)
      assert.deepEqual(body.roles, roles)
      assert.deepEqual(body.because.grants, grants)
      const { status } = await api('POST', `${url}/jwks`, { ...key, kid: `by ${role}` })
      assert.equal(body.isAllowed, status === 201, `${role}: ${status}`)
    }
  })
})
