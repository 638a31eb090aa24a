import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { IS_LONG, type Node, STORES } from './fleet.ts'
import { aWorld, type Sent } from './world.ts'

const SUSPENDED_MS = IS_LONG ? 60_000 : 1500
/** What an administrator takes away is in force everywhere after this. */
const IN_FORCE_MS = 1000
const DAY_MS = 86_400_000

/**
 * Suspends a server, then lets `change` do what another one is asked for. A server that stops in the middle of a
 * write holds SQLite's only lock meanwhile, and the other one rightly answers 503: then it runs on, and stops again.
 */
async function suspendAtRest({ process }: Node, change: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt++) {
    process.kill('SIGSTOP')
    try {
      if (await change()) return
    } catch (fault) {
      process.kill('SIGCONT')
      throw fault
    }
    process.kill('SIGCONT')
    await setTimeout(200)
  }
  assert.fail('the server never stopped at rest')
}

for (const { name, kind, skip } of STORES) {
  suite(`time that goes wrong, on ${name}`, { skip }, () => {
    test('lets nobody use what was used or taken away', async (t) => {
      const world = await aWorld(t, kind)
      const { fleet, app, otherKey } = world
      const [first, second] = fleet.nodes as [Node, Node]
      const url = `/api/v1/apps/${app.clientId}`

      await t.test(
        '[FT-14] a server that was suspended reads again what was changed meanwhile',
        async () => {
          assert.equal((await world.send({ key: otherKey, node: first })).status, 200)
          const keyId = app.keys[1]?.id
          const path = `${url}/credentials/jwks/${keyId}/lifecycle/deactivate`
          await suspendAtRest(first, async () => {
            const { status } = await world.administer(second, 'POST', path)
            assert.ok(status === 200 || status === 503, `${status}`)
            return status === 200
          })
          world.took({ kid: otherKey.kid })
          await setTimeout(SUSPENDED_MS)
          const waiting = world.send({ key: otherKey, node: first })
          await setTimeout(50)
          first.process.kill('SIGCONT')
          assert.equal((await waiting).status, 401)
          assert.equal((await world.send({ key: otherKey, node: first })).status, 401)
          assert.equal((await world.send({ node: first })).status, 200)
          await world.judge()
        },
      )

      await t.test(
        '[FT-15] a server that is told of no change finds it within a second',
        async () => {
          const deaf = await fleet.start({ isDeaf: true })
          const scope = 'okta.logs.read'
          assert.equal((await world.send({ scope, node: deaf })).status, 200)
          const grant = app.grants.find((each) => each.scope === scope)
          const path = `${url}/grants/${grant?.id}`
          assert.equal((await world.administer(second, 'DELETE', path)).status, 204)
          world.took({ scope })
          await setTimeout(IN_FORCE_MS + 50)
          assert.equal((await world.send({ scope, node: deaf })).status, 400)
          await deaf.kill()
          await world.judge()
        },
      )

      const used: Sent[] = []
      const step = async (aheadMs: readonly number[]): Promise<void> => {
        const sending = { clockAheadSeconds: 0, lifetimeSeconds: 3600, node: first }
        const sent = await world.send(sending)
        // A server whose clock is far behind takes it for one from the future.
        if (sent.status === 200) used.push(sent)
        for (const [index, clockAheadMs] of aheadMs.entries()) {
          await fleet.nodes[index]?.behave({ clockAheadMs })
        }
        for (const node of fleet.nodes) await node.maintain()
        for (const each of used) {
          for (const node of fleet.nodes) {
            assert.notEqual((await world.replay(each, node)).status, 200)
          }
        }
      }
      for (const [what, aheadMs] of [
        ['30 s apart from server to server', [30_000, -30_000]],
        ['back by 300 s', [-300_000, -300_000]],
        ['ahead by 300 s', [300_000, 300_000]],
        ['right again', [0, 0]],
        ['ahead by a day', [DAY_MS, DAY_MS]],
        ['back from a day ahead, when what was used then is forgotten', [0, 0]],
      ] as const) {
        await t.test(
          `[FT-13] [TIME-013] a clock that steps ${what} lets no assertion work twice`,
          async () => {
            await step(aheadMs)
            await world.judge()
          },
        )
      }
      assert.ok(used.length >= 2)
    })
  })
}
