/**
 * How it went with the keys that clients publish.
 */

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { createJwksStates } from '../src/jwks-states.ts'
import { anApp, anAssertion, apiAs, aServer, NOW, postToken, tokenForm } from './a-server.ts'

const client = { clientId: 'c', jwksUri: 'https://client.example/jwks' }
const T = NOW * 1000

async function twoProcesses(t: TestContext) {
  const { storage } = await aServer(t)
  const clock = { now: T }
  const make = () => createJwksStates({ records: storage.records, clock: () => clock.now })
  const one = make()
  const read = () => make().read(client.clientId, client.jwksUri)
  return { clock, one, two: make(), make, read }
}

suite('the state of a jwks_uri', () => {
  test('says since when it fails, why, and when it was good last, also after a restart', async (t) => {
    const { clock, one, read } = await twoProcesses(t)
    assert.equal(await read(), undefined)
    one.note({ ...client, fault: undefined })
    clock.now += 60_000
    one.note({ ...client, fault: 'the host could not be reached' })
    clock.now += 60_000
    one.note({ ...client, fault: 'the host could not be reached' })
    await one.flush()
    assert.deepEqual(await read(), {
      jwksUri: client.jwksUri,
      at: T + 120_000,
      lastSuccess: T,
      failingSince: T + 60_000,
      fault: 'the host could not be reached',
    })
    one.note({ ...client, fault: undefined })
    await one.flush()
    const { lastSuccess, failingSince, fault } = (await read()) ?? {}
    assert.deepEqual([lastSuccess, failingSince, fault], [T + 120_000, undefined, undefined])
  })

  test('is what the process that asked last found, and never fails from before a success', async (t) => {
    const { clock, one, two, read } = await twoProcesses(t)
    two.note({ ...client, fault: 'down' })
    clock.now += 1000
    one.note({ ...client, fault: undefined })
    await one.flush()
    clock.now += 1000
    two.note({ ...client, fault: 'down' })
    await two.flush()
    const state = await read()
    assert.equal(state?.lastSuccess, T + 1000)
    assert.equal(state?.failingSince, T + 1000)
    // Of what others find it hears nothing: while all is well, it says so every five minutes.
    clock.now += 300_000
    one.note({ ...client, fault: undefined })
    await one.flush()
    assert.equal((await read())?.fault, undefined)
  })

  test('is that of the URL that the app has now', async (t) => {
    const { one, read, make } = await twoProcesses(t)
    one.note({ ...client, jwksUri: 'https://old.example/', fault: 'down' })
    await one.flush()
    assert.equal(await read(), undefined)
    one.note({ ...client, fault: undefined })
    await one.flush()
    assert.equal((await read())?.lastSuccess, T)
    assert.equal(await make().read('c', 'https://old.example/'), undefined)
  })

  test('is written when it turns, and else every five minutes', async (t) => {
    const { storage } = await aServer(t)
    const clock = { now: T }
    let writes = 0
    const states = createJwksStates({
      clock: () => clock.now,
      records: {
        find: (...of) => storage.records.find(...of),
        change(...of) {
          writes++
          return storage.records.change(...of)
        },
      },
    })
    for (let second = 0; second < 600; second += 10) {
      states.note({ ...client, fault: undefined })
      await states.flush()
      clock.now += 10_000
    }
    assert.equal(writes, 2)
    for (let count = 0; count < 10; count++) states.note({ ...client, fault: 'down' })
    await states.flush()
    await states.flush()
    assert.equal(writes, 3)
  })
})

test('the keys of an app that publishes them say since when its URL can not be reached', async (t) => {
  const name = 'keygrant-test-nowhere.example'
  const server = await aServer(t, { privateJwksHosts: [name] })
  const jwksUri = `https://${name}/jwks.json`
  const app = await anApp(server, { keys: [], settings: { jwksUri } })
  const { api } = await apiAs(server, { roles: ['READ_ONLY_ADMIN'] })
  const path = `/api/v1/apps/${app.clientId}/credentials/jwks`
  const never = { lastAttempt: null, lastSuccess: null, failingSince: null, fault: null }
  const known = { jwks_uri: jwksUri, usableUntil: null }
  assert.deepEqual((await api('GET', path)).body.published, { ...known, ...never })
  assert.equal((await postToken(server, tokenForm(await anAssertion(app)))).status, 503)
  const at = new Date(T).toISOString()
  assert.deepEqual((await api('GET', path)).body.published, {
    ...known,
    lastAttempt: at,
    lastSuccess: null,
    failingSince: at,
    fault: 'the host could not be reached',
  })
})
