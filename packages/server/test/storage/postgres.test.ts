import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { openPostgresStorage } from '@keygrant/server/storage/postgres'
import { createPostgresConnections } from '../../src/storage/postgres-connection.ts'
import { migrate } from '../../src/storage/postgres-migrations.ts'
import { MIGRATIONS } from '../../src/storage/postgres-schema.ts'
import { NOW } from '../a-server.ts'
import { aPool, anEmptyDatabase, aPostgres, aPostgresStorage } from '../a-postgres.ts'
import { NO_POSTGRES } from '../postgres-cluster.ts'
import { storageContract } from '../storage-contract.ts'

let url = ''

async function open(t: TestContext) {
  url = await anEmptyDatabase()
  return aPostgresStorage(t, url)
}

if (NO_POSTGRES === false) {
  storageContract('PostgreSQL', { open, openAgain: (t) => aPostgresStorage(t, url) })
} else {
  test('the contract with PostgreSQL', { skip: NO_POSTGRES })
}

function aUse(name: string, expiresAt = NOW) {
  const replayKey = new Uint8Array(32)
  replayKey.set(Buffer.from(name))
  return { replayKey, expiresAt }
}

suite('a database', { skip: NO_POSTGRES }, () => {
  test('of a later version is refused once servers of this one would not understand it', async (t) => {
    await (await open(t)).close()
    const version = MIGRATIONS.length + 1
    const migrateTo = async (worksFromVersion: number): Promise<void> => {
      const connections = createPostgresConnections(aPool(url))
      await migrate(connections, [...MIGRATIONS, { sql: 'SELECT 1', worksFromVersion }])
      await connections.close()
    }
    await migrateTo(1)
    await (await aPostgresStorage(t, url)).close()
    const pool = aPool(url)
    await pool.query('UPDATE keygrant.schema_version SET works_from_version = $1', [version])
    await pool.end()
    await assert.rejects(openPostgresStorage(aPool(url)), {
      code: 'ERR_STORAGE_SCHEMA',
      message: /knows versions up to/,
    })
  })

  test('is migrated once when several servers start on it at the same time', async (t) => {
    url = await anEmptyDatabase()
    const storages = await Promise.all(Array.from({ length: 4 }, () => aPostgresStorage(t, url)))
    const answers = await Promise.all(storages.map(({ replay }) => replay.recordOnce(aUse('x'))))
    assert.equal(answers.filter(Boolean).length, 1)
  })

  test('that is not there is refused with a code, not with its address', async () => {
    const pool = aPool('postgresql://nobody@127.0.0.1:1/nothing')
    await assert.rejects(openPostgresStorage(pool), (error: Error) => {
      assert.doesNotMatch(error.message, /127|nobody/)
      return (error as { readonly code?: unknown }).code === 'ERR_STORAGE_UNAVAILABLE'
    })
  })

  test('that crashed proves what was recorded before, and nothing while it is down', async (t) => {
    const postgres = await aPostgres()
    const { replay } = await open(t)
    assert.equal(await replay.recordOnce(aUse('before')), true)
    await postgres.stop('kill')
    await assert.rejects(replay.recordOnce(aUse('while')), { code: 'ERR_STORAGE_UNAVAILABLE' })
    await postgres.start()
    assert.equal(await replay.recordOnce(aUse('before')), false)
    assert.equal(await replay.recordOnce(aUse('after')), true)
  })

  test('buckets whose time is over are dropped whole', async (t) => {
    const storage = await open(t)
    await storage.replay.recordOnce(aUse('x'))
    await storage.maintain((NOW + 86_400) * 1000)
    const pool = aPool(url)
    const name = `keygrant.replay_${Math.floor(NOW / 3600)}`
    const { rows } = await pool.query('SELECT to_regclass($1) AS found', [name])
    await pool.end()
    assert.deepEqual(rows, [{ found: null }])
  })

  test('what PostgreSQL can not store does not stop the audit log', async (t) => {
    const { audit } = await open(t)
    const actorId = 'a\u0000\ud800'
    audit.append({
      event: 'token.refused',
      outcome: 'DENY',
      at: 0,
      requestId: 'r1',
      actorId,
      detail: { actorId },
    })
    const [entry] = await audit.read({ limit: 1, order: 'newest_first' })
    assert.equal(entry?.requestId, 'r1')
    assert.deepEqual(entry?.detail, { actorId })
  })
})
