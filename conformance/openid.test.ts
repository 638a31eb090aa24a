/**
 * The modules of the OpenID Foundation's conformance suite that concern an authorization server for
 * client credentials with `private_key_jwt` and DPoP, as tests of ours: each bears the name of its module.
 * Assertions and proofs are signed with jose, not with our own code.
 *
 * The five modules about assertions at the pushed authorization request endpoint are asked of the token
 * endpoint, which is the one that this server has. What they say of TLS is not tested here.
 * @module
 */

import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as jose from 'jose'
import { type RunningServer, startServer } from './running-server.ts'

const SCOPE = 'okta.apps.read'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const CORPUS = fileURLToPath(
  new URL('../../shared/corpora/openid-conformance/modules.json', import.meta.url),
)
const skip = existsSync(CORPUS) ? false : 'corpora are missing: expected them at ../shared/corpora'

interface Pair {
  readonly privateKey: jose.CryptoKey
  readonly publicJwk: jose.JWK
  readonly alg: string
}

interface Client {
  readonly clientId: string
  readonly pair: Pair
}

interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly access_token?: string
    readonly token_type?: string
    readonly expires_in?: number
    readonly scope?: string
    readonly error?: string
    readonly error_description?: string
  }
}

type Changes = Readonly<Record<string, unknown>>

let server: RunningServer
let endpoint: string
let resource: string
let first: Client
let second: Client
let proofPair: Pair

before(async () => {
  server = await startServer('strict')
  endpoint = `${server.issuer}/oauth2/v1/token`
  resource = `${server.issuer}/api/v1/apps`
  ;[first, second] = [await aClient('first'), await aClient('second')]
  proofPair = await aPair('ES256')
})
after(() => server.stop())

async function aPair(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true })
  return { privateKey, publicJwk: await jose.exportJWK(publicKey), alg }
}

async function aClient(name: string): Promise<Client> {
  const pair = await aPair('PS256')
  const jwk = { ...pair.publicJwk, kid: name, alg: 'PS256', use: 'sig' }
  const clientId = await server.addApp(name, jwk, [SCOPE], { dpop_bound_access_tokens: true })
  return { clientId, pair }
}

const seconds = (): number => Math.floor(Date.now() / 1000)

function sign(claims: Changes, header: jose.JWTHeaderParameters, pair: Pair): Promise<string> {
  const given = Object.entries(claims).filter(([, value]) => value !== undefined)
  return new jose.SignJWT(Object.fromEntries(given))
    .setProtectedHeader(header)
    .sign(pair.privateKey)
}

/** An assertion of a client, with some claims changed; `undefined` leaves one out. */
function assertionOf({ clientId, pair }: Client, changes: Changes = {}): Promise<string> {
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: server.issuer,
    jti: randomUUID(),
    iat: seconds(),
    exp: seconds() + 60,
    ...changes,
  }
  return sign(claims, { alg: pair.alg }, pair)
}

interface Proving {
  readonly claims?: Changes
  readonly header?: Changes
  readonly pair?: Pair
}

/** A proof for a request, with some claims or parts of its header changed. */
function aProof(htm: string, htu: string, { claims, header, pair = proofPair }: Proving = {}) {
  const all = { htm, htu, jti: randomUUID(), iat: seconds(), ...claims }
  return sign(all, { typ: 'dpop+jwt', alg: pair.alg, jwk: proofPair.publicJwk, ...header }, pair)
}

async function post(
  parameters: Readonly<Record<string, string | undefined>>,
  dpop?: string,
): Promise<TokenAnswer> {
  const all = { grant_type: 'client_credentials', scope: SCOPE, ...parameters }
  const given = Object.entries(all).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { accept: 'application/json', ...(dpop === undefined ? {} : { dpop }) },
    body: new URLSearchParams(given),
  })
  const { status, headers } = response
  return { status, headers, body: (await response.json()) as TokenAnswer['body'] }
}

async function credentials(client: Client, changes: Changes = {}) {
  return {
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: await assertionOf(client, changes),
  }
}

/** The nonce that the server wants in the proofs of a client. */
async function nonceOf(client: Client): Promise<string> {
  const { headers, body } = await post(await credentials(client), await aProof('POST', endpoint))
  assert.equal(body.error, 'use_dpop_nonce')
  return headers.get('dpop-nonce') ?? ''
}

/** A token request with a proof that has the nonce, and whatever is changed. */
async function request(
  client: Client,
  assertionChanges: Changes = {},
  proving: Proving = {},
  parameters: Readonly<Record<string, string | undefined>> = {},
): Promise<TokenAnswer> {
  const nonce = await nonceOf(client)
  const claims = { nonce, ...proving.claims }
  const proof = await aProof('POST', endpoint, { ...proving, claims })
  return post({ ...(await credentials(client, assertionChanges)), ...parameters }, proof)
}

async function aToken(client: Client): Promise<string> {
  const { status, body } = await request(client)
  assert.equal(status, 200, JSON.stringify(body))
  return body.access_token as string
}

/** Calls the resource with a token and a proof of it. */
async function call(
  token: string,
  { proving = {}, scheme = 'DPoP' }: { proving?: Proving; scheme?: string } = {},
): Promise<Response> {
  const ath = createHash('sha256').update(token).digest('base64url')
  const dpop = await aProof('GET', resource, { ...proving, claims: { ath, ...proving.claims } })
  return fetch(resource, {
    headers: { accept: 'application/json', authorization: `${scheme} ${token}`, dpop },
  })
}

function assertRefused(answer: TokenAnswer, ...errors: readonly string[]): void {
  const { status, headers, body } = answer
  assert.ok(errors.includes(body.error ?? ''), JSON.stringify(body))
  assert.ok(status === 400 || (status === 401 && body.error === 'invalid_client'), String(status))
  assert.doesNotMatch(body.error_description ?? '', /[\r\n\t]/)
  assert.match(body.error_description ?? '', /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(headers.get('content-type') ?? '', /^application\/json/)
  assert.match(headers.get('cache-control') ?? '', /no-store/)
  assert.equal('access_token' in body, false)
}

const MODULES: Readonly<Record<string, () => Promise<void>>> = {
  'fapi2-security-profile-final-discovery-end-point-verification': async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await fetch(`${server.issuer}/.well-known/${name}`)
      assert.equal(response.status, 200)
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
      const metadata = (await response.json()) as Readonly<Record<string, unknown>>
      const list = (member: string): readonly string[] => metadata[member] as readonly string[]
      assert.equal(metadata['issuer'], server.issuer)
      assert.equal(metadata['token_endpoint'], endpoint)
      assert.equal(metadata['jwks_uri'], `${server.issuer}/oauth2/v1/keys`)
      assert.deepEqual(list('grant_types_supported'), ['client_credentials'])
      assert.deepEqual(list('token_endpoint_auth_methods_supported'), ['private_key_jwt'])
      assert.ok(list('scopes_supported').includes(SCOPE))
      for (const member of [
        'token_endpoint_auth_signing_alg_values_supported',
        'dpop_signing_alg_values_supported',
      ]) {
        for (const alg of ['PS256', 'ES256', 'EdDSA']) assert.ok(list(member).includes(alg), alg)
        for (const alg of ['none', 'HS256', 'RS256']) assert.ok(!list(member).includes(alg), alg)
      }
    }
  },

  'fapi2-security-profile-final-happy-flow': async () => {
    const tokens: string[] = []
    for (const client of [first, second]) {
      const { status, headers, body } = await request(client)
      assert.equal(status, 200)
      assert.match(headers.get('content-type') ?? '', /^application\/json/)
      assert.match(headers.get('cache-control') ?? '', /no-store/)
      assert.deepEqual([body.token_type, body.scope], ['DPoP', SCOPE])
      assert.ok((body.expires_in ?? 0) > 0)
      const token = body.access_token as string
      tokens.push(token)
      // Sender constrained: of use to whoever has the key, and to nobody else.
      assert.equal((await call(token)).status, 200)
      const bearer = await fetch(resource, { headers: { authorization: `Bearer ${token}` } })
      assert.equal(bearer.status, 401)
      assert.match(bearer.headers.get('www-authenticate') ?? '', /^DPoP .*invalid_token/)
    }
    assert.notEqual(tokens[0], tokens[1])
    const twoTypes = await fetch(resource, {
      headers: {
        accept: 'text/html;q=0.5, application/json',
        authorization: `DPoP ${tokens[0]}`,
        dpop: await aProof('GET', resource, {
          claims: {
            ath: createHash('sha256')
              .update(tokens[0] as string)
              .digest('base64url'),
          },
        }),
      },
    })
    assert.equal(twoTypes.status, 200)
  },

  'fapi2-security-profile-final-access-token-type-header-case-sensitivity': async () => {
    const token = await aToken(first)
    for (const scheme of ['dpop', 'DPOP', 'dPoP']) {
      assert.equal((await call(token, { scheme })).status, 200, scheme)
    }
  },

  'fapi2-security-profile-final-check-dpop-proof-nbf-exp': async () => {
    const claims = { nbf: seconds() - 5, exp: seconds() + 60 }
    assert.equal((await request(first, {}, { claims })).status, 200)
    assert.equal((await call(await aToken(first), { proving: { claims } })).status, 200)
  },

  'fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds': () =>
    acceptsProofAt(-10),

  'fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds': () =>
    acceptsProofAt(10),

  'fapi2-security-profile-final-ensure-client-id-in-token-endpoint': async () => {
    assertRefused(
      await request(first, {}, {}, { client_id: second.clientId }),
      'invalid_client',
      'invalid_grant',
    )
    assert.equal((await request(first, {}, {}, { client_id: first.clientId })).status, 200)
  },

  'fapi2-security-profile-final-ensure-holder-of-key-required': async () => {
    assertRefused(await post(await credentials(first)), 'invalid_dpop_proof')
  },

  'fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails': async () => {
    // The same RSA key, with the other padding.
    const pkcs8 = await jose.exportPKCS8(first.pair.privateKey)
    const privateKey = await jose.importPKCS8(pkcs8, 'RS256')
    const client = { ...first, pair: { ...first.pair, alg: 'RS256', privateKey } }
    const claims = { nonce: await nonceOf(first) }
    const answer = await post(await credentials(client), await aProof('POST', endpoint, { claims }))
    assertRefused(answer, 'invalid_client')
  },

  'fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint': async () => {
    for (const parameters of [
      {},
      { client_id: first.clientId },
      { client_id: first.clientId, client_assertion_type: ASSERTION_TYPE },
    ]) {
      const proof = await aProof('POST', endpoint, { claims: { nonce: await nonceOf(first) } })
      assertRefused(await post(parameters, proof), 'invalid_client', 'invalid_request')
    }
  },

  'fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': () =>
    refusesAssertion({ exp: seconds() - 300, iat: seconds() - 360 }),

  'fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails': () =>
    refusesAssertion({ aud: 'https://other.example' }),

  'fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails': () =>
    refusesAssertion({ sub: undefined }),

  'fapi2-security-profile-final-dpop-negative-tests': async () => {
    const token = await aToken(first)
    const other = await aPair('ES256')
    const used = randomUUID()
    assert.equal((await call(token, { proving: { claims: { jti: used } } })).status, 200)
    const rsa = await aPair('RS256')
    const wrong: Readonly<Record<string, Proving>> = {
      'typ is JWT': { header: { typ: 'JWT' } },
      'no typ': { header: { typ: undefined } },
      'no jwk': { header: { jwk: undefined } },
      'a jwk with its private member': {
        header: { jwk: await jose.exportJWK(proofPair.privateKey) },
      },
      'a signature of another key': { pair: other },
      'another key than the token is bound to': { pair: other, header: { jwk: other.publicJwk } },
      'RS256, which the profile does not allow': { pair: rsa, header: { jwk: rsa.publicJwk } },
      'no jti': { claims: { jti: undefined } },
      'a jti that was used': { claims: { jti: used } },
      'no htm': { claims: { htm: undefined } },
      'another method': { claims: { htm: 'PUT' } },
      'no htu': { claims: { htu: undefined } },
      'another htu': { claims: { htu: `${server.issuer}/api/v1/users` } },
      'no iat': { claims: { iat: undefined } },
      'iat an hour ago': { claims: { iat: seconds() - 3600 } },
      'iat an hour ahead': { claims: { iat: seconds() + 3600 } },
      'no ath': { claims: { ath: undefined } },
      'the ath of another token': { claims: { ath: createHash('sha256').digest('base64url') } },
    }
    for (const [what, proving] of Object.entries(wrong)) {
      const answer = await call(token, { proving })
      assert.equal(answer.status, 401, what)
      assert.match(answer.headers.get('www-authenticate') ?? '', /^DPoP .*error="invalid_/, what)
    }
    const authorization = `DPoP ${token}`
    const ath = createHash('sha256').update(token).digest('base64url')
    const proof = (): Promise<string> => aProof('GET', resource, { claims: { ath } })
    for (const headers of [
      { authorization },
      { authorization, dpop: `${await proof()}, ${await proof()}` },
      { authorization, dpop: 'none' },
      { authorization: `Bearer ${token}`, dpop: await proof() },
    ]) {
      assert.equal((await fetch(resource, { headers })).status, 401)
    }
    // Other spellings of the same URL are the same URL (RFC 3986, sections 6.2.2 and 6.2.3).
    const { host } = new URL(resource)
    for (const htu of [
      `HTTP://${host}/api/v1/apps`,
      `${resource}?a=b#c`,
      `http://${host}/api/%761/apps`,
    ]) {
      assert.equal((await call(token, { proving: { claims: { htu } } })).status, 200, htu)
    }
    for (const [what, proving] of Object.entries(wrong)) {
      if (/ath|jti that was used|than the token is bound to/.test(what)) continue
      const answer = await request(first, {}, proving)
      assert.equal(answer.body.error, 'invalid_dpop_proof', what)
      assertRefused(answer, 'invalid_dpop_proof')
    }
  },

  'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted':
    async () => {
      const soon = seconds() + 8
      assert.equal((await request(first, { iat: soon, nbf: soon })).status, 200)
    },

  'fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails':
    () => {
      const late = seconds() + 75
      return refusesAssertion({ iat: late, nbf: late, exp: late + 60 })
    },

  'fapi2-security-profile-final-par-test-array-as-audience-fails': async () => {
    await refusesAssertion({ aud: [server.issuer] })
    await refusesAssertion({ aud: [server.issuer, 'https://other.example'] })
  },

  'fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails': async () => {
    // An endpoint of this server that is not the one that was called; and the path that PAR has at Okta.
    await refusesAssertion({ aud: `${server.issuer}/oauth2/v1/introspect` })
    await refusesAssertion({ aud: `${server.issuer}/oauth2/v1/par` })
  },

  'fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails': () =>
    refusesAssertion({ aud: endpoint }),
}

async function acceptsProofAt(offset: number): Promise<void> {
  const claims = { iat: seconds() + offset }
  assert.equal((await request(first, {}, { claims })).status, 200)
  const token = await aToken(first)
  const proving = { claims: { iat: seconds() + offset } }
  assert.equal((await call(token, { proving })).status, 200)
}

/** The assertion is refused, and nothing else about the request is wrong: a good one passes. */
async function refusesAssertion(changes: Changes): Promise<void> {
  assertRefused(await request(first, changes), 'invalid_client', 'invalid_request')
  assert.equal((await request(first)).status, 200)
}

describe('modules of the OpenID conformance suite', () => {
  for (const [name, run] of Object.entries(MODULES)) test(name, run)

  test('are all of those that the suite has for such a server', { skip }, () => {
    const corpus = JSON.parse(readFileSync(CORPUS, 'utf8')) as Readonly<
      Record<string, readonly { readonly module: string }[]>
    >
    const wanted = [
      ...(corpus['asModules_fapi2sp_client_credentials_private_key_jwt_dpop'] ?? []),
      ...(corpus['portFromPar'] ?? []),
    ].map(({ module }) => module)
    assert.equal(wanted.length, 19)
    assert.deepEqual(Object.keys(MODULES).toSorted(), wanted.toSorted())
  })
})
