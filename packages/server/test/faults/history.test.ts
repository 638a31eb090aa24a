import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type End, type History, type TokenRequest, violations } from './history.ts'

const request = (changes: Partial<TokenRequest> = {}): TokenRequest => ({
  sentAt: 100_000,
  endedAt: 100_010,
  jti: 'j1',
  kid: 'k1',
  scope: 's1',
  isGood: true,
  status: 200,
  hasRetryAfter: true,
  ...changes,
})
const NOTHING: History = { requests: [], changes: [], taken: [], faults: [] }
const END: End = { made: new Set(), auditEntries: new Map(), logs: '' }

suite('the judge of a history', () => {
  for (const [what, history, end, expected] of [
    ['lets pass what is right', { requests: [request()] }, {}, []],
    ['finds two tokens for one assertion', { requests: [request(), request()] }, {}, ['I1']],
    ['finds a change that was lost', { changes: [{ id: 'a', isAcknowledged: true }] }, {}, ['I2']],
    [
      'finds a change without its audit entry',
      { changes: [{ id: 'a', isAcknowledged: false }] },
      { made: new Set(['a']) },
      ['I3'],
    ],
    [
      'finds an audit entry without its change',
      { changes: [{ id: 'a', isAcknowledged: false }] },
      { auditEntries: new Map([['a', 1]]) },
      ['I3'],
    ],
    [
      'finds a token by a key that was deactivated more than a second before',
      { requests: [request()], taken: [{ kid: 'k1', acknowledgedAt: 98_999 }] },
      {},
      ['I4'],
    ],
    [
      'lets a deactivation have its second',
      { requests: [request()], taken: [{ kid: 'k1', acknowledgedAt: 99_001 }] },
      {},
      [],
    ],
    [
      'finds a token for a scope that was taken back',
      { requests: [request()], taken: [{ scope: 's1', acknowledgedAt: 0 }] },
      {},
      ['I5'],
    ],
    ['finds a secret in a log', {}, { logs: 'token eyJhbGciOiJFUzI1NiJ9.e30' }, ['I7']],
    [
      'finds a good request that is refused long after a fault',
      { requests: [request({ status: 503 })], faults: [{ beganAt: 0, endedAt: 80_000 }] },
      {},
      ['I8'],
    ],
    [
      'lets a good request be refused with 503 during a fault',
      { requests: [request({ status: 503 })], faults: [{ beganAt: 0, endedAt: 99_000 }] },
      {},
      [],
    ],
    [
      'finds a 503 that does not say when to come again',
      {
        requests: [request({ status: 503, hasRetryAfter: false })],
        faults: [{ beganAt: 0, endedAt: 99_000 }],
      },
      {},
      ['I9'],
    ],
    [
      'finds a good request that is refused as if it were not, even during a fault',
      { requests: [request({ status: 401 })], faults: [{ beganAt: 0, endedAt: 99_000 }] },
      {},
      ['I9'],
    ],
  ] as const) {
    test(what, () => {
      const found = violations({ ...NOTHING, ...history }, { ...END, ...end })
      assert.deepEqual(
        found.map((sentence) => sentence.slice(0, 2)),
        expected,
      )
    })
  }
})
