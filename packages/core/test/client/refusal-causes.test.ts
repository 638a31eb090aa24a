import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { test } from 'node:test'
import { TokenRequestError } from '@keygrant/core/errors'
import { exportPrivateJwk } from '@keygrant/core/keys'
import { aClient, aKey, aServer, type FakeServer, ISSUER, refusal } from './fixtures.ts'

/** Gets no token, and gives the error. */
async function failureOf(server: FakeServer, options: object): Promise<TokenRequestError> {
  const outcome: unknown = await aClient(server, { maxAttempts: 1, ...options })
    .getToken()
    .catch((error: unknown) => error)
  assert.ok(outcome instanceof TokenRequestError, 'it failed as a token request fails')
  return outcome
}

for (const [error, description, rule] of [
  ['invalid_client', 'The client_assertion JWT kid is invalid.', 'kid-not-registered'],
  ['invalid_client', 'The client_assertion signature is invalid.', 'key-not-registered'],
  [
    'invalid_client',
    'The audience claim for client_assertion must be the endpoint invoked for the request.',
    'aud-wrong',
  ],
  ['invalid_client', 'The client_assertion token is expired.', 'clock-behind'],
  ['invalid_client', 'The client_assertion token has already been used.', 'replayed'],
  [
    'invalid_client',
    'The issuer claim for client_assertion is not a valid client_id.',
    'client-unknown',
  ],
  ['invalid_client', 'Client authentication failed.', 'client-not-recognised'],
  ['invalid_scope', 'One or more scopes are not configured.', 'scope-not-granted'],
  ['consent_required', 'You are not allowed any of the requested scopes.', 'scope-not-granted'],
  ['unauthorized_client', 'x', 'grant-not-allowed'],
  ['invalid_target', 'x', 'resource-unknown'],
  ['invalid_dpop_proof', 'The DPoP proof JWT header is missing.', 'dpop-required'],
] as const) {
  test(`"${error}: ${description}" is ${rule}, with a fix`, async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = () => refusal(error, description, 400)
    const failure = await failureOf(server, { key })
    assert.equal(failure.findings[0]?.rule, rule)
    assert.ok(failure.message.startsWith(`${error}: ${description}; most likely `), failure.message)
    assert.ok(failure.message.includes(failure.findings[0].fix), failure.message)
  })
}

test('what our own checks find comes before what the words of the server may mean', async () => {
  const key = await aKey()
  const server = aServer(key)
  const failure = await failureOf(server, { key, audience: 'https://other.example' })
  assert.deepEqual(
    failure.findings.map(({ rule }) => rule),
    ['aud-differs'],
  )
})

test('for Okta the issuer as audience is named as the cause', async () => {
  const key = await aKey()
  const server = aServer(key)
  server.fault = () => refusal('invalid_client', 'no')
  const failure = await failureOf(server, { key, provider: 'okta', audience: 'issuer' })
  assert.equal(failure.findings[0]?.rule, 'aud-wrong')
})

test('an algorithm that the metadata does not name is found', async () => {
  const key = await aKey()
  const server = aServer(key)
  server.metadataFault = () =>
    Response.json({
      issuer: ISSUER,
      token_endpoint: server.tokenEndpoint,
      token_endpoint_auth_signing_alg_values_supported: ['PS256'],
    })
  server.fault = () => refusal('invalid_client', 'no')
  assert.match((await failureOf(server, { key })).message, /"alg" is "ES256", which is not allowed/)
})

for (const [what, fault, rule] of [
  ['a host that is unknown', () => failedFetch('ENOTFOUND'), 'host-unknown'],
  ['a port where nothing listens', () => failedFetch('ECONNREFUSED'), 'connection-refused'],
  ['an expired certificate', () => failedFetch('CERT_HAS_EXPIRED'), 'certificate-expired'],
  [
    'a certificate of its own',
    () => failedFetch('SELF_SIGNED_CERT_IN_CHAIN'),
    'certificate-not-trusted',
  ],
  ['a page for people', () => new Response('<html>', { status: 200 }), 'not-json'],
] as const) {
  test(`${what} is ${rule}`, async () => {
    const key = await aKey()
    const server = aServer(key)
    server.fault = fault
    const failure = await failureOf(server, { key })
    assert.deepEqual(
      failure.findings.map((finding) => finding.rule),
      [rule],
    )
  })
}

test('[CLIE-001] no error shows the key, the assertion or the token, however it is printed', async () => {
  const key = await aKey()
  const jwk = exportPrivateJwk(key)
  const server = aServer(key)
  const secret = 'd' in jwk ? jwk.d : ''
  const errors: TokenRequestError[] = []
  for (const fault of [
    () => refusal('invalid_client', 'no'),
    () => new Response('{"access_token":"secret-token","token_type":"mac"}'),
    () => new Response('<html>', { status: 503 }),
    () => failedFetch('ECONNRESET'),
  ]) {
    server.fault = fault
    errors.push(await failureOf(server, { key: jwk, dpop: true }))
  }
  const shown = errors
    .map((error) => inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error))
    .join('\n')
  for (const { assertion, dpop } of server.requests) {
    assert.equal(shown.includes(assertion.split('.')[2] ?? '?'), false)
    assert.equal(shown.includes(dpop?.split('.')[2] ?? '?'), false)
  }
  assert.equal(shown.includes(secret) || shown.includes('secret-token'), false)
})

function failedFetch(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) })
}
