/**
 * What was measured, as the admin API shows it.
 */

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { AuditEntry, ServiceApp } from '@keygrant/server'
import { createMeasures, latencyOf, latencyStep, OTHERS } from '../../src/measures.ts'
import {
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiWith,
  type CallApi,
  aServer,
  ISSUER,
  NOW,
  postToken,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext) {
  const server = await aServer(t)
  const operator = await anOperator(server)
  const tokens = new Map<number, Promise<string>>()
  const api: CallApi = async (...call) => {
    const { now } = server.clock
    const token = tokens.get(now) ?? anAccessToken(server, operator, 'okta.logs.read')
    tokens.set(now, token)
    return apiWith(server, await token)(...call)
  }
  const ask = async (app: ServiceApp, changes: Readonly<Record<string, unknown>> = {}) => {
    const { now } = server.clock
    const claims = { aud: ISSUER, iat: now, exp: now + 60, ...changes }
    return postToken(server, tokenForm(await anAssertion(app, claims)))
  }
  const read = async (query = '') => {
    const { status, body, text } = await api('GET', `/api/v1/metrics${query}`)
    assert.equal(status, 200, text)
    return body
  }
  return { server, api, ask, read, clock: server.clock }
}

const sum = (series: readonly number[]): number => series.reduce((all, each) => all + each, 0)

test('tokens, refusals, reasons, apps and keys are counted, and each series sums up to its number', async (t) => {
  const { server, ask, read } = await setup(t)
  const app = await anApp(server, { label: 'billing' })
  for (let index = 0; index < 3; index++) await ask(app)
  await ask(app, { jti: 'once' })
  await ask(app, { jti: 'once' })
  await ask(app, { aud: 'https://other.example' })
  await ask({ clientId: '0oaNobody' } as ServiceApp)
  const metrics = await read()
  // One more is the operator's own token.
  assert.equal(metrics.sums.issued, 5)
  assert.equal(metrics.sums.refused, 3)
  assert.equal(metrics.sums.replayed, 1)
  for (const name of ['issued', 'refused', 'replayed'] as const) {
    assert.equal(sum(metrics.series[name]), metrics.sums[name])
    assert.equal(metrics.series[name].length, 96)
  }
  assert.deepEqual(
    metrics.reasons.map(({ check, count }: { check: string; count: number }) => [check, count]),
    [
      ['replay', 1],
      ['aud', 1],
      ['key', 1],
    ],
  )
  const billing = metrics.apps.find(({ label }: { label: string }) => label === 'billing')
  assert.deepEqual([billing.issued, billing.refused], [4, 2])
  assert.deepEqual(metrics.otherApps, { issued: 0, refused: 1 })
  assert.equal(metrics.keys.find(({ clientId }: ServiceApp) => clientId === app.clientId).issued, 4)
  const { p50, p95, p99 } = metrics.sums.latency
  assert.ok(p50 > 0 && p50 <= p95 && p95 <= p99)
})

test('an hour, a day and a week end now, have their steps, and are compared where that is kept', async (t) => {
  const { server, ask, read, clock } = await setup(t)
  const app = await anApp(server)
  await ask(app)
  clock.now += 3600
  await ask(app)
  for (const [range, steps, stepSeconds, issued, before] of [
    // One is the operator's own token.
    ['1h', 60, 60, 2, 1],
    ['24h', 96, 900, 3, 0],
    ['7d', 168, 3600, 3, undefined],
  ] as const) {
    const metrics = await read(`?range=${range}`)
    assert.equal(metrics.series.issued.length, steps)
    assert.equal(metrics.stepSeconds, stepSeconds)
    assert.equal(metrics.sums.issued, issued, range)
    assert.equal(metrics.previous?.issued, before, range)
    assert.ok(Date.parse(metrics.until) > clock.now * 1000)
    assert.ok(Date.parse(metrics.until) <= (clock.now + stepSeconds) * 1000)
    assert.equal(metrics.series.issued.at(-1), 2, range)
  }
})

test('a range that is none is refused, and the metrics need a role and the scope', async (t) => {
  const { server, api } = await setup(t)
  for (const range of ['2h', 'constructor', '__proto__']) {
    assert.equal((await api('GET', `/api/v1/metrics?range=${range}`)).status, 400)
  }
  const other = await anApp(server, { scopes: ['okta.apps.read'] })
  const denied = apiWith(server, await anAccessToken(server, other))
  assert.equal((await denied('GET', '/api/v1/metrics')).status, 403)
})

suite('measures', () => {
  const AT = NOW * 1000
  const anEntry = (changes: Partial<AuditEntry>): AuditEntry => ({
    event: 'token.issued',
    outcome: 'SUCCESS',
    at: AT,
    requestId: 'r',
    detail: {},
    ...changes,
  })

  test('of several processes are read together, and outlive the process', async (t) => {
    const { storage } = await aServer(t)
    const both = [1, 2].map(() => createMeasures({ records: storage.records, clock: () => AT }))
    for (const measures of both) {
      measures.audited(anEntry({ clientId: 'a', keyId: 'k' }))
      await measures.flush()
    }
    const later = createMeasures({ records: storage.records, clock: () => AT })
    const hours = await later.read(Math.floor(AT / 3_600_000))
    assert.deepEqual(
      hours.map(({ apps, keys }) => [apps, keys]),
      [1, 2].map(() => [{ a: [1, 0] }, { 'a k': 1 }]),
    )
    assert.deepEqual(await later.read(Math.floor(AT / 3_600_000) + 1), [])
  })

  test('are bounded: a stranger who makes up names takes no room from apps that get tokens', async (t) => {
    const { storage } = await aServer(t)
    const measures = createMeasures({ records: storage.records, clock: () => AT })
    for (let index = 0; index < 5000; index++) {
      measures.audited(
        anEntry({
          event: 'token.refused',
          outcome: 'DENY',
          clientId: `made up ${index}`,
          detail: { error: `error ${index}` },
        }),
      )
    }
    for (let index = 0; index < 90; index++) {
      measures.audited(anEntry({ clientId: `app ${index}`, keyId: 'k' }))
    }
    const [hour] = await measures.read(0)
    assert.ok(hour)
    assert.equal(Object.keys(hour.apps).length, 191)
    assert.deepEqual(hour.apps['app 89'], [1, 0])
    assert.deepEqual(hour.apps[OTHERS], [0, 4900])
    const [minute] = Object.values(hour.minutes)
    assert.equal(Object.keys(minute?.reasons ?? {}).length, 31)
    assert.equal(minute?.refused, 5000)
  })

  test('take any name for what it is', async (t) => {
    const { storage } = await aServer(t)
    const measures = createMeasures({ records: storage.records, clock: () => AT })
    for (const clientId of ['__proto__', 'constructor', 'toString']) {
      measures.audited(anEntry({ clientId, keyId: '__proto__' }))
    }
    const [hour] = await measures.read(0)
    assert.deepEqual(Object.keys(hour?.apps ?? {}).toSorted(), [
      '__proto__',
      'constructor',
      'toString',
    ])
  })

  test('know a latency to a tenth', () => {
    for (const milliseconds of [0.3, 1, 4.2, 17, 250, 4999]) {
      const shown = latencyOf(latencyStep(milliseconds))
      assert.ok(shown >= milliseconds && shown < milliseconds * 1.1, `${milliseconds} as ${shown}`)
    }
  })
})
