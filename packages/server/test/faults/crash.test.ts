import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IS_LONG, type Node, STORES } from './fleet.ts'
import type { FailPoint } from './node.ts'
import { aWorld, type Sent, type World } from './world.ts'

const KILLS = IS_LONG ? 100 : 1
const CHANGES_KILLED = IS_LONG ? 20 : 1

/** Takes a node out of the fleet while it dies, and puts a new one in. */
async function replace(world: World, node: Node): Promise<void> {
  const { fleet } = world
  fleet.nodes.splice(fleet.nodes.indexOf(node), 1)
  await node.gone()
  fleet.nodes.push(await fleet.start())
}

for (const { name, kind, skip } of STORES) {
  suite(`a server that is killed, on ${name}`, { skip }, () => {
    test('gives no second token, and loses nothing that it acknowledged', async (t) => {
      const world = await aWorld(t, kind)
      const { fleet } = world

      await t.test(`[FT-01] killed at ${KILLS} random moments under load`, async () => {
        for (let kill = 0; kill < KILLS; kill++) {
          const answered: Sent[] = []
          await world.underLoad(async () => {
            const [victim] = fleet.nodes
            assert.ok(victim)
            for (let count = 0; count < 10; count++)
              answered.push(await world.send({ node: victim }))
            const apps = Promise.all(fleet.nodes.map((node) => world.makeApp(node)))
            await setTimeout(Math.random() * 200)
            victim.process.kill('SIGKILL')
            await replace(world, victim)
            await apps
          })
          for (const sent of answered) {
            if (sent.status !== 200) continue
            for (const node of fleet.nodes) {
              assert.equal((await world.replay(sent, node)).status, 401)
            }
          }
        }
        await world.judge()
      })

      const points: readonly FailPoint[] = [
        'before the use is recorded',
        'after the use is recorded',
        'before the answer',
      ]
      for (const killAt of points) {
        await t.test(
          `[FT-02] killed ${killAt}: the sender gets a token with a new assertion, and the old one is worth what was recorded`,
          async () => {
            const [victim, other] = fleet.nodes
            assert.ok(victim && other)
            await victim.behave({ killAt })
            const lost = await world.send({ node: victim, clockAheadSeconds: 0 })
            assert.equal(lost.status, 'lost')
            const wasRecorded = killAt !== 'before the use is recorded'
            const again = await world.replay(lost, other)
            assert.equal(again.status, wasRecorded ? 401 : 200)
            assert.equal((await world.send({ node: other })).status, 200)
            await replace(world, victim)
            await world.judge()
          },
        )
      }

      await t.test(
        '[FT-05] [AUDI-005] killed between a change and its audit entry: neither is there',
        async () => {
          for (let kill = 0; kill < CHANGES_KILLED; kill++) {
            const [victim, other] = fleet.nodes
            assert.ok(victim && other)
            // The entries of token requests are written by then.
            await setTimeout(50)
            const before = await world.makeApp(victim)
            await setTimeout(50)
            await victim.behave({ killAt: 'between a change and its audit entry' })
            const change = await world.makeApp(victim)
            assert.deepEqual([before.isAcknowledged, change.isAcknowledged], [true, false])
            await replace(world, victim)
          }
          await world.judge()
        },
      )
    })
  })
}
