import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import { generateEnvelopeKey } from '@keygrant/server'
import { openSigningKeys, type RingActor } from '../src/signing-key-store.ts'
import { NOW } from './a-server.ts'
import { aPostgres, aPostgresStorage } from './a-postgres.ts'
import { NO_POSTGRES } from './postgres-cluster.ts'

const SUPER_ADMIN: RingActor = { actorId: '0oa1', requestId: 'r', require: () => undefined }
const DAY_MS = 86_400_000

suite('signing keys of nodes that share a PostgreSQL', { skip: NO_POSTGRES }, () => {
  test('are made once, rotated once, and revoked for all', async (t) => {
    const url = await (await aPostgres()).database()
    const envelopeKeys = [generateEnvelopeKey()]
    let now = NOW * 1000
    const nodes = await Promise.all(
      [1, 2, 3].map(async () => {
        const storage = await aPostgresStorage(t, url)
        const keys = await openSigningKeys({
          storage,
          kept: { envelopeKeys },
          clock: () => now,
          onFailure: (error) => assert.fail(inspect(error)),
        })
        return { storage, keys }
      }),
    )
    const hear = async (): Promise<void> => {
      for (const { storage, keys } of nodes) {
        const replayKey = createHash('sha256').update(String(Math.random())).digest()
        await storage.replay.recordOnce({ replayKey, expiresAt: NOW + 60 })
        await keys.reading()
      }
    }
    const kids = (): readonly string[][] =>
      nodes.map(({ keys }) => keys.publicKeys.map(({ kid }) => kid))
    const areEqual = (): void => {
      for (const each of kids()) assert.deepEqual(each, kids()[0])
    }
    await hear()
    areEqual()
    const [first, second] = kids()[0] as [string, string]

    now += 90 * DAY_MS
    await Promise.all(nodes.map(({ keys }) => keys.maintain()))
    await hear()
    areEqual()
    assert.deepEqual(
      kids()[0]?.filter((kid) => kid === first || kid === second),
      [second, first],
    )
    assert.equal(kids()[0]?.length, 3)

    await nodes[0]?.keys.revoke(SUPER_ADMIN, second)
    await hear()
    areEqual()
    assert.ok(!kids()[0]?.includes(second))
    for (const { keys } of nodes) assert.notEqual(keys.current.kid, second)
  })
})
