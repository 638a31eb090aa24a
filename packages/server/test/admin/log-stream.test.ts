/**
 * The audit log as it grows, over a real connection.
 */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import Database from 'libsql'
import { type AuditEntry, createAuthorizationServer } from '@keygrant/server'
import { openSqliteStorage } from '@keygrant/server/storage/sqlite'
import {
  anAccessToken,
  anApp,
  anOperator,
  aServer,
  ISSUER,
  NOW,
  someSigningKeys,
} from '../a-server.ts'
import { type EventStream, openStream } from '../an-event-stream.ts'
import { anotherPerson, COOKIE, firstAdministrator } from '../sign-in/a-browser.ts'

function anEntry(requestId: string, changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: 'token.issued',
    outcome: 'SUCCESS',
    at: NOW * 1000,
    requestId,
    detail: {},
    ...changes,
  }
}

async function setup(t: TestContext) {
  const server = await aServer(t)
  const operator = await anOperator(server)
  const { url } = await server.server.listen({ port: 0 })
  const token = await anAccessToken(server, operator)
  const stream = streams(t, url, { authorization: `Bearer ${token}` })
  return { ...server, url, stream, token }
}

/** Opens streams that are closed with the test. */
function streams(t: TestContext, url: string, byDefault: Readonly<Record<string, string>>) {
  return async (query = '', headers: Readonly<Record<string, string>> = byDefault) => {
    const stream = await openStream(`${url}/api/v1/logs/stream${query}`, {
      ...byDefault,
      ...headers,
    })
    t.after(() => stream.close())
    return stream
  }
}

const idsOf = (entries: Awaited<ReturnType<EventStream['entries']>>): readonly string[] =>
  entries.map(({ transaction }) => transaction.id)

test('entries come as they are written, and none from before', async (t) => {
  const { stream, storage } = await setup(t)
  storage.audit.append(anEntry('before'))
  const events = await stream()
  assert.equal(events.status, 200)
  assert.equal(events.headers.get('content-type'), 'text/event-stream')
  assert.equal(events.headers.get('cache-control'), 'no-store')
  storage.audit.append(anEntry('one'))
  storage.audit.append(anEntry('two'))
  assert.deepEqual(idsOf(await events.entries(2)), ['one', 'two'])
})

test('only those come that fit the filter, the words and the kind', async (t) => {
  const { stream, storage } = await setup(t)
  const events = await stream(
    `?kind=refusals&q=wanted&filter=${encodeURIComponent('target.id eq "0oaA"')}`,
  )
  const fits = { clientId: '0oaA', outcome: 'DENY', event: 'token.refused' } as const
  storage.audit.append(anEntry('wanted success', { clientId: '0oaA' }))
  storage.audit.append(anEntry('wanted other', { ...fits, clientId: '0oaB' }))
  storage.audit.append(anEntry('other', fits))
  storage.audit.append(anEntry('wanted', fits))
  assert.deepEqual(idsOf(await events.entries(1)), ['wanted'])
})

test('a stream goes on after the last event, at another process and after a restart, and loses nothing', async (t) => {
  const { stream, storage, databaseFile } = await setup(t)
  const events = await stream()
  storage.audit.append(anEntry('seen'))
  await events.entries(1)
  await events.close()
  for (let index = 0; index < 1200; index++) storage.audit.append(anEntry(`missed ${index}`))
  await storage.audit.flush()

  const again = openSqliteStorage(new Database(databaseFile))
  const restarted = await createAuthorizationServer({
    issuer: ISSUER,
    storage: again,
    signingKeys: await someSigningKeys(),
    clock: () => NOW * 1000,
  })
  t.after(async () => {
    await restarted.close()
    await again.close()
  })
  const { url } = await restarted.listen({ port: 0 })
  const operator = await anOperator({ storage: again })
  const token = await anAccessToken(
    { server: restarted, storage: again, issuer: ISSUER, databaseFile, clock: { now: NOW } },
    operator,
  )
  const resumed = await streams(t, url, { authorization: `Bearer ${token}` })(
    '?filter=' + encodeURIComponent('transaction.id sw "missed"'),
    { 'last-event-id': events.lastId },
  )
  const missed = idsOf(await resumed.entries(1200))
  assert.deepEqual(
    missed,
    Array.from({ length: 1200 }, (_, index) => `missed ${index}`),
  )
  // What the first process writes from now on is read by its place, too.
  storage.audit.append(anEntry('missed nothing'))
  assert.deepEqual(idsOf(await resumed.entries(1)), ['missed nothing'])
})

test('a place that the log does not reach back to, or has not come to, is told', async (t) => {
  const { stream, storage } = await setup(t)
  storage.audit.append(anEntry('old', { at: 1 }))
  await storage.audit.flush()
  while ((await storage.audit.prune(NOW * 1000 - 1, NOW * 1000)) > 0);
  const { start, end } = await storage.audit.ends()
  if (start.id > 0) {
    const pruned = await (await stream('?after=0')).next()
    assert.deepEqual(pruned, {
      id: String(start.id),
      event: 'gap',
      data: { asked: 0, continued: start.id },
    })
  }
  const ahead = await (await stream('', { 'last-event-id': '99999' })).next()
  assert.equal(ahead?.event, 'gap')
  assert.ok(Number(ahead.id) >= end.id)
})

test('a place that is none is refused', async (t) => {
  const { url, token } = await setup(t)
  const answer = await fetch(`${url}/api/v1/logs/stream`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': "1' OR 1" },
  })
  assert.equal(answer.status, 400)
})

test('no role, no right to the scope, and no credentials open no stream', async (t) => {
  const server = await setup(t)
  const reader = await anApp(server, { scopes: ['okta.logs.read'], roles: [] })
  const stranger = await anApp(server, { scopes: ['okta.apps.read'] })
  for (const [app, status] of [
    [reader, 403],
    [stranger, 403],
    [undefined, 401],
  ] as const) {
    const token = app === undefined ? undefined : await anAccessToken(server, app)
    const answer = await fetch(`${server.url}/api/v1/logs/stream`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
    assert.equal(answer.status, status)
  }
})

test('[ADMI-014] a page of another site gets no stream with the cookie of a session', async (t) => {
  const server = await setup(t)
  const browser = await firstAdministrator(server)
  const cookie = `${COOKIE}=${browser.cookie}`
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const answer = await fetch(`${server.url}/api/v1/logs/stream`, {
      headers: { cookie, ...headers } as unknown as Record<string, string>,
    })
    assert.equal(answer.status, 403)
  }
})

test('a stream ends when its session does, when its person loses the role, and when its app is stopped', async (t) => {
  const server = await setup(t)
  const root = await firstAdministrator(server)
  const withSession = (cookie: string | undefined) =>
    streams(t, server.url, { cookie: `${COOKIE}=${cookie}`, 'sec-fetch-site': 'same-origin' })()
  const { browser, id } = await anotherPerson(server, root, 'ana', 'READ_ONLY_ADMIN')
  const other = await anotherPerson(server, root, 'bo', 'READ_ONLY_ADMIN')
  const app = await anApp(server, { scopes: ['okta.logs.read'] })
  const byToken = await server.stream('', {
    authorization: `Bearer ${await anAccessToken(server, app)}`,
  })
  const bySession = await withSession(browser.cookie)
  const byRole = await withSession(other.browser.cookie)

  assert.equal((await root.api('DELETE', `/api/v1/users/${id}/sessions`)).status, 204)
  const roles = await root.api('GET', `/api/v1/users/${other.id}/roles`)
  const taken = await root.api('DELETE', `/api/v1/users/${other.id}/roles/${roles.body[0].id}`)
  assert.equal(taken.status, 204)
  const stopped = await root.api('POST', `/api/v1/apps/${app.clientId}/lifecycle/deactivate`)
  assert.equal(stopped.status, 200)
  for (const stream of [bySession, byRole, byToken]) {
    let event
    do event = await stream.next()
    while (event?.event === 'entries')
    assert.equal(event?.event, 'over')
    assert.equal(await stream.next(), undefined)
  }
})

test('[ADMI-018] a page that watches the log keeps no session alive', async (t) => {
  const server = await setup(t)
  const root = await firstAdministrator(server)
  server.clock.now += 29 * 60
  const watching = streams(t, server.url, { cookie: `${COOKIE}=${root.cookie}` })
  assert.equal((await watching()).status, 200)
  server.clock.now += 2 * 60
  assert.equal((await watching()).status, 401)
})

test('one administrator watches no more than six times at once', async (t) => {
  const { stream } = await setup(t)
  const open = await Promise.all(Array.from({ length: 6 }, () => stream()))
  assert.deepEqual(new Set(open.map(({ status }) => status)), new Set([200]))
  const tooMany = await stream()
  assert.equal(tooMany.status, 429)
  assert.match(tooMany.headers.get('retry-after') ?? '', /^\d+$/)
  await open[0]?.close()
  let status = 0
  for (let tries = 0; status !== 200 && tries < 100; tries++) ({ status } = await stream())
  assert.equal(status, 200)
})

test('a server that stops ends its streams, and does not wait for them', async (t) => {
  const { stream, server } = await setup(t)
  const events = await stream()
  await server.close({ deadlineMs: 60_000 })
  assert.equal(await events.next(), undefined)
})

test('[AUDI-002] what a stranger sends stays in its line: no entry makes up an event', async (t) => {
  const { stream, storage } = await setup(t)
  const events = await stream()
  const userAgent = 'x\n\nevent: over\ndata: {}\r\rid: 0\u2028'
  storage.audit.append(anEntry('hostile', { detail: { userAgent } }))
  const event = await events.next()
  assert.equal(event?.event, 'entries')
  assert.equal(event.data[0].client.userAgent, userAgent)
})
