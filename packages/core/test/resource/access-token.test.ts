import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type CheckName,
  explain,
  failedChecks,
  signAssertion,
  signJws,
} from '@keygrant/core/assertion'
import { UnavailableError } from '@keygrant/core/errors'
import { exportJwkSet, exportSpkiPem, generateKey } from '@keygrant/core/keys'
import {
  type AccessTokenExpectations,
  createJwksCache,
  verifyAccessToken,
} from '@keygrant/core/resource'
import {
  aClock,
  aKeyServer,
  anAccessToken,
  AUDIENCE,
  CLIENT_ID,
  expecting,
  ISSUER,
  JWKS_URI,
  NOW,
  otherServerKey,
  outcome,
  serverKey,
} from './fixtures.ts'

type Members = Record<string, unknown>
type Changes = Partial<AccessTokenExpectations>

function claimTable(
  check: CheckName,
  cases: readonly (readonly [what: string, claims: Members, result: string, changes?: Changes])[],
): void {
  describe(check, () => {
    for (const [what, claims, expected, changes] of cases) {
      test(`${check}: ${what}`, async () => {
        const report = await verifyAccessToken(await anAccessToken(claims), expecting(changes))
        assert.equal(outcome(report, check), expected)
        assert.equal(report.accepted, expected === 'pass')
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
        const report = await verifyAccessToken(await anAccessToken({}, header), expecting())
        assert.equal(outcome(report, check), expected)
        assert.equal(report.accepted, expected === 'pass')
      })
    }
  })
}

headerTable('typ', [
  ['accepts at+jwt', {}, 'pass'],
  ['accepts application/at+jwt in any letter case', { typ: 'application/AT+JWT' }, 'pass'],
  ['[RESO-001] refuses JWT', { typ: 'JWT' }, 'fail not_allowed'],
  ['[RESO-001] refuses its absence', { typ: undefined }, 'fail missing'],
  ['[RESO-001] refuses id_token', { typ: 'id_token' }, 'fail not_allowed'],
  ['[RESO-001] refuses dpop+jwt', { typ: 'dpop+jwt' }, 'fail not_allowed'],
  ['refuses client-authentication+jwt', { typ: 'client-authentication+jwt' }, 'fail not_allowed'],
])

headerTable('alg', [
  ['[RESO-004] refuses none', { alg: 'none' }, 'fail not_allowed'],
  ['[RESO-004] refuses HS256', { alg: 'HS256' }, 'fail not_allowed'],
])

headerTable('key', [
  ['accepts the key that kid names', {}, 'pass'],
  ['accepts the only key without a kid', { kid: undefined }, 'pass'],
  ['refuses an unknown kid', { kid: 'another' }, 'fail no_matching_key'],
  ['refuses a kid that is an array', { kid: [serverKey.kid] }, 'fail malformed'],
])

claimTable('iss', [
  ['accepts the issuer', {}, 'pass'],
  ['[RESO-003] refuses another tenant', { iss: 'https://other.as.example' }, 'fail mismatch'],
  ['[RESO-003] refuses a slash at the end', { iss: `${ISSUER}/` }, 'fail mismatch'],
  ['refuses an array', { iss: [ISSUER] }, 'fail malformed'],
])

claimTable('aud', [
  ['accepts the resource', {}, 'pass'],
  ['accepts an array of the resource', { aud: [AUDIENCE] }, 'pass'],
  ['[RESO-002] refuses another resource', { aud: 'https://other.example' }, 'fail mismatch'],
  ['[RESO-002] refuses several audiences', { aud: [AUDIENCE, 'x'] }, 'fail not_allowed'],
  ['[RESO-002] refuses its absence', { aud: undefined }, 'fail missing'],
  ['[RESO-002] refuses an empty array', { aud: [] }, 'fail malformed'],
])

claimTable('exp', [
  ['[RESO-008] refuses what has expired', { exp: NOW }, 'fail expired'],
  ['refuses its absence', { exp: undefined }, 'fail missing'],
  ['refuses a string', { exp: String(NOW + 60) }, 'fail malformed'],
])

claimTable('nbf', [
  ['accepts a start within the tolerance', { nbf: NOW + 10 }, 'pass'],
  ['[RESO-008] refuses a start in the future', { nbf: NOW + 11 }, 'fail not_yet_valid'],
])

claimTable('iat', [
  ['refuses its absence', { iat: undefined }, 'fail missing'],
  ['refuses a time in the future', { iat: NOW + 11 }, 'fail not_yet_valid'],
])

claimTable('lifetime', [
  ['accepts a day', { exp: NOW + 86_400 }, 'pass'],
  ['[RESO-008] refuses a far exp', { exp: NOW + 86_401 }, 'fail lifetime_too_long'],
  ['follows the option', { exp: NOW + 601 }, 'fail lifetime_too_long', { maxLifetimeSeconds: 600 }],
])

claimTable('jti', [['refuses its absence', { jti: undefined }, 'fail missing']])
claimTable('sub', [['refuses its absence', { sub: undefined }, 'fail missing']])
claimTable('client_id', [['refuses its absence', { client_id: undefined }, 'fail missing']])

claimTable('scope', [
  ['accepts its absence', { scope: undefined }, 'pass'],
  ['refuses an array', { scope: ['orders.read'] }, 'fail malformed'],
])

const jkt = serverKey.kid
const asDpop = { presentedAs: 'DPoP' } as const
claimTable('cnf', [
  ['accepts a token that is not bound as Bearer', {}, 'pass'],
  ['[DPOP-016] refuses a bound token as Bearer', { cnf: { jkt } }, 'fail not_allowed'],
  ['accepts a bound token as DPoP', { cnf: { jkt } }, 'pass', asDpop],
  ['refuses a token that is not bound as DPoP', {}, 'fail missing', asDpop],
  ['ignores members that it does not know', { cnf: { jkt, foo: 1 } }, 'pass', asDpop],
  ['refuses a certificate binding', { cnf: { 'x5t#S256': jkt } }, 'fail not_allowed'],
  ['refuses two bindings', { cnf: { jkt, 'x5t#S256': jkt } }, 'fail not_allowed', asDpop],
  ['refuses an unknown binding', { cnf: { foo: 1 } }, 'fail not_allowed'],
  ['refuses an empty object', { cnf: {} }, 'fail not_allowed'],
  ['refuses null', { cnf: null }, 'fail malformed'],
  ['refuses an array', { cnf: [{ jkt }] }, 'fail malformed', asDpop],
  ['refuses a thumbprint that is none', { cnf: { jkt: 'x' } }, 'fail malformed', asDpop],
])

describe('the words for a failed cnf', () => {
  for (const [what, cnf, changes, sentence] of [
    [
      'of a bound token as Bearer',
      { jkt },
      {},
      'the token is bound to a key, and it was sent without a proof of it',
    ],
    [
      'of a token bound to a certificate',
      { 'x5t#S256': jkt },
      {},
      'the token is bound in a way that can not be checked here: ["x5t#S256"]',
    ],
    [
      'of a token that is not bound as DPoP',
      undefined,
      asDpop,
      'the token was sent with a DPoP proof, and it is bound to no key',
    ],
  ] as const) {
    test(`say what is wrong ${what}, with a fix`, async () => {
      const report = await verifyAccessToken(await anAccessToken({ cnf }), expecting(changes))
      const [first] = failedChecks(report)
      assert.ok(first)
      assert.equal(explain(first).sentence, sentence)
      assert.match(explain(first).fix ?? '', /^send it /)
    })
  }
})

describe('an access token', () => {
  test('gives its claims when it is accepted', async () => {
    const report = await verifyAccessToken(await anAccessToken(), expecting())
    assert.ok(report.accepted)
    assert.equal(report.claims.client_id, CLIENT_ID)
  })

  test('gives no claims when it is refused', async () => {
    const report = await verifyAccessToken(await anAccessToken({ exp: NOW }), expecting())
    assert.equal('claims' in report, false)
  })

  test('[RESO-004] is refused when it is signed with HMAC and the public key as secret', async () => {
    const { createHmac } = await import('node:crypto')
    const pem = exportSpkiPem(serverKey.publicKey)
    const sign = (input: Uint8Array) => createHmac('sha256', pem).update(input).digest()
    const [, payload = ''] = (await anAccessToken()).split('.')
    const token = await signJws(
      { typ: 'at+jwt', alg: 'HS256', kid: serverKey.kid },
      Buffer.from(payload, 'base64url'),
      { sign },
    )
    assert.equal((await verifyAccessToken(token, expecting())).accepted, false)
  })

  test('[RESO-004] is refused when it brings its own key', async () => {
    const jwk = otherServerKey.publicKey.jwk
    const token = await anAccessToken({}, { jwk, kid: serverKey.kid }, otherServerKey)
    assert.equal(
      outcome(await verifyAccessToken(token, expecting()), 'signature'),
      'fail bad_signature',
    )
  })

  test('[CONF-005] is refused when it is a client assertion', async () => {
    const client = await generateKey({ kty: 'EC', crv: 'P-256' })
    const assertion = await signAssertion({}, client, {
      clientId: CLIENT_ID,
      audience: AUDIENCE,
      now: NOW,
    })
    const report = await verifyAccessToken(assertion, expecting())
    assert.deepEqual(
      failedChecks(report).map(({ check }) => check),
      ['typ', 'key', 'iss', 'client_id'],
    )
  })

  for (const token of ['', 'x', 'a.b', 'a.b.c', undefined, null, {}, 'x'.repeat(20_000)]) {
    test(`is refused when it is ${JSON.stringify(token)?.slice(0, 20)}`, async () => {
      const report = await verifyAccessToken(token, expecting())
      assert.equal(outcome(report, 'format'), 'fail malformed')
    })
  }

  for (const [what, changes] of [
    ['an empty issuer', { issuer: '' }],
    ['an empty audience', { audience: '' }],
    ['a time that is no number', { now: Number.NaN }],
    ['a tolerance over 60 s', { clockToleranceSeconds: 61 }],
    ['a lifetime of nothing', { maxLifetimeSeconds: 0 }],
  ] as const) {
    test(`makes a TypeError of ${what}`, async () => {
      await assert.rejects(verifyAccessToken('x', expecting(changes)), TypeError)
    })
  }
})

describe('an access token and a JWKS cache', () => {
  function cached(server = aKeyServer()) {
    const keys = createJwksCache({ jwksUri: JWKS_URI, fetch: server.fetch, clock: aClock().read })
    return { server, expected: expecting({ keys }) }
  }

  test('is accepted with the keys that the cache fetches', async () => {
    const { expected } = cached()
    assert.equal((await verifyAccessToken(await anAccessToken(), expected)).accepted, true)
  })

  test('leads to one fetch for a hundred tokens at once', async () => {
    const { server, expected } = cached()
    const token = await anAccessToken()
    await Promise.all(Array.from({ length: 100 }, () => verifyAccessToken(token, expected)))
    assert.equal(server.requests.length, 1)
  })

  for (const [what, claims, header] of [
    ['of another issuer', { iss: 'https://evil.example' }, {}],
    ['for another resource', { aud: 'https://other.example' }, {}],
    ['that has expired', { exp: NOW }, {}],
    ['of another type', {}, { typ: 'JWT' }],
    ['with alg none', {}, { alg: 'none' }],
  ] as const) {
    test(`does not fetch for a token ${what}`, async () => {
      const { server, expected } = cached()
      const report = await verifyAccessToken(await anAccessToken(claims, header), expected)
      assert.equal(report.accepted, false)
      assert.equal(server.requests.length, 0)
    })
  }

  test('throws instead of a verdict when the keys can not be had', async () => {
    const { server, expected } = cached()
    server.answer = { offline: true }
    await assert.rejects(verifyAccessToken(await anAccessToken(), expected), UnavailableError)
  })

  test('still refuses what is wrong anyway when the keys can not be had', async () => {
    const { server, expected } = cached()
    server.answer = { offline: true }
    const report = await verifyAccessToken(await anAccessToken({ exp: NOW }), expected)
    assert.equal(outcome(report, 'exp'), 'fail expired')
  })
})

describe('an access token with no more than issuer and audience', () => {
  test('is verified with the keys that the metadata of the issuer leads to', async () => {
    const { createServer } = await import('node:http')
    const key = await generateKey({ kty: 'EC', crv: 'P-256' })
    const seen: string[] = []
    let issuer = ''
    const server = createServer((request, response) => {
      seen.push(request.url ?? '')
      const body =
        request.url === '/keys'
          ? exportJwkSet([key.publicKey])
          : { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address() as { port: number }
    issuer = `http://127.0.0.1:${address.port}`
    const now = Math.floor(Date.now() / 1000)
    const token = await anAccessToken({ iss: issuer, iat: now, exp: now + 60 }, {}, key)
    try {
      for (let call = 0; call < 3; call++) {
        const report = await verifyAccessToken(token, { issuer, audience: AUDIENCE })
        assert.equal(report.accepted, true)
      }
      assert.deepEqual(seen, ['/.well-known/oauth-authorization-server', '/keys'])
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
