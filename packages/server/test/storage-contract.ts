/**
 * What every storage driver has to do, as one suite of tests.
 * @module
 */
import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import {
  type AuditEntry,
  type ServiceApp,
  type SingleUse,
  type Storage,
  type StorageChange,
  StorageError,
  type StoredRecord,
  USAGE_DAYS,
} from '@keygrant/server'
import { verifyAuditChain } from '@keygrant/server/audit-log'
import { CLOCK_STEP_MARGIN_SECONDS } from '../src/storage/replay.ts'
import { aKey, NOW } from './a-server.ts'

/** Opens a new and empty store, or two that are open on the same data. */
export interface StorageUnderTest {
  open(t: TestContext): Promise<Storage>
  /** A second connection to the store that was opened last. */
  openAgain(t: TestContext): Promise<Storage>
}

const AT = NOW * 1000
/** No bucket is longer. */
const HOUR_SECONDS = 3600

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
        source: 'admin_api',
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

    test('refuses a decision about another app, and leaves the other writes of the turn', async (t) => {
      const storage = await open(t)
      const other = await anApp('b')
      const [refused, fine] = await Promise.allSettled([
        storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => ({
          next: other,
          audit: [anEntry()],
          answer: undefined,
        })),
        put(storage, await anApp('c')),
      ])
      assert.equal(fine.status, 'fulfilled')
      assert.equal(refused.status, 'rejected')
      assert.ok(refused.reason instanceof StorageError)
      assert.equal(refused.reason.code, 'ERR_STORAGE_CONFLICT')
      assert.equal(await storage.serviceApps.exists('b'), false)
      assert.deepEqual(await storage.audit.read({ limit: 9, order: 'newest_first' }), [])
    })

    test('two that make the same app at once, on two connections, come one after the other', async (t) => {
      const one = await open(t)
      const two = await openAgain(t)
      const make = (storage: Storage, label: string) =>
        storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, (current) => ({
          next: current ?? { ...app, label },
          audit: [],
          answer: current?.label,
        }))
      const app = await anApp('a')
      const seen = await Promise.all([make(one, 'one'), make(two, 'two')])
      assert.equal(seen.filter((label) => label === undefined).length, 1)
      const { label } = (await one.serviceApps.find('a')) as ServiceApp
      assert.deepEqual(
        seen.filter((each) => each !== undefined),
        [label],
      )
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

  suite(`${name}: records`, () => {
    const aRecord = (id: string, changes: Partial<StoredRecord> = {}): StoredRecord => ({
      kind: 'resource',
      id,
      content: { audience: `https://${id}.example`, scopes: ['read'], empty: null },
      ...changes,
    })
    const putRecord = (storage: Storage, record: StoredRecord, audit: readonly AuditEntry[] = []) =>
      storage.records.change({ ...record, actorId: 'somebody' }, () => ({
        next: record,
        audit,
        answer: undefined,
      }))

    test('gives a record back as it was put in, and as it was changed', async (t) => {
      const { records, ...storage } = await open(t)
      await putRecord({ ...storage, records }, aRecord('a', { expiresAt: AT }))
      assert.deepEqual(await records.find('resource', 'a'), aRecord('a', { expiresAt: AT }))
      await putRecord({ ...storage, records }, aRecord('a', { content: { other: true } }))
      assert.deepEqual(
        await records.find('resource', 'a'),
        aRecord('a', { content: { other: true } }),
      )
    })

    test('tells records of one ID apart by their kind', async (t) => {
      const storage = await open(t)
      await putRecord(storage, aRecord('a'))
      await putRecord(storage, aRecord('a', { kind: 'setting', content: {} }))
      assert.equal(await storage.records.find('person', 'a'), undefined)
      assert.deepEqual(await storage.records.find('resource', 'a'), aRecord('a'))
    })

    test('deletes a record together with its audit entry', async (t) => {
      const storage = await open(t)
      await putRecord(storage, aRecord('a'))
      await storage.records.change({ kind: 'resource', id: 'a', actorId: 'x' }, (current) => ({
        next: undefined,
        audit: [anEntry({ requestId: current?.id ?? '' })],
        answer: undefined,
      }))
      assert.equal(await storage.records.find('resource', 'a'), undefined)
      const [entry] = await storage.audit.read({ limit: 1, order: 'newest_first' })
      assert.equal(entry?.requestId, 'a')
    })

    test('shows a decision who asks: an app or a person', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('an-app'))
      await putRecord(storage, aRecord('a-person', { kind: 'person' }))
      const who = (actorId: string) =>
        storage.records.change({ kind: 'setting', id: 's', actorId }, (_, app, person) => ({
          next: undefined,
          audit: [],
          answer: [app?.clientId, person?.id],
        }))
      assert.deepEqual(await who('an-app'), ['an-app', undefined])
      assert.deepEqual(await who('a-person'), [undefined, 'a-person'])
      assert.deepEqual(await who('nobody'), [undefined, undefined])
      const seenByApp = await storage.serviceApps.change(
        { clientId: 'b', actorId: 'a-person' },
        (_, app, person) => ({ next: undefined, audit: [], answer: [app, person?.id] }),
      )
      assert.deepEqual(seenByApp, [undefined, 'a-person'])
    })

    test('lists the records of a kind page by page, by the octets of their IDs', async (t) => {
      const storage = await open(t)
      for (const id of ['b', 'a', 'B', 'é', 'a-1']) await putRecord(storage, aRecord(id))
      await putRecord(storage, aRecord('c', { kind: 'setting' }))
      const ids = async (query: { limit: number; after?: string }) =>
        (await storage.records.list('resource', query)).map(({ id }) => id)
      assert.deepEqual(await ids({ limit: 9 }), ['B', 'a', 'a-1', 'b', 'é'])
      assert.deepEqual(await ids({ limit: 2, after: 'a' }), ['a-1', 'b'])
    })

    test('refuses a decision about another record', async (t) => {
      const storage = await open(t)
      for (const next of [aRecord('b'), aRecord('a', { kind: 'setting' })]) {
        await assert.rejects(
          storage.records.change({ kind: 'resource', id: 'a', actorId: 'x' }, () => ({
            next,
            audit: [],
            answer: undefined,
          })),
          { code: 'ERR_STORAGE_CONFLICT' },
        )
      }
      assert.deepEqual(await storage.records.list('resource', { limit: 9 }), [])
    })

    test('puts concurrent changes of one record on two connections in an order', async (t) => {
      const storages = [await open(t), await openAgain(t)] as const
      await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (storages[index % 2] as Storage).records.change(
            { kind: 'setting', id: 'count', actorId: 'x' },
            (current) => {
              const { count = 0 } = (current?.content ?? {}) as { readonly count?: number }
              const next = { kind: 'setting', id: 'count', content: { count: count + 1 } } as const
              return { next, audit: [], answer: undefined }
            },
          ),
        ),
      )
      const counted = await storages[0].records.find('setting', 'count')
      assert.deepEqual(counted?.content, { count: 40 })
    })

    test('maintenance deletes what has expired, and nothing else', async (t) => {
      const storage = await open(t)
      await putRecord(storage, aRecord('over', { kind: 'session', expiresAt: AT - 1 }))
      await putRecord(storage, aRecord('not-yet', { kind: 'session', expiresAt: AT + 1 }))
      await putRecord(storage, aRecord('never', { kind: 'session' }))
      await storage.maintain(AT)
      const left = await storage.records.list('session', { limit: 9 })
      assert.deepEqual(
        left.map(({ id }) => id),
        ['never', 'not-yet'],
      )
    })
  })

  suite(`${name}: changes`, () => {
    function listen(t: TestContext, storage: Storage) {
      const heard: StorageChange[] = []
      t.after(storage.onChange((change) => heard.push(change)))
      return {
        heard,
        async until(count: number): Promise<void> {
          while (heard.length < count) await setTimeout(5)
        },
      }
    }
    const change: StorageChange = { what: 'app', clientId: 'a' }

    test('a change is told before its promise resolves', async (t) => {
      const storage = await open(t)
      const { heard } = listen(t, storage)
      await put(storage, await anApp('a'))
      assert.deepEqual(heard, [change])
      await storage.records.change({ kind: 'setting', id: 's', actorId: 'x' }, () => ({
        next: undefined,
        audit: [],
        answer: undefined,
      }))
      assert.deepEqual(heard.at(-1), { what: 'record', kind: 'setting', id: 's' })
    })

    test('a change that another process made is told', async (t) => {
      const storage = await open(t)
      const other = await openAgain(t)
      const { heard, until } = listen(t, storage)
      await put(other, await anApp('a'))
      await until(1)
      assert.deepEqual(heard, [change])
    })

    test('a change is told before a use that was recorded after it is answered', async (t) => {
      const storage = await open(t)
      const other = await openAgain(t)
      const { heard } = listen(t, storage)
      for (let round = 1; round <= 5; round++) {
        await put(other, await anApp('a'))
        await storage.replay.recordOnce(aUse(`round ${round}`))
        assert.equal(heard.length, round)
      }
    })

    test('a decision that throws is no change', async (t) => {
      const storage = await open(t)
      const { heard } = listen(t, storage)
      const refused = storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => {
        throw new Error('no')
      })
      await assert.rejects(refused)
      await storage.replay.recordOnce(aUse('x'))
      assert.deepEqual(heard, [])
    })

    test('who stopped listening hears nothing', async (t) => {
      const storage = await open(t)
      const heard: StorageChange[] = []
      storage.onChange((each) => heard.push(each))()
      await put(storage, await anApp('a'))
      assert.deepEqual(heard, [])
    })
  })

  suite(`${name}: use of keys`, () => {
    const HOUR = Math.floor(AT / 3_600_000)
    const DAY_MS = 86_400_000
    const aCount = (keyId: string, hour: number, count: number, lastUsed = AT) => ({
      clientId: 'a',
      keyId,
      hour,
      count,
      lastUsed,
    })

    test('adds up by key and hour, and keeps the latest time', async (t) => {
      const { usage } = await open(t)
      await usage.add([
        aCount('k1', HOUR, 2, AT + 5),
        aCount('k2', HOUR - 1, 1),
        aCount('k1', HOUR - 24, 4, AT - DAY_MS),
        aCount('k1', HOUR - 240, 6, AT - 10 * DAY_MS),
      ])
      await usage.add([aCount('k1', HOUR, 3, AT), { ...aCount('k1', HOUR, 9), clientId: 'b' }])
      assert.deepEqual(await usage.read('a'), [
        aCount('k1', HOUR, 5, AT + 5),
        aCount('k2', HOUR - 1, 1),
        aCount('k1', HOUR - 24, 4, AT - DAY_MS),
        aCount('k1', HOUR - 240, 6, AT - 10 * DAY_MS),
      ])
      assert.deepEqual(await usage.read('nobody'), [])
    })

    test('maintenance forgets what is older than it promises to keep', async (t) => {
      const storage = await open(t)
      const kept = aCount('k', HOUR - USAGE_DAYS * 24, 1)
      await storage.usage.add([kept, aCount('k', HOUR - (USAGE_DAYS + 1) * 24, 1)])
      await storage.maintain(AT)
      assert.deepEqual(await storage.usage.read('a'), [kept])
    })

    test('what a deleted app used is forgotten with it', async (t) => {
      const storage = await open(t)
      await put(storage, await anApp('a'))
      const other = { ...aCount('k', HOUR, 1), clientId: 'b' }
      await storage.usage.add([aCount('k', HOUR, 1), aCount('k', HOUR - 100, 1), other])
      await storage.serviceApps.change({ clientId: 'a', actorId: 'a' }, () => ({
        next: undefined,
        audit: [],
        answer: undefined,
      }))
      assert.deepEqual(await storage.usage.read('a'), [])
      assert.deepEqual(await storage.usage.read('b'), [other])
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
      for (const expiresAt of [NOW + 61, NOW + HOUR_SECONDS, NOW + 2 * HOUR_SECONDS]) {
        assert.equal(await replay.recordOnce(aUse('x', expiresAt)), false)
      }
    })

    test('takes one of two with different expiry that come at once', async (t) => {
      const { replay } = await open(t)
      const answers = await Promise.all([
        replay.recordOnce(aUse('x', NOW)),
        replay.recordOnce(aUse('x', NOW + HOUR_SECONDS)),
      ])
      assert.deepEqual(answers, [true, false])
    })

    test('[JTI-006] takes one of many that come over two connections', async (t) => {
      const one = await open(t)
      const two = await openAgain(t)
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? one : two).replay.recordOnce(
            aUse('x', NOW + (index % 3) * HOUR_SECONDS),
          ),
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

    test('knows what was recorded, and records nothing by being asked', async (t) => {
      const { replay } = await open(t)
      assert.equal(await replay.isRecorded(aUse('x')), false)
      await replay.recordOnce(aUse('x'))
      assert.equal(await replay.isRecorded(aUse('x')), true)
      assert.equal(await replay.isRecorded(aUse('x', NOW + HOUR_SECONDS)), true)
      assert.equal(await replay.isRecorded(aUse('y')), false)
    })

    test('[JTI-006] knows what was recorded over another connection', async (t) => {
      const { replay } = await open(t)
      const other = await openAgain(t)
      await other.replay.recordOnce(aUse('x'))
      assert.equal(await replay.isRecorded(aUse('x')), true)
    })

    test('can not tell about a time that was forgotten, and says so', async (t) => {
      const { replay, maintain } = await open(t)
      await replay.recordOnce(aUse('x', NOW))
      await maintain((NOW + 86_400) * 1000)
      await assert.rejects(replay.recordOnce(aUse('x', NOW)), { code: 'ERR_STORAGE_UNAVAILABLE' })
      await assert.rejects(replay.isRecorded(aUse('x', NOW)), { code: 'ERR_STORAGE_UNAVAILABLE' })
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
      const entry = anEntry({ actorId: 'a', clientId: 'b', keyId: 'k' })
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
      audit.append(anEntry({ requestId: 'r1', actorId: 'a', at: AT - 1 }))
      audit.append(anEntry({ requestId: 'r2', clientId: 'c', event: 'app.deleted', keyId: 'k' }))
      audit.append(anEntry({ requestId: 'r3', actorId: 'a', clientId: 'c', at: AT + 1 }))
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
      assert.deepEqual(await found({ keyId: 'k' }), ['r2'])
      assert.deepEqual(await found({ since: AT }), ['r2', 'r3'])
      assert.deepEqual(await found({ until: AT }), ['r1'])
      assert.deepEqual(await found({ since: AT, until: AT + 1 }), ['r2'])
      audit.append(anEntry({ requestId: 'r4', event: 'token.refused', outcome: 'DENY' }))
      assert.deepEqual(await found({ kind: 'requests' }), ['r4'])
      assert.deepEqual(await found({ kind: 'refusals' }), ['r4'])
      assert.deepEqual(await found({ kind: 'changes', clientId: 'c' }), ['r2', 'r3'])
      const [, second] = await audit.read({ limit: 2, order: 'oldest_first' })
      assert.deepEqual(await found({ after: second?.id }), ['r3', 'r4'])
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

    test('is one chain without gaps, whichever connection writes', async (t) => {
      const one = await open(t)
      const other = await openAgain(t)
      for (let round = 0; round < 20; round++) {
        one.audit.append(anEntry({ requestId: `a\u0000\ud800${round}` }))
        other.audit.append(
          anEntry({ requestId: `b${round}`, clientId: 'c', detail: { 2: 1, 1: 0 } }),
        )
        await Promise.all([one.audit.flush(), put(other, await anApp(`app${round}`), [anEntry()])])
      }
      await other.audit.flush()
      const verdict = await verifyAuditChain(one.audit)
      assert.deepEqual([verdict.isWhole, verdict.count, verdict.faults], [true, 60, []])
      assert.deepEqual((await other.audit.ends()).end, verdict.end)
    })

    test('verifies after retention removed the oldest entries, and tells of it', async (t) => {
      const { audit } = await open(t)
      for (let day = 0; day < 5; day++) audit.append(anEntry({ at: AT + day }))
      await audit.flush()
      assert.equal(await audit.prune(AT + 3, AT + 9), 3)
      assert.equal(await audit.prune(AT + 3, AT + 9), 0)
      const verdict = await verifyAuditChain(audit)
      assert.deepEqual([verdict.isWhole, verdict.start.id, verdict.end.id], [true, 3, 6])
      const [entry] = await audit.read({ limit: 1, order: 'newest_first', event: 'audit.pruned' })
      assert.deepEqual(entry?.detail, { lastId: 3, lastHash: verdict.start.hash, count: 3 })
    })

    test('keeps the last entry, whatever its age', async (t) => {
      const { audit } = await open(t)
      audit.append(anEntry())
      await audit.flush()
      assert.equal(await audit.prune(AT + 1, AT + 1), 0)
    })
  })
}
