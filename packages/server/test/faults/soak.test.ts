import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { exportPrivateJwk } from '@keygrant/core/keys'
import { aKey, anApp } from '../a-server.ts'
import { pin } from '../pin.ts'
import { openRawConnection, type RawConnection } from '../raw-connection.ts'
import { aFleet, IS_LONG, type Node, STORES } from './fleet.ts'
import { aFormStock } from './form-stock.ts'
import { createLatencies } from './latencies.ts'

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? (IS_LONG ? 1800 : 60))
/** PostgreSQL too in the long form, which is run by hand. */
const SOAKED = STORES.filter(({ kind }) => IS_LONG || kind === 'sqlite')
/** Of what the server bears. The short form leaves the other tests of the machine their share. */
const SHARE = IS_LONG ? 0.8 : 0.4
/** As many to warm up, and then each time to see what the server bears. */
const BURST_REQUESTS = 1500
/** As many as in the benchmarks: clients that wait for an answer send nothing meanwhile. */
const IN_FLIGHT = 64
const PACE_MS = 5
/** In the long form, as in the benchmarks. */
const SERVER_CORE = '0'
const LOAD_CORE = '1'
/** So long the load is a share of what the server bore before it: a machine that is shared is not always as fast. */
const PACED_MS = 2000
/** Of so many requests one sends what got a token before. */
const REPLAY_EVERY = 50
const SAMPLES = 60
/** How often all garbage is collected, to see what is left: that holds up requests. */
const COLLECTIONS = 3
/** What the process may grow by in the second half: by then as much is remembered of uses as ever is. */
const GROWTH_MB = 32
const MAX_RSS_MB = 300
const P99_OVER_P50 = 5
const LOST = 'a good request got lost'
/** In a short run another test may take the machine away for as long as a request is waited for. */
const MOST_LOST = IS_LONG ? 0 : 0.01

for (const { name, kind, skip } of SOAKED) {
  suite(`a server that is busy for ${SECONDS} s, on ${name}`, { skip }, () => {
    test('gives a token for every good request, refuses every other, and does not grow', async (t) => {
      const fleet = await aFleet(t, kind, 1)
      const [node] = fleet.nodes as [Node]
      if (IS_LONG) {
        pin(node.process.pid as number, SERVER_CORE)
        pin(process.pid, LOAD_CORE)
      }
      const key = await aKey()
      const { clientId } = await anApp(fleet, { keys: [key] })
      const takeForm = await aFormStock(t, {
        jwk: exportPrivateJwk(key),
        clientId,
        audience: fleet.issuer,
        lifetimeSeconds: 60,
      })
      const used: string[] = []
      const wrong = new Map<string, number>()
      const lostHow = new Map<string, number>()

      const tokenEndpoint = new URL('/oauth2/v1/token', node.url)
      const idle: RawConnection[] = []
      t.after(() => {
        for (const connection of idle) connection.close()
      })
      const statusOf = async (form: string): Promise<string> => {
        try {
          const connection = idle.pop() ?? (await openRawConnection(tokenEndpoint))
          const answer = await connection.post(form)
          idle.push(connection)
          return answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)
        } catch (error) {
          const { message } = error as Error
          lostHow.set(message, (lostHow.get(message) ?? 0) + 1)
          return 'lost'
        }
      }
      let sent = 0
      /** Resolves to how long the answer took, in milliseconds. */
      const sendOne = async (): Promise<number> => {
        const count = sent++
        const old = count % REPLAY_EVERY === 0 ? used.shift() : undefined
        const form = old ?? (await takeForm())
        const at = performance.now()
        const status = await statusOf(form)
        const took = performance.now() - at
        if (status !== (old === undefined ? '200' : '401')) {
          const what = `${old === undefined ? 'a good request' : 'a replay'} got ${status}`
          if (!wrong.has(what)) t.diagnostic(`${what} at ${new Date().toISOString()}: ${form}`)
          wrong.set(what, (wrong.get(what) ?? 0) + 1)
        } else if (old === undefined && count % REPLAY_EVERY === 1) used.push(form)
        return took
      }

      /** As many as there is room for; resolves to how many a second that was. */
      const burst = async (): Promise<number> => {
        let left = BURST_REQUESTS
        const began = performance.now()
        await Promise.all(
          Array.from({ length: IN_FLIGHT }, async () => {
            while (left-- > 0) await sendOne()
          }),
        )
        return (BURST_REQUESTS / (performance.now() - began)) * 1000
      }
      // Node accepts one connection in a turn of its event loop, and turns are long where there is much to do: a
      // connection that is new then waits for as many turns as there are others. So all are made before.
      await burst()
      wrong.delete(LOST)
      lostHow.clear()

      const latencies = createLatencies()
      const capacities: number[] = []
      let unsent = 0
      const rssMb: number[] = []
      const heapMb: number[] = []
      const heldUp = { turnMs: 0, commitMs: 0 }
      await node.holdUps()
      const began = performance.now()
      const endsAt = began + SECONDS * 1000
      const pace = async (perSecond: number, until: number): Promise<void> => {
        const from = performance.now()
        const inFlight = new Set<Promise<void>>()
        let started = 0
        while (performance.now() < until) {
          const due = Math.floor(((performance.now() - from) / 1000) * perSecond)
          // Who falls behind because the machine is busy with other things does not make it worse.
          if (due - started > IN_FLIGHT) {
            unsent += due - started
            started = due
          }
          for (; started < due && inFlight.size < IN_FLIGHT; started++) {
            const mine = sendOne()
              .then((took) => latencies.add(took))
              .finally(() => inFlight.delete(mine))
            inFlight.add(mine)
          }
          await setTimeout(PACE_MS)
        }
        await Promise.all(inFlight)
      }
      const load = async (): Promise<void> => {
        while (performance.now() < endsAt) {
          const capacity = await burst()
          capacities.push(capacity)
          await pace(capacity * SHARE, Math.min(endsAt, performance.now() + PACED_MS))
        }
      }
      const watch = async (): Promise<void> => {
        for (let sample = 1; sample <= SAMPLES; sample++) {
          await setTimeout(
            Math.max(0, began + (sample * SECONDS * 1000) / SAMPLES - performance.now()),
          )
          const { turnMs, commitMs } = await node.holdUps()
          heldUp.turnMs = Math.max(heldUp.turnMs, turnMs)
          heldUp.commitMs = Math.max(heldUp.commitMs, commitMs)
          rssMb.push((await node.vitals(false)).rssMb)
          if (sample % (SAMPLES / COLLECTIONS) === 0) heapMb.push((await node.vitals(true)).heapMb)
        }
      }
      await Promise.all([load(), watch()])

      const [p50, p99] = [latencies.quantile(0.5), latencies.quantile(0.99)]
      const mean = (of: readonly number[]): number =>
        of.reduce((sum, each) => sum + each, 0) / of.length
      const rssEarly = mean(rssMb.slice(SAMPLES / 2, (2 * SAMPLES) / 3))
      const rssLate = mean(rssMb.slice(-SAMPLES / 6))
      const [heapEarly = 0, heapLate = 0] = [heapMb[0], heapMb.at(-1)]
      const most = Math.max(...rssMb)
      t.diagnostic(
        `capacity ${Math.min(...capacities).toFixed(0)} to ${Math.max(...capacities).toFixed(0)}/s; ${latencies.count} requests in ${SECONDS} s, ` +
          `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${(p99 / p50).toFixed(1)} times), ` +
          `longest ${latencies.longest.toFixed(0)} ms`,
      )
      t.diagnostic(
        `resident ${rssEarly.toFixed(0)} MB early, ${rssLate.toFixed(0)} MB late, ${most.toFixed(0)} MB at most; ` +
          `heap ${heapEarly.toFixed(1)} MB early, ${heapLate.toFixed(1)} MB late`,
      )
      const perHour = (slope(rssMb.slice(SAMPLES / 2)) * SAMPLES * 3600) / SECONDS
      t.diagnostic(`the resident memory goes by ${perHour.toFixed(1)} MB an hour`)
      t.diagnostic(
        `${((unsent / (latencies.count + unsent)) * 100).toFixed(1)} % of what was due was not sent, because ${IN_FLIGHT} were in flight`,
      )
      const lost = wrong.get(LOST) ?? 0
      t.diagnostic(
        `the longest turn of the server took ${heldUp.turnMs.toFixed(0)} ms, the longest commit ${heldUp.commitMs.toFixed(0)} ms`,
      )
      for (const [how, count] of lostHow) t.diagnostic(`${count} requests had no answer: ${how}`)
      if (lost <= latencies.count * MOST_LOST) wrong.delete(LOST)
      assert.deepEqual(Object.fromEntries(wrong), {})
      for (const [what, early, late] of [
        ['resident memory', rssEarly, rssLate],
        ['heap', heapEarly, heapLate],
      ] as const) {
        assert.ok(late - early <= GROWTH_MB, `the ${what} grew by ${(late - early).toFixed(1)} MB`)
      }
      assert.ok(most <= MAX_RSS_MB, `${most.toFixed(0)} MB are resident`)
      // In a short run the machine is shared with other tests, whose work would be measured.
      if (IS_LONG) assert.ok(p99 <= P99_OVER_P50 * p50, `p99 is ${p99} ms, p50 ${p50} ms`)
    })
  })
}

/** By how much values that follow each other grow from one to the next: the line that fits them best. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const [above, below] = values.reduce(
    ([sum, squares], value, at) => [
      sum + (at - middle) * (value - mean),
      squares + (at - middle) ** 2,
    ],
    [0, 0],
  )
  return above / below
}
