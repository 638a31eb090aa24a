import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CheckResult } from '@keygrant/core/assertion'
import {
  createProofMemory,
  explainDpopProof,
  inspectDpopProof,
  type PartialDpopExpectations,
  verifyDpopProof,
} from '@keygrant/core/dpop'
import { jwkThumbprint } from '@keygrant/core/keys'
import { ACCESS_TOKEN, aProof, expecting, key, NOW, outcome, URL_OF_TOKEN } from './fixtures.ts'

const jkt = await jwkThumbprint(key.publicKey.jwk)

describe('a DPoP proof that is looked at', () => {
  test('leaves open what nobody said what to compare with', async () => {
    const { checks } = await inspectDpopProof(await aProof(), { now: NOW })
    const skipped = checks.filter(({ status }) => status === 'skip').map(({ check }) => check)
    assert.deepEqual(skipped, ['htm', 'htu', 'nonce', 'ath', 'cnf', 'replay'])
  })

  test('has the checks of a verification in their order', async () => {
    const proof = await aProof()
    const { checks } = await inspectDpopProof(proof, { now: NOW })
    const report = await verifyDpopProof(proof, expecting())
    assert.deepEqual(
      checks.map(({ check }) => check),
      report.checks.map(({ check }) => check),
    )
  })

  for (const [what, check, claims, given, expected] of [
    ['the method', 'htm', {}, { method: 'POST' }, 'pass'],
    ['another method', 'htm', {}, { method: 'GET' }, 'fail mismatch'],
    ['a missing method, with none given', 'htm', { htm: undefined }, {}, 'fail missing'],
    ['the URL', 'htu', {}, { url: URL_OF_TOKEN }, 'pass'],
    ['another URL', 'htu', {}, { url: 'https://as.example/' }, 'fail mismatch'],
    ['a URL that is none, with none given', 'htu', { htu: 'token' }, {}, 'fail malformed'],
    ['the access token', 'ath', {}, { accessToken: ACCESS_TOKEN }, 'fail missing'],
    ['the key of the token', 'cnf', {}, { jkt }, 'pass'],
    ['the nonces', 'nonce', { nonce: 'old' }, { nonces: ['new'] }, 'fail mismatch'],
    ['the time', 'iat', { iat: NOW - 61 }, {}, 'fail too_old'],
  ] as const satisfies readonly (readonly [
    string,
    string,
    object,
    Partial<PartialDpopExpectations>,
    string,
  ])[]) {
    test(`is judged by ${what}`, async () => {
      const { checks } = await inspectDpopProof(await aProof(claims), { now: NOW, ...given })
      assert.equal(outcome({ checks }, check), expected)
    })
  }

  test('is not burnt by being looked at', async () => {
    const proof = await aProof()
    const expected = { ...expecting(), replay: createProofMemory({ clock: () => NOW }) }
    await inspectDpopProof(proof, expected)
    assert.equal((await verifyDpopProof(proof, expected)).accepted, true)
  })

  for (const [what, given] of [
    ['an empty method', { method: '' }],
    ['a URL that is none', { url: 'token' }],
    ['a time that is no number', { now: Number.NaN }],
  ] as const) {
    test(`makes a TypeError of ${what}`, async () => {
      await assert.rejects(inspectDpopProof('x', { now: NOW, ...given }), TypeError)
    })
  }

  for (const missing of ['method', 'url'] as const) {
    test(`needs the ${missing} to be verified`, async () => {
      const { [missing]: _, ...rest } = expecting()
      await assert.rejects(verifyDpopProof('x', rest as ReturnType<typeof expecting>), TypeError)
    })
  }
})

describe('the words about a DPoP proof', () => {
  test('never speak of a client, a registered key or an assertion', async () => {
    const proofs = [
      await aProof(),
      await aProof({ htm: 'GET', htu: 'https://x.example/', iat: NOW + 99, jti: undefined }),
      await aProof({ htm: undefined, htu: undefined, iat: undefined, jti: 5 }),
      await aProof({ iat: NOW - 999 }, { alg: 'RS256' }),
      await aProof({}, { alg: 'none', typ: 'JWT' }),
      await aProof({}, { jwk: undefined }),
      await aProof({}, { jwk: { kty: 'EC' } }),
      `${(await aProof()).slice(0, -8)}AAAAAAAA`,
      'x',
    ]
    for (const proof of proofs) {
      const { checks } = await inspectDpopProof(proof, expecting())
      for (const result of checks) {
        const { sentence, fix = '' } = explainDpopProof(result)
        assert.doesNotMatch(`${sentence} ${fix}`, /\bclient\b|registered|assertion/, result.check)
        if (result.status === 'fail') assert.notEqual(fix, '', result.check)
      }
    }
  })

  test('say of a second use that it is one of the proof', () => {
    const replayed: CheckResult = { check: 'replay', status: 'fail', reason: 'replayed' }
    assert.equal(explainDpopProof(replayed).sentence, 'this proof was used before')
  })
})
