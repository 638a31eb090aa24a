import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { signAssertion } from '@keygrant/core/assertion'
import { createDpopNonces, createDpopProof } from '@keygrant/core/dpop'
import { UnavailableError } from '@keygrant/core/errors'
import { generateKey, jwkThumbprint } from '@keygrant/core/keys'
import {
  type Access,
  createGuard,
  createJwksCache,
  type GuardOptions,
  parseChallenges,
  type Refusal,
} from '@keygrant/core/resource'
import {
  aClock,
  aKeyServer,
  anAccessToken,
  AUDIENCE,
  CLIENT_ID,
  ISSUER,
  JWKS_URI,
  NOW,
  serverKey,
} from './fixtures.ts'

const ORDERS = `${AUDIENCE}/orders`
const proofKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const otherKey = await generateKey({ kty: 'EC', crv: 'P-256' })
const jkt = await jwkThumbprint(proofKey.publicKey.jwk)
const token = await anAccessToken()
const boundToken = await anAccessToken({ cnf: { jkt } })

function aGuard(options: Partial<GuardOptions> = {}) {
  const refusals: Refusal[] = []
  const guard = createGuard({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [serverKey.publicKey],
    clock: () => NOW,
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
  })
  return { guard, refusals }
}

function aRequest(headers: Record<string, string> = {}, url = ORDERS, method = 'GET') {
  return new Request(url, { method, headers })
}

function bearer(value: string) {
  return aRequest({ authorization: `Bearer ${value}` })
}

type ProofChanges = Partial<Parameters<typeof createDpopProof>[0]>

async function withProof(changes: ProofChanges = {}, sent = boundToken, scheme = 'DPoP') {
  const proof = await createDpopProof({
    method: 'GET',
    url: ORDERS,
    key: proofKey,
    accessToken: boundToken,
    now: NOW,
    ...changes,
  })
  return aRequest({ authorization: `${scheme} ${sent}`, dpop: proof })
}

function accepted(outcome: Access | Response): Access {
  assert.ok('claims' in outcome, outcome instanceof Response ? String(outcome.status) : '')
  return outcome
}

async function refused(outcome: Access | Response) {
  assert.ok(outcome instanceof Response, 'the request was let through')
  const challenges = parseChallenges(outcome.headers.get('www-authenticate'))
  const text = await outcome.text()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>)
  return {
    status: outcome.status,
    headers: outcome.headers,
    body,
    error: body['error'],
    challenge: (scheme: string) =>
      challenges.find((challenge) => challenge.scheme === scheme)?.parameters,
    schemes: challenges.map(({ scheme }) => scheme),
  }
}

describe('a request with a good token', () => {
  test('gives claims, scopes and scheme', async () => {
    const access = accepted(await aGuard().guard(bearer(token)))
    assert.equal(access.claims.client_id, CLIENT_ID)
    assert.deepEqual([...access.scopes], ['orders.read'])
    assert.equal(access.scheme, 'Bearer')
  })

  for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
    test(`[DPOP-018] is let through with the scheme ${scheme}`, async () => {
      accepted(await aGuard().guard(aRequest({ authorization: `${scheme} ${token}` })))
    })
  }

  test('is let through with what has the shape of a request', async () => {
    const headers = new Headers({ authorization: `Bearer ${token}` })
    accepted(await aGuard().guard({ method: 'TRACE', url: '/orders', headers }))
  })
})

describe('a request without credentials', () => {
  test('is answered 401 with a challenge for each scheme and no error', async () => {
    const answer = await refused(await aGuard({ scope: 'orders.read' }).guard(aRequest()))
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.schemes, ['Bearer', 'DPoP'])
    assert.deepEqual({ ...answer.challenge('Bearer') }, { scope: 'orders.read' })
    assert.match(answer.challenge('DPoP')?.['algs'] ?? '', /^[A-Za-z0-9 -]*ES256/)
    assert.deepEqual(answer.body, {})
  })

  test('is answered the same for another scheme', async () => {
    const answer = await refused(await aGuard().guard(aRequest({ authorization: 'Basic eDp5' })))
    assert.equal(answer.status, 401)
    assert.equal(answer.error, undefined)
  })

  test('is told realm and metadata of the resource', async () => {
    const { guard } = aGuard({ realm: 'the "orders"', resourceMetadata: `${AUDIENCE}/metadata` })
    const bearerChallenge = (await refused(await guard(aRequest()))).challenge('Bearer')
    assert.equal(bearerChallenge?.['realm'], 'the "orders"')
    assert.equal(bearerChallenge['resource_metadata'], `${AUDIENCE}/metadata`)
  })

  test('may not be stored', async () => {
    const { headers } = await refused(await aGuard().guard(aRequest()))
    assert.equal(headers.get('cache-control'), 'no-store')
  })
})

describe('a malformed request', () => {
  for (const [what, headers] of [
    ['two tokens', { authorization: 'Bearer a, Bearer b' }],
    ['a token with a space', { authorization: 'Bearer a b' }],
    ['no token after the scheme', { authorization: 'Bearer' }],
    ['a token with a quote', { authorization: 'Bearer "a"' }],
    ['a token of 17000 characters', { authorization: `Bearer ${'a'.repeat(17_000)}` }],
  ] as const) {
    test(`is answered 400 invalid_request for ${what}`, async () => {
      const answer = await refused(await aGuard().guard(aRequest(headers)))
      assert.equal(answer.status, 400)
      assert.equal(answer.error, 'invalid_request')
      assert.equal(answer.challenge('Bearer')?.['error'], 'invalid_request')
    })
  }

  test('[RESO-007] is answered 400 for a token in the query', async () => {
    const answer = await refused(
      await aGuard().guard(aRequest({}, `${ORDERS}?access_token=${token}`)),
    )
    assert.equal(answer.status, 400)
    assert.equal(answer.error, 'invalid_request')
  })

  test('[RESO-007] is answered 400 for a token in the query beside a good one', async () => {
    const request = aRequest({ authorization: `Bearer ${token}` }, `${ORDERS}?a=b&access%5Ftoken=x`)
    assert.equal((await refused(await aGuard().guard(request))).status, 400)
  })

  test('[RESO-007] is answered 401 for a token in the body', async () => {
    const request = new Request(ORDERS, {
      method: 'POST',
      body: new URLSearchParams({ access_token: token }),
    })
    assert.equal((await refused(await aGuard().guard(request))).status, 401)
  })
})

const assertion = await signAssertion({}, proofKey, {
  clientId: CLIENT_ID,
  audience: AUDIENCE,
  now: NOW,
})
const badTokens = [
  ['[RESO-001] of typ JWT', await anAccessToken({}, { typ: 'JWT' })],
  ['[RESO-001] without typ', await anAccessToken({}, { typ: undefined })],
  ['[RESO-002] for another resource', await anAccessToken({ aud: 'https://other.example' })],
  ['[RESO-002] for several resources', await anAccessToken({ aud: [AUDIENCE, ISSUER] })],
  ['[RESO-003] of another tenant', await anAccessToken({ iss: 'https://other.as.example' })],
  ['[RESO-004] with alg none', await anAccessToken({}, { alg: 'none' })],
  ['[RESO-004] with alg HS256', await anAccessToken({}, { alg: 'HS256' })],
  ['[RESO-004] with a key of its own', await anAccessToken({}, { kid: 'x', jwk: {} }, otherKey)],
  ['[RESO-008] that has expired', await anAccessToken({ exp: NOW - 1 })],
  ['[RESO-008] that begins in the future', await anAccessToken({ nbf: NOW + 100 })],
  ['[RESO-008] that lives for years', await anAccessToken({ exp: NOW + 1e8 })],
  ['[CONF-005] that is a client assertion', assertion],
  ['that is opaque', '00aBcDeF'],
] as const

describe('a request with a bad token', () => {
  for (const [what, bad] of badTokens) {
    test(`${what} is answered 401 invalid_token`, async () => {
      const { guard, refusals } = aGuard()
      const answer = await refused(await guard(bearer(bad)))
      assert.equal(answer.status, 401)
      assert.equal(answer.error, 'invalid_token')
      assert.equal(answer.challenge('Bearer')?.['error'], 'invalid_token')
      assert.equal(answer.challenge('DPoP')?.['error'], undefined)
      assert.equal(refusals[0]?.report?.accepted, false)
    })
  }

  test('is told what is wrong, and nothing that it sent', async () => {
    const sent = await anAccessToken({ aud: 'https://sentinel.example' }, { kid: serverKey.kid })
    const { guard, refusals } = aGuard()
    const outcome = await guard(bearer(sent))
    assert.ok(outcome instanceof Response)
    const said = JSON.stringify([...outcome.headers]) + (await outcome.text())
    assert.match(said, /the access token is for another resource server/)
    assert.ok(!said.includes('sentinel'))
    assert.match(JSON.stringify(refusals[0]?.report), /sentinel/)
  })
})

describe('scopes', () => {
  test('[RESO-005] that are missing are answered 403 insufficient_scope', async () => {
    const answer = await refused(await aGuard().guard(bearer(token), { scope: 'orders.write' }))
    assert.equal(answer.status, 403)
    assert.equal(answer.error, 'insufficient_scope')
    assert.equal(answer.challenge('Bearer')?.['scope'], 'orders.write')
  })

  test('are all needed', async () => {
    const scope = ['orders.read', 'orders.write']
    assert.equal((await refused(await aGuard({ scope }).guard(bearer(token)))).status, 403)
  })

  test('of a call stand for those of the guard', async () => {
    const { guard } = aGuard({ scope: 'orders.write' })
    accepted(await guard(bearer(token), { scope: 'orders.read' }))
  })

  test('are compared as a whole', async () => {
    const { guard } = aGuard()
    assert.equal((await refused(await guard(bearer(token), { scope: 'orders' }))).status, 403)
  })

  test('are not asked of a bad token', async () => {
    const bad = await anAccessToken({ exp: NOW })
    assert.equal((await refused(await aGuard({ scope: 'x' }).guard(bearer(bad)))).status, 401)
  })
})

describe('DPoP', () => {
  test('lets a bound token through with a proof', async () => {
    const access = accepted(await aGuard().guard(await withProof()))
    assert.equal(access.scheme, 'DPoP')
  })

  for (const scheme of ['dpop', 'DPOP']) {
    test(`[DPOP-018] lets it through with the scheme ${scheme}`, async () => {
      accepted(await aGuard().guard(await withProof({}, boundToken, scheme)))
    })
  }

  test('[DPOP-016] refuses a bound token as Bearer', async () => {
    const answer = await refused(await aGuard().guard(bearer(boundToken)))
    assert.equal(answer.status, 401)
    assert.equal(answer.error, 'invalid_token')
    assert.match(answer.body['error_description'] ?? '', /send it as DPoP, with a proof/)
  })

  test('[DPOP-016] refuses a bound token as Bearer even with a proof', async () => {
    const answer = await refused(await aGuard().guard(await withProof({}, boundToken, 'Bearer')))
    assert.equal(answer.error, 'invalid_token')
  })

  test('[DPOP-016] refuses a bound token without a proof', async () => {
    const request = aRequest({ authorization: `DPoP ${boundToken}` })
    const answer = await refused(await aGuard().guard(request))
    assert.equal(answer.status, 401)
    assert.equal(answer.error, 'invalid_dpop_proof')
    assert.equal(answer.challenge('DPoP')?.['error'], 'invalid_dpop_proof')
  })

  test('[DPOP-016] refuses a proof of another key as invalid_token', async () => {
    const answer = await refused(await aGuard().guard(await withProof({ key: otherKey })))
    assert.equal(answer.status, 401)
    assert.equal(answer.challenge('DPoP')?.['error'], 'invalid_token')
  })

  test('refuses a token that is bound to no key', async () => {
    const answer = await refused(
      await aGuard().guard(await withProof({ accessToken: token }, token)),
    )
    assert.equal(answer.error, 'invalid_token')
  })

  for (const [what, changes] of [
    ['[DPOP-017] without ath', { accessToken: undefined }],
    ['[DPOP-017] for another token', { accessToken: token }],
    ['[DPOP-006] for another method', { method: 'POST' }],
    ['[DPOP-007] for another path', { url: `${AUDIENCE}/other` }],
    ['[DPOP-007] for another host', { url: 'https://other.example/orders' }],
    ['[DPOP-007] for http', { url: 'http://api.example/orders' }],
    ['[DPOP-008] an hour old', { now: NOW - 3600 }],
    ['[DPOP-008] an hour ahead', { now: NOW + 3600 }],
  ] as const) {
    test(`refuses a proof ${what}`, async () => {
      const { guard, refusals } = aGuard()
      const answer = await refused(await guard(await withProof(changes as ProofChanges)))
      assert.equal(answer.status, 401)
      assert.equal(answer.challenge('DPoP')?.['error'], 'invalid_dpop_proof')
      assert.equal(answer.challenge('Bearer')?.['error'], undefined)
      assert.equal(refusals[0]?.proofReport?.accepted, false)
    })
  }

  test('[DPOP-001] refuses two proofs', async () => {
    const request = await withProof()
    request.headers.append('dpop', request.headers.get('dpop') ?? '')
    assert.equal((await refused(await aGuard().guard(request))).error, 'invalid_dpop_proof')
  })

  test('[DPOP-009] refuses the second use of a proof', async () => {
    const { guard } = aGuard()
    const request = await withProof()
    accepted(await guard(request))
    const answer = await refused(await guard(request))
    assert.equal(answer.error, 'invalid_dpop_proof')
    assert.match(answer.body['error_description'] ?? '', /used before/)
  })

  test('[DPOP-013] refuses the second use under another query', async () => {
    const { guard } = aGuard()
    const request = await withProof()
    accepted(await guard(request))
    const again = aRequest(Object.fromEntries(request.headers), `${ORDERS}?page=2`)
    assert.equal((await refused(await guard(again))).error, 'invalid_dpop_proof')
  })

  test('[DPOP-011] lets a request with a query through', async () => {
    const { headers } = await withProof()
    accepted(await aGuard().guard(aRequest(Object.fromEntries(headers), `${ORDERS}?page=2`)))
  })

  test('[DPOP-019] takes the host from the options, never from the request', async () => {
    const { headers } = await withProof({ url: 'https://evil.example/orders' })
    const all = { ...Object.fromEntries(headers), 'x-forwarded-host': 'evil.example' }
    const answer = await refused(await aGuard().guard(aRequest(all, 'https://evil.example/orders')))
    assert.equal(answer.error, 'invalid_dpop_proof')
    const behindProxy = Object.fromEntries((await withProof()).headers)
    accepted(await aGuard().guard(aRequest(behindProxy, 'http://10.0.0.7:8080/orders')))
  })

  test('puts the path that a proxy takes away before the path of the request', async () => {
    const { guard } = aGuard({ publicUrl: 'https://api.example/shop/' })
    const { headers } = await withProof({ url: 'https://api.example/shop/orders' })
    accepted(await guard(aRequest(Object.fromEntries(headers), 'http://10.0.0.7/orders')))
  })

  test('[DPOP-014] asks for a nonce, and lets the proof with it through', async () => {
    const nonces = createDpopNonces({ clock: () => NOW })
    const { guard } = aGuard({ dpop: { nonces } })
    const answer = await refused(await guard(await withProof()))
    assert.equal(answer.status, 401)
    assert.equal(answer.challenge('DPoP')?.['error'], 'use_dpop_nonce')
    const nonce = answer.headers.get('dpop-nonce') ?? ''
    const access = accepted(await guard(await withProof({ nonce })))
    assert.deepEqual(access.responseHeaders, { 'dpop-nonce': nonce })
  })

  test('[DPOP-015] asks for another nonce than that of another server', async () => {
    const clock = () => NOW
    const [foreign] = await createDpopNonces({ clock })()
    const { guard } = aGuard({ dpop: { nonces: createDpopNonces({ clock }) } })
    const answer = await refused(await guard(await withProof({ nonce: foreign })))
    assert.equal(answer.error, 'use_dpop_nonce')
  })

  test('does not burn a proof that is asked for a nonce', async () => {
    const nonces = createDpopNonces({ clock: () => NOW })
    const uses: unknown[] = []
    const { guard } = aGuard({ dpop: { nonces, replay: (use) => uses.push(use) > 0 } })
    await guard(await withProof())
    assert.equal(uses.length, 0)
  })

  test('does not record the proof of a bad token', async () => {
    const uses: unknown[] = []
    const { guard } = aGuard({ dpop: { replay: (use) => uses.push(use) > 0 } })
    const expired = await anAccessToken({ exp: NOW, cnf: { jkt } })
    await guard(await withProof({ accessToken: expired }, expired))
    assert.equal(uses.length, 0)
  })

  test('[DPOP-020] refuses a token that is not bound where DPoP is required', async () => {
    const answer = await refused(await aGuard({ dpop: { isRequired: true } }).guard(bearer(token)))
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.schemes, ['DPoP'])
    assert.equal(answer.challenge('DPoP')?.['error'], 'invalid_token')
  })

  test('is not offered when it is off, and bound tokens are refused', async () => {
    const { guard } = aGuard({ dpop: false })
    assert.deepEqual((await refused(await guard(aRequest()))).schemes, ['Bearer'])
    assert.equal((await refused(await guard(await withProof()))).status, 401)
    assert.equal((await refused(await guard(bearer(boundToken)))).error, 'invalid_token')
  })

  test('is not offered when no URL of the server is known', async () => {
    const audience = 'api:orders'
    const { guard } = aGuard({ audience })
    assert.deepEqual((await refused(await guard(aRequest()))).schemes, ['Bearer'])
    accepted(await guard(bearer(await anAccessToken({ aud: audience }))))
  })

  test('names the algorithms that it takes', async () => {
    const { guard } = aGuard({ dpop: { algorithms: ['ES256', 'PS256'] } })
    assert.equal(
      (await refused(await guard(aRequest()))).challenge('DPoP')?.['algs'],
      'ES256 PS256',
    )
  })

  test('answers 400 for a path beyond the limit', async () => {
    const { headers } = await withProof()
    const url = `${AUDIENCE}/${'x'.repeat(5000)}`
    const answer = await refused(await aGuard().guard(aRequest(Object.fromEntries(headers), url)))
    assert.equal(answer.status, 400)
  })
})

describe('when no verdict is possible', () => {
  test('answers 503 with Retry-After and no challenge', async () => {
    const server = aKeyServer()
    server.answer = { offline: true }
    const keys = createJwksCache({ jwksUri: JWKS_URI, fetch: server.fetch, clock: aClock().read })
    const { guard, refusals } = aGuard({ keys })
    const answer = await refused(await guard(bearer(token)))
    assert.equal(answer.status, 503)
    assert.equal(answer.error, 'temporarily_unavailable')
    assert.equal(answer.headers.get('retry-after'), '1')
    assert.equal(answer.headers.get('www-authenticate'), null)
    assert.ok(refusals[0]?.cause instanceof UnavailableError)
  })

  test('answers 503 when the store of proofs is down', async () => {
    const replay = () => Promise.reject(new Error('the store is down'))
    const answer = await refused(await aGuard({ dpop: { replay } }).guard(await withProof()))
    assert.equal(answer.status, 503)
    assert.ok(!JSON.stringify(answer.body).includes('store'))
  })

  test('answers 503 when introspection fails', async () => {
    const introspect = () => Promise.reject(new Error('the server is down'))
    assert.equal((await refused(await aGuard({ introspect }).guard(bearer('opaque')))).status, 503)
  })
})

describe('introspection in place of a JWT', () => {
  const active = { active: true, aud: AUDIENCE, client_id: CLIENT_ID, scope: 'orders.read' }

  test('lets an active token through', async () => {
    const { guard } = aGuard({ introspect: async () => active })
    const access = accepted(await guard(bearer('opaque'), { scope: 'orders.read' }))
    assert.equal(access.claims.client_id, CLIENT_ID)
  })

  test('[RESO-009] refuses a token that is no longer active', async () => {
    const { guard } = aGuard({ introspect: async () => ({ active: false }) })
    const answer = await refused(await guard(bearer('opaque')))
    assert.equal(answer.error, 'invalid_token')
    assert.equal(answer.body['error_description'], 'the access token is not active')
  })

  test('asks about a JWT too: what is revoked is refused at once', async () => {
    const asked: string[] = []
    const introspect = async (sent: string) => {
      asked.push(sent)
      return { active: false }
    }
    assert.equal((await refused(await aGuard({ introspect }).guard(bearer(token)))).status, 401)
    assert.deepEqual(asked, [token])
  })

  test('verifies the proof of a bound token', async () => {
    const { guard } = aGuard({ introspect: async () => ({ ...active, cnf: { jkt } }) })
    accepted(await guard(await withProof()))
    assert.equal((await refused(await guard(bearer(boundToken)))).status, 401)
  })
})

describe('whatever is sent', () => {
  const header = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .tuple(fc.constantFrom('Bearer ', 'DPoP ', 'bearer  '), fc.string({ maxLength: 60 }))
      .map((parts) => parts.join('')),
    fc.constant(`DPoP ${boundToken}`),
    fc.constant(null),
  )
  test('is answered, never thrown at and never let through', async () => {
    const { guard } = aGuard({ scope: 'orders.read' })
    await fc.assert(
      fc.asyncProperty(
        header,
        header,
        fc.string(),
        fc.string(),
        async (authorization, dpop, method, url) => {
          const get = (name: string) => (name === 'authorization' ? authorization : dpop)
          const outcome = await guard({ method: method || 'GET', url, headers: { get } })
          assert.ok(outcome instanceof Response)
          assert.ok([400, 401].includes(outcome.status), String(outcome.status))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('options', () => {
  for (const [what, options] of [
    ['an empty issuer', { issuer: '' }],
    ['an empty audience', { audience: '' }],
    ['a realm with a line break', { realm: 'a\r\nb' }],
    ['a scope with a quote', { scope: 'a"b' }],
    ['DPoP without a URL', { audience: 'api:orders', dpop: {} }],
    ['a publicUrl that is no URL', { publicUrl: 'api.example' }],
  ] as const) {
    test(`make a TypeError of ${what}`, () => {
      assert.throws(() => aGuard(options), TypeError)
    })
  }
})
