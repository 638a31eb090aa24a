import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CheckName, explain, failedChecks, signAssertion } from '@keygrant/core/assertion'
import {
  accessTokenHash,
  createProofMemory,
  dpopErrorCode,
  type DpopExpectations,
  type DpopProofUse,
  MAX_DPOP_PROOF_LENGTH,
  verifyDpopProof,
} from '@keygrant/core/dpop'
import { exportPrivateJwk, generateKey, jwkThumbprint } from '@keygrant/core/keys'
import {
  ACCESS_TOKEN,
  aProof,
  bareJwk,
  expecting,
  key,
  NOW,
  outcome,
  URL_OF_TOKEN,
} from './fixtures.ts'

const rsaKey = await generateKey({ kty: 'RSA', modulusBits: 2048 })
const otherKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const jkt = await jwkThumbprint(key.publicKey.jwk)

/** Odd, and beyond what the primitive would refuse by itself. */
const A_MODULUS_OF_5120_BITS = Buffer.from(
  Uint8Array.from({ length: 640 }, (_, at) => (at * 89 + 132) & 255),
).toString('base64url')

type Members = Record<string, unknown>
type Case = readonly [
  what: string,
  claims: Members,
  result: string,
  changes?: Partial<DpopExpectations>,
]

function claimTable(check: CheckName, cases: readonly Case[]): void {
  describe(check, () => {
    for (const [what, claims, expected, changes] of cases) {
      test(`${check}: ${what}`, async () => {
        const report = await verifyDpopProof(await aProof(claims), expecting(changes))
        assert.equal(outcome(report, check), expected)
        const isHarmless = expected === 'pass' || expected === 'skip not_given'
        assert.equal(report.accepted, isHarmless)
      })
    }
  })
}

function headerTable(
  check: CheckName,
  cases: readonly (readonly [what: string, header: Members, result: string])[],
): void {
  describe(check, () => {
    for (const [what, header, expected] of cases) {
      test(`${check}: ${what}`, async () => {
        const report = await verifyDpopProof(await aProof({}, header), expecting())
        assert.equal(outcome(report, check), expected)
        assert.equal(report.accepted, expected === 'pass')
      })
    }
  })
}

headerTable('typ', [
  ['accepts dpop+jwt', {}, 'pass'],
  ['accepts application/dpop+jwt in any letter case', { typ: 'Application/DPoP+JWT' }, 'pass'],
  ['[DPOP-003] refuses its absence', { typ: undefined }, 'fail missing'],
  ['[DPOP-003] refuses JWT', { typ: 'JWT' }, 'fail not_allowed'],
  [
    '[DPOP-003] refuses what only begins right',
    { typ: 'dpop+jwt+wrongyousee' },
    'fail not_allowed',
  ],
  ['refuses at+jwt', { typ: 'at+jwt' }, 'fail not_allowed'],
])

headerTable('alg', [
  ['[DPOP-002] refuses none', { alg: 'none' }, 'fail not_allowed'],
  ['[DPOP-002] refuses HS256', { alg: 'HS256' }, 'fail not_allowed'],
  ['[DPOP-002] refuses its absence', { alg: undefined }, 'fail missing'],
])

headerTable('key', [
  ['accepts a public JWK', {}, 'pass'],
  ['[DPOP-012] ignores a kid beside it', { kid: 'another' }, 'pass'],
  ['[DPOP-012] ignores unknown header parameters', { foo: { bar: 1 } }, 'pass'],
  ['ignores members it does not know', { jwk: { ...bareJwk(key), x5u: 'https://evil' } }, 'pass'],
  ['[DPOP-004] refuses its absence', { jwk: undefined }, 'fail missing'],
  ['[DPOP-004] refuses a string', { jwk: JSON.stringify(bareJwk(key)) }, 'fail malformed'],
  ['[DPOP-004] refuses an array', { jwk: [bareJwk(key)] }, 'fail malformed'],
  ['[DPOP-004] refuses a JWK Set', { jwk: { keys: [bareJwk(key)] } }, 'fail malformed'],
  ['[DPOP-004] refuses a private key', { jwk: exportPrivateJwk(key) }, 'fail not_allowed'],
  [
    '[DPOP-004] refuses a null private member',
    { jwk: { ...bareJwk(key), d: null } },
    'fail not_allowed',
  ],
  [
    '[DPOP-004] refuses a shared secret',
    { jwk: { kty: 'oct', k: 'c2VjcmV0' } },
    'fail not_allowed',
  ],
  ['[DPOP-004] refuses oct without its secret', { jwk: { kty: 'oct' } }, 'fail malformed'],
  [
    '[DPOP-004] refuses a foreign curve',
    { jwk: { ...bareJwk(key), crv: 'secp256k1' } },
    'fail malformed',
  ],
  [
    '[DPOP-004] refuses a point that is not on the curve',
    { jwk: { ...bareJwk(key), y: bareJwk(key)['x'] } },
    'fail malformed',
  ],
  [
    '[DPOP-004] refuses an RSA key of 1024 bits',
    { alg: 'RS256', jwk: { kty: 'RSA', e: 'AQAB', n: `${'_'.repeat(170)}w` } },
    'fail malformed',
  ],
  [
    '[DPOP-004] refuses an RSA key too large to verify cheaply',
    { alg: 'RS256', jwk: { kty: 'RSA', e: 'AQAB', n: A_MODULUS_OF_5120_BITS } },
    'fail malformed',
  ],
  [
    'refuses a key for another algorithm',
    { jwk: { ...bareJwk(key), alg: 'ES384' } },
    'fail malformed',
  ],
  ['refuses a key for encryption', { jwk: { ...bareJwk(key), use: 'enc' } }, 'fail mismatch'],
  ['refuses a key of another type than alg', { alg: 'RS256' }, 'fail mismatch'],
])

describe('signature', () => {
  test('[DPOP-005] refuses a signature by another key than the one in the header', async () => {
    const proof = await aProof({}, { jwk: bareJwk(otherKey) })
    assert.equal(
      outcome(await verifyDpopProof(proof, expecting()), 'signature'),
      'fail bad_signature',
    )
  })

  test('[DPOP-005] refuses a signature over other claims', async () => {
    const [header, , signature] = (await aProof()).split('.')
    const [, payload] = (await aProof({ htm: 'GET' })).split('.')
    const report = await verifyDpopProof(
      [header, payload, signature].join('.'),
      expecting({ method: 'GET' }),
    )
    assert.equal(outcome(report, 'signature'), 'fail bad_signature')
  })

  test('[DPOP-002] refuses a proof that is not a JWT', async () => {
    for (const proof of ['', 'x', 'a.b.c', '{}', undefined, null, 7, ['x']]) {
      const report = await verifyDpopProof(proof, expecting())
      assert.equal(outcome(report, 'format'), 'fail malformed', String(proof))
      assert.equal(outcome(report, 'signature').split(' ')[0], 'skip')
    }
  })

  test('[DPOP-001] refuses two proofs joined by a comma', async () => {
    const proof = await aProof()
    assert.equal((await verifyDpopProof(`${proof}, ${proof}`, expecting())).accepted, false)
  })

  test('refuses a proof longer than the limit', async () => {
    const proof = await aProof({ padding: 'x'.repeat(MAX_DPOP_PROOF_LENGTH) })
    assert.equal(outcome(await verifyDpopProof(proof, expecting()), 'format'), 'fail malformed')
  })

  test('refuses crit', async () => {
    const proof = await aProof({}, { crit: ['exp'] })
    assert.equal(outcome(await verifyDpopProof(proof, expecting()), 'crit'), 'fail not_allowed')
  })

  test('[DPOP-002] refuses RS256 where it is not among the algorithms', async () => {
    const proof = await aProof({}, {}, rsaKey)
    assert.equal((await verifyDpopProof(proof, expecting())).accepted, true)
    const report = await verifyDpopProof(proof, expecting({ algorithms: ['PS256', 'ES256'] }))
    assert.equal(outcome(report, 'alg'), 'fail not_allowed')
  })

  test('[CONF-004] refuses a client assertion', async () => {
    const assertion = await signAssertion({}, key, {
      clientId: 'c',
      audience: URL_OF_TOKEN,
      now: NOW,
    })
    const report = await verifyDpopProof(assertion, expecting())
    assert.equal(outcome(report, 'typ'), 'fail not_allowed')
    assert.equal(outcome(report, 'key'), 'fail missing')
  })
})

claimTable('htm', [
  ['accepts the method', {}, 'pass'],
  ['[DPOP-006] refuses another method', { htm: 'PUT' }, 'fail mismatch'],
  ['[DPOP-006] refuses another letter case', { htm: 'post' }, 'fail mismatch'],
  ['refuses its absence', { htm: undefined }, 'fail missing'],
  ['refuses an array', { htm: ['POST'] }, 'fail malformed'],
])

claimTable('htu', [
  ['accepts the URL', {}, 'pass'],
  ['[DPOP-011] ignores a query', { htu: `${URL_OF_TOKEN}?a=b` }, 'pass'],
  ['[DPOP-011] ignores a fragment', { htu: `${URL_OF_TOKEN}#x` }, 'pass'],
  [
    '[DPOP-011] ignores the letter case of scheme and host',
    { htu: 'HTTPS://AS.Example/oauth2/v1/token' },
    'pass',
  ],
  [
    '[DPOP-011] ignores the default port',
    { htu: 'https://as.example:443/oauth2/v1/token' },
    'pass',
  ],
  [
    '[DPOP-007] refuses another path',
    { htu: 'https://as.example/oauth2/v1/tokens' },
    'fail mismatch',
  ],
  [
    '[DPOP-007] refuses another letter case of the path',
    { htu: 'https://as.example/OAuth2/v1/token' },
    'fail mismatch',
  ],
  ['[DPOP-007] refuses http', { htu: 'http://as.example/oauth2/v1/token' }, 'fail mismatch'],
  [
    '[DPOP-007] refuses another port',
    { htu: 'https://as.example:8443/oauth2/v1/token' },
    'fail mismatch',
  ],
  [
    '[DPOP-007] refuses another host',
    { htu: 'https://as.example.evil/oauth2/v1/token' },
    'fail mismatch',
  ],
  ['refuses a user name', { htu: 'https://as.example@evil/oauth2/v1/token' }, 'fail malformed'],
  ['refuses a backslash', { htu: 'https://as.example\\oauth2/v1/token' }, 'fail malformed'],
  ['refuses white space', { htu: ` ${URL_OF_TOKEN}` }, 'fail malformed'],
  ['refuses a path alone', { htu: '/oauth2/v1/token' }, 'fail malformed'],
  ['refuses its absence', { htu: undefined }, 'fail missing'],
  ['refuses an array', { htu: [URL_OF_TOKEN] }, 'fail malformed'],
])

claimTable('iat', [
  ['[DPOP-010] accepts 10 s ago', { iat: NOW - 10 }, 'pass'],
  ['[DPOP-010] accepts 10 s ahead', { iat: NOW + 10 }, 'pass'],
  ['accepts 60 s ago', { iat: NOW - 60 }, 'pass'],
  ['refuses 61 s ago', { iat: NOW - 61 }, 'fail too_old'],
  ['accepts 300 s ago where that is allowed', { iat: NOW - 300 }, 'pass', { maxAgeSeconds: 300 }],
  ['refuses 11 s ahead', { iat: NOW + 11 }, 'fail not_yet_valid'],
  ['[DPOP-008] refuses an hour ago', { iat: NOW - 3600 }, 'fail too_old'],
  ['[DPOP-008] refuses an hour ahead', { iat: NOW + 3600 }, 'fail not_yet_valid'],
  ['[DPOP-008] refuses its absence', { iat: undefined }, 'fail missing'],
  ['refuses a string', { iat: String(NOW) }, 'fail malformed'],
  ['refuses a negative number', { iat: -1 }, 'fail malformed'],
  ['[DPOP-012] ignores an exp that is over', { exp: NOW - 3600 }, 'pass'],
  ['[DPOP-012] ignores an nbf that has not come', { nbf: NOW + 3600 }, 'pass'],
])

claimTable('jti', [
  ['accepts a string', {}, 'pass'],
  ['[DPOP-009] refuses its absence', { jti: undefined }, 'fail missing'],
  ['refuses an empty one', { jti: '' }, 'fail malformed'],
  ['refuses a number', { jti: 1 }, 'fail malformed'],
  ['refuses one beyond the limit', { jti: 'x'.repeat(256) }, 'fail malformed'],
])

claimTable('nonce', [
  ['is not looked at when none is expected', { nonce: 'whatever' }, 'skip not_given'],
  ['accepts the one expected', { nonce: 'n1' }, 'pass', { nonces: ['n1', 'n0'] }],
  ['accepts the one before', { nonce: 'n0' }, 'pass', { nonces: ['n1', 'n0'] }],
  ['[DPOP-014] refuses its absence', {}, 'fail missing', { nonces: ['n1'] }],
  [
    '[DPOP-014] refuses a stale or forged one',
    { nonce: 'n9' },
    'fail mismatch',
    { nonces: ['n1'] },
  ],
  ['refuses an array', { nonce: ['n1'] }, 'fail malformed', { nonces: ['n1'] }],
  ['refuses any when the list is empty', { nonce: 'n1' }, 'fail mismatch', { nonces: [] }],
])

const ath = await accessTokenHash(ACCESS_TOKEN)
const withToken = { accessToken: ACCESS_TOKEN }
claimTable('ath', [
  ['is not looked at without an access token', { ath: 'whatever' }, 'skip not_given'],
  ['accepts the hash of the token', { ath }, 'pass', withToken],
  ['[DPOP-017] refuses its absence', {}, 'fail missing', withToken],
  [
    '[DPOP-017] refuses the hash of another token',
    { ath: await accessTokenHash('another') },
    'fail mismatch',
    withToken,
  ],
  ['[DPOP-017] refuses the token itself', { ath: ACCESS_TOKEN }, 'fail mismatch', withToken],
  ['[DPOP-017] refuses padding', { ath: `${ath}=` }, 'fail mismatch', withToken],
])

claimTable('cnf', [
  ['is not looked at when no key is expected', {}, 'skip not_given'],
  ['accepts the expected key', {}, 'pass', { jkt }],
  ['[DPOP-016] refuses another key', {}, 'fail mismatch', { jkt: otherKey.kid }],
])

describe('replay', () => {
  test('[DPOP-009] refuses the second use', async () => {
    const replay = createProofMemory({ clock: () => NOW })
    const proof = await aProof()
    assert.equal((await verifyDpopProof(proof, expecting({ replay }))).accepted, true)
    const second = await verifyDpopProof(proof, expecting({ replay }))
    assert.equal(outcome(second, 'replay'), 'fail replayed')
    assert.equal(dpopErrorCode(second as never), 'invalid_dpop_proof')
  })

  test('[DPOP-013] refuses the same jti under another spelling of the URL', async () => {
    const replay = createProofMemory({ clock: () => NOW })
    for (const [htu, isAccepted] of [
      [URL_OF_TOKEN, true],
      [`${URL_OF_TOKEN}?again`, false],
      ['https://AS.example:443/oauth2/v1/token#again', false],
    ] as const) {
      const report = await verifyDpopProof(await aProof({ htu }), expecting({ replay }))
      assert.equal(report.accepted, isAccepted, htu)
    }
  })

  test('accepts one jti from two keys', async () => {
    const replay = createProofMemory({ clock: () => NOW })
    for (const signer of [key, otherKey]) {
      const report = await verifyDpopProof(await aProof({}, {}, signer), expecting({ replay }))
      assert.equal(report.accepted, true)
    }
  })

  test('records nothing while another check fails', async () => {
    const uses: DpopProofUse[] = []
    const replay = (use: DpopProofUse) => uses.push(use) > 0
    const report = await verifyDpopProof(await aProof(), expecting({ replay, nonces: ['n1'] }))
    assert.equal(outcome(report, 'replay'), 'skip nonce')
    assert.deepEqual(uses, [])
  })

  test('records a use until every clock within the tolerance refuses the proof for its age', async () => {
    const uses: DpopProofUse[] = []
    const replay = (use: DpopProofUse) => uses.push(use) > 0
    await verifyDpopProof(await aProof({ iat: NOW + 5 }), expecting({ replay, maxAgeSeconds: 120 }))
    assert.deepEqual(
      uses.map((use) => [use.jkt, use.replayKey.length, use.expiresAt]),
      [[jkt, 32, NOW + 135]],
    )
  })

  test('throws what the store throws', async () => {
    const replay = () => Promise.reject(new Error('the store is down'))
    await assert.rejects(
      verifyDpopProof(await aProof(), expecting({ replay })),
      /the store is down/,
    )
  })

  test('takes nothing but true for the first use', async () => {
    const replay = (() => 'no') as never
    const report = await verifyDpopProof(await aProof(), expecting({ replay }))
    assert.equal(outcome(report, 'replay'), 'fail replayed')
  })
})

describe('many keys', () => {
  test('are all verified, also more than are kept ready', async () => {
    const keys = await Promise.all(
      Array.from({ length: 300 }, () => generateKey({ kty: 'EC', crv: 'P-256' })),
    )
    for (const signer of [...keys, ...keys.slice(0, 5)]) {
      const report = await verifyDpopProof(await aProof({}, {}, signer), expecting())
      assert.equal(report.accepted && report.jkt, signer.kid)
    }
  })
})

describe('the report', () => {
  test('gives claims, header and thumbprint of an accepted proof', async () => {
    const report = await verifyDpopProof(await aProof(), expecting())
    assert.ok(report.accepted)
    assert.equal(report.jkt, jkt)
    assert.equal(report.claims.jti, 'jti-1')
    assert.equal(report.header['typ'], 'dpop+jwt')
  })

  test('has every check in its order', async () => {
    const report = await verifyDpopProof(await aProof(), expecting())
    assert.equal(
      report.checks.map(({ check }) => check).join(' '),
      'format crit typ alg key signature htm htu iat jti nonce ath cnf replay',
    )
  })

  test('has every check of what can not be read', async () => {
    const report = await verifyDpopProof(
      'x',
      expecting({ jkt, accessToken: ACCESS_TOKEN, nonces: [] }),
    )
    assert.equal(report.checks.length, 14)
    assert.deepEqual(
      failedChecks(report).map(({ check }) => check),
      ['format'],
    )
  })

  test('answers use_dpop_nonce when the nonce alone is wrong', async () => {
    const report = await verifyDpopProof(await aProof(), expecting({ nonces: ['n1'] }))
    assert.ok(!report.accepted)
    assert.equal(dpopErrorCode(report), 'use_dpop_nonce')
  })

  test('answers invalid_dpop_proof when more than the nonce is wrong', async () => {
    const report = await verifyDpopProof(
      await aProof(),
      expecting({ method: 'GET', nonces: ['n1'] }),
    )
    assert.ok(!report.accepted)
    assert.equal(dpopErrorCode(report), 'invalid_dpop_proof')
  })

  test('never shows the private members of a key that was sent', async () => {
    const privateJwk = exportPrivateJwk(key) as { d: string }
    const report = await verifyDpopProof(await aProof({}, { jwk: privateJwk }), expecting())
    const words = JSON.stringify([report, report.checks.map((result) => explain(result))])
    assert.ok(!words.includes(privateJwk.d))
  })

  for (const [what, claims, header, changes, sentence] of [
    ['a missing key', {}, { jwk: undefined }, {}, 'the header has no "jwk"'],
    [
      'a private key',
      {},
      { jwk: exportPrivateJwk(key) },
      {},
      'the "jwk" in the header holds the private member "d"',
    ],
    [
      'another key',
      {},
      {},
      { jkt: 'x' },
      'the proof was signed by another key than the token is bound to',
    ],
    ['another token', { ath: 'x' }, {}, withToken, 'the proof is for another access token'],
    [
      'a nonce of nobody',
      { nonce: 'x' },
      {},
      { nonces: ['n'] },
      'the nonce is not one that this server gave out, or is too old',
    ],
    ['another method', { htm: 'GET' }, {}, {}, '"htm" is "GET", expected "POST"'],
  ] as const) {
    test(`explains ${what} with a fix`, async () => {
      const report = await verifyDpopProof(await aProof(claims, header), expecting(changes))
      const [first] = failedChecks(report)
      assert.ok(first)
      assert.equal(explain(first).sentence, sentence)
      assert.ok((explain(first).fix ?? '').length > 10)
    })
  }
})

describe('unusable expectations', () => {
  for (const [what, changes] of [
    ['no method', { method: '' }],
    ['a relative URL', { url: '/token' }],
    ['a window over 300 s', { maxAgeSeconds: 301 }],
    ['a tolerance over 60 s', { clockToleranceSeconds: 61 }],
    ['a time that is no number', { now: Number.NaN }],
  ] as const) {
    test(`throws a TypeError for ${what}`, async () => {
      await assert.rejects(verifyDpopProof(await aProof(), expecting(changes)), TypeError)
    })
  }
})
