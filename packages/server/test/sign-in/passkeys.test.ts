import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { personRecord, readPerson } from '../../src/admin/person.ts'
import { aServer, newestEntries, type TestServer } from '../a-server.ts'
import { aBrowser, anotherPerson, type Browser, firstAdministrator, ORIGIN } from './a-browser.ts'
import { anAuthenticator, type Deviations } from './an-authenticator.ts'

const ME = '/api/v1/users/me'

async function setup(t: TestContext) {
  const server = await aServer(t)
  return { server, root: await firstAdministrator(server) }
}

async function lastReason(server: TestServer): Promise<unknown> {
  const [entry] = await newestEntries(server)
  assert.equal(entry?.event, 'session.refused')
  return entry.detail['reason']
}

suite('a sign-in', () => {
  test('is in the log with its passkey, and in the list of people', async (t) => {
    const { server, root } = await setup(t)
    server.clock.now += 60
    const { body } = await root.signIn()
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'session.started')
    assert.deepEqual([entry.actorId, entry.detail['passkeyId']], [body.userId, body.passkeyId])
    const me = (await root.api('GET', ME)).body
    assert.equal(me.lastLogin, new Date(server.clock.now * 1000).toISOString())
  })

  test('asks for a passkey whose holder proves to be there, and names no person', async (t) => {
    const { server } = await setup(t)
    const { body } = await aBrowser(server).api('POST', '/api/v1/authn/options')
    const { challenge, timeout, ...rest } = body.publicKey
    assert.deepEqual(rest, { rpId: 'auth.example', userVerification: 'required' })
    assert.equal(timeout, 300_000)
    assert.ok(Buffer.from(challenge, 'base64url').length >= 32)
  })

  for (const [what, deviations, reason] of [
    [
      'of another site',
      { origin: 'https://auth.example.evil.example' },
      'the passkey did not prove it',
    ],
    ['for another domain', { rpId: 'evil.example' }, 'the passkey did not prove it'],
    ['that nobody is asked for', { challenge: 'AAAA' }, 'the passkey did not prove it'],
    ['without a check of who holds it', { isUserVerified: false }, 'the passkey did not prove it'],
    ['with a wrong signature', { isSignatureWrong: true }, 'the passkey did not prove it'],
    ['of another kind', { type: 'webauthn.create' }, 'the passkey did not prove it'],
    [
      'of another person',
      { userHandle: Buffer.from('00uAAAAAAAAAAAAAAAAA').toString('base64url') },
      'no such passkey',
    ],
    [
      'of what is no person',
      { userHandle: Buffer.from("' OR 1=1 --").toString('base64url') },
      'no such passkey',
    ],
  ] as const satisfies readonly (readonly [string, Deviations, string])[]) {
    test(`${what} is refused like any other`, async (t) => {
      const { server, root } = await setup(t)
      const browser = aBrowser(server, { authenticator: root.authenticator })
      const { status, body, headers } = await browser.signIn(deviations)
      assert.deepEqual([status, body.errorCode, body.errorCauses], [401, 'E0000004', []])
      assert.equal(headers['set-cookie'], undefined)
      assert.equal(await lastReason(server), reason)
    })
  }

  for (const [what, credential] of [
    ['nothing', undefined],
    ['a text', 'x'],
    ['an empty object', {}],
    ['numbers', { id: 1, response: { userHandle: 2 } }],
    ['no response', { id: 'YQ', rawId: 'YQ', type: 'public-key' }],
  ] as const) {
    test(`with ${what} for a credential is refused like any other`, async (t) => {
      const { server } = await setup(t)
      const answer = await aBrowser(server).api('POST', '/api/v1/authn', { credential })
      assert.deepEqual([answer.status, answer.body.errorCode], [401, 'E0000004'])
    })
  }

  test('takes a challenge once, though many send it at the same time', async (t) => {
    const { server, root } = await setup(t)
    const authenticator = anAuthenticator(ORIGIN, { counts: false })
    await swapAuthenticator(root, authenticator)
    const browser = aBrowser(server, { authenticator })
    const { body } = await browser.api('POST', '/api/v1/authn/options')
    const credential = authenticator.get(body.publicKey)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => aBrowser(server).api('POST', '/api/v1/authn', { credential })),
    )
    const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other)
    assert.deepEqual(statuses, [200, 401, 401, 401])
  })

  test('takes a challenge for 5 minutes, and not one that was for something else', async (t) => {
    const { server, root } = await setup(t)
    const browser = aBrowser(server, { authenticator: root.authenticator })
    for (const [path, seconds, status] of [
      ['/api/v1/authn/options', 299, 200],
      ['/api/v1/authn/options', 300, 401],
      ['/api/v1/sessions/me/confirm/options', 0, 401],
    ] as const) {
      const { body } = await root.api('POST', path)
      server.clock.now += seconds
      const credential = root.authenticator.get(body.publicKey)
      const answer = await browser.api('POST', '/api/v1/authn', { credential })
      assert.deepEqual([path, seconds, answer.status], [path, seconds, status])
    }
  })

  test('of an authenticator that was copied is refused: it does not count on', async (t) => {
    const { server, root } = await setup(t)
    const { authenticator } = root
    for (const [signCount, status] of [
      [7, 200],
      [7, 401],
      [6, 401],
      [0, 401],
      [8, 200],
    ] as const) {
      const answer = await aBrowser(server, { authenticator }).signIn({ signCount })
      assert.deepEqual([signCount, answer.status], [signCount, status])
    }
    const answers = await Promise.all(
      [9, 9, 9].map((signCount) => aBrowser(server, { authenticator }).signIn({ signCount })),
    )
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 401, 401],
    )
  })

  test('works with an authenticator that does not count', async (t) => {
    const { server, root } = await setup(t)
    const authenticator = anAuthenticator(ORIGIN, { counts: false })
    await swapAuthenticator(root, authenticator)
    for (let time = 0; time < 2; time++) {
      assert.equal((await aBrowser(server, { authenticator }).signIn()).status, 200)
    }
  })

  test('of a person who was deactivated is refused', async (t) => {
    const { server, root } = await setup(t)
    const { browser, id } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    // Past the admin API, which takes the passkeys away at once.
    await server.storage.records.change({ kind: 'person', id, actorId: id }, (record) => {
      assert.ok(record)
      const next = personRecord({ ...readPerson(record), status: 'DEPROVISIONED' })
      return { next, audit: [], answer: undefined }
    })
    assert.equal((await browser.signIn()).status, 401)
    assert.equal(await lastReason(server), 'the person may not sign in')
  })

  test('[ADMI-019] is tried 60 times a minute from one address, then not at all for a while', async (t) => {
    const server = await aServer(t, { trustedProxies: ['127.0.0.1'] })
    const root = await firstAdministrator(server)
    const from = (address: string): Browser =>
      aBrowser(server, {
        authenticator: root.authenticator,
        headers: { 'x-forwarded-for': address },
      })
    const attacker = from('203.0.113.7')
    const statuses = []
    for (let time = 0; time < 62; time++) {
      statuses.push((await attacker.api('POST', '/api/v1/authn', { credential: {} })).status)
    }
    assert.deepEqual([statuses[0], statuses[59], statuses[60], statuses[61]], [401, 401, 429, 429])
    assert.equal((await from('203.0.113.8').signIn()).status, 200)
  })
})

async function swapAuthenticator(
  browser: Browser,
  authenticator: ReturnType<typeof anAuthenticator>,
): Promise<void> {
  const { body } = await browser.api('POST', `${ME}/passkeys/options`)
  const credential = authenticator.create(body.publicKey)
  const answer = await browser.api('POST', `${ME}/passkeys`, { credential })
  assert.equal(answer.status, 201, answer.text)
}

suite('the passkeys of a person', () => {
  test('are several, each good for signing in, and none shows its key', async (t) => {
    const { server, root } = await setup(t)
    const second = anAuthenticator(ORIGIN)
    await swapAuthenticator(root, second)
    const { body, text } = await root.api('GET', `${ME}/passkeys`)
    assert.equal(body.length, 2)
    assert.ok(!text.includes('publicKey') && !text.includes(second.credentialId ?? assert.fail()))
    for (const authenticator of [root.authenticator, second]) {
      assert.equal((await aBrowser(server, { authenticator }).signIn()).status, 200)
    }
  })

  test('are asked for without those that are there already', async (t) => {
    const { root } = await setup(t)
    const { publicKey } = (await root.api('POST', `${ME}/passkeys/options`)).body
    assert.deepEqual(
      publicKey.excludeCredentials.map(({ id }: { id: string }) => id),
      [root.authenticator.credentialId],
    )
    assert.deepEqual(
      [publicKey.attestation, publicKey.authenticatorSelection.userVerification],
      ['none', 'required'],
    )
  })

  test('are renamed and removed, but for the last', async (t) => {
    const { server, root } = await setup(t)
    const first = root.authenticator.credentialId
    const [only] = (await root.api('GET', `${ME}/passkeys`)).body
    const url = `${ME}/passkeys/${only.id as string}`
    const refused = await root.api('DELETE', url)
    assert.equal(refused.status, 400)
    assert.match(refused.body.errorCauses[0].errorSummary, /your last passkey/)
    await swapAuthenticator(root, anAuthenticator(ORIGIN))
    const renamed = await root.api('PUT', url, { name: '  a key in the drawer ' })
    assert.equal(renamed.body.name, 'a key in the drawer')
    assert.equal((await root.api('DELETE', url)).status, 204)
    assert.ok(first)
    // The session began with it.
    assert.equal((await root.api('GET', ME)).status, 401)
    const again = await aBrowser(server, { authenticator: root.authenticator }).signIn()
    assert.equal(again.status, 401)
    const events = (await newestEntries(server, 9)).map(({ event }) => event)
    for (const event of ['passkey.added', 'passkey.renamed', 'passkey.removed'] as const) {
      assert.ok(events.includes(event), event)
    }
  })

  for (const [what, body] of [
    ['a name that is no text', { name: 7 }],
    ['an empty name', { name: ' ' }],
    ['a control character', { name: 'a\u0000' }],
    ['101 characters', { name: 'x'.repeat(101) }],
    ['[ADMI-007] another member', { name: 'a', signCount: 0, publicKey: 'x' }],
  ] as const) {
    test(`are not renamed with ${what}`, async (t) => {
      const { root } = await setup(t)
      const [{ id }] = (await root.api('GET', `${ME}/passkeys`)).body
      assert.equal((await root.api('PUT', `${ME}/passkeys/${id as string}`, body)).status, 400)
    })
  }

  for (const [what, deviations] of [
    ['of another site', { origin: 'https://evil.example' }],
    ['for another domain', { rpId: 'evil.example' }],
    ['that nobody was asked for', { challenge: 'AAAA' }],
    ['whose holder was not checked', { isUserVerified: false }],
    ['with a chain of certificates', { format: 'android-key' }],
  ] as const satisfies readonly (readonly [string, Deviations])[]) {
    test(`are not joined by one ${what}`, async (t) => {
      const { root } = await setup(t)
      assert.equal((await root.addPasskey('bad', deviations)).status, 400)
      assert.equal((await root.api('GET', `${ME}/passkeys`)).body.length, 1)
    })
  }

  test('are not joined by what was made for another session or person', async (t) => {
    const { server, root } = await setup(t)
    const { browser: eve } = await anotherPerson(server, root, 'eve', 'READ_ONLY_ADMIN')
    const { body } = await eve.api('POST', `${ME}/passkeys/options`)
    const credential = anAuthenticator(ORIGIN).create(body.publicKey)
    assert.equal((await root.api('POST', `${ME}/passkeys`, { credential })).status, 400)
    const second = aBrowser(server, { authenticator: eve.authenticator })
    await second.signIn()
    assert.equal((await second.api('POST', `${ME}/passkeys`, { credential })).status, 400)
    assert.equal((await eve.api('POST', `${ME}/passkeys`, { credential })).status, 201)
    assert.equal((await eve.api('POST', `${ME}/passkeys`, { credential })).status, 400)
  })
})
