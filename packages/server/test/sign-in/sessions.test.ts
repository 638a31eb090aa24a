import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test, type TestContext } from 'node:test'
import { inviteFirstAdministrator } from '@keygrant/server'
import {
  aKey,
  anAccessToken,
  anApp,
  apiWith,
  aServer,
  type JsonAnswer,
  newestEntries,
  type TestServer,
} from '../a-server.ts'
import { anAuthenticator } from './an-authenticator.ts'
import { aBrowser, anotherPerson, type Browser, COOKIE, firstAdministrator } from './a-browser.ts'

const ME = '/api/v1/sessions/me'
const APPS = '/api/v1/apps'

async function setup(t: TestContext) {
  const server = await aServer(t)
  return { server, root: await firstAdministrator(server) }
}

async function isSignedIn(browser: Browser): Promise<boolean> {
  const { status } = await browser.api('GET', ME)
  assert.ok(status === 200 || status === 401)
  return status === 200
}

function newApp(label = 'an app') {
  return { name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT' }
}

suite('a session', () => {
  test('lives in a cookie that scripts can not read and other sites can not send', async (t) => {
    const { root } = await setup(t)
    const { headers } = await root.signIn()
    const [pair = '', ...attributes] = String(headers['set-cookie']).split('; ')
    assert.match(pair, /^__Host-keygrant-session=00u\w{17}\.[\w-]{43}$/)
    assert.deepEqual(attributes.toSorted(), ['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
  })

  test('says who is signed in, what they may do, and when it ends', async (t) => {
    const { root } = await setup(t)
    const { body } = await root.api('GET', ME)
    assert.deepEqual(
      [body.login, body.roles, body.isCurrent, body.idleSeconds],
      ['root@a.example', ['SUPER_ADMIN'], true, 1800],
    )
    const start = Date.parse(body.createdAt)
    const minutes = [body.freshUntil, body.expiresAt, body.endsAt].map(
      (time: string) => (Date.parse(time) - start) / 60_000,
    )
    assert.deepEqual(minutes, [5, 30, 720])
  })

  test('is not in the store, nor is its CSRF token, in a form that can be used', async (t) => {
    const { server, root } = await setup(t)
    const secret = root.cookie?.split('.')[1] ?? assert.fail()
    await server.storage.audit.flush()
    for (const file of [server.databaseFile, `${server.databaseFile}-wal`]) {
      const text = await readFile(file, 'latin1').catch(() => '')
      assert.ok(!text.includes(secret), file)
      assert.ok(!text.includes(root.csrfToken ?? assert.fail()), file)
    }
  })

  test('[ADMI-018] is a new one with each sign-in, and the one before ends', async (t) => {
    const { server, root } = await setup(t)
    const before = root.cookie
    await root.signIn()
    assert.notEqual(root.cookie, before)
    const thief = aBrowser(server)
    thief.cookie = before
    assert.equal(await isSignedIn(thief), false)
  })

  test('[ADMI-018] that somebody planted in a browser does not become that of whoever signs in', async (t) => {
    const { server, root } = await setup(t)
    const { browser: attacker } = await anotherPerson(server, root, 'eve', 'READ_ONLY_ADMIN')
    for (const planted of [attacker.cookie, `${attacker.cookie?.slice(0, 21)}${'A'.repeat(43)}`]) {
      const victim = aBrowser(server, { authenticator: root.authenticator })
      victim.cookie = planted
      assert.equal((await victim.signIn()).body.login, 'root@a.example')
      assert.notEqual(victim.cookie, planted)
      const thief = aBrowser(server)
      thief.cookie = planted
      assert.equal(await isSignedIn(thief), false)
    }
  })

  test('[ADMI-018] is none when a second cookie of its name was planted', async (t) => {
    const { server, root } = await setup(t)
    const cookie = `${COOKIE}=x; ${COOKIE}=${root.cookie}`
    assert.equal((await apiWith(server)('GET', ME, undefined, { cookie })).status, 401)
  })

  test('[ADMI-018] ends when it is not used for 30 minutes', async (t) => {
    const { server, root } = await setup(t)
    server.clock.now += 29 * 60
    assert.equal(await isSignedIn(root), true)
    server.clock.now += 29 * 60
    assert.equal(await isSignedIn(root), true)
    server.clock.now += 30 * 60
    const answer = await root.api('GET', ME)
    assert.equal(answer.status, 401)
    assert.match(String(answer.headers['set-cookie']), /Max-Age=0/)
  })

  test('[ADMI-018] is kept alive by people, not by a page that asks while nobody is before it', async (t) => {
    const { server, root } = await setup(t)
    const unattended = { 'x-unattended': '1' }
    const end = new Date((server.clock.now + 30 * 60) * 1000).toISOString()
    for (let minutes = 10; minutes < 30; minutes += 10) {
      server.clock.now += 10 * 60
      const { status, body } = await root.api('GET', ME, undefined, unattended)
      assert.deepEqual([status, body.expiresAt], [200, end])
    }
    server.clock.now += 9 * 60
    const { body } = await root.api('GET', ME)
    assert.equal(Date.parse(body.expiresAt as string) / 1000, server.clock.now + 30 * 60)
    server.clock.now += 29 * 60
    assert.equal((await root.api('GET', ME, undefined, unattended)).status, 200)
    server.clock.now += 60
    assert.equal((await root.api('GET', ME, undefined, unattended)).status, 401)
  })

  test('[ADMI-018] ends after 12 hours, however much it is used', async (t) => {
    const { server, root } = await setup(t)
    const end = server.clock.now + 12 * 3600
    while (server.clock.now + 1200 < end) {
      server.clock.now += 1200
      assert.equal(await isSignedIn(root), true)
    }
    server.clock.now = end
    assert.equal(await isSignedIn(root), false)
  })

  for (const [what, end] of [
    ['its person signs out', (root: Browser) => root.api('DELETE', ME)],
    [
      'its person ends it by name',
      async (root: Browser) => {
        const { body } = await root.api('GET', ME)
        return root.api('DELETE', `/api/v1/users/me/sessions/${body.id as string}`)
      },
    ],
    [
      'its person ends all of them',
      (root: Browser) => root.api('DELETE', '/api/v1/users/me/sessions'),
    ],
  ] as const) {
    test(`ends when ${what}, also for whoever kept the cookie`, async (t) => {
      const { server, root } = await setup(t)
      const kept = aBrowser(server)
      kept.cookie = root.cookie
      assert.equal(await isSignedIn(kept), true)
      assert.equal((await end(root)).status, 204)
      assert.equal(await isSignedIn(kept), false)
      const [entry] = await newestEntries(server)
      assert.equal(entry?.event, 'session.ended')
    })
  }

  for (const [what, end] of [
    ['a SUPER_ADMIN ends them', (url: string) => ['DELETE', `${url}/sessions`]],
    [
      'a SUPER_ADMIN deactivates the person',
      (url: string) => ['POST', `${url}/lifecycle/deactivate`],
    ],
    [
      'a SUPER_ADMIN removes the passkey that it began with',
      (url: string, passkeyId: string) => ['DELETE', `${url}/passkeys/${passkeyId}`],
    ],
  ] as const) {
    test(`ends when ${what}`, async (t) => {
      const { server, root } = await setup(t)
      const { browser, id } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
      const { body } = await browser.api('GET', ME)
      const [method = '', url = ''] = end(`/api/v1/users/${id}`, body.passkeyId as string)
      const { status } = await root.api(method, url)
      assert.ok(status === 200 || status === 204)
      assert.equal(await isSignedIn(browser), false)
    })
  }

  test('is listed with the others of its person, the one in use marked', async (t) => {
    const { server, root } = await setup(t)
    const phone = aBrowser(server, {
      authenticator: root.authenticator,
      headers: { 'user-agent': 'a phone' },
    })
    await phone.signIn()
    const { body } = await root.api('GET', '/api/v1/users/me/sessions')
    const sessions = body as readonly { readonly userAgent: string; readonly isCurrent: boolean }[]
    assert.equal(sessions.length, 2)
    assert.deepEqual(
      sessions.filter(({ isCurrent }) => !isCurrent).map(({ userAgent }) => userAgent),
      ['a phone'],
    )
  })
})

suite('[ADMI-018] a change', () => {
  for (const [what, change] of [
    [
      'of keys',
      async (browser: Browser, app: string) =>
        browser.api(
          'POST',
          `${APPS}/${app}/credentials/jwks`,
          (await aKey('P-256', 'k')).publicKey.jwk,
        ),
    ],
    [
      'of grants',
      (browser: Browser, app: string) =>
        browser.api('POST', `${APPS}/${app}/grants`, {
          scopeId: 'okta.apps.read',
          issuer: 'https://auth.example',
        }),
    ],
    [
      'of roles',
      (browser: Browser, app: string) =>
        browser.api('POST', `/oauth2/v1/clients/${app}/roles`, { type: 'READ_ONLY_ADMIN' }),
    ],
    ['of passkeys', (browser: Browser) => browser.api('POST', '/api/v1/users/me/passkeys/options')],
    [
      'of people',
      (browser: Browser) =>
        browser.api('POST', '/api/v1/users', {
          profile: { login: 'x@a.example', email: 'x@a.example' },
        }),
    ],
  ] as const) {
    test(`${what} needs a passkey check that is no older than 5 minutes`, async (t) => {
      const { server, root } = await setup(t)
      const { clientId } = await anApp(server, { scopes: [] })
      server.clock.now += 300
      const refused = await change(root, clientId)
      assert.deepEqual([refused.status, refused.body.errorCode], [403, 'E0000470'])
      assert.equal((await root.api('GET', APPS)).status, 200)
      assert.equal((await root.confirm()).status, 200)
      const { status, text } = await change(root, clientId)
      assert.ok(status === 200 || status === 201, text)
    })
  }

  test('but an explanation needs none, because it changes nothing: only the CSRF token', async (t) => {
    const { server, root } = await setup(t)
    const { browser: nobody } = await anotherPerson(server, root, 'eve')
    server.clock.now += 300
    const explain = (browser: Browser): Promise<JsonAnswer> =>
      browser.api('POST', '/api/v1/explain', { client_assertion: 'x' })
    assert.equal((await explain(root)).status, 200)
    assert.equal((await explain({ ...root, api: apiWith(server) })).status, 401)
    const { csrfToken } = root
    root.csrfToken = undefined
    assert.equal((await explain(root)).status, 403)
    root.csrfToken = csrfToken
    // Without a role.
    assert.equal((await explain(nobody)).status, 403)
  })

  test('is not let through by the passkey check of another session, or of another person', async (t) => {
    const { server, root } = await setup(t)
    const { browser: other } = await anotherPerson(server, root, 'eve', 'SUPER_ADMIN')
    const options = (await root.api('POST', `${ME}/confirm/options`)).body.publicKey
    const foreign = other.authenticator.get(options)
    const answer = await root.api('POST', `${ME}/confirm`, { credential: foreign })
    assert.deepEqual([answer.status, answer.body.errorCode], [401, 'E0000004'])
    const own = root.authenticator.get(options)
    const second = aBrowser(server, { authenticator: root.authenticator })
    await second.signIn()
    assert.equal((await second.api('POST', `${ME}/confirm`, { credential: own })).status, 401)
  })
})

suite('[ADMI-014] a change by the cookie alone', () => {
  const forged = async (
    { server, root }: { server: TestServer; root: Browser },
    headers: Readonly<Record<string, string>>,
  ) => {
    const cookie = `${COOKIE}=${root.cookie}`
    return apiWith(server)('POST', APPS, newApp('forged'), { cookie, ...headers })
  }
  for (const [what, headers] of [
    ['without a CSRF token', () => ({})],
    ['with an empty one', () => ({ 'x-csrf-token': '' })],
    ['with one that is made up', () => ({ 'x-csrf-token': 'A'.repeat(43) })],
    [
      'from another site, even with the token',
      (token: string) => ({ 'x-csrf-token': token, origin: 'https://evil.example' }),
    ],
    [
      'from a neighbour at another origin of the same site',
      (token: string) => ({ 'x-csrf-token': token, 'sec-fetch-site': 'same-site' }),
    ],
    [
      'from a page without an origin',
      (token: string) => ({ 'x-csrf-token': token, origin: 'null' }),
    ],
    [
      'with a method in a header field',
      () => ({ 'x-http-method-override': 'POST', 'sec-fetch-site': 'cross-site' }),
    ],
  ] as const) {
    test(`${what} is refused, and recorded`, async (t) => {
      const { server, root } = await setup(t)
      const answer = await forged({ server, root }, headers(root.csrfToken ?? assert.fail()))
      assert.deepEqual([answer.status, answer.body.errorCode], [403, 'E0000006'])
      assert.deepEqual(await server.storage.serviceApps.list({ limit: 1 }), [])
      const [entry] = await newestEntries(server)
      assert.equal(entry?.event, 'admin.denied')
    })
  }

  test('with the token of another session of the same person is refused', async (t) => {
    const { server, root } = await setup(t)
    const phone = aBrowser(server, { authenticator: root.authenticator })
    await phone.signIn()
    const headers = { 'x-csrf-token': phone.csrfToken ?? assert.fail() }
    assert.equal((await forged({ server, root }, headers)).status, 403)
  })

  test('as a form that a page of another site sends is refused', async (t) => {
    const { root } = await setup(t)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'content-type': type, 'x-csrf-token': root.csrfToken ?? assert.fail() }
      const answer = await root.api('POST', APPS, JSON.stringify(newApp()), headers)
      assert.deepEqual([type, answer.status], [type, 400])
    }
  })

  for (const [method, url] of [
    ['DELETE', ME],
    ['POST', `${ME}/confirm/options`],
    ['DELETE', '/api/v1/users/me/sessions'],
    ['POST', '/api/v1/users/me/passkeys/options'],
  ] as const) {
    test(`${method} ${url} is refused`, async (t) => {
      const { server, root } = await setup(t)
      const cookie = `${COOKIE}=${root.cookie}`
      assert.equal((await apiWith(server)(method, url, undefined, { cookie })).status, 403)
      assert.equal(await isSignedIn(root), true)
    })
  }

  test('is not made by reading, and another site does not even read', async (t) => {
    const { server, root } = await setup(t)
    const cookie = `${COOKIE}=${root.cookie}`
    for (const site of ['cross-site', 'same-site']) {
      const headers = { cookie, 'sec-fetch-site': site }
      assert.equal((await apiWith(server)('GET', APPS, undefined, headers)).status, 403)
    }
    for (const url of [`${ME}/confirm`, '/api/v1/authn', '/api/v1/invitation/accept']) {
      assert.equal((await root.api('GET', url)).status, 405)
    }
  })

  test('signs nobody in from another site', async (t) => {
    const { server, root } = await setup(t)
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const victim = aBrowser(server, { authenticator: root.authenticator, headers })
      assert.equal((await victim.api('POST', '/api/v1/authn/options')).status, 403)
      assert.equal((await victim.api('POST', '/api/v1/authn', { credential: {} })).status, 403)
    }
  })
})

suite('what a person may do', () => {
  test('[ADMI-001] follows from the role: an APP_ADMIN changes keys until the app holds a grant', async (t) => {
    const { server, root } = await setup(t)
    const { browser } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    const made = await browser.api('POST', APPS, newApp())
    assert.equal(made.status, 200, made.text)
    const app = `${APPS}/${made.body.id as string}`
    const jwk = async (name: string) => (await aKey('P-256', name)).publicKey.jwk
    assert.equal((await browser.api('POST', `${app}/credentials/jwks`, await jwk('a'))).status, 201)
    const grant = { scopeId: 'okta.apps.read', issuer: 'https://auth.example' }
    assert.equal((await browser.api('POST', `${app}/grants`, grant)).status, 403)
    assert.equal((await root.api('POST', `${app}/grants`, grant)).status, 201)
    const refused = await browser.api('POST', `${app}/credentials/jwks`, await jwk('b'))
    assert.deepEqual([refused.status, refused.body.errorCode], [403, 'E0000006'])
    assert.equal((await root.api('POST', `${app}/credentials/jwks`, await jwk('b'))).status, 201)
    const entries = await newestEntries(server, 50)
    const byAda = entries.find(({ event }) => event === 'app.created')
    assert.match(byAda?.actorId ?? '', /^00u/)
  })

  test('[ADMI-005] is not raised by whoever has less', async (t) => {
    const { server, root } = await setup(t)
    const { browser, id } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    for (const who of [id, 'me']) {
      const answer = await browser.api('POST', `/api/v1/users/${who}/roles`, {
        type: 'SUPER_ADMIN',
      })
      assert.equal(answer.status, 403)
    }
    assert.equal((await browser.api('POST', `/api/v1/users/${id}/invitation`)).status, 403)
    const profile = { firstName: 'Ada' }
    assert.equal((await browser.api('POST', '/api/v1/users/me', { profile })).status, 403)
  })

  test('with READ_ONLY_ADMIN is reading; without a role it is nothing', async (t) => {
    const { server, root } = await setup(t)
    const { browser: reader } = await anotherPerson(server, root, 'rea', 'READ_ONLY_ADMIN')
    for (const url of [APPS, '/api/v1/logs', '/api/v1/users']) {
      assert.equal((await reader.api('GET', url)).status, 200, url)
    }
    assert.equal((await reader.api('POST', APPS, newApp())).status, 403)
    const { browser: nobody } = await anotherPerson(server, root, 'noa')
    assert.equal((await nobody.api('GET', APPS)).status, 403)
    assert.equal((await nobody.api('GET', ME)).status, 200)
  })

  test('[ADMI-009] is not to read what could be used: no token, no key of a passkey, no private key', async (t) => {
    const server = await aServer(t)
    const root = await firstAdministrator(server)
    const { id } = await anApp(server, { scopes: [] }).then(({ clientId }) => ({ id: clientId }))
    const { browser: reader } = await anotherPerson(server, root, 'rea', 'READ_ONLY_ADMIN')
    const me = (await reader.api('GET', ME)).body.userId as string
    const [record] = (await server.storage.records.list('session', { limit: 1 })).map(
      ({ content }) => content as { readonly generation: string },
    )
    const secrets = [
      root.cookie?.split('.')[1] ?? assert.fail(),
      root.csrfToken ?? assert.fail(),
      record?.generation ?? assert.fail(),
      root.authenticator.credentialId ?? assert.fail(),
    ]
    for (const url of [
      `${APPS}/${id}`,
      `${APPS}/${id}/credentials/jwks`,
      '/api/v1/users',
      `/api/v1/users/${me}`,
      '/api/v1/users/me/sessions',
      '/api/v1/users/me/passkeys',
      '/api/v1/logs?limit=1000',
      '/api/v1/authorizationServers/default/credentials/keys',
    ]) {
      const { status, text } = await reader.api('GET', url)
      assert.equal(status, 200, url)
      for (const secret of secrets) assert.ok(!text.includes(secret), url)
      assert.doesNotMatch(text, /"(?:d|p|q|publicKey|credentialId|generation|digest)":/, url)
    }
  })

  test('is lost at once with the role, in a session that is open', async (t) => {
    const { server, root } = await setup(t)
    const { browser, id } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    const [role] = (await root.api('GET', `/api/v1/users/${id}/roles`)).body
    await root.api('DELETE', `/api/v1/users/${id}/roles/${role.id as string}`)
    assert.equal((await browser.api('POST', APPS, newApp())).status, 403)
  })

  test('with an access token follows from the token alone, whatever cookie goes with it', async (t) => {
    const { server, root } = await setup(t)
    const app = await anApp(server, { scopes: ['okta.apps.read'] })
    const authorization = `Bearer ${await anAccessToken(server, app)}`
    assert.equal((await root.api('GET', APPS, undefined, { authorization })).status, 200)
    const refused = await root.api('POST', APPS, newApp(), { authorization })
    assert.equal(refused.status, 403)
    const bad = await root.api('GET', APPS, undefined, { authorization: 'Bearer x' })
    assert.equal(bad.status, 401)
  })

  test('[ADMI-006] is not to see or end the sessions, passkeys and invitations of others, or to learn who exists', async (t) => {
    const { server, root } = await setup(t)
    const { id: victim } = await anotherPerson(server, root, 'vic', 'APP_ADMIN')
    const { browser: ada, id: adaId } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    const [session] = (await root.api('GET', `/api/v1/users/${victim}/sessions`)).body
    const [passkey] = (await root.api('GET', `/api/v1/users/${victim}/passkeys`)).body
    for (const id of [victim, 'nobody@a.example']) {
      const url = `/api/v1/users/${id}`
      for (const [method, path, body] of [
        ['GET', '/sessions', undefined],
        ['DELETE', '/sessions', undefined],
        ['DELETE', `/sessions/${session.id as string}`, undefined],
        ['GET', '/passkeys', undefined],
        ['POST', '/passkeys/options', undefined],
        ['POST', '/passkeys', { credential: {} }],
        ['PUT', `/passkeys/${passkey.id as string}`, { name: 'mine' }],
        ['DELETE', `/passkeys/${passkey.id as string}`, undefined],
        ['GET', '/invitation', undefined],
        ['POST', '/invitation', undefined],
        ['DELETE', '/invitation', undefined],
      ] as const) {
        const answer = await ada.api(method, url + path, body)
        assert.deepEqual([method, path, answer.status], [method, path, 403])
      }
    }
    // Under a name of one's own, what belongs to another is not there.
    for (const url of [`sessions/${session.id as string}`, `passkeys/${passkey.id as string}`]) {
      assert.equal((await ada.api('DELETE', `/api/v1/users/me/${url}`)).status, 404, url)
      assert.equal((await ada.api('DELETE', `/api/v1/users/${adaId}/${url}`)).status, 404, url)
    }
    assert.equal((await root.api('GET', `/api/v1/users/${victim}/sessions`)).body.length, 1)
    assert.equal((await root.api('GET', `/api/v1/users/${victim}/passkeys`)).body.length, 1)
  })
})

suite('every answer about sessions', () => {
  test('[ADMI-016] forbids frames, guesses of its type, referrers and keeping', async (t) => {
    const { server, root } = await setup(t)
    for (const answer of [
      await aBrowser(server).api('POST', '/api/v1/authn/options'),
      await root.signIn(),
      await root.api('GET', ME),
      await aBrowser(server).api('GET', ME),
    ]) {
      const { headers } = answer
      assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/)
      assert.deepEqual(
        ['x-frame-options', 'x-content-type-options', 'referrer-policy', 'cache-control'].map(
          (name) => headers[name],
        ),
        ['DENY', 'nosniff', 'no-referrer', 'no-store'],
      )
      assert.match(String(headers['strict-transport-security']), /max-age=31536000/)
    }
  })

  for (const next of ['https://evil.example', '//evil.example', String.raw`\\\\evil.example`]) {
    test(`[ADMI-020] leads nowhere, whatever it is asked for: ${next}`, async (t) => {
      const { server, root } = await setup(t)
      const { body } = await aBrowser(server).api('POST', '/api/v1/authn/options')
      const credential = root.authenticator.get(body.publicKey)
      const refused = await root.api('POST', '/api/v1/authn', { credential, next })
      assert.equal(refused.status, 400)
      const url = `/api/v1/authn?next=${encodeURIComponent(next)}`
      const answer = await root.api('POST', url, { credential })
      assert.deepEqual([answer.status, answer.headers['location']], [200, undefined])
      assert.ok(!answer.text.includes('evil'))
    })
  }
})

suite('at a server of this machine', () => {
  for (const [issuer, origin, cookie] of [
    ['http://127.0.0.1:8400', 'http://localhost:8400', 'keygrant-session-8400'],
    ['http://localhost:8400', 'http://localhost:8400', 'keygrant-session-8400'],
    ['https://localhost:8400', 'https://localhost:8400', '__Host-keygrant-session'],
  ] as const) {
    test(`${issuer} people sign in at ${origin}, with the cookie ${cookie}`, async (t) => {
      const server = await aServer(t, { issuer })
      const { storage, clock } = server
      const invited = await inviteFirstAdministrator({
        storage,
        issuer,
        clock: () => clock.now * 1000,
      })
      assert.ok(invited)
      assert.ok(invited.url.startsWith(`${origin}/console#invitation=first.`))
      const browser = aBrowser(server, {
        authenticator: anAuthenticator(origin),
        headers: { origin },
      })
      const token = invited.url.slice(invited.url.indexOf('=') + 1)
      const profile = { login: 'a@a.example', email: 'a@a.example' }
      const answer = await browser.enrol(token, profile)
      assert.equal(answer.status, 200, answer.text)
      const field = String(answer.headers['set-cookie'])
      assert.ok(field.startsWith(`${cookie}=`), field)
      assert.equal(field.includes('Secure'), origin.startsWith('https:'))
      assert.match(field, /HttpOnly; SameSite=Strict/)
    })
  }

  test('an address that is no host name has no passkeys, and says so', async (t) => {
    const server = await aServer(t, { issuer: 'https://10.0.0.7' })
    const answer = await apiWith(server)('POST', '/api/v1/authn/options')
    assert.equal(answer.status, 400)
    assert.match(answer.body.errorCauses[0].errorSummary, /belong to a host name/)
  })
})
