import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type AssertionExpectations,
  type CheckName,
  OKTA_PROFILE,
  verifyAssertion,
} from '@keygrant/core/assertion'
import { generateKey, importPublicKey } from '@keygrant/core/keys'
import {
  aClientAssertion,
  CLIENT_ID,
  ENDPOINT,
  expecting,
  ISSUER,
  key,
  NOW,
  outcome,
} from './fixtures.ts'

type Case = readonly [
  what: string,
  claims: Record<string, unknown>,
  result: string,
  changes?: Partial<AssertionExpectations>,
]

function claimTable(check: CheckName, cases: readonly Case[]): void {
  describe(check, () => {
    for (const [what, claims, expected, changes] of cases) {
      test(`${check}: ${what}`, async () => {
        const report = await verifyAssertion(await aClientAssertion(claims), expecting(changes))
        assert.equal(outcome(report, check), expected)
      })
    }
  })
}

const okta = { profile: OKTA_PROFILE }

claimTable('iss', [
  ['accepts the client', {}, 'pass'],
  ['accepts the expected client', {}, 'pass', { clientId: CLIENT_ID }],
  ['rejects another client than the client_id parameter', {}, 'fail mismatch', { clientId: 'x' }],
  ['rejects its absence', { iss: undefined }, 'fail missing'],
  ['rejects null', { iss: null }, 'fail malformed'],
  ['rejects an array', { iss: [CLIENT_ID] }, 'fail malformed'],
  ['rejects an empty string', { iss: '' }, 'fail malformed'],
])

claimTable('sub', [
  ['accepts what equals iss', {}, 'pass'],
  ['[CLAI-003] rejects another client than iss', { sub: 'other' }, 'fail mismatch'],
  ['[CLAI-006] rejects another letter case', { sub: CLIENT_ID.toUpperCase() }, 'fail mismatch'],
  ['[CLAI-002] rejects its absence', { sub: undefined }, 'fail missing'],
  ['[CLAI-002] rejects a number', { sub: 1 }, 'fail malformed'],
])

claimTable('aud', [
  ['accepts the issuer', {}, 'pass'],
  ['[AUD-002] rejects the token endpoint in strict', { aud: ENDPOINT }, 'fail mismatch'],
  ['[AUD-003] accepts the token endpoint in okta', { aud: ENDPOINT }, 'pass', okta],
  ['[AUD-004] rejects an array of one in strict', { aud: [ISSUER] }, 'fail not_allowed'],
  ['accepts an array of one in okta', { aud: [ENDPOINT] }, 'pass', okta],
  [
    '[AUD-005] rejects a list that contains the issuer',
    { aud: [ISSUER, 'x'] },
    'fail not_allowed',
    okta,
  ],
  ['[AUD-001] rejects its absence', { aud: undefined }, 'fail missing'],
  ['[AUD-001] rejects an empty array', { aud: [] }, 'fail malformed'],
  ['[AUD-001] rejects a nested array', { aud: [[ISSUER]] }, 'fail malformed', okta],
  ['[AUD-006] rejects a trailing slash', { aud: `${ISSUER}/` }, 'fail mismatch', okta],
  ['[AUD-006] rejects an upper-case host', { aud: 'https://AS.example' }, 'fail mismatch', okta],
  [
    '[AUD-008] rejects another endpoint of the server',
    { aud: `${ISSUER}/oauth2/v1/revoke` },
    'fail mismatch',
    okta,
  ],
  [
    'rejects the stray ".com" of the 2020 guide',
    { aud: 'https://as.example.com/oauth2/v1/token' },
    'fail mismatch',
    okta,
  ],
])

claimTable('exp', [
  ['accepts a second ahead', { exp: NOW + 1 }, 'pass'],
  ['rejects now', { exp: NOW, iat: NOW - 1 }, 'fail expired'],
  ['[TIME-002] rejects the past', { exp: NOW - 1, iat: NOW - 2 }, 'fail expired'],
  ['[TIME-001] rejects its absence', { exp: undefined }, 'fail missing'],
  [
    '[TIME-005] rejects a string, as the guide later printed it',
    { exp: '1614664267' },
    'fail malformed',
  ],
  ['[TIME-005] rejects true', { exp: true }, 'fail malformed'],
  ['[TIME-007] rejects 0', { exp: 0 }, 'fail expired'],
  ['[TIME-007] rejects a negative number', { exp: -1 }, 'fail malformed'],
  ['[TIME-006] rejects 1e308', { exp: 1e308 }, 'fail malformed'],
])

claimTable('lifetime', [
  ['accepts exactly 300 s in strict', { exp: NOW + 300 }, 'pass'],
  ['rejects 301 s in strict', { exp: NOW + 301 }, 'fail lifetime_too_long'],
  ['[TIME-004] accepts exactly an hour in okta', { exp: NOW + 3600 }, 'pass', okta],
  [
    '[TIME-003] rejects a second more than an hour',
    { exp: NOW + 3601 },
    'fail lifetime_too_long',
    okta,
  ],
  ['[TIME-003] rejects milliseconds', { exp: NOW * 1000 }, 'fail lifetime_too_long', okta],
  ['accepts more when the server says so', { exp: NOW + 900 }, 'pass', { maxLifetimeSeconds: 900 }],
  ['is skipped when exp is not a number', { exp: 'x' }, 'skip exp'],
])

claimTable('iat', [
  ['accepts its absence', { iat: undefined }, 'pass'],
  ['[TIME-008] accepts 10 s ahead', { iat: NOW + 10 }, 'pass'],
  ['rejects 11 s ahead', { iat: NOW + 11 }, 'fail not_yet_valid'],
  ['[TIME-010] rejects what is after exp', { iat: NOW + 5, exp: NOW + 4 }, 'fail mismatch'],
  ['[TIME-011] rejects null', { iat: null }, 'fail malformed'],
  ['[TIME-012] accepts what is long ago', { iat: NOW - 100_000 }, 'pass'],
])

claimTable('nbf', [
  ['accepts its absence', {}, 'pass'],
  ['[TIME-008] accepts 10 s ahead', { nbf: NOW + 10 }, 'pass'],
  ['[TIME-009] rejects 61 s ahead', { nbf: NOW + 61 }, 'fail not_yet_valid'],
  ['[TIME-011] rejects a string', { nbf: '1' }, 'fail malformed'],
])

claimTable('jti', [
  ['accepts a string', {}, 'pass'],
  ['[JTI-001] rejects its absence in strict', { jti: undefined }, 'fail missing'],
  ['accepts its absence in okta', { jti: undefined }, 'pass', okta],
  ['[JTI-002] rejects an empty string', { jti: '' }, 'fail malformed', okta],
  ['[JTI-002] rejects null', { jti: null }, 'fail malformed', okta],
  ['[JTI-002] rejects a number', { jti: 1 }, 'fail malformed', okta],
  ['accepts 255 characters', { jti: 'j'.repeat(255) }, 'pass'],
  ['[JTI-003] rejects 256 characters', { jti: 'j'.repeat(256) }, 'fail malformed'],
])

type HeaderCase = readonly [what: string, header: Record<string, unknown>, result: string]

function headerTable(check: CheckName, cases: readonly HeaderCase[]): void {
  describe(check, () => {
    for (const [what, header, expected] of cases) {
      test(`${check}: ${what}`, async () => {
        const report = await verifyAssertion(await aClientAssertion({}, header), expecting())
        assert.equal(outcome(report, check), expected)
      })
    }
  })
}

headerTable('typ', [
  ['[HEAD-007] accepts its absence', {}, 'pass'],
  ['accepts client-authentication+jwt', { typ: 'client-authentication+jwt' }, 'pass'],
  ['accepts the full media type', { typ: 'application/client-authentication+jwt' }, 'pass'],
  ['accepts JWT', { typ: 'JWT' }, 'pass'],
  ['[HEAD-006] rejects an access token', { typ: 'at+jwt' }, 'fail not_allowed'],
  ['[HEAD-006] rejects a DPoP proof', { typ: 'dpop+jwt' }, 'fail not_allowed'],
  ['rejects an array', { typ: ['JWT'] }, 'fail malformed'],
  ['[STRU-007] rejects a nested JWT', { cty: 'JWT' }, 'fail not_allowed'],
])

headerTable('crit', [
  ['accepts its absence', {}, 'pass'],
  ['[HEAD-004] rejects an unknown extension', { crit: ['x'], x: 1 }, 'fail not_allowed'],
  ['[HEAD-004] rejects an empty list', { crit: [] }, 'fail not_allowed'],
  ['[HEAD-005] rejects b64 without crit', { b64: true }, 'fail not_allowed'],
])

headerTable('alg', [
  ['accepts ES256', {}, 'pass'],
  ['[ALG-001] rejects none', { alg: 'none' }, 'fail not_allowed'],
  ['[ALG-003] rejects its absence', { alg: undefined }, 'fail missing'],
  ['[ALG-003] rejects an array', { alg: ['ES256'] }, 'fail malformed'],
  ['[ALG-003] rejects lower case', { alg: 'es256' }, 'fail not_allowed'],
  ['[ALG-008] rejects SHA-1', { alg: 'RS1' }, 'fail not_allowed'],
  ['[ALG-011] rejects RS256 in strict', { alg: 'RS256' }, 'fail not_allowed'],
])

headerTable('key', [
  ['accepts a registered kid', {}, 'pass'],
  ['accepts no kid when there is one key', { kid: undefined }, 'pass'],
  ['rejects a kid that is not registered', { kid: 'x' }, 'fail no_matching_key'],
  ['[KID-002] rejects the name of a prototype', { kid: '__proto__' }, 'fail no_matching_key'],
  ['[KID-001] rejects a number', { kid: 1 }, 'fail malformed'],
  ['[ALG-009] rejects an algorithm of another curve', { alg: 'ES384' }, 'fail mismatch'],
  ['is skipped when alg means nothing', { alg: 'none' }, 'skip alg'],
])

describe('key selection', () => {
  test('[KID-007] asks for a kid when there are several keys', async () => {
    const keys = [key.publicKey, (await generateKey({ kty: 'EC', crv: 'P-256' })).publicKey]
    const assertion = await aClientAssertion({}, { kid: undefined })
    assert.equal(
      outcome(await verifyAssertion(assertion, expecting({ keys })), 'key'),
      'fail missing',
    )
  })

  test('[ALG-006] one key, one algorithm: PS256 on a key registered for RS256', async () => {
    const rsa = await generateKey({ kty: 'RSA', modulusBits: 2048 })
    const registered = await importPublicKey({ ...rsa.publicKey.jwk, alg: 'RS256' })
    const assertion = await aClientAssertion({}, {}, rsa.withAlgorithm('PS256'))
    const report = await verifyAssertion(assertion, expecting({ keys: [registered] }))
    assert.equal(outcome(report, 'key'), 'fail mismatch')
  })

  test('[ALG-012] a key registered for encryption verifies nothing', async () => {
    const registered = await importPublicKey({ ...key.publicKey.jwk, use: 'enc' })
    const report = await verifyAssertion(
      await aClientAssertion(),
      expecting({ keys: [registered] }),
    )
    assert.equal(outcome(report, 'key'), 'fail mismatch')
  })

  test('takes EdDSA and Ed25519 for one algorithm', async () => {
    const ed = await generateKey({ kty: 'OKP', crv: 'Ed25519' }, { alg: 'EdDSA' })
    const signer = await generateKey({ kty: 'OKP', crv: 'Ed25519' })
    assert.equal(signer.alg, 'EdDSA')
    const assertion = await aClientAssertion({}, { alg: 'Ed25519' }, ed)
    const report = await verifyAssertion(assertion, expecting({ keys: [ed.publicKey] }))
    assert.equal(report.accepted, true)
  })

  test('looks up keys by the claimed client and by nothing else', async () => {
    const asked: string[] = []
    await verifyAssertion(
      await aClientAssertion(),
      expecting({ keys: (clientId) => (asked.push(clientId), []) }),
    )
    assert.deepEqual(asked, [CLIENT_ID])
  })
})
