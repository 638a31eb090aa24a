import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type CheckName, OKTA_PROFILE, verifyAssertion } from '@keygrant/core/assertion'
import { ChallengeError, HttpError, MetadataError, OAuthResponseError } from '@keygrant/core/errors'
import { generateKey } from '@keygrant/core/keys'
import {
  createIntrospector,
  type IntrospectionExpectations,
  type IntrospectorOptions,
  verifyIntrospection,
} from '@keygrant/core/resource'
import { aClock, AUDIENCE, CLIENT_ID, ISSUER, NOW, outcome, serverKey } from './fixtures.ts'

const ENDPOINT = `${ISSUER}/oauth2/v1/introspect`
const jkt = serverKey.kid

describe('the answer about a token', () => {
  const cases: readonly (readonly [
    CheckName,
    string,
    Record<string, unknown>,
    string,
    Partial<IntrospectionExpectations>?,
  ])[] = [
    ['active', 'accepts true', {}, 'pass'],
    ['active', 'refuses false', { active: false }, 'fail mismatch'],
    ['active', 'refuses a string', { active: 'true' }, 'fail malformed'],
    ['active', 'refuses its absence', { active: undefined }, 'fail missing'],
    ['iss', 'accepts its absence', { iss: undefined }, 'pass'],
    ['iss', 'refuses another issuer', { iss: 'https://evil.example' }, 'fail mismatch'],
    ['aud', 'accepts the resource', {}, 'pass'],
    ['aud', 'refuses another resource', { aud: 'https://other.example' }, 'fail mismatch'],
    ['aud', 'refuses its absence', { aud: undefined }, 'fail missing'],
    ['exp', 'accepts its absence', { exp: undefined }, 'pass'],
    ['exp', 'refuses what has expired', { exp: NOW }, 'fail expired'],
    ['nbf', 'refuses a start in the future', { nbf: NOW + 100 }, 'fail not_yet_valid'],
    ['client_id', 'refuses a number', { client_id: 7 }, 'fail malformed'],
    ['scope', 'refuses an array', { scope: ['a'] }, 'fail malformed'],
    ['cnf', 'refuses a bound token as Bearer', { cnf: { jkt } }, 'fail not_allowed'],
    ['cnf', 'accepts a bound token as DPoP', { cnf: { jkt } }, 'pass', { presentedAs: 'DPoP' }],
  ]
  for (const [check, what, changes, expected, expectations] of cases) {
    test(`${check}: ${what}`, () => {
      const answer = { active: true, iss: ISSUER, aud: AUDIENCE, exp: NOW + 60, ...changes }
      const report = verifyIntrospection(answer, {
        issuer: ISSUER,
        audience: AUDIENCE,
        now: NOW,
        ...expectations,
      })
      assert.equal(outcome(report, check), expected)
      assert.equal(report.accepted, expected === 'pass')
    })
  }

  test('gives nothing of an inactive token', () => {
    const answer = { active: false, client_id: CLIENT_ID }
    const report = verifyIntrospection(answer, { issuer: ISSUER, audience: AUDIENCE })
    assert.equal('claims' in report, false)
    assert.equal(report.checks.length, 9)
  })
})

const signer = await generateKey({ kty: 'EC', crv: 'P-256' })

function setUp(answer: () => Response, options: Partial<IntrospectorOptions> = {}) {
  const forms: URLSearchParams[] = []
  const introspect = createIntrospector({
    issuer: ISSUER,
    endpoint: ENDPOINT,
    clientId: 'api',
    signer,
    clock: () => NOW,
    fetch: (async (_url: string, init: RequestInit) => {
      forms.push(init.body as URLSearchParams)
      return answer()
    }) as typeof fetch,
    ...options,
  })
  return { introspect, forms }
}

const active = () => Response.json({ active: true, aud: AUDIENCE })

describe('asking about a token', () => {
  test('sends it with a client assertion for the issuer', async () => {
    const { introspect, forms } = setUp(active)
    assert.equal((await introspect('opaque'))['active'], true)
    const [form] = forms
    assert.equal(form?.get('token'), 'opaque')
    const report = await verifyAssertion(form.get('client_assertion'), {
      profile: OKTA_PROFILE,
      issuer: ISSUER,
      clientId: 'api',
      keys: [signer.publicKey],
      now: NOW,
      replay: 'unchecked',
    })
    assert.equal(report.accepted, true)
  })

  test('signs a new assertion each time', async () => {
    const { introspect, forms } = setUp(active)
    await introspect('opaque')
    await introspect('opaque')
    assert.notEqual(forms[0]?.get('client_assertion'), forms[1]?.get('client_assertion'))
  })

  test('asks nobody about a token beyond the limit', async () => {
    const { introspect, forms } = setUp(active)
    assert.deepEqual(await introspect('x'.repeat(17_000)), { active: false })
    assert.equal(forms.length, 0)
  })

  test('uses an answer again for as long as it may', async () => {
    const clock = aClock()
    const { introspect, forms } = setUp(active, { cacheSeconds: 10, clock: clock.read })
    await introspect('a')
    clock.now += 9
    await introspect('a')
    await introspect('b')
    assert.equal(forms.length, 2)
    clock.now += 1
    await introspect('a')
    assert.equal(forms.length, 3)
  })

  test('never uses the answer about an inactive token again', async () => {
    const { introspect, forms } = setUp(() => Response.json({ active: false }), {
      cacheSeconds: 10,
    })
    await introspect('a')
    await introspect('a')
    assert.equal(forms.length, 2)
  })

  const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' }
  for (const [what, answer, kind] of [
    [
      'an OAuth error',
      () => Response.json({ error: 'invalid_client' }, { status: 401 }),
      OAuthResponseError,
    ],
    ['a challenge', () => new Response(null, { status: 401, headers: challenge }), ChallengeError],
    ['a page', () => new Response('<html>', { status: 500 }), HttpError],
    ['JSON of another kind', () => Response.json({ ok: true }), HttpError],
    ['an answer whose active is a string', () => Response.json({ active: 'true' }), HttpError],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: '/' } }),
      HttpError,
    ],
  ] as const) {
    test(`throws ${kind.name} for ${what}`, async () => {
      await assert.rejects(setUp(answer).introspect('a'), kind)
    })
  }

  test('finds the endpoint in the metadata of the issuer, once', async () => {
    const urls: string[] = []
    const introspect = createIntrospector({
      issuer: ISSUER,
      clientId: 'api',
      signer,
      fetch: (async (url: string) => {
        urls.push(url)
        if (!url.includes('.well-known')) return active()
        return Response.json({
          issuer: ISSUER,
          token_endpoint: `${ISSUER}/token`,
          introspection_endpoint: ENDPOINT,
        })
      }) as typeof fetch,
    })
    await introspect('a')
    await introspect('b')
    assert.deepEqual(urls, [`${ISSUER}/.well-known/oauth-authorization-server`, ENDPOINT, ENDPOINT])
  })

  test('throws MetadataError when the issuer has no such endpoint', async () => {
    const metadata = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` }
    const { endpoint: _endpoint, ...options } = { endpoint: ENDPOINT, issuer: ISSUER }
    const introspect = createIntrospector({
      ...options,
      clientId: 'api',
      signer,
      fetch: async () => Response.json(metadata),
    })
    await assert.rejects(introspect('a'), MetadataError)
  })

  test('throws a TypeError for a negative time', () => {
    assert.throws(() => setUp(active, { cacheSeconds: -1 }), TypeError)
  })
})
