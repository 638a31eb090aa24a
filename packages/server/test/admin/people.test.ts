import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Role } from '@keygrant/server'
import { actorOf, requireAuthority } from '../../src/admin/permissions.ts'
import {
  type Passkey,
  type Person,
  personId,
  personRecord,
  readPerson,
} from '../../src/admin/person.ts'
import {
  type CallApi,
  anApp,
  apiAs,
  aServer,
  newestEntries,
  NOW,
  type TestServer,
} from '../a-server.ts'

const USERS = '/api/v1/users'
const profile = {
  firstName: 'Ada',
  lastName: 'Example',
  login: 'ada@a.example',
  email: 'ada@a.example',
}

async function setup(t: TestContext, role: Role = 'SUPER_ADMIN') {
  const server = await aServer(t)
  const { api, app } = await apiAs(server, { roles: [role] })
  return { server, api, app }
}

async function aPerson(api: CallApi, changes: Partial<typeof profile> = {}): Promise<string> {
  const answer = await api('POST', USERS, { profile: { ...profile, ...changes } })
  assert.equal(answer.status, 200, answer.text)
  return answer.body.id as string
}

const aPasskey: Passkey = {
  id: 'pky1',
  name: 'a phone',
  credentialId: 'YQ',
  publicKey: 'YQ',
  signCount: 0,
  transports: [],
  isBackedUp: true,
  aaguid: '00000000-0000-0000-0000-000000000000',
  created: 0,
  lastUsed: null,
}

/** Somebody who signs in, as the store knows them after that. */
async function anAdministrator(
  { storage }: TestServer,
  login: string,
  role: Role,
): Promise<Person> {
  const person: Person = {
    ...readPerson({ kind: 'person', id: personId(login), content: {} }),
    status: 'ACTIVE',
    lastLogin: NOW * 1000,
    profile: { login, email: login, firstName: null, lastName: null },
    roles: [{ id: `ra1${login}`, role, created: 0 }],
    passkeys: [aPasskey],
  }
  const subjects = { kind: 'person', id: person.id, actorId: 'test' } as const
  await storage.records.change(subjects, () => ({
    next: personRecord(person),
    audit: [],
    answer: undefined,
  }))
  return person
}

suite('a person', () => {
  test("is added in Okta's JSON, and answered in it", async (t) => {
    const { server, api } = await setup(t)
    const answer = await api('POST', USERS, { profile })
    const { id, _links, ...rest } = answer.body
    assert.match(id, /^00u[0-9A-Za-z]{17}$/)
    const at = new Date(NOW * 1000).toISOString()
    assert.deepEqual(rest, {
      status: 'PROVISIONED',
      created: at,
      activated: at,
      statusChanged: at,
      lastLogin: null,
      lastUpdated: at,
      passwordChanged: null,
      type: { id: 'administrator' },
      profile: { ...profile, mobilePhone: null, secondEmail: null },
    })
    assert.deepEqual(Object.keys(_links), ['self', 'deactivate'])
    for (const name of [id, 'ada@a.example', 'ADA@A.example']) {
      const found = await api('GET', `${USERS}/${encodeURIComponent(name)}`)
      assert.deepEqual(found.body, answer.body, name)
    }
    const [entry] = await newestEntries(server)
    assert.deepEqual([entry?.event, entry?.detail['personId']], ['person.created', id])
  })

  test('is staged with activate=false, then activated, deactivated and deleted', async (t) => {
    const { api } = await setup(t)
    const { body } = await api('POST', `${USERS}?activate=false`, { profile })
    const url = `${USERS}/${body.id}`
    const status = async () => (await api('GET', url)).body.status as string
    assert.equal(body.status, 'STAGED')
    assert.deepEqual((await api('POST', `${url}/lifecycle/activate`)).body, {})
    assert.equal(await status(), 'PROVISIONED')
    // As in Okta, the first DELETE deactivates, and the second deletes.
    assert.equal((await api('DELETE', url)).status, 204)
    assert.equal(await status(), 'DEPROVISIONED')
    assert.equal((await api('DELETE', url)).status, 204)
    const gone = await api('GET', url)
    assert.equal(gone.status, 404)
    assert.equal(gone.body.errorSummary, `Not found: Resource not found: ${body.id} (User)`)
  })

  test('is there once, however the login is written, and though many add it at once', async (t) => {
    const { api } = await setup(t)
    const logins = ['ada@a.example', 'ADA@a.example', 'Ada@A.EXAMPLE', 'ada@a.example']
    const answers = await Promise.all(
      logins.map((login) => api('POST', USERS, { profile: { ...profile, login } })),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    const refused = answers.filter(({ status }) => status === 400)
    assert.equal(refused.length, 3)
    for (const { body } of refused) {
      assert.match(
        body.errorCauses[0].errorSummary,
        /login: An object with this field already exists/,
      )
    }
  })

  test('POST changes what is sent, PUT replaces the profile', async (t) => {
    const { api } = await setup(t)
    const url = `${USERS}/${await aPerson(api)}`
    const merged = await api('POST', url, { profile: { firstName: 'Grace' } })
    assert.deepEqual(
      [merged.body.profile.firstName, merged.body.profile.lastName],
      ['Grace', 'Example'],
    )
    const { firstName: _first, ...rest } = profile
    const replaced = await api('PUT', url, { profile: rest })
    assert.equal(replaced.body.profile.firstName, null)
    const shown = (await api('GET', url)).body
    assert.deepEqual((await api('PUT', url, shown)).body, shown)
  })

  test('[ADMI-010] is changed only as it was read, where If-Match says so', async (t) => {
    const { api } = await setup(t)
    const url = `${USERS}/${await aPerson(api)}`
    const headers = { 'if-match': String((await api('GET', url)).headers['etag']) }
    const body = { profile: { firstName: 'Grace' } }
    const statuses = []
    for (let time = 0; time < 2; time++)
      statuses.push((await api('POST', url, body, headers)).status)
    assert.deepEqual(statuses, [200, 412])
    assert.equal((await api('DELETE', url, undefined, headers)).status, 412)
  })

  test('[ADMI-007] takes no status, role, identifier or time from input', async (t) => {
    const { server, api } = await setup(t)
    const planted = {
      id: '00umine',
      status: 'ACTIVE',
      created: '1999-01-01T00:00:00.000Z',
      lastLogin: '1999-01-01T00:00:00.000Z',
      roles: [{ type: 'SUPER_ADMIN' }],
      _embedded: { roles: [{ type: 'SUPER_ADMIN' }] },
      type: { id: 'other' },
      groupIds: ['admins'],
    }
    const { body } = await api('POST', USERS, { profile, ...planted })
    const url = `${USERS}/${body.id}`
    for (const method of ['POST', 'PUT']) {
      assert.equal((await api(method, url, { profile, ...planted })).status, 200)
    }
    const record = await server.storage.records.find('person', body.id)
    assert.ok(record)
    const stored = readPerson(record)
    assert.deepEqual(
      [stored.id, stored.status, stored.created, stored.lastLogin, stored.roles],
      [personId(profile.login), 'PROVISIONED', NOW * 1000, null, []],
    )
  })

  for (const [what, body, cause] of [
    ['no login', { profile: { ...profile, login: undefined } }, /login: .* left blank/],
    [
      'a login that is no address',
      { profile: { ...profile, login: 'ada' } },
      /login: must be an email/,
    ],
    ['no email', { profile: { ...profile, email: '' } }, /email: .* left blank/],
    ['a control character', { profile: { ...profile, firstName: 'a\u0007' } }, /firstName: /],
    ['101 characters', { profile: { ...profile, lastName: 'x'.repeat(101) } }, /lastName: /],
    ['a name that is no text', { profile: { ...profile, lastName: { $ne: 1 } } }, /lastName: /],
    [
      '[ADMI-007] another member of profile',
      { profile: { ...profile, role: 'SUPER_ADMIN' } },
      /'profile' has a member/,
    ],
    ['a password', { profile, credentials: { password: { value: 'canary' } } }, /no passwords/],
    ['no object', [], /must be a JSON object/],
    ['no profile', {}, /login: .* left blank/],
  ] as const) {
    test(`[ADMI-008] is refused with ${what}, when it is added and when it is replaced`, async (t) => {
      const { server, api } = await setup(t)
      const url = `${USERS}/${await aPerson(api)}`
      for (const [method, path] of [
        ['POST', USERS],
        ['PUT', url],
      ] as const) {
        // Of somebody who is there already, the login need not be said.
        if (method === 'PUT' && (what === 'no login' || what === 'no profile')) continue
        const answer = await api(method, path, body)
        assert.equal(answer.status, 400, method)
        assert.match(answer.body.errorCauses[0].errorSummary, cause)
        assert.ok(!answer.text.includes('canary'))
      }
      assert.ok(!JSON.stringify(await newestEntries(server, 20)).includes('canary'))
    })
  }

  test('keeps its login', async (t) => {
    const { api } = await setup(t)
    const url = `${USERS}/${await aPerson(api)}`
    const answer = await api('POST', url, { profile: { login: 'other@a.example' } })
    assert.equal(answer.status, 400)
    assert.match(answer.body.errorCauses[0].errorSummary, /login: can't be changed/)
    assert.equal((await api('POST', url, { profile: { login: 'ADA@a.example' } })).status, 200)
  })
})

suite('the list of people', () => {
  const names = ['ada', 'bea', 'cleo', 'dora', 'eve']
  async function aList(t: TestContext) {
    const { server, api } = await setup(t)
    const ids: string[] = []
    for (const name of names) {
      const login = `${name}@a.example`
      ids.push(await aPerson(api, { login, email: login, firstName: name }))
    }
    return { server, api, ids: ids.toSorted((a, b) => (a < b ? -1 : 1)) }
  }

  test('is empty at first', async (t) => {
    const { api } = await setup(t)
    const answer = await api('GET', USERS)
    assert.deepEqual([answer.status, answer.body], [200, []])
  })

  test('comes in pages that lead on, also when it is searched', async (t) => {
    const { api, ids } = await aList(t)
    for (const [query, count] of [
      ['limit=2', 5],
      ['limit=1&filter=status+eq+"PROVISIONED"', 5],
      ['limit=1&q=ad', 1],
      ['limit=3&search=profile.email+sw+"c"', 1],
      ['limit=5', 5],
    ] as const) {
      const seen: string[] = []
      let url: string | undefined = `${USERS}?${query}`
      while (url !== undefined) {
        const { body, headers } = await api('GET', url)
        seen.push(...body.map(({ id }: { id: string }) => id))
        url = /<https:\/\/auth\.example([^>]*)>; rel="next"/.exec(String(headers['link']))?.[1]
      }
      assert.equal(seen.length, count, query)
      if (count === 5) assert.deepEqual(seen, ids)
    }
  })

  for (const query of [
    'limit=201',
    'after=x',
    'filter=status+eq+ACTIVE',
    'filter=status+eq+"A"+or+1=1',
    `search=${encodeURIComponent('profile.password eq "x"')}`,
    `search=${encodeURIComponent(`profile.login eq "${'a'.repeat(5000)}`)}`,
  ]) {
    test(`[ADMI-021] [ADMI-022] refuses ${query.slice(0, 60)}`, async (t) => {
      const { api } = await setup(t)
      assert.equal((await api('GET', `${USERS}?${query}`)).status, 400)
    })
  }

  for (const q of ["' OR 1=1 --", '%', '_', '\u0000']) {
    test(`[ADMI-021] takes ${JSON.stringify(q)} for text`, async (t) => {
      const { api } = await aList(t)
      assert.deepEqual((await api('GET', `${USERS}?q=${encodeURIComponent(q)}`)).body, [])
    })
  }
})

suite('[ADMI-005] people are administrators', () => {
  for (const role of ['APP_ADMIN', 'READ_ONLY_ADMIN'] as const) {
    test(`${role} adds, changes and removes none, and gives them no role`, async (t) => {
      const { server, api } = await setup(t, role)
      const person = await anAdministrator(server, 'root@a.example', 'SUPER_ADMIN')
      const url = `${USERS}/${person.id}`
      for (const [method, path, body] of [
        ['POST', USERS, { profile }],
        ['POST', url, { profile: { firstName: 'x' } }],
        ['PUT', url, { profile }],
        ['DELETE', url, undefined],
        ['POST', `${url}/lifecycle/activate`, undefined],
        ['POST', `${url}/lifecycle/deactivate`, undefined],
        ['POST', `${url}/roles`, { type: 'SUPER_ADMIN' }],
        ['DELETE', `${url}/roles/${person.roles[0]?.id}`, undefined],
      ] as const) {
        const answer = await api(method, path, body)
        assert.equal(answer.status, 403, `${method} ${path}`)
        assert.equal(answer.body.errorCode, 'E0000006')
      }
      const record = await server.storage.records.find('person', person.id)
      assert.deepEqual(record && readPerson(record), person)
      assert.equal(await server.storage.records.find('person', personId(profile.login)), undefined)
    })

    test(`[ADMI-006] ${role} is not told who exists by what a change answers`, async (t) => {
      const { server, api } = await setup(t, role)
      const person = await anAdministrator(server, 'root@a.example', 'SUPER_ADMIN')
      const answers = []
      for (const id of [person.id, personId('nobody@a.example')]) {
        answers.push(await api('DELETE', `${USERS}/${id}`))
      }
      assert.deepEqual(
        answers.map(({ status }) => status),
        [403, 403],
      )
    })
  }

  test('a role is assigned, shown and taken back, by a SUPER_ADMIN', async (t) => {
    const { server, api } = await setup(t)
    const url = `${USERS}/${await aPerson(api)}/roles`
    const assigned = await api('POST', url, { type: 'APP_ADMIN' })
    assert.equal(assigned.status, 201)
    assert.deepEqual([assigned.body.type, assigned.body.assignmentType], ['APP_ADMIN', 'USER'])
    assert.deepEqual((await api('GET', url)).body, [assigned.body])
    assert.deepEqual((await api('GET', `${url}/${assigned.body.id}`)).body, assigned.body)
    assert.equal((await api('POST', url, { type: 'APP_ADMIN' })).status, 409)
    assert.equal((await api('DELETE', `${url}/${assigned.body.id}`)).status, 204)
    assert.deepEqual((await api('GET', url)).body, [])
    const [removed, given] = await newestEntries(server, 2)
    assert.deepEqual([given?.event, removed?.event], ['role.assigned', 'role.removed'])
  })

  test('a SUPER_ADMIN who signs in is brought down by one who could give rights afterwards, and by no other', async (t) => {
    const server = await aServer(t)
    const person = await anAdministrator(server, 'root@a.example', 'SUPER_ADMIN')
    const role = `${USERS}/${person.id}/roles/${person.roles[0]?.id}`
    const weak = await apiAs(server, { roles: ['SUPER_ADMIN'], scopes: ['okta.roles.manage'] })
    assert.equal((await weak.api('DELETE', role)).status, 403)
    const strong = await apiAs(server, { roles: ['SUPER_ADMIN'] })
    assert.equal((await strong.api('DELETE', role)).status, 204)
  })

  test('the scope to read people does not change them', async (t) => {
    const server = await aServer(t)
    const { api } = await apiAs(server, { roles: ['SUPER_ADMIN'], scopes: ['okta.users.read'] })
    assert.equal((await api('POST', USERS, { profile })).status, 403)
    assert.equal((await api('GET', USERS)).status, 200)
  })
})

suite('what a person does', () => {
  for (const [role, may] of [
    ['APP_ADMIN', false],
    ['SUPER_ADMIN', true],
  ] as const) {
    test(`is judged by the role of the person: ${role} ${may ? 'changes' : 'does not change'} keys of an app with a protected grant`, async (t) => {
      const server = await aServer(t)
      const { id } = await anAdministrator(server, `${role}@a.example`, role)
      const app = await anApp(server, { scopes: ['okta.apps.read'] })
      const actor = actorOf(undefined, await server.storage.records.find('person', id))
      const change = (): void => requireAuthority(actor, app, { ...app, keys: [] })
      if (may) change()
      else assert.throws(change, { code: 'E0000006' })
    })
  }
})
