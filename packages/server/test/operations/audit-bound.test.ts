import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { boundAudit } from '../../src/operations/audit-bound.ts'
import type { AuditEntry, AuditStore } from '../../src/storage/ports.ts'

const NOW = 1_700_000_000_000
const NOWHERE = { id: 0, hash: '' }

function aLog() {
  const written: AuditEntry[] = []
  const clock = { now: NOW }
  let omitted = 0
  const store: AuditStore = {
    append: (entry) => void written.push(entry),
    read: () => Promise.resolve([]),
    links: () => Promise.resolve([]),
    ends: () => Promise.resolve({ start: NOWHERE, end: NOWHERE }),
    prune: () => Promise.resolve(0),
    flush: () => Promise.resolve(),
  }
  const audit = boundAudit(store, {
    clock: () => clock.now,
    onEntry: (_entry, isOmitted) => void (omitted += Number(isOmitted)),
  })
  return { audit, written, clock, omitted: () => omitted }
}

const refusal = (at: number, ipAddress: string): AuditEntry => ({
  event: 'token.refused',
  outcome: 'DENY',
  at,
  requestId: 'r',
  detail: { error: 'invalid_client', ipAddress },
})

suite('the audit log under a flood', () => {
  test('[AUDI-007] has a bounded number of refusals, one that counts the rest, and every admin event', () => {
    const { audit, written, clock, omitted } = aLog()
    for (let i = 0; i < 10_000; i++) {
      audit.append(refusal(clock.now, `192.0.2.${i % 200}`))
      if (i % 100 === 0) {
        audit.append({ ...refusal(clock.now, 'x'), event: 'admin.denied', actorId: '0oa1' })
        audit.append({ ...refusal(clock.now, 'x'), event: 'key.created', outcome: 'SUCCESS' })
      }
    }
    clock.now += 60_000
    audit.append(refusal(clock.now, '192.0.2.1'))
    const count = (event: string) => written.filter((entry) => entry.event === event).length
    assert.equal(count('admin.denied'), 100)
    assert.equal(count('key.created'), 100)
    assert.equal(count('token.refused'), 1201)
    const summary = written.find(({ event }) => event === 'audit.omitted')
    assert.equal(count('audit.omitted'), 1)
    assert.equal(summary?.detail['count'], 8800)
    assert.deepEqual(summary?.detail['byError'], { invalid_client: 8800 })
    assert.equal(omitted(), 8800)
  })

  test('one address does not use up the room of the others', () => {
    const { audit, written } = aLog()
    for (let i = 0; i < 5000; i++) audit.append(refusal(NOW, '192.0.2.1'))
    audit.append(refusal(NOW, '192.0.2.2'))
    const addresses = written.map(({ detail }) => detail['ipAddress'])
    assert.equal(addresses.filter((address) => address === '192.0.2.1').length, 120)
    assert.ok(addresses.includes('192.0.2.2'))
  })

  test('what was left out is written at the end', () => {
    const { audit, written } = aLog()
    for (let i = 0; i < 200; i++) audit.append(refusal(NOW, '192.0.2.1'))
    audit.summarize()
    assert.equal(written.at(-1)?.event, 'audit.omitted')
    assert.equal(written.at(-1)?.detail['count'], 80)
  })
})
