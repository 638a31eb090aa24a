import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { createDpopProof, type DpopProofOptions } from '@keygrant/core/dpop'
import { StorageError } from '@keygrant/server'
import {
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

const APPS = '/api/v1/apps'

/** A server, a token that is bound to a key, and calls of the admin API with it. */
async function setup(t: TestContext, options: TestServerOptions = {}) {
  const server = await aServer(t, { profile: 'strict', ...options })
  const app = await anApp(server)
  const key = await aKey('P-256', 'proof')
  const post = async (nonce?: string) => {
    const proof = { key, method: 'POST', url: TOKEN_ENDPOINT, now: NOW }
    const dpop = await createDpopProof({ ...proof, ...(nonce === undefined ? {} : { nonce }) })
    return postToken(server, tokenForm(await anAssertion(app, { aud: ISSUER })), { dpop })
  }
  const asked = await post()
  const answer = await post(String(asked.headers['dpop-nonce']))
  const token = answer.body.access_token as string
  const prove = (changes: Partial<DpopProofOptions> = {}): Promise<string> =>
    createDpopProof({
      key,
      method: 'GET',
      url: ISSUER + APPS,
      accessToken: token,
      now: NOW,
      ...changes,
    })
  const call = async (headers: Readonly<Record<string, string>>, url = APPS) => {
    const { status, headers: sent, body } = await server.server.inject({ url, headers })
    return { status, challenge: String(sent['www-authenticate']), body }
  }
  return { server, app, token, prove, call }
}

suite('a token that is bound to a key', () => {
  test('[DPOP-018] calls the admin API with a proof, in whatever letter case the scheme is written', async (t) => {
    const { token, prove, call } = await setup(t)
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const answer = await call({ authorization: `${scheme} ${token}`, dpop: await prove() })
      assert.equal(answer.status, 200, scheme)
    }
  })

  test('[DPOP-016] is refused as Bearer, and without a proof', async (t) => {
    const { token, prove, call } = await setup(t)
    const bearer = await call({ authorization: `Bearer ${token}`, dpop: await prove() })
    assert.equal(bearer.status, 401)
    assert.match(bearer.challenge, /^DPoP .*error="invalid_token".*DPoP authentication scheme/)
    const bare = await call({ authorization: `DPoP ${token}` })
    assert.equal(bare.status, 401)
    assert.match(bare.challenge, /^DPoP .*error="invalid_dpop_proof".*header is missing.*algs="/)
  })

  for (const [what, changes, error] of [
    ['[DPOP-017] without ath', { accessToken: undefined }, 'invalid_dpop_proof'],
    ['[DPOP-017] for another token', { accessToken: 'a.b.c' }, 'invalid_dpop_proof'],
    ['for another method', { method: 'POST' }, 'invalid_dpop_proof'],
    ['for another path', { url: `${ISSUER}/api/v1/users` }, 'invalid_dpop_proof'],
    ['for another host', { url: `https://other.example${APPS}` }, 'invalid_dpop_proof'],
    ['that is two minutes old', { now: NOW - 120 }, 'invalid_dpop_proof'],
    ['of the future', { now: NOW + 120 }, 'invalid_dpop_proof'],
  ] as const) {
    test(`is refused with a proof ${what}`, async (t) => {
      const { token, prove, call } = await setup(t)
      const { accessToken, ...rest } = { accessToken: token, ...changes }
      const dpop = await prove(
        accessToken === undefined
          ? { ...rest, accessToken: undefined as never }
          : { ...rest, accessToken },
      )
      const answer = await call({ authorization: `DPoP ${token}`, dpop })
      assert.equal(answer.status, 401)
      assert.match(answer.challenge, new RegExp(`error="${error}"`))
      assert.ok(!answer.body.includes(dpop))
    })
  }

  test('[DPOP-016] is refused with the proof of another key: it is the token that fails', async (t) => {
    const { token, prove, call } = await setup(t)
    const dpop = await prove({ key: await aKey('P-256', 'thief') })
    const answer = await call({ authorization: `DPoP ${token}`, dpop })
    assert.equal(answer.status, 401)
    assert.match(answer.challenge, /error="invalid_token"/)
  })

  test('takes each proof once, also when twenty copies come at once, and says so', async (t) => {
    const { token, prove, call, server } = await setup(t)
    const headers = { authorization: `DPoP ${token}`, dpop: await prove() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(headers)))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    const refused = answers.find(({ status }) => status === 401)
    assert.match(String(refused?.challenge), /already been used/)
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'admin.denied')
    assert.ok(!JSON.stringify(entry).includes(headers.dpop))
  })

  test('takes no proof when its single use can not be recorded', async (t) => {
    let isDown = false
    const { token, prove, call } = await setup(t, {
      wrap: (storage) => ({
        ...storage,
        replay: {
          ...storage.replay,
          recordOnce: (use) =>
            isDown
              ? Promise.reject(new StorageError('ERR_STORAGE_UNAVAILABLE', 'down'))
              : storage.replay.recordOnce(use),
        },
      }),
    })
    isDown = true
    const answer = await call({ authorization: `DPoP ${token}`, dpop: await prove() })
    assert.equal(answer.status, 503)
  })

  test('is for the path that was asked for, with its parameters', async (t) => {
    const { token, prove, call, app } = await setup(t)
    const url = `${APPS}/${app.clientId}`
    const right = await prove({ url: `${ISSUER}${url}?x=1` })
    assert.equal((await call({ authorization: `DPoP ${token}`, dpop: right }, url)).status, 200)
    const wrong = await prove({ url: `${ISSUER}${APPS}/0oaother` })
    assert.equal((await call({ authorization: `DPoP ${token}`, dpop: wrong }, url)).status, 401)
  })

  test('and one that is not: sent as DPoP, it is refused', async (t) => {
    const { server, app, prove, call } = await setup(t, { profile: 'okta' })
    const { body } = await postToken(server, tokenForm(await anAssertion(app)))
    const token = body.access_token as string
    const dpop = await prove({ accessToken: token })
    assert.equal((await call({ authorization: `DPoP ${token}`, dpop })).status, 401)
  })
})
