/**
 * What every storage driver has to do, as one suite of tests.
 * @module
 */
import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import {
  type AuditEntry,
  type ServiceApp,
  type SingleUse,
  type Storage,
  StorageError,
} from '@keygrant/server'
import { BUCKET_SECONDS, CLOCK_STEP_MARGIN_SECONDS } from '../src/storage/replay.ts'
import { aKey, NOW } from './a-server.ts'

/** Opens a new and empty store, or two that are open on the same data. */
export interface StorageUnderTest {
  open(t: TestContext): Promise<Storage>
  /** A second connection to the store that was opened last. */
  openAgain(t: TestContext): Promise<Storage>
}

const AT = NOW * 1000

async function anApp(clientId: string, label = clientId): Promise<ServiceApp> {
  const key = await aKey()
  return {
    clientId,
    label,
    status: 'ACTIVE',
    created: AT,
    lastUpdated: AT,
    tokensNotBefore: 0,
    keys: [
      {
        id: `pks-${clientId}`,
        jwk: key.publicKey.jwk,
        status: 'ACTIVE',
        created: AT,
        lastUpdated: AT,
      },
    ],
    grants: [
      { id: `oag-${clientId}`, scope: 'okta.apps.read', created: AT, createdBy: 'somebody' },
    ],
    roles: [{ id: `ra1-${clientId}`, role: 'APP_ADMIN', created: AT }],
  }
}

function put(storage: Storage, app: ServiceApp, audit: readonly AuditEntry[] = []): Promise<void> {
  const { clientId } = app
  return storage.serviceApps.change({ clientId, actorId: clientId }, () => ({
    next: app,
    audit,
    answer: undefined,
  }))
}

function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    event: 'app.updated',
    outcome: 'SUCCESS',
    at: AT,
    requestId: 'r1',
    detail: { what: ['anything', 1, null] },
    ...changes,
  }
}

function aUse(name: string, expiresAt = NOW + 60): SingleUse {
  const replayKey = new Uint8Array(32)
  replayKey.set(Buffer.from(name))
  return { replayKey, expiresAt }
}

/** Runs the contract. */
export function storageContract(name: string, { open, openAgain }: StorageUnderTest): void {
  suite(`${name}: service apps`, () => {
    test('gives an app back as it was put in', async (t) => {
      const storage = await open(t)
      const app = await anApp('a')
      await put(storage, app)
      assert.deepEqual(await storage.serviceApps.find('a'), app)
    })

    test('knows nothing of an app that was not put in', async (t) => {
      const storage = await open(t)
      assert.equal(await storage.serviceApps.find('a'), undefined)
      assert.equal(await storage.serviceApps.exists('a'), false)
    })

    test('tells client IDs apart octet by octet', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('abc'))
      for (const other of ['ABC', 'abc ', 'abc\u0000', 'ab', '']) {
        assert.equal(await storage.serviceApps.exists(other), false, JSON.stringify(other))
      }
    })

    test('takes what looks like SQL for text', async (t) => {
      const storage = await open(t)
      const clientId = "x'; DROP TABLE service_apps; --"
      await put(storage, await anApp(clientId))
      assert.equal((await storage.serviceApps.find(clientId))?.clientId, clientId)
    })

    test('writes what changed, and only that', async (t) => {
      const storage = await open(t)
      const app = await anApp('a')
      await put(storage, app)
      const [key] = app.keys
      assert.ok(key)
      const next: ServiceApp = {
        ...app,
        label: 'renamed',
        keys: [{ ...key, status: 'INACTIVE' }],
        grants: [
          ...app.grants,
          { id: 'oag2', scope: 'okta.logs.read', created: AT, createdBy: 'a' },
        ],
        roles: [],
      }
      await put(storage, next)
      assert.deepEqual(await storage.serviceApps.find('a'), next)
    })

    test('deletes an app with all that hangs on it', async (t) => {
      const storage = await open(t)
      const app = await anApp('a')
      await put(storage, app)
      await storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => ({
        next: undefined,
        audit: [],
        answer: undefined,
      }))
      assert.equal(await storage.serviceApps.find('a'), undefined)
      const bare = { ...app, keys: [], grants: [], roles: [] }
      await put(storage, bare)
      assert.deepEqual(await storage.serviceApps.find('a'), bare)
    })

    test('shows a decision the app and the actor as they are in the transaction', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a'))
      await put(storage, await anApp('b'))
      const seen = await storage.serviceApps.change(
        { clientId: 'a', actorId: 'b' },
        (current, actor) => ({
          next: current,
          audit: [],
          answer: [current?.clientId, actor?.clientId],
        }),
      )
      assert.deepEqual(seen, ['a', 'b'])
    })

    test('writes nothing when a decision throws, and passes the error on', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a'))
      const refusal = new Error('no')
      await assert.rejects(
        storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => {
          throw refusal
        }),
        (error) => error === refusal,
      )
      assert.equal(await storage.serviceApps.exists('a'), true)
    })

    test('puts concurrent changes of one app in an order', async (t) => {
      const storage = await open(t)
      await put(storage, { ...(await anApp('a')), label: '' })
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, (current) => ({
            next: { ...(current as ServiceApp), label: `${current?.label}${index},` },
            audit: [],
            answer: undefined,
          })),
        ),
      )
      const { label = '' } = (await storage.serviceApps.find('a')) ?? {}
      assert.equal(new Set(label.split(',')).size, 41)
    })

    test('refuses an identifier that is taken, and leaves the other writes of the turn', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a'))
      const twin = { ...(await anApp('b')), keys: (await anApp('a')).keys }
      const [taken, fine] = await Promise.allSettled([
        put(storage, twin, [anEntry()]),
        put(storage, await anApp('c')),
      ])
      assert.equal(fine.status, 'fulfilled')
      assert.equal(taken.status, 'rejected')
      assert.ok(taken.reason instanceof StorageError)
      assert.equal(taken.reason.code, 'ERR_STORAGE_CONFLICT')
      assert.equal(await storage.serviceApps.exists('b'), false)
      assert.deepEqual(await storage.audit.read({ limit: 9, order: 'newest_first' }), [])
    })

    test('lists apps in the order in which they were made, page by page', async (t) => {
      const storage = await open(t)
      for (const id of ['c', 'a', 'b']) await put(storage, await anApp(id))
      const ids = async (query: { limit: number; after?: string }) =>
        (await storage.serviceApps.list(query)).map(({ clientId }) => clientId)
      assert.deepEqual(await ids({ limit: 2 }), ['c', 'a'])
      assert.deepEqual(await ids({ limit: 2, after: 'a' }), ['b'])
    })

    test('finds apps by what their label begins with, wildcards being plain characters', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a', 'Billing'))
      await put(storage, await anApp('b', 'bill%'))
      await put(storage, await anApp('c', 'Mail'))
      const ids = async (labelStart: string) =>
        (await storage.serviceApps.list({ limit: 9, labelStart })).map(({ clientId }) => clientId)
      assert.deepEqual(await ids('BILL'), ['a', 'b'])
      assert.deepEqual(await ids('bill%'), ['b'])
      assert.deepEqual(await ids('%'), [])
    })
  })

  suite(`${name}: single use`, () => {
    test('takes a use once', async (t) => {
      const { replay } = await open(t)
      assert.equal(await replay.recordOnce(aUse('x')), true)
      assert.equal(await replay.recordOnce(aUse('x')), false)
      assert.equal(await replay.recordOnce(aUse('y')), true)
    })

    test('takes one of many that come at once', async (t) => {
      const { replay } = await open(t)
      const answers = await Promise.all(
        Array.from({ length: 200 }, () => replay.recordOnce(aUse('x'))),
      )
      assert.equal(answers.filter(Boolean).length, 1)
    })

    test('[JTI-014] knows a use again whatever its expiry', async (t) => {
      const { replay } = await open(t)
      assert.equal(await replay.recordOnce(aUse('x', NOW + 60)), true)
      for (const expiresAt of [NOW + 61, NOW + BUCKET_SECONDS, NOW + 2 * BUCKET_SECONDS]) {
        assert.equal(await replay.recordOnce(aUse('x', expiresAt)), false)
      }
    })

    test('takes one of two with different expiry that come at once', async (t) => {
      const { replay } = await open(t)
      const answers = await Promise.all([
        replay.recordOnce(aUse('x', NOW)),
        replay.recordOnce(aUse('x', NOW + BUCKET_SECONDS)),
      ])
      assert.deepEqual(answers, [true, false])
    })

    test('[JTI-006] takes one of many that come over two connections', async (t) => {
      const one = await open(t)
      const two = await openAgain(t)
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? one : two).replay.recordOnce(aUse('x', NOW + (index % 3) * 3600)),
        ),
      )
      assert.equal(answers.filter(Boolean).length, 1)
    })

    test('remembers beyond the end of the connection', async (t) => {
      const { replay } = await open(t)
      await replay.recordOnce(aUse('x'))
      const again = await openAgain(t)
      assert.equal(await again.replay.recordOnce(aUse('x')), false)
    })

    test('[TIME-013] remembers until the margin for clock steps after the expiry is over', async (t) => {
      const { replay, maintain } = await open(t)
      await replay.recordOnce(aUse('x', NOW))
      await maintain((NOW + CLOCK_STEP_MARGIN_SECONDS - 1) * 1000)
      assert.equal(await replay.recordOnce(aUse('x', NOW)), false)
    })

    test('can not tell about a time that was forgotten, and says so', async (t) => {
      const { replay, maintain } = await open(t)
      await replay.recordOnce(aUse('x', NOW))
      await maintain((NOW + 86_400) * 1000)
      await assert.rejects(replay.recordOnce(aUse('x', NOW)), { code: 'ERR_STORAGE_UNAVAILABLE' })
      assert.equal(await replay.recordOnce(aUse('x', NOW + 86_400)), true)
    })

    test('one that can not be told leaves the others of its turn alone', async (t) => {
      const { replay, maintain } = await open(t)
      await replay.recordOnce(aUse('x', NOW))
      await maintain((NOW + 86_400) * 1000)
      const [bad, good] = await Promise.allSettled([
        replay.recordOnce(aUse('y', NOW)),
        replay.recordOnce(aUse('y', NOW + 86_400)),
      ])
      assert.equal(bad.status, 'rejected')
      assert.deepEqual(good, { status: 'fulfilled', value: true })
    })
  })

  suite(`${name}: audit log`, () => {
    test('gives entries back as they were put in, with their place', async (t) => {
      const { audit } = await open(t)
      const entry = anEntry({ actorId: 'a', clientId: 'b' })
      audit.append(entry)
      const [stored] = await audit.read({ limit: 1, order: 'newest_first' })
      assert.deepEqual(stored, { ...entry, id: stored?.id })
    })

    test('holds the entries of a change exactly when the change was made', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a'), [anEntry(), anEntry({ requestId: 'r2' })])
      await storage.serviceApps
        .change({ clientId: 'a', actorId: 'a' }, () => {
          throw new Error('no')
        })
        .catch(() => undefined)
      const entries = await storage.audit.read({ limit: 9, order: 'oldest_first' })
      assert.deepEqual(
        entries.map(({ requestId }) => requestId),
        ['r1', 'r2'],
      )
    })

    test('finds entries by every condition, and pages in both orders', async (t) => {
      const { audit } = await open(t)
      audit.append(anEntry({ requestId: 'r1', actorId: 'a' }))
      audit.append(anEntry({ requestId: 'r2', clientId: 'c', event: 'app.deleted' }))
      audit.append(anEntry({ requestId: 'r3', actorId: 'a', clientId: 'c' }))
      const found = async (query: object) =>
        (await audit.read({ limit: 9, order: 'oldest_first', ...query })).map(
          ({ requestId }) => requestId,
        )
      assert.deepEqual(await found({}), ['r1', 'r2', 'r3'])
      assert.deepEqual(await found({ order: 'newest_first', limit: 2 }), ['r3', 'r2'])
      assert.deepEqual(await found({ requestId: 'r2' }), ['r2'])
      assert.deepEqual(await found({ actorId: 'a' }), ['r1', 'r3'])
      assert.deepEqual(await found({ actorId: 'a', clientId: 'c' }), ['r3'])
      assert.deepEqual(await found({ event: 'app.deleted' }), ['r2'])
      const [, second] = await audit.read({ limit: 2, order: 'oldest_first' })
      assert.deepEqual(await found({ after: second?.id }), ['r3'])
      assert.deepEqual(await found({ after: second?.id, order: 'newest_first' }), ['r1'])
    })

    test('is whole after flush and close', async (t) => {
      const { audit, close } = await open(t)
      for (let index = 0; index < 700; index++) audit.append(anEntry())
      await close()
      const again = await openAgain(t)
      const entries = await again.audit.read({ limit: 1000, order: 'oldest_first' })
      assert.equal(entries.length, 700)
    })
  })
}
