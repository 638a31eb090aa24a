import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CheckResult, explain } from '@keygrant/core/assertion'
import {
  explainAccessToken,
  inspectAccessToken,
  type PartialAccessTokenExpectations,
  verifyAccessToken,
} from '@keygrant/core/resource'
import {
  anAccessToken,
  AUDIENCE,
  expecting,
  ISSUER,
  NOW,
  otherServerKey,
  outcome,
  serverKey,
} from './fixtures.ts'

const jkt = serverKey.kid
type Given = Partial<PartialAccessTokenExpectations>

describe('an access token that is looked at', () => {
  test('leaves open what nobody said what to compare with', async () => {
    const { checks } = await inspectAccessToken(await anAccessToken(), { now: NOW })
    const skipped = checks.filter(({ status }) => status === 'skip').map(({ check }) => check)
    assert.deepEqual(skipped, ['key', 'signature', 'iss', 'aud'])
  })

  test('has the checks of a verification in their order', async () => {
    const token = await anAccessToken()
    const { checks } = await inspectAccessToken(token, { now: NOW })
    const report = await verifyAccessToken(token, expecting())
    assert.deepEqual(
      checks.map(({ check }) => check),
      report.checks.map(({ check }) => check),
    )
  })

  for (const [what, check, claims, given, expected] of [
    ['an issuer that is given', 'iss', {}, { issuer: ISSUER }, 'pass'],
    ['another issuer', 'iss', {}, { issuer: 'https://other.example' }, 'fail mismatch'],
    ['an issuer that is no text, with none given', 'iss', { iss: [ISSUER] }, {}, 'fail malformed'],
    ['a missing issuer, with none given', 'iss', { iss: undefined }, {}, 'fail missing'],
    ['an audience that is given', 'aud', {}, { audience: AUDIENCE }, 'pass'],
    ['another audience', 'aud', {}, { audience: 'https://other.example' }, 'fail mismatch'],
    ['several audiences, with none given', 'aud', { aud: ['a', 'b'] }, {}, 'fail not_allowed'],
    ['an empty audience, with none given', 'aud', { aud: '' }, {}, 'fail malformed'],
    ['a missing audience, with none given', 'aud', { aud: undefined }, {}, 'fail missing'],
    ['a token without a binding', 'cnf', {}, {}, 'pass'],
    ['a token with a binding', 'cnf', { cnf: { jkt } }, {}, 'pass'],
    [
      'a bound token as Bearer',
      'cnf',
      { cnf: { jkt } },
      { presentedAs: 'Bearer' },
      'fail not_allowed',
    ],
    ['the key that is given', 'signature', {}, { keys: [serverKey.publicKey] }, 'pass'],
    ['another key', 'key', {}, { keys: [otherServerKey.publicKey] }, 'fail no_matching_key'],
    ['the time', 'exp', { exp: NOW }, {}, 'fail expired'],
  ] as const satisfies readonly (readonly [string, string, object, Given, string])[]) {
    test(`is judged by ${what}`, async () => {
      const { checks } = await inspectAccessToken(await anAccessToken(claims), {
        now: NOW,
        ...given,
      })
      assert.equal(outcome({ checks }, check), expected)
    })
  }

  test('does not name a value that nobody gave', async () => {
    const token = await anAccessToken({ iss: 5, aud: ['a', 'b'] })
    const { checks } = await inspectAccessToken(token, { now: NOW })
    const failed = checks.filter((result) => result.status === 'fail')
    assert.deepEqual(
      failed.map(({ check, expected }) => [check, expected]),
      [
        ['iss', undefined],
        ['aud', undefined],
      ],
    )
  })

  test('never becomes accepted, and its claims are called unverified', async () => {
    const inspection = await inspectAccessToken(await anAccessToken(), { ...expecting(), keys: [] })
    assert.equal('accepted' in inspection, false)
    assert.equal(inspection.unverifiedClaims?.['iss'], ISSUER)
  })

  test('makes a TypeError of a time that is no number', async () => {
    await assert.rejects(inspectAccessToken('x', { now: Number.NaN }), TypeError)
  })
})

describe('the words about an access token', () => {
  const wrong: readonly (readonly [object, object, object])[] = [
    [{}, {}, {}],
    [{}, { typ: 'JWT' }, {}],
    [{}, { typ: undefined }, {}],
    [{}, { alg: 'HS256' }, {}],
    [{}, { alg: 'none' }, {}],
    [{}, { alg: 'ES384' }, {}],
    [{}, { alg: undefined }, {}],
    [{}, { kid: 'another' }, {}],
    [{}, { kid: 7 }, {}],
    [{}, { kid: undefined }, { keys: [serverKey.publicKey, otherServerKey.publicKey] }],
    [{}, {}, { keys: [] }],
    [{ iss: undefined, sub: undefined, aud: undefined, exp: undefined }, {}, {}],
    [{ iat: undefined, jti: undefined, client_id: undefined }, {}, {}],
    [{ iss: 5, sub: 5, aud: 5, exp: 'x', iat: 'x', jti: 5, client_id: 5, scope: [] }, {}, {}],
    [{ iss: `${ISSUER}/`, aud: 'https://other.example' }, {}, {}],
    [{ aud: [AUDIENCE, 'x'], nbf: NOW + 900, iat: NOW + 900 }, {}, {}],
    [{ exp: NOW - 5 }, {}, {}],
    [{ exp: NOW + 999_999 }, {}, {}],
    [{ nbf: NOW + 5, iat: NOW + 5, exp: NOW + 4 }, {}, {}],
  ]

  async function results(): Promise<readonly CheckResult[]> {
    const all: CheckResult[] = []
    for (const [claims, header, changes] of wrong) {
      const token = await anAccessToken({ ...claims }, { ...header })
      all.push(...(await verifyAccessToken(token, expecting(changes))).checks)
      all.push(
        ...(await verifyAccessToken(`${token.slice(0, -8)}AAAAAAAA`, expecting(changes))).checks,
      )
    }
    return all
  }

  test('never speak of the client as the one who signs or is named by "iss" and "sub"', async () => {
    for (const result of await results()) {
      const { sentence, fix = '' } = explainAccessToken(result)
      assert.doesNotMatch(
        `${sentence} ${fix}`,
        /the client has|of the client|is the client\b|assertion|registered/,
      )
    }
  })

  test('give a fix for whatever fails', async () => {
    for (const result of await results()) {
      if (result.status === 'fail') assert.ok(explainAccessToken(result).fix, result.check)
    }
  })

  test('say how an issuer differs', async () => {
    const token = await anAccessToken({ iss: `${ISSUER}/` })
    const { checks } = await verifyAccessToken(token, expecting())
    const iss = checks.find(({ check }) => check === 'iss') as CheckResult
    assert.equal(
      explainAccessToken(iss).sentence,
      `"iss" is "${ISSUER}/", which has a slash too much at its end`,
    )
  })

  test('are those of assertions where nothing differs', () => {
    const result = { check: 'exp', status: 'pass' } as const
    assert.deepEqual(explainAccessToken(result), explain(result))
  })
})
