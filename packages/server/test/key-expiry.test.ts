import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { ClientKey, ServiceApp } from '@keygrant/server'
import {
  createExpiryWatch,
  type ExpiryCounts,
  type ExpiryWarning,
  type SharedKey,
  usesByKey,
  withUse,
} from '../src/key-expiry.ts'
import {
  aKey,
  anApp,
  anAssertion,
  anOperator,
  anAccessToken,
  apiWith,
  aServer,
  newestEntries,
  NOW,
  postToken,
  type TestServer,
  tokenForm,
} from './a-server.ts'

const DAY = 86_400
const HOUR_MS = 3_600_000

/** An app whose key ends so many seconds from now, and a look at all apps. */
async function setup(t: TestContext, seconds = 30 * DAY) {
  const server = await aServer(t)
  const { storage, clock } = server
  const app = await anApp(server)
  await change(server, app, (keys) =>
    keys.map((key) => ({ ...key, expires: (NOW + seconds) * 1000 })),
  )
  const warnings: ExpiryWarning[] = []
  let counts: ExpiryCounts = new Map()
  const look = createExpiryWatch({
    registry: storage.serviceApps,
    usage: storage.usage,
    clock: () => clock.now * 1000,
    onWarning: (warning) => void warnings.push(warning),
    onCounts: (found) => {
      counts = found
    },
  })
  return { server, app, look, warnings, counts: () => Object.fromEntries(counts) }
}

async function change(
  { storage }: Pick<TestServer, 'storage'>,
  { clientId }: ServiceApp,
  next: (keys: readonly ClientKey[]) => readonly ClientKey[],
): Promise<void> {
  await storage.serviceApps.change({ clientId, actorId: clientId }, (app) => ({
    next: app && { ...app, keys: next(app.keys) },
    audit: [],
    answer: undefined,
  }))
}

suite('a key that ends', () => {
  test('is warned of 30, 14, 7 and 1 days ahead and at its end, each time once', async (t) => {
    const { server, app, look, warnings } = await setup(t, 31 * DAY)
    for (let day = 0; day <= 33; day++) {
      server.clock.now = NOW + day * DAY
      await look()
      await look()
    }
    assert.deepEqual(
      warnings.map(({ days }) => days),
      [30, 14, 7, 1, 0],
    )
    assert.equal(warnings[0]?.clientId, app.clientId)
    const entries = await newestEntries(server, 9)
    const about = entries.filter(({ event }) => event.startsWith('key.expir'))
    assert.deepEqual(
      about.map(({ event, outcome }) => [event, outcome]),
      [
        ['key.expired', 'FAILURE'],
        ['key.expiring', 'SUCCESS'],
        ['key.expiring', 'SUCCESS'],
        ['key.expiring', 'SUCCESS'],
        ['key.expiring', 'SUCCESS'],
      ],
    )
    assert.equal(about[0]?.keyId, (await aKey()).kid)
    assert.match(
      JSON.stringify(about[1]?.detail['description']),
      /^"The key pks\w+ expires on 2023-12-15 22:13:20 UTC, within 1 day\. /,
    )
  })

  test('is warned of once when two processes look at the same time', async (t) => {
    const { look, warnings } = await setup(t)
    await Promise.all([look(), look(), look()])
    assert.equal(warnings.length, 1)
  })

  test('is warned of once, by the nearest day, when nobody looked for long', async (t) => {
    const { server, look, warnings } = await setup(t)
    server.clock.now += 24 * DAY
    await look()
    assert.deepEqual(
      warnings.map(({ days }) => days),
      [7],
    )
  })

  for (const [what, seconds, expected] of [
    ['8 days ahead is within 14 and 30 days', 8 * DAY, { 0: 0, 1: 0, 7: 0, 14: 1, 30: 1 }],
    ['an hour ahead is within a week, too', DAY / 24, { 0: 0, 1: 1, 7: 1, 14: 1, 30: 1 }],
    ['that is over is within no days', 0, { 0: 1, 1: 0, 7: 0, 14: 0, 30: 0 }],
    ['31 days ahead is not counted', 31 * DAY, { 0: 0, 1: 0, 7: 0, 14: 0, 30: 0 }],
  ] as const) {
    test(`is counted for each warning that it is within: one ${what}`, async (t) => {
      const { look, counts } = await setup(t, seconds)
      await look()
      assert.deepEqual(counts(), expected)
    })
  }

  for (const [what, alter] of [
    ['is inactive', (key: ClientKey) => [{ ...key, status: 'INACTIVE' as const }]],
    [
      'has a successor',
      (key: ClientKey) => {
        const { expires: _expires, ...successor } = { ...key, id: 'pks2', lineage: key.id }
        return [key, successor]
      },
    ],
  ] as const) {
    test(`that ${what} is not warned of`, async (t) => {
      const { server, app, look, warnings, counts } = await setup(t)
      await change(server, app, (keys) => keys.flatMap(alter))
      await look()
      assert.equal(warnings.length, 0)
      assert.ok(Object.values(counts()).every((count) => count === 0))
    })
  }

  test('is refused from its end on, and the log says why', async (t) => {
    const { server, app } = await setup(t, 100)
    const ask = async () =>
      postToken(server, tokenForm(await anAssertion(app, { exp: server.clock.now + 60 })))
    assert.equal((await ask()).status, 200)
    server.clock.now += 99
    assert.equal((await ask()).status, 200)
    server.clock.now += 1
    const refused = await ask()
    assert.deepEqual([refused.status, refused.body.error], [401, 'invalid_client'])
    assert.ok(!refused.text.includes('expired'), 'strangers are told nothing of what is registered')
    const [entry] = await newestEntries(server)
    const [{ id } = { id: '' }] = app.keys
    assert.equal(
      entry?.detail['key'],
      `The key ${id} expired on 2023-11-14 22:15:00 UTC. Register another key for the app, or let this one end later.`,
    )
  })
})

suite('the life of a key in the admin API', () => {
  test('has its creator, its end, its uses by the hour, the first and the last one', async (t) => {
    const server = await aServer(t)
    const operator = await anOperator(server)
    const api = apiWith(server, await anAccessToken(server, operator))
    const app = await anApp(server, { keys: [] })
    const keys = `/api/v1/apps/${app.clientId}/credentials/jwks`
    const { jwk } = (await aKey()).publicKey
    const sent = { ...jwk, expires_at: '2024-01-31T01:00:00+01:00' }
    const { status, body } = await api('POST', keys, sent)
    assert.equal(status, 201)
    assert.deepEqual(
      [body.expires_at, body.createdBy, body.lastUsed],
      ['2024-01-31T00:00:00.000Z', { id: operator.clientId, type: 'Client' }, undefined],
    )
    for (const seconds of [0, 60, 3000]) {
      server.clock.now = NOW + seconds
      const exp = server.clock.now + 60
      const answer = await postToken(server, tokenForm(await anAssertion(app, { exp })))
      assert.equal(answer.status, 200)
    }
    const { body: used, headers } = await api('GET', `${keys}/${body.id as string}`)
    assert.deepEqual(
      [used.firstUsed, used.lastUsed, used.uses],
      [
        '2023-11-14T22:00:00.000Z',
        '2023-11-14T23:03:20.000Z',
        [
          { hour: '2023-11-14T23:00:00.000Z', count: 1 },
          { hour: '2023-11-14T22:00:00.000Z', count: 2 },
        ],
      ],
    )
    const listed = (await api('GET', keys)).body.keys[0]
    assert.deepEqual([listed.lastUsed, listed.uses], [used.lastUsed, undefined])
    assert.deepEqual((await api('GET', `${keys}?expand=uses`)).body.keys[0].uses, used.uses)
    const same = await api('GET', `${keys}/${body.id as string}`)
    assert.equal(same.headers['etag'], headers['etag'], 'a use changes nothing')
  })

  for (const expires of [
    '2023-11-14T22:13:20Z',
    '2034-01-01T00:00:00Z',
    '2024-01-31',
    'tomorrow',
    1_800_000_000,
    '2024-13-31T00:00:00Z',
  ]) {
    test(`does not end at ${JSON.stringify(expires)}`, async (t) => {
      const server = await aServer(t)
      const api = apiWith(server, await anAccessToken(server, await anOperator(server)))
      const app = await anApp(server, { keys: [] })
      const { jwk } = (await aKey()).publicKey
      const url = `/api/v1/apps/${app.clientId}/credentials/jwks`
      const { status, body } = await api('POST', url, { ...jwk, expires_at: expires })
      assert.equal(status, 400)
      assert.match(body.errorCauses[0].errorSummary, /'expires_at' must be a time/)
    })
  }

  test('does not take from the last administrator who gives rights what it needs for it', async (t) => {
    const server = await aServer(t)
    const operator = await anOperator(server)
    const api = apiWith(server, await anAccessToken(server, operator))
    const url = `/api/v1/apps/${operator.clientId}/credentials/jwks`
    const { jwk } = (await aKey('P-256', 'ending')).publicKey
    const added = await api('POST', url, { ...jwk, expires_at: '2024-01-31T00:00:00Z' })
    assert.equal(added.status, 201)
    const [first] = operator.keys
    const last = await api('POST', `${url}/${first?.id ?? ''}/lifecycle/deactivate`)
    assert.deepEqual([last.status, last.body.errorCode], [403, 'E0000006'])
  })
})

suite('the uses of a key', () => {
  const aClientKey = {} as ClientKey

  test('are the first hour and the last use of each kid', () => {
    const uses = usesByKey([
      { clientId: 'a', keyId: 'k', hour: 12, count: 1, lastUsed: 12 * HOUR_MS + 5 },
      { clientId: 'a', keyId: 'k', hour: 10, count: 3, lastUsed: 10 * HOUR_MS + 9 },
      { clientId: 'a', keyId: 'other', hour: 11, count: 3, lastUsed: 11 * HOUR_MS },
    ])
    assert.deepEqual(uses.get('k'), { first: 10 * HOUR_MS, last: 12 * HOUR_MS + 5 })
  })

  test('of before the counts begin are not forgotten', () => {
    const known = { ...aClientKey, firstUsed: 5, lastUsed: 900 }
    assert.deepEqual(withUse(known, { first: 700, last: 800 }), known)
    assert.deepEqual(withUse(known, undefined), known)
    assert.deepEqual(withUse(aClientKey, { first: 7, last: 8 }), { firstUsed: 7, lastUsed: 8 })
  })

  test('are noted with the key when they are a week newer than what was noted', async (t) => {
    const { server, app, look } = await setup(t, 300 * DAY)
    const kid = (await aKey()).kid
    const noted = async () => {
      const [key] = (await server.storage.serviceApps.find(app.clientId))?.keys ?? []
      return [key?.firstUsed, key?.lastUsed]
    }
    const use = (at: number) =>
      server.storage.usage.add([
        {
          clientId: app.clientId,
          keyId: kid,
          hour: Math.floor(at / HOUR_MS),
          count: 1,
          lastUsed: at,
        },
      ])
    await look()
    assert.deepEqual(await noted(), [undefined, undefined])
    await use(NOW * 1000)
    await look()
    const first = [Math.floor((NOW * 1000) / HOUR_MS) * HOUR_MS, NOW * 1000]
    assert.deepEqual(await noted(), first)
    await use((NOW + DAY) * 1000)
    server.clock.now = NOW + 8 * DAY
    await look()
    assert.deepEqual(await noted(), first)
    await use(server.clock.now * 1000)
    await look()
    assert.deepEqual(await noted(), [first[0], server.clock.now * 1000])
  })
})

test('[KEYR-010] a key of several apps is told with both of them, and one of a single app is not', async (t) => {
  const server = await aServer(t)
  const [shared, own] = [await aKey(), await aKey('P-384')]
  const apps = [
    await anApp(server, { keys: [shared] }),
    await anApp(server, { keys: [own, shared] }),
    await anApp(server, { keys: [], inactiveKeys: [shared] }),
  ]
  const told: SharedKey[] = []
  const look = createExpiryWatch({
    registry: server.storage.serviceApps,
    usage: server.storage.usage,
    clock: () => NOW * 1000,
    onWarning: () => undefined,
    onCounts: () => undefined,
    onShared: (each) => void told.push(each),
  })
  await look()
  const clientIds = apps.slice(0, 2).map(({ clientId }) => clientId)
  assert.deepEqual(told, [{ thumbprint: shared.kid, clientIds }])
})
