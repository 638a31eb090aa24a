import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { aPool } from '../a-postgres.ts'
import { NO_POSTGRES } from '../postgres-cluster.ts'
import { MIGRATIONS } from '../../src/storage/postgres-schema.ts'
import { MIGRATIONS as SQLITE_MIGRATIONS } from '../../src/storage/sqlite-schema.ts'
import { type Node, postForm } from './fleet.ts'
import { aWorld, type Sent, type World } from './world.ts'

const COPIES = 40
/** A request that was sent to a server before it was taken out has its answer by then. */
const QUIET_MS = 300

/** Sends copies of one new assertion to all servers at once: one of them gives a token. */
async function race(world: World): Promise<Sent> {
  const { nodes } = world.fleet
  const sent = await world.prepare()
  const answers = await Promise.all(
    Array.from({ length: COPIES }, (_, index) =>
      postForm(nodes[index % nodes.length] as Node, sent.form),
    ),
  )
  const tokens = answers.filter(({ status }) => status === 200)
  assert.equal(tokens.length, 1)
  return sent
}

/** What was used is refused by every server. */
async function refuseAll(world: World, used: readonly Sent[]): Promise<void> {
  for (const sent of used) {
    for (const node of world.fleet.nodes) {
      assert.equal((await world.replay(sent, node)).status, 401)
    }
  }
}

suite('an upgrade of nodes on PostgreSQL, one after the other', { skip: NO_POSTGRES }, () => {
  test('[FT-25] refuses no good request and takes no assertion twice, and can be undone', async (t) => {
    const world = await aWorld(t, 'postgres')
    const { fleet } = world
    const used: Sent[] = []
    const replaceOne = async (version: 'current' | 'next'): Promise<void> => {
      const [old] = fleet.nodes as [Node, Node]
      fleet.nodes.push(await fleet.start({}, version))
      used.push(await race(world))
      fleet.nodes.shift()
      await setTimeout(QUIET_MS)
      await old.stop()
      await refuseAll(world, used)
    }
    await world.underLoad(async () => {
      used.push(await race(world))
      for (const version of ['next', 'next', 'current'] as const) await replaceOne(version)
    }, false)
    await world.judge()
    const pool = aPool(urlOf(world), 1)
    const { rows } = await pool.query(
      `SELECT version, prosrc LIKE '%recorded_at%' AS is_replaced
        FROM keygrant.schema_version, pg_proc WHERE proname = 'record_once'`,
    )
    await pool.end()
    assert.deepEqual(rows, [{ version: MIGRATIONS.length + 1, is_replaced: true }])
  })

  test('[FT-25] to a version that works with none before it stops the others at once', async (t) => {
    const world = await aWorld(t, 'postgres')
    const { fleet } = world
    const [old] = fleet.nodes as [Node, Node]
    const used = await race(world)
    const next = await fleet.start({}, 'next')
    const pool = aPool(urlOf(world), 1)
    await pool.query('UPDATE keygrant.schema_version SET works_from_version = version')
    await pool.end()
    const refused = await world.send({ node: old })
    assert.equal(refused.status, 503)
    assert.equal((await world.makeApp(old)).isAcknowledged, false)
    assert.equal((await world.send({ node: next })).status, 200)
    assert.equal((await world.replay(used, next)).status, 401)
    await setTimeout(1500)
    assert.equal((await old.call('GET', '/readyz')).status, 503)
    assert.equal((await next.call('GET', '/readyz')).status, 200)
    await assert.rejects(fleet.start(), /start the newer Keygrant that wrote it/)
  })
})

suite('an upgrade on SQLite', () => {
  test('[FT-25] keeps the file as it was, remembers what was used, and is not undone by accident', async (t) => {
    const world = await aWorld(t, 'sqlite')
    const { fleet } = world
    const { store } = fleet
    assert.ok(store.kind === 'sqlite')
    const used = [await race(world)]
    for (const node of fleet.nodes.splice(0)) await node.kill()
    fleet.nodes.push(await fleet.start({}, 'next'))
    await refuseAll(world, used)
    await race(world)
    const copy = await stat(`${store.file}.version-${SQLITE_MIGRATIONS.length}`)
    assert.equal(copy.mode & 0o777, 0o600)
    await assert.rejects(fleet.start(), /start the newer Keygrant that wrote it/)
  })
})

function urlOf({ fleet: { store } }: World): string {
  assert.ok(store.kind === 'postgres')
  return store.url
}
