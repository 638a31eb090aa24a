import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test, type TestContext } from 'node:test'
import { inviteFirstAdministrator } from '@keygrant/server'
import { apiAs, aServer, newestEntries, type TestServer } from '../a-server.ts'
import {
  aBrowser,
  anotherPerson,
  type Browser,
  firstAdministrator,
  profileOf,
  tokenOf,
} from './a-browser.ts'

const USERS = '/api/v1/users'

async function setup(t: TestContext) {
  const server = await aServer(t)
  return { server, root: await firstAdministrator(server) }
}

function inviteFirst({ storage, issuer, clock }: TestServer) {
  return inviteFirstAdministrator({ storage, issuer, clock: () => clock.now * 1000 })
}

/** Adds a person and invites them. */
async function anInvitation(root: Browser, name = 'ada') {
  const { body } = await root.api('POST', USERS, { profile: profileOf(name) })
  const url = `${USERS}/${body.id as string}`
  const { body: invited, status, text } = await root.api('POST', `${url}/invitation`)
  assert.equal(status, 201, text)
  return { id: body.id as string, url, token: tokenOf(invited.url as string), invited }
}

suite('the first link', () => {
  test('makes whoever opens it a SUPER_ADMIN, once', async (t) => {
    const server = await aServer(t)
    const link = await inviteFirst(server)
    assert.ok(link)
    assert.match(link.url, /^https:\/\/auth\.example\/console#invitation=first\.[\w-]{43}$/)
    const token = tokenOf(link.url)
    const browser = aBrowser(server)
    const shown = (await browser.api('POST', '/api/v1/invitation', { token })).body
    assert.deepEqual([shown.kind, shown.login, shown.roles], ['first', null, ['SUPER_ADMIN']])
    const { body } = await browser.enrol(token, profileOf('root'))
    assert.deepEqual([body.login, body.roles], ['root@a.example', ['SUPER_ADMIN']])
    const events = (await newestEntries(server, 5)).map(({ event }) => event)
    assert.deepEqual(events.toReversed(), [
      'person.invited',
      'person.created',
      'role.assigned',
      'passkey.added',
      'session.started',
    ])
    const again = await aBrowser(server).api('POST', '/api/v1/invitation', { token })
    assert.deepEqual([again.status, again.body.errorCode], [401, 'E0000011'])
    assert.equal(await inviteFirst(server), undefined)
  })

  test('is good for 15 minutes, and until there is a newer one', async (t) => {
    const server = await aServer(t)
    const browser = aBrowser(server)
    const status = async (link: Awaited<ReturnType<typeof inviteFirst>>) =>
      (await browser.api('POST', '/api/v1/invitation', { token: tokenOf(link?.url ?? '') })).status
    const first = await inviteFirst(server)
    assert.equal(await status(first), 200)
    const second = await inviteFirst(server)
    assert.deepEqual([await status(first), await status(second)], [401, 200])
    server.clock.now += 15 * 60 - 1
    assert.equal(await status(second), 200)
    server.clock.now += 1
    assert.equal(await status(second), 401)
  })

  test('is taken up by one, though many open it at the same time', async (t) => {
    const server = await aServer(t)
    const token = tokenOf((await inviteFirst(server))?.url ?? '')
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => aBrowser(server).enrol(token, profileOf(name))),
    )
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 401, 401, 401],
    )
    assert.equal((await server.storage.records.list('person', { limit: 9 })).length, 1)
  })

  for (const [what, body] of [
    ['a role', { roles: ['SUPER_ADMIN'] }],
    ['a status', { status: 'ACTIVE' }],
    ['a person', { userId: '00u00000000000000000' }],
    ['a profile with a role', { profile: { ...profileOf('root'), role: 'SUPER_ADMIN' } }],
    ['no profile', {}],
  ] as const) {
    test(`[ADMI-007] is not taken up with ${what}`, async (t) => {
      const server = await aServer(t)
      const token = tokenOf((await inviteFirst(server))?.url ?? '')
      for (const path of ['options', 'accept']) {
        const answer = await aBrowser(server).api('POST', `/api/v1/invitation/${path}`, {
          token,
          ...body,
        })
        assert.deepEqual([path, answer.status], [path, 400])
      }
    })
  }
})

suite('an invitation', () => {
  test('lets a person enrol who was added, and tells them who they are', async (t) => {
    const { server, root } = await setup(t)
    const { url, token, invited } = await anInvitation(root)
    assert.equal(invited.isRecovery, false)
    assert.equal(Date.parse(invited.expiresAt) - server.clock.now * 1000, 86_400_000)
    const browser = aBrowser(server)
    const shown = (await browser.api('POST', '/api/v1/invitation', { token })).body
    assert.deepEqual([shown.kind, shown.login, shown.roles], ['enrolment', 'ada@a.example', []])
    assert.equal((await browser.enrol(token)).status, 200)
    assert.equal((await root.api('GET', url)).body.status, 'ACTIVE')
  })

  test('is good once', async (t) => {
    const { server, root } = await setup(t)
    const { token, url } = await anInvitation(root)
    const thieves = [1, 2, 3].map(() => aBrowser(server))
    const answers = await Promise.all(thieves.map((thief) => thief.enrol(token)))
    assert.deepEqual(
      answers.map(({ status }) => status).toSorted((one, other) => one - other),
      [200, 401, 401],
    )
    assert.equal((await root.api('GET', `${url}/passkeys`)).body.length, 1)
    const late = await aBrowser(server).api('POST', '/api/v1/invitation', { token })
    assert.equal(late.status, 401)
    assert.equal((await root.api('GET', `${url}/invitation`)).status, 404)
  })

  for (const [what, end] of [
    ['a day', (_root: Browser, _url: string, server: TestServer) => (server.clock.now += 86_400)],
    ['a newer one', (root: Browser, url: string) => root.api('POST', `${url}/invitation`)],
    ['it was taken back', (root: Browser, url: string) => root.api('DELETE', `${url}/invitation`)],
    [
      'the person was deactivated',
      (root: Browser, url: string) => root.api('POST', `${url}/lifecycle/deactivate`),
    ],
    [
      'the person was deactivated and activated again',
      async (root: Browser, url: string, server: TestServer) => {
        server.clock.now += 1
        await root.api('POST', `${url}/lifecycle/deactivate`)
        await root.api('POST', `${url}/lifecycle/activate`)
      },
    ],
    [
      'the person was deleted and added again',
      async (root: Browser, url: string, server: TestServer) => {
        server.clock.now += 1
        await root.api('DELETE', url)
        await root.api('DELETE', url)
        const again = await root.api('POST', USERS, { profile: profileOf('ada') })
        assert.equal(`${USERS}/${again.body.id as string}`, url)
      },
    ],
  ] as const) {
    test(`is worth nothing after ${what}`, async (t) => {
      const { server, root } = await setup(t)
      const { url, token } = await anInvitation(root)
      const browser = aBrowser(server)
      const { body } = await browser.api('POST', '/api/v1/invitation/options', { token })
      const credential = browser.authenticator.create(body.publicKey)
      await end(root, url, server)
      for (const [path, more] of [
        ['', {}],
        ['/options', {}],
        ['/accept', { credential }],
      ] as const) {
        const answer = await browser.api('POST', `/api/v1/invitation${path}`, { token, ...more })
        assert.deepEqual([path, answer.status], [path, 401])
      }
    })
  }

  test('[ADMI-006] is for the person who was invited, and for no other', async (t) => {
    const { server, root } = await setup(t)
    const ada = await anInvitation(root, 'ada')
    const bea = await anInvitation(root, 'bea')
    const [, secret = ''] = ada.token.split('.')
    for (const token of [`${bea.id}.${secret}`, `first.${secret}`, secret, '', 'x'.repeat(9999)]) {
      const answer = await aBrowser(server).api('POST', '/api/v1/invitation', { token })
      assert.equal(answer.status, 401)
    }
    // A passkey that was made for one of them is none for the other.
    const browser = aBrowser(server)
    const { body } = await browser.api('POST', '/api/v1/invitation/options', { token: ada.token })
    const credential = browser.authenticator.create(body.publicKey)
    const crossed = { token: bea.token, credential }
    assert.equal((await browser.api('POST', '/api/v1/invitation/accept', crossed)).status, 400)
  })

  test('is not in the store or the log in a form that can be used', async (t) => {
    const { server, root } = await setup(t)
    const { token } = await anInvitation(root)
    await server.storage.audit.flush()
    for (const file of [server.databaseFile, `${server.databaseFile}-wal`]) {
      const text = await readFile(file, 'latin1').catch(() => '')
      assert.ok(!text.includes(token.split('.')[1] ?? assert.fail()), file)
    }
  })

  for (const minutes of [4, 10_081, 5.5, '10', true]) {
    test(`is not made for ${JSON.stringify(minutes)} minutes`, async (t) => {
      const { root } = await setup(t)
      const { url } = await anInvitation(root)
      const answer = await root.api('POST', `${url}/invitation`, { expiresInMinutes: minutes })
      assert.equal(answer.status, 400)
    })
  }

  test('is not made for somebody who is not active', async (t) => {
    const { root } = await setup(t)
    const { body } = await root.api('POST', `${USERS}?activate=false`, {
      profile: profileOf('ada'),
    })
    assert.equal((await root.api('POST', `${USERS}/${body.id as string}/invitation`)).status, 400)
  })
})

suite('recovery', () => {
  test('by another SUPER_ADMIN replaces the passkeys and ends the sessions', async (t) => {
    const { server, root } = await setup(t)
    const { browser: lost, id } = await anotherPerson(server, root, 'ada', 'APP_ADMIN')
    const invited = (await root.api('POST', `${USERS}/${id}/invitation`)).body
    assert.equal(invited.isRecovery, true)
    assert.equal(Date.parse(invited.expiresAt) - server.clock.now * 1000, 15 * 60_000)
    // Until it is taken up, nothing changes.
    assert.equal((await lost.api('GET', '/api/v1/apps')).status, 200)
    const found = aBrowser(server)
    assert.equal((await found.enrol(tokenOf(invited.url as string))).body.roles[0], 'APP_ADMIN')
    assert.equal((await lost.api('GET', '/api/v1/apps')).status, 401)
    assert.equal((await lost.signIn()).status, 401)
    assert.equal((await root.api('GET', `${USERS}/${id}/passkeys`)).body.length, 1)
    assert.equal((await found.signIn()).status, 200)
  })

  test('by the operator, a service app that may do everything, is the same', async (t) => {
    const { server, root } = await setup(t)
    const { body } = await root.api('GET', `${USERS}/me`)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    const invited = await api('POST', `${USERS}/${body.id as string}/invitation`)
    assert.equal(invited.status, 201, invited.text)
    const found = aBrowser(server)
    assert.equal((await found.enrol(tokenOf(invited.body.url as string))).status, 200)
    assert.equal((await root.api('GET', `${USERS}/me`)).status, 401)
  })

  test('[ADMI-005] is not made for oneself, nor by a service app that could not give rights', async (t) => {
    const { server, root } = await setup(t)
    assert.equal((await root.api('POST', `${USERS}/me/invitation`)).status, 403)
    const { body } = await root.api('GET', `${USERS}/me`)
    for (const options of [
      { roles: ['SUPER_ADMIN'], scopes: ['okta.users.manage'] },
      { roles: ['APP_ADMIN'] },
      { roles: ['READ_ONLY_ADMIN'] },
    ] as const) {
      const { api } = await apiAs(server, options)
      assert.equal((await api('POST', `${USERS}/${body.id as string}/invitation`)).status, 403)
    }
  })
})
