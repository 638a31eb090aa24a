import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { AppSettings } from '@keygrant/server'
import { createDpopProof, type DpopProofOptions } from '@keygrant/core/dpop'
import { jwkThumbprint, type PrivateKey } from '@keygrant/core/keys'
import {
  aJwt,
  aKey,
  anApp,
  anAssertion,
  aServer,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  type TestServerOptions,
  TOKEN_ENDPOINT,
  tokenForm,
} from '../a-server.ts'

const REQUIRED: AppSettings = { isDpopRequired: true }

async function setup(
  t: TestContext,
  settings: AppSettings = REQUIRED,
  options: TestServerOptions = {},
) {
  const server = await aServer(t, options)
  const app = await anApp(server, { settings })
  const proofKey = await aKey('P-256', 'proof')
  const form = async (changes = {}): Promise<string> =>
    tokenForm(await anAssertion(app, { aud: ISSUER, ...changes }))
  const post = async (dpop: string | undefined, body?: string) =>
    postToken(server, body ?? (await form()), dpop === undefined ? {} : { dpop })
  const prove = (changes: Partial<DpopProofOptions> = {}): Promise<string> =>
    createDpopProof({
      key: proofKey,
      method: 'POST',
      url: TOKEN_ENDPOINT,
      now: NOW,
      ...changes,
    })
  const nonce = async (): Promise<string> =>
    String((await post(await prove())).headers['dpop-nonce'])
  /** A proof with whatever claims and header, signed. */
  const forge = async (
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>> = {},
    key: PrivateKey = proofKey,
  ): Promise<string> => {
    const complete = {
      htm: 'POST',
      htu: TOKEN_ENDPOINT,
      iat: NOW,
      jti: `proof-${Math.random()}`,
      nonce: await nonce(),
      ...claims,
    }
    const given = Object.fromEntries(
      Object.entries(complete).filter(([, value]) => value !== undefined),
    )
    const { kid: _kid, ...jwk } = proofKey.publicKey.jwk
    return aJwt(given, key, { typ: 'dpop+jwt', kid: undefined, jwk, ...header })
  }
  return { server, app, proofKey, form, post, prove, nonce, forge }
}

suite('an app that must use DPoP', () => {
  test('is asked for a nonce, and then gets a token that is bound to the key of the proof', async (t) => {
    const { post, prove, proofKey } = await setup(t)
    const asked = await post(await prove())
    assert.equal(asked.status, 400)
    assert.deepEqual(asked.body, {
      error: 'use_dpop_nonce',
      error_description: 'Authorization server requires nonce in DPoP proof.',
    })
    const answer = await post(await prove({ nonce: String(asked.headers['dpop-nonce']) }))
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.token_type, 'DPoP')
    assert.equal(answer.headers['dpop-nonce'], asked.headers['dpop-nonce'])
    const claims = JSON.parse(
      Buffer.from(answer.body.access_token.split('.')[1], 'base64url').toString(),
    ) as { cnf: unknown }
    assert.deepEqual(claims.cnf, { jkt: await jwkThumbprint(proofKey.publicKey.jwk) })
  })

  test('[JTI-017] may send the same assertion again after the challenge', async (t) => {
    const { post, prove, form } = await setup(t)
    const body = await form()
    const asked = await post(await prove(), body)
    const nonce = String(asked.headers['dpop-nonce'])
    assert.equal((await post(await prove({ nonce }), body)).status, 200)
    assert.equal((await post(await prove({ nonce }), body)).status, 401)
  })

  test('[DPOP-020] gets no token without a proof', async (t) => {
    const { post } = await setup(t)
    const answer = await post(undefined)
    assert.equal(answer.status, 400)
    assert.deepEqual(answer.body, {
      error: 'invalid_dpop_proof',
      error_description: 'The DPoP proof JWT header is missing.',
    })
  })

  test('[DPOP-009] gets one token for a proof, and its assertion with it', async (t) => {
    const { post, prove, nonce } = await setup(t)
    const proof = await prove({ nonce: await nonce() })
    assert.equal((await post(proof)).status, 200)
    const again = await post(proof)
    assert.equal(again.status, 400)
    assert.deepEqual(again.body, {
      error: 'invalid_dpop_proof',
      error_description: 'The DPoP proof JWT has already been used.',
    })
  })

  test('[DPOP-009] gets one token for a proof that is sent twenty times at once', async (t) => {
    const { post, prove, nonce } = await setup(t)
    const proof = await prove({ nonce: await nonce() })
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(proof)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })

  test('[DPOP-013] can not use a proof again under another spelling of htm or htu', async (t) => {
    const { post, forge } = await setup(t)
    assert.equal((await post(await forge({ jti: 'same' }))).status, 200)
    const spelled = { jti: 'same', htu: 'https://AUTH.example:443/oauth2/v1/token?x=1#y' }
    const again = await post(await forge(spelled))
    assert.equal(again.body.error_description, 'The DPoP proof JWT has already been used.')
  })

  const claims = (name: string): string => `'${name}' claim in the DPoP proof JWT is invalid.`
  for (const [id, what, changes, description] of [
    ['DPOP-006', 'htm is another method', { htm: 'PUT' }, claims('htm')],
    ['DPOP-006', 'htm has other letter case', { htm: 'post' }, claims('htm')],
    [
      'DPOP-007',
      'htu is of another host',
      { htu: 'https://other.example/oauth2/v1/token' },
      claims('htu'),
    ],
    ['DPOP-007', 'htu is http', { htu: 'http://auth.example/oauth2/v1/token' }, claims('htu')],
    [
      'DPOP-007',
      'htu has another port',
      { htu: 'https://auth.example:8443/oauth2/v1/token' },
      claims('htu'),
    ],
    ['DPOP-008', 'iat is missing', { iat: undefined }, claims('iat')],
    [
      'DPOP-008',
      'iat is an hour ago',
      { iat: NOW - 3600 },
      'The DPoP proof JWT is issued more than five minutes in the past.',
    ],
    [
      'DPOP-008',
      'iat is an hour ahead',
      { iat: NOW + 3600 },
      'The DPoP proof JWT is issued in the future.',
    ],
    ['DPOP-009', 'jti is missing', { jti: undefined }, claims('jti')],
  ] as const) {
    test(`[${id}] is refused when ${what}`, async (t) => {
      const { post, forge } = await setup(t)
      const answer = await post(await forge(changes))
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body, { error: 'invalid_dpop_proof', error_description: description })
    })
  }

  for (const [id, what, header, description] of [
    [
      'DPOP-002',
      'alg is none',
      { alg: 'none' },
      'The DPoP proof JWT signature algorithm is invalid.',
    ],
    [
      'DPOP-002',
      'alg is HS256',
      { alg: 'HS256' },
      'The DPoP proof JWT signature algorithm is invalid.',
    ],
    [
      'DPOP-002',
      'alg is missing',
      { alg: undefined },
      'The DPoP proof JWT signature algorithm is invalid.',
    ],
    ['DPOP-003', 'typ is JWT', { typ: 'JWT' }, "'typ' must be 'dpop+jwt' in the DPoP proof JWT."],
    [
      'DPOP-003',
      'typ is missing',
      { typ: undefined },
      "'typ' must be 'dpop+jwt' in the DPoP proof JWT.",
    ],
    [
      'DPOP-003',
      'typ goes on',
      { typ: 'dpop+jwt+more' },
      "'typ' must be 'dpop+jwt' in the DPoP proof JWT.",
    ],
    ['DPOP-004', 'jwk is missing', { jwk: undefined }, /'jwk' in the header/],
    ['DPOP-004', 'jwk is a secret', { jwk: { kty: 'oct', k: 'AAAA' } }, /'jwk' in the header/],
    [
      'DPOP-004',
      'jwk has a foreign curve',
      { jwk: { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' } },
      /'jwk' in the header/,
    ],
  ] as const) {
    test(`[${id}] is refused when ${what}`, async (t) => {
      const { post, forge } = await setup(t)
      const answer = await post(await forge({}, header))
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_dpop_proof'])
      if (description instanceof RegExp) assert.match(answer.body.error_description, description)
      else assert.equal(answer.body.error_description, description)
    })
  }

  test('[DPOP-001] is refused with two proofs in two header fields', async (t) => {
    const { post, forge } = await setup(t)
    const answer = await post(`${await forge({})}, ${await forge({})}`)
    assert.equal(answer.body.error, 'invalid_dpop_proof')
    assert.equal(answer.body.error_description, 'Multiple DPoP proof JWT headers are not allowed.')
  })

  test('[DPOP-002] is refused when the proof is no JWT', async (t) => {
    const { post } = await setup(t)
    const answer = await post('e30.e30')
    assert.equal(answer.body.error_description, 'The DPoP proof JWT cannot be parsed.')
  })

  test('[DPOP-004] is refused when the jwk has a private member', async (t) => {
    const { post, forge } = await setup(t)
    const { kid: _kid, ...jwk } = (await aKey('P-256', 'proof')).publicKey.jwk
    const answer = await post(await forge({}, { jwk: { ...jwk, d: 'AAAA' } }))
    assert.equal(answer.body.error, 'invalid_dpop_proof')
  })

  test('[DPOP-005] is refused when another key signed', async (t) => {
    const { post, forge } = await setup(t)
    const answer = await post(await forge({}, {}, await aKey('P-256', 'another')))
    assert.equal(answer.body.error_description, 'The DPoP proof JWT signature is invalid.')
  })

  for (const [id, what, changes] of [
    ['DPOP-010', 'iat is ten seconds ago', { iat: NOW - 10 }],
    ['DPOP-010', 'iat is ten seconds ahead', { iat: NOW + 10 }],
    [
      'DPOP-011',
      'htu has a query, a fragment, a default port and capitals',
      { htu: 'HTTPS://Auth.Example:443/oauth2/v1/token?a#b' },
    ],
    ['DPOP-012', 'exp has passed and nbf is ahead', { exp: NOW - 5, nbf: NOW + 50, other: [1] }],
  ] as const) {
    test(`[${id}] gets a token when ${what}`, async (t) => {
      const { post, forge } = await setup(t)
      const answer = await post(await forge(changes, { other: 'member' }))
      assert.equal(answer.status, 200, answer.text)
    })
  }

  test('[DPOP-019] is refused when htu is what Host says', async (t) => {
    const { server, form, forge } = await setup(t)
    const answer = await postToken(server, await form(), {
      dpop: await forge({ htu: 'https://evil.example/oauth2/v1/token' }),
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
    })
    assert.equal(answer.body.error_description, claims('htu'))
  })

  test('[DPOP-021] may use its own key, which the audit log shows by its thumbprint', async (t) => {
    const { post, server, app, nonce } = await setup(t)
    const key = await aKey()
    const proof = await createDpopProof({
      key,
      method: 'POST',
      url: TOKEN_ENDPOINT,
      now: NOW,
      nonce: await nonce(),
    })
    assert.equal((await post(proof)).status, 200)
    const [entry] = await newestEntries(server)
    assert.equal(entry?.clientId, app.clientId)
    assert.equal(entry.detail['jkt'], await jwkThumbprint(key.publicKey.jwk))
  })

  test('[CONF-004] is refused with its assertion as the proof', async (t) => {
    const { post, app } = await setup(t)
    const answer = await post(await anAssertion(app))
    assert.equal(answer.body.error, 'invalid_dpop_proof')
  })

  test('[CONF-004] is refused with a proof as its assertion', async (t) => {
    const { post, prove } = await setup(t)
    const proof = await prove()
    const answer = await post(proof, tokenForm(proof))
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
  })
})

suite('a nonce', () => {
  test('[DPOP-014] is good for two hours, and then leads to a challenge with a new one', async (t) => {
    const { server, app, prove, nonce, post } = await setup(t)
    const old = await nonce()
    const later = async (seconds: number) => {
      server.clock.now = NOW + seconds
      const iat = server.clock.now
      const body = tokenForm(await anAssertion(app, { aud: ISSUER, iat, exp: iat + 60 }))
      return post(await prove({ nonce: old, now: iat }), body)
    }
    assert.equal((await later(3600)).status, 200)
    for (const _try of [1, 2, 3]) {
      const answer = await later(7201)
      assert.equal(answer.body.error, 'use_dpop_nonce')
      assert.notEqual(answer.headers['dpop-nonce'], old)
    }
  })

  for (const [id, what, foreign] of [
    ['DPOP-014', 'that is forged', 'AABpdAAAAAAAAAAAAAAAAA'],
    ['DPOP-014', 'of another form', 'x'],
  ] as const) {
    test(`[${id}] ${what} leads to one challenge, and then to a refusal: no client may loop for ever`, async (t) => {
      const { prove, post } = await setup(t)
      const first = await post(await prove({ nonce: foreign }))
      assert.equal(first.body.error, 'use_dpop_nonce')
      const second = await post(await prove({ nonce: foreign }))
      assert.equal(second.body.error, 'invalid_dpop_proof')
      assert.equal(second.headers['dpop-nonce'], first.headers['dpop-nonce'])
    })
  }

  test('[DPOP-015] of another client is not good', async (t) => {
    const { server, prove, post } = await setup(t)
    const other = await anApp(server, { settings: REQUIRED })
    const asked = await post(await prove(), tokenForm(await anAssertion(other)))
    const nonce = String(asked.headers['dpop-nonce'])
    const answer = await post(await prove({ nonce }))
    assert.equal(answer.body.error, 'use_dpop_nonce')
    assert.notEqual(answer.headers['dpop-nonce'], nonce)
  })

  test('[DPOP-015] of another server is not good', async (t) => {
    const [one, two] = [await setup(t), await setup(t)]
    const answer = await two.post(await two.prove({ nonce: await one.nonce() }))
    assert.equal(answer.body.error, 'use_dpop_nonce')
  })

  test('is good at every process that has the secret', async (t) => {
    const secret = new Uint8Array(32).fill(7)
    const [one, two] = [await setup(t, REQUIRED, { secret }), await aServer(t, { secret })]
    const nonce = await one.nonce()
    await two.storage.serviceApps.change({ clientId: one.app.clientId, actorId: 'test' }, () => ({
      next: one.app,
      audit: [],
      answer: undefined,
    }))
    const dpop = await one.prove({ nonce })
    assert.equal((await postToken(two, await one.form(), { dpop })).status, 200)
  })

  test('is not asked for when the proof is wrong in another way too', async (t) => {
    const { post, prove } = await setup(t)
    const answer = await post(await prove({ method: 'PUT' }))
    assert.equal(answer.body.error, 'invalid_dpop_proof')
  })
})

suite('an app that need not use DPoP', () => {
  test('has its proof ignored in the okta profile, right or wrong', async (t) => {
    const { post, prove } = await setup(t, {})
    for (const proof of [await prove(), 'rubbish']) {
      assert.equal((await post(proof)).body.token_type, 'Bearer')
    }
  })

  test('gets a bound token on request in the strict profile', async (t) => {
    const { post, prove, nonce } = await setup(t, {}, { profile: 'strict' })
    const answer = await post(await prove({ nonce: await nonce() }))
    assert.deepEqual([answer.status, answer.body.token_type], [200, 'DPoP'])
    assert.equal((await post(undefined)).body.token_type, 'Bearer')
  })

  test('[DPOP-002] may not use RS256 for its proof in the strict profile', async (t) => {
    const { post } = await setup(t, {}, { profile: 'strict' })
    const key = await aKey('RSA-2048')
    const proof = await createDpopProof({
      key,
      method: 'POST',
      url: TOKEN_ENDPOINT,
      now: NOW,
    })
    assert.equal((await post(proof)).body.error, 'invalid_dpop_proof')
  })
})
