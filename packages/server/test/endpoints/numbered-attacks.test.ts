import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { type AppSettings, createAuthorizationServer, type Storage } from '@keygrant/server'
import { importPKCS8, SignJWT } from 'jose'
import { exportPkcs8Pem, generateKey, type Signer } from '@keygrant/core/keys'
import {
  aJwt,
  aKey,
  anApp,
  anAssertion,
  aServer,
  apiAs,
  claimsOf,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  someSigningKeys,
  tokenForm,
} from '../a-server.ts'

const USED = 'The client_assertion token has already been used.'

suite('single use', () => {
  test('[B64-006] holds for a copy in another encoding, which is no JWT either', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const jwt = await anAssertion(app)
    assert.equal((await postToken(server, tokenForm(jwt))).status, 200)
    const last = jwt.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // The last character of a P-256 signature has four bits that decode to nothing.
    const spare = alphabet[alphabet.indexOf(last) ^ 1] ?? ''
    for (const copy of [`${jwt}=`, `${jwt}==`, jwt.slice(0, -1) + spare, jwt.replace('.', '=.')]) {
      const answer = await postToken(server, tokenForm(copy))
      assert.equal(answer.status, 401)
      assert.equal(answer.body.error_description, 'The parsing of the client_assertion failed.')
    }
    // Another signature of the same claims is the same use.
    const [header = '', payload = ''] = jwt.split('.')
    const signature = await (await aKey()).sign(Buffer.from(`${header}.${payload}`))
    const again = `${header}.${payload}.${Buffer.from(signature).toString('base64url')}`
    assert.notEqual(again, jwt)
    assert.equal((await postToken(server, tokenForm(again))).body.error_description, USED)
  })

  test('[TIME-013] outlives a clock that is set back after the assertion expired', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const jwt = await anAssertion(app)
    assert.equal((await postToken(server, tokenForm(jwt))).status, 200)
    for (const ahead of [61, 120, 600]) {
      server.clock.now = NOW + ahead
      await server.storage.maintain(server.clock.now * 1000)
      server.clock.now = NOW + 30
      const answer = await postToken(server, tokenForm(jwt))
      assert.deepEqual([answer.status, answer.body.error_description], [401, USED])
    }
  })

  test('[TIME-014] holds on another node, whose clock is half a minute away', async (t) => {
    const { storage } = await aServer(t)
    const node = async (offset: number) => {
      const server = await createAuthorizationServer({
        issuer: ISSUER,
        storage,
        signingKeys: await someSigningKeys(),
        clock: () => (NOW + offset) * 1000,
      })
      t.after(() => server.close())
      return { server }
    }
    const [slow, fast] = [await node(-15), await node(15)]
    const app = await anApp({ storage })
    for (const [first, second] of [
      [slow, fast],
      [fast, slow],
    ] as const) {
      const jwt = await anAssertion(app, { iat: NOW - 20 })
      assert.equal((await postToken(first, tokenForm(jwt))).status, 200)
      const answer = await postToken(second, tokenForm(jwt))
      assert.deepEqual([answer.status, answer.body.error_description], [401, USED])
    }
  })

  test('[JTI-007] is recorded before a token is signed, and not signed when it is not recorded', async (t) => {
    const events: string[] = []
    const { current, ...keys } = await someSigningKeys()
    const signing: Signer = {
      kid: current.kid,
      alg: current.alg,
      publicKey: current.publicKey,
      sign(octets) {
        events.push('signed')
        return current.sign(octets)
      },
    }
    let isBroken = false
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      replay: {
        ...storage.replay,
        async recordOnce(use) {
          // Long enough for anything that does not wait to come first.
          await new Promise((resolve) => setTimeout(resolve, 20))
          if (isBroken) return false
          const isFirst = await storage.replay.recordOnce(use)
          events.push('recorded')
          return isFirst
        },
      },
    })
    const server = await aServer(t, {
      wrap,
      signingKeys: { ...keys, current: signing as typeof current },
    })
    const app = await anApp(server)
    assert.equal((await postToken(server, tokenForm(await anAssertion(app)))).status, 200)
    assert.deepEqual(events, ['recorded', 'signed'])
    isBroken = true
    assert.equal((await postToken(server, tokenForm(await anAssertion(app)))).status, 401)
    assert.deepEqual(events, ['recorded', 'signed'])
  })

  test('[JTI-012] is of one client and one jti, not of their names run together', async (t) => {
    const server = await aServer(t)
    const template = await anApp(server)
    for (const [clientId, jti] of [
      ['a', 'b:c'],
      ['a:b', 'c'],
      ['ab', 'c'],
      ['a', 'bc'],
    ] as const) {
      await server.storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
        next: {
          ...template,
          clientId,
          grants: template.grants.map((grant, index) => ({
            ...grant,
            id: `${clientId}${jti}${index}`,
          })),
        },
        audit: [],
        answer: undefined,
      }))
      const jwt = await aJwt(claimsOf({ clientId }, { jti }))
      assert.equal((await postToken(server, tokenForm(jwt))).status, 200, `${clientId} ${jti}`)
    }
  })

  test('[JTI-019] is forgotten under no flood: nothing is evicted', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const jwt = await anAssertion(app)
    assert.equal((await postToken(server, tokenForm(jwt))).status, 200)
    const octets = Buffer.alloc(32)
    const flood = Array.from({ length: 5000 }, (_, index) => {
      octets.writeUInt32BE(index)
      return { replayKey: Buffer.from(octets), expiresAt: NOW + 60 }
    })
    await Promise.all(flood.map((use) => server.storage.replay.recordOnce(use)))
    await server.storage.maintain(NOW * 1000)
    const answer = await postToken(server, tokenForm(jwt))
    assert.equal(answer.body.error_description, USED)
  })

  test('[JTI-021] takes no more room than the budget of the client allows', async (t) => {
    let recorded = 0
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      replay: {
        ...storage.replay,
        recordOnce(use) {
          recorded++
          return storage.replay.recordOnce(use)
        },
      },
    })
    const server = await aServer(t, { wrap, limits: { tokensPerMinute: 5 } })
    const app = await anApp(server)
    const statuses = new Set<number>()
    for (let index = 0; index < 30; index++) {
      const jwt = await anAssertion(app, { exp: NOW + 3600 })
      statuses.add((await postToken(server, tokenForm(jwt))).status)
    }
    assert.deepEqual([...statuses], [200, 429])
    assert.equal(recorded, 5)
  })
})

suite('which key and which algorithm', () => {
  test('[ALG-007] of a JWK without alg: one of its kind that the profile allows, and no other', async (t) => {
    for (const [profile, good, bad] of [
      ['okta', ['RS256', 'RS384', 'RS512', 'PS256'], ['PS384', 'PS512', 'ES256', 'HS256', 'RS1']],
      ['strict', ['PS256'], ['RS256', 'RS384', 'RS512', 'PS384', 'PS512', 'ES256', 'HS256']],
    ] as const) {
      const server = await aServer(t, { profile })
      const key = await generateKey({ kty: 'RSA', modulusBits: 2048 })
      const { alg: _alg, ...jwk } = key.publicKey.jwk
      assert.equal('alg' in jwk, false)
      const app = await anApp(server, { keys: [key] })
      for (const alg of [...good, ...bad]) {
        const isRsa = /^[RP]S(256|384|512)$/.test(alg)
        const signer = isRsa ? alg : 'RS256'
        const claims = claimsOf(app, { aud: ISSUER })
        const signed = await new SignJWT(claims)
          .setProtectedHeader({ alg: signer, kid: key.kid })
          .sign(await importPKCS8(exportPkcs8Pem(key), signer))
        const [, payload, signature] = signed.split('.')
        const header = Buffer.from(JSON.stringify({ alg, kid: key.kid })).toString('base64url')
        const jwt = isRsa ? signed : [header, payload, signature].join('.')
        const { status } = await postToken(server, tokenForm(jwt))
        assert.equal(
          status,
          (good as readonly string[]).includes(alg) ? 200 : 401,
          `${profile} ${alg}`,
        )
      }
    }
  })

  test('[ALG-010] is the one that the app is pinned to, whatever other keys it has', async (t) => {
    const server = await aServer(t)
    const [rsa, es] = [await aKey('RSA-2048'), await aKey()]
    const settings: AppSettings = { algorithms: ['PS256'] }
    const app = await anApp(server, { keys: [rsa, es], settings })
    const post = async (key: typeof rsa, alg: string, jwt?: string) =>
      postToken(server, tokenForm(jwt ?? (await aJwt(claimsOf(app), key, { alg }))))
    const answer = await post(es, 'ES256')
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
    for (const [alg, status] of [
      ['RS256', 401],
      ['PS256', 200],
    ] as const) {
      const jwt = await new SignJWT(claimsOf(app))
        .setProtectedHeader({ alg, kid: rsa.kid })
        .sign(await importPKCS8(exportPkcs8Pem(rsa), alg))
      assert.equal((await post(rsa, alg, jwt)).status, status, alg)
    }
  })

  test('[SIG-010] without kid, of a client with fifty keys: no signature is tried at all', async (t) => {
    const server = await aServer(t)
    const keys = await Promise.all(
      Array.from({ length: 50 }, () => generateKey({ kty: 'EC', crv: 'P-256' })),
    )
    const app = await anApp(server, { keys })
    const jwt = await aJwt(claimsOf(app), keys[49], { kid: undefined })
    assert.equal((await postToken(server, tokenForm(jwt))).status, 401)
    const [entry] = await newestEntries(server)
    const checks = entry?.detail['checks'] as { check: string; status: string; because?: string }[]
    const found = checks.filter(({ check }) => check === 'key' || check === 'signature')
    assert.deepEqual(
      found.map(({ check, status, because }) => [check, status, because]),
      [
        ['key', 'fail', undefined],
        ['signature', 'skip', 'key'],
      ],
    )
  })

  test('[DOS-003] no key is registered that is dear to verify with', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const modulus = Buffer.alloc(2048, 0xff)
    const jwk = { kty: 'RSA', e: 'AQAB', n: modulus.toString('base64url'), kid: 'large' }
    const answer = await api('POST', '/oauth2/v1/clients', {
      client_name: 'x',
      jwks: { keys: [jwk] },
    })
    assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_client_metadata'])
  })
})

suite('what is answered', () => {
  test('[REQU-010] no client can be registered for another grant, and none is served', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    for (const grant of ['authorization_code', 'refresh_token', 'password']) {
      const grantTypes = { client_name: 'x', grant_types: ['client_credentials', grant] }
      const made = await api('POST', '/oauth2/v1/clients', grantTypes)
      assert.deepEqual([made.status, made.body.error], [400, 'invalid_client_metadata'])
      const form = tokenForm(await anAssertion(await anApp(server)), { grant_type: grant })
      const answer = await postToken(server, form)
      assert.deepEqual([answer.status, answer.body.error], [400, 'unsupported_grant_type'])
    }
  })

  test('[RESP-007] invalid_client is 401, with no challenge where no Authorization was; all else is 400', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    const form = async (changes: Record<string, string | undefined>, claims = {}) =>
      postToken(server, tokenForm(await anAssertion(app, claims), changes))
    for (const answer of [
      await form({}, { exp: NOW - 1 }),
      await form({}, { aud: 'https://other.example' }),
      await form({ client_id: 'other' }),
      await form({ client_assertion: undefined, client_assertion_type: undefined }),
    ]) {
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
      assert.equal(answer.headers['www-authenticate'], undefined)
    }
    for (const [changes, error] of [
      [{ grant_type: undefined }, 'invalid_request'],
      [{ grant_type: 'other' }, 'unsupported_grant_type'],
      [{ scope: undefined }, 'invalid_scope'],
      [{ scope: 'okta.logs.read' }, 'consent_required'],
      [{ resource: 'https://other.example' }, 'invalid_target'],
    ] as const) {
      const answer = await form(changes)
      assert.deepEqual([answer.status, answer.body.error], [400, error])
    }
  })
})

suite('what is issued, and what is said about it', () => {
  const segmentOf = (jwt: string, index: number): Record<string, unknown> =>
    JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >

  test('[SCOP-011] the scopes of the token are those of the answer, and no more than are granted', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server, { scopes: ['okta.apps.read', 'okta.logs.read'] })
    const scope = 'okta.logs.read okta.users.read okta.logs.read'
    const { body } = await postToken(server, tokenForm(await anAssertion(app), { scope }))
    assert.equal(body.scope, 'okta.logs.read')
    const claims = segmentOf(body.access_token, 1)
    assert.deepEqual([claims['scope'], claims['scp']], ['okta.logs.read', ['okta.logs.read']])
  })

  test('[RESO-006] a client_id is made by the server, and is that of no person', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const profile = { login: 'ada@example.org', email: 'ada@example.org' }
    const person = await api('POST', '/api/v1/users', { profile })
    for (const [url, body] of [
      ['/oauth2/v1/clients', { client_name: 'x', client_id: person.body.id }],
      ['/api/v1/apps', { label: 'x', credentials: { oauthClient: { client_id: person.body.id } } }],
    ] as const) {
      assert.equal((await api('POST', url, body)).status, 400)
    }
    const made = await api('POST', '/oauth2/v1/clients', { client_name: 'x' })
    assert.match(made.body.client_id, /^0oa\w{17}$/)
    assert.match(person.body.id, /^00u\w{17}$/)
  })

  test('[RESO-014] the published keys are public: no member of them is more', async (t) => {
    const server = await aServer(t)
    const { body } = await server.server.inject({ url: '/oauth2/v1/keys' })
    const { keys } = JSON.parse(body) as { keys: Record<string, unknown>[] }
    assert.ok(keys.length > 0)
    const open = new Set(['kty', 'n', 'e', 'crv', 'x', 'y', 'kid', 'alg', 'use'])
    for (const key of keys)
      assert.deepEqual(
        Object.keys(key).filter((name) => !open.has(name)),
        [],
      )
  })

  test('[DOS-005] the largest requests that are read cost no more than some ordinary ones', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const app = await anApp(server)
    const clients = '/oauth2/v1/clients'
    const deep = `{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`
    const members = Array.from({ length: 6000 }, (_, index) => `"m${index}":1`).join(',')
    const kinds: Readonly<Record<string, () => Promise<{ readonly status: number }>>> = {
      'many parameters': () => postToken(server, 'a=&'.repeat(21_000)),
      'percent-encoding': () => postToken(server, `a=${'%41'.repeat(21_000)}`),
      dots: () => postToken(server, tokenForm('.'.repeat(60_000))),
      'a deep assertion': () =>
        postToken(
          server,
          tokenForm(`eyJhbGciOiJFUzI1NiJ9.${Buffer.from(deep).toString('base64url')}.AA`),
        ),
      'many scopes': async () =>
        postToken(server, tokenForm(await anAssertion(app), { scope: 'a '.repeat(30_000) })),
      'a deep document': () => api('POST', clients, '['.repeat(30_000) + ']'.repeat(30_000)),
      'many members': () => api('POST', clients, `{${members}}`),
    }
    /** Microseconds of CPU of the cheapest of some tries. */
    const cost = async (request: () => Promise<{ readonly status: number }>): Promise<number> => {
      const costs: number[] = []
      for (let round = 0; round < 4; round++) {
        const start = process.cpuUsage()
        const { status } = await request()
        const { user, system } = process.cpuUsage(start)
        costs.push(user + system)
        assert.ok(status < 500)
      }
      return Math.min(...costs)
    }
    const ordinary = await cost(async () => postToken(server, tokenForm(await anAssertion(app))))
    for (const [what, request] of Object.entries(kinds)) {
      const ratio = (await cost(request)) / ordinary
      assert.ok(ratio < 40, `${what}: ${ratio.toFixed(1)} times an ordinary request`)
    }
  })

  test('[DOS-006] two hundred idle connections keep nobody from asking', async (t) => {
    const { server } = await aServer(t)
    const { port, url } = await server.listen({ port: 0 })
    const sockets = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = connect(port, '127.0.0.1')
        await once(socket, 'connect')
        return socket
      }),
    )
    t.after(() => {
      for (const socket of sockets) socket.destroy()
    })
    const answer = await fetch(`${url}/livez`)
    assert.equal(answer.status, 200)
    await answer.text()
  })
})
