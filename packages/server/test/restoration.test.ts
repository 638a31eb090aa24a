import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import Database from 'libsql'
import { createAuthorizationServer, noteRestoration } from '@keygrant/server'
import { backUpSqlite, openSqliteStorage } from '@keygrant/server/storage/sqlite'
import { OKTA_PROFILE, STRICT_PROFILE } from '@keygrant/core/assertion'
import { mayHaveBeenUsed } from '../src/restoration.ts'
import {
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiWith,
  aServer,
  ISSUER,
  NOW,
  postToken,
  someSigningKeys,
  type TestServer,
  tokenForm,
} from './a-server.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A server on a copy of the file of another one, as it was when the copy was made. */
async function restored(t: TestContext, copy: string, at: number): Promise<TestServer> {
  const storage = openSqliteStorage(new Database(copy))
  const clock = { now: at }
  await noteRestoration(storage, { at: at * 1000, backupAt: NOW * 1000 })
  const server = await createAuthorizationServer({
    issuer: ISSUER,
    storage,
    signingKeys: await someSigningKeys(),
    clock: () => clock.now * 1000,
  })
  t.after(async () => {
    await server.close()
    await storage.close()
  })
  return { server, storage, issuer: ISSUER, databaseFile: copy, clock }
}

/** What happened after the backup, and the server that was made from the backup a minute later. */
async function aLostMinute(t: TestContext) {
  const before = await aServer(t)
  const app = await anApp(before)
  const copy = join(await temporaryDirectory(t), 'copy.db')
  backUpSqlite(new Database(before.databaseFile), copy)
  before.clock.now = NOW + 30
  const iat = NOW + 30
  const used = await anAssertion(app, { iat, exp: NOW + 600 })
  const usedWithoutIat = await anAssertion(app, { iat: undefined, exp: NOW + 600 })
  for (const assertion of [used, usedWithoutIat]) {
    assert.equal((await postToken(before, tokenForm(assertion))).status, 200)
  }
  const token = await anAccessToken(before, app)
  return { app, used, usedWithoutIat, token, after: await restored(t, copy, NOW + 60) }
}

suite('a server whose store was put back to an earlier time', () => {
  test('[JTI-020] takes no assertion that was used in the time that is lost', async (t) => {
    const { used, usedWithoutIat, after } = await aLostMinute(t)
    after.clock.now = NOW + 60 + 71
    const answer = await postToken(after, tokenForm(used))
    assert.equal(answer.status, 401)
    assert.equal(answer.body.error, 'invalid_client')
    assert.equal(
      answer.body.error_description,
      'The client_assertion may have been used before this server was restored from a backup. Make a new one.',
    )
    const other = await postToken(after, tokenForm(usedWithoutIat))
    assert.equal(other.status, 401)
    assert.match(other.body.error_description, /with the claim 'iat'/)
  })

  test('takes new assertions as soon as no clock that is let pass could have made them before', async (t) => {
    const { app, after } = await aLostMinute(t)
    const now = NOW + 60 + OKTA_PROFILE.clockToleranceSeconds
    after.clock.now = now
    const early = await postToken(
      after,
      tokenForm(await anAssertion(app, { iat: now, exp: now + 60 })),
    )
    assert.equal(early.status, 503)
    assert.equal(early.headers['retry-after'], '5')
    const next = now + 1
    after.clock.now = next
    const good = await anAssertion(app, { iat: next, exp: next + 60 })
    assert.equal((await postToken(after, tokenForm(good))).status, 200)
    assert.equal((await postToken(after, tokenForm(good))).status, 401)
  })

  test('answers 503 for a minute, in which a new assertion may look like an old one', async (t) => {
    const { used, after } = await aLostMinute(t)
    after.clock.now = NOW + 60 + 70
    const answer = await postToken(after, tokenForm(used))
    assert.deepEqual([answer.status, answer.body.error], [503, 'temporarily_unavailable'])
  })

  test('tells a stranger nothing of it', async (t) => {
    const { app, after } = await aLostMinute(t)
    after.clock.now = NOW + 90
    const [header, claims] = (await anAssertion(app, { iat: NOW + 30 })).split('.')
    const forged = `${header}.${claims}.${Buffer.alloc(64, 1).toString('base64url')}`
    const answer = await postToken(after, tokenForm(forged))
    assert.doesNotMatch(answer.text, /restored/)
  })

  test('takes no access token from before at the admin API: it may have been revoked', async (t) => {
    const { token, app, after } = await aLostMinute(t)
    after.clock.now = NOW + 90
    assert.equal((await apiWith(after, token)('GET', '/api/v1/apps')).status, 401)
    const fresh = await anAccessToken(after, app)
    assert.equal((await apiWith(after, fresh)('GET', '/api/v1/apps')).status, 200)
  })

  test('has no session and no invitation from before, and one entry that tells of it', async (t) => {
    const before = await aServer(t)
    const operator = await anOperator(before)
    for (const kind of ['session', 'invitation'] as const) {
      for (let index = 0; index < 250; index++) {
        const id = `${kind}${index}`
        await before.storage.records.change({ kind, id, actorId: operator.clientId }, () => ({
          next: { kind, id, content: {} },
          audit: [],
          answer: undefined,
        }))
      }
    }
    const copy = join(await temporaryDirectory(t), 'copy.db')
    backUpSqlite(new Database(before.databaseFile), copy)
    const { storage } = await restored(t, copy, NOW + 60)
    for (const kind of ['session', 'invitation'] as const) {
      assert.deepEqual(await storage.records.list(kind, { limit: 10 }), [])
    }
    const entries = await storage.audit.read({
      limit: 10,
      order: 'newest_first',
      event: 'server.restored',
    })
    assert.deepEqual(
      entries.map(({ detail }) => detail),
      [{ backupFrom: '2023-11-14T22:13:20.000Z' }],
    )
  })

  test('is heard of by servers that run already, as after the failover of a database', async (t) => {
    const server = await aServer(t)
    const app = await anApp(server)
    await noteRestoration(server.storage, { at: NOW * 1000 })
    server.clock.now = NOW + 71
    const old = await postToken(server, tokenForm(await anAssertion(app, { exp: NOW + 120 })))
    assert.match(old.body.error_description, /restored/)
  })
})

suite('an assertion may have been used before a time', () => {
  const since = NOW
  for (const [what, times, profile, expected] of [
    ['when it was issued before', { iat: NOW - 1, exp: NOW + 60 }, OKTA_PROFILE, true],
    ['when a clock ahead may have issued it', { iat: NOW + 10, exp: NOW + 60 }, OKTA_PROFILE, true],
    ['without iat, when its end was not too far ahead', { exp: NOW + 3600 }, OKTA_PROFILE, true],
    ['without iat in strict', { exp: NOW + 300 }, STRICT_PROFILE, true],
  ] as const) {
    test(what, () => assert.equal(mayHaveBeenUsed(times, since, profile), expected))
  }
  for (const [what, times, profile] of [
    [
      'issued later than any clock that is let pass',
      { iat: NOW + 11, exp: NOW + 60 },
      OKTA_PROFILE,
    ],
    ['with an end that was too far ahead', { exp: NOW + 3601 }, OKTA_PROFILE],
    ['with an end that was too far ahead in strict', { exp: NOW + 301 }, STRICT_PROFILE],
  ] as const) {
    test(`but not ${what}`, () => assert.equal(mayHaveBeenUsed(times, since, profile), false))
  }
})
