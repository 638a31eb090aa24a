/**
 * What an administrator makes stricter for one app: where its requests come from, and what its assertions have to be.
 */

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { STRICT_PROFILE } from '@keygrant/core/assertion'
import type { AppSettings } from '@keygrant/server'
import {
  anApp,
  anAssertion,
  aServer,
  ISSUER,
  newestEntries,
  NOW,
  postToken,
  type TestServerOptions,
  tokenForm,
} from '../a-server.ts'

const PROXY = { trustedProxies: ['127.0.0.1'] } as const
const NETWORKS = ['203.0.113.0/24', '2001:db8::/32']

async function setup(t: TestContext, settings: AppSettings, options: TestServerOptions = PROXY) {
  const server = await aServer(t, options)
  const app = await anApp(server, { settings })
  const ask = async (address: string, changes: object = {}) => {
    const assertion = await anAssertion(app, { aud: ISSUER, ...changes })
    return postToken(server, tokenForm(assertion), { 'x-forwarded-for': address })
  }
  return { server, app, ask }
}

/** The same for every request: what names the request is the one thing that differs. */
function same({ status, headers, text }: Awaited<ReturnType<typeof postToken>>): string {
  const { 'x-request-id': _a, 'x-okta-request-id': _b, date: _c, ...rest } = headers
  return JSON.stringify([status, rest, text.replace(/(?<=request=)[0-9a-f-]{36}(?=")/, 'ID')])
}

suite('the allowed networks of an app', () => {
  for (const address of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8:7::1']) {
    test(`let a request from ${address} through`, async (t) => {
      const { ask } = await setup(t, { allowedNetworks: NETWORKS })
      assert.equal((await ask(address)).status, 200)
    })
  }

  for (const address of ['198.51.100.9', '::ffff:198.51.100.9', '2001:db9::1', 'unknown']) {
    test(`refuse a request from ${address} like one of an unknown client, byte by byte`, async (t) => {
      const { server, ask } = await setup(t, { allowedNetworks: NETWORKS })
      const refused = await ask(address)
      const nobody = await anAssertion({ clientId: '0oar95zt9zIpYuz6A0h7' })
      const unknown = await postToken(server, tokenForm(nobody), { 'x-forwarded-for': address })
      assert.equal(refused.status, 401)
      assert.equal(same(refused), same(unknown))
    })
  }

  test('tell the audit log who it was, with which key, from where and why', async (t) => {
    const { server, app, ask } = await setup(t, { allowedNetworks: NETWORKS })
    const refused = await ask('198.51.100.9')
    const [entry] = await newestEntries(server)
    assert.ok(entry)
    assert.equal(entry.requestId, refused.headers['x-request-id'])
    assert.equal(entry.event, 'token.refused')
    assert.equal(entry.clientId, app.clientId)
    assert.equal(entry.keyId, app.keys[0]?.jwk.kid)
    const { error, policy, description, ipAddress } = entry.detail
    assert.deepEqual(
      [error, policy, ipAddress],
      ['invalid_client', 'allowed_networks', '198.51.100.9'],
    )
    assert.match(
      JSON.stringify(description),
      /^"The assertion is good, but 198\.51\.100\.9 is in none of/,
    )
    assert.equal(refused.text.includes('198.51.100.9'), false)
  })

  test('leave the assertion unused: it is good once it comes from where it may', async (t) => {
    const { server, app } = await setup(t, { allowedNetworks: NETWORKS })
    const form = tokenForm(await anAssertion(app))
    const from = (address: string) => postToken(server, form, { 'x-forwarded-for': address })
    assert.equal((await from('198.51.100.9')).status, 401)
    assert.equal((await from('203.0.113.9')).status, 200)
    assert.equal((await from('203.0.113.9')).status, 401)
  })

  test('are compared with the address of the connection when nobody is trusted to name another', async (t) => {
    const { ask } = await setup(t, { allowedNetworks: NETWORKS }, {})
    assert.equal((await ask('203.0.113.9')).status, 401)
    const { ask: local } = await setup(t, { allowedNetworks: ['127.0.0.0/8'] }, {})
    assert.equal((await local('198.51.100.9')).status, 200)
  })

  test('hold over a socket of both families, where an IPv4 address comes inside an IPv6 one', async (t) => {
    const { server, app } = await setup(t, { allowedNetworks: ['127.0.0.1/32'] }, {})
    const elsewhere = await anApp(server, { settings: { allowedNetworks: ['127.0.0.2/32'] } })
    const { url } = await server.server.listen({ port: 0, host: '::' })
    const ask = async (one: typeof app) => {
      const body = tokenForm(await anAssertion(one))
      const type = 'application/x-www-form-urlencoded'
      const address = `http://127.0.0.1:${new URL(url).port}/oauth2/v1/token`
      return fetch(address, { method: 'POST', headers: { 'content-type': type }, body })
    }
    assert.equal((await ask(app)).status, 200)
    assert.equal((await ask(elsewhere)).status, 401)
  })

  for (const [what, url] of [
    ['introspection', '/oauth2/v1/introspect'],
    ['revocation', '/oauth2/v1/revoke'],
  ] as const) {
    test(`hold at ${what}, too`, async (t) => {
      const { server, app } = await setup(t, { allowedNetworks: NETWORKS })
      const ask = async (address: string) => {
        const form = tokenForm(await anAssertion(app, { aud: ISSUER }), { token: 'x' })
        return postToken(server, form, { 'x-forwarded-for': address }, url)
      }
      assert.equal((await ask('198.51.100.9')).status, 401)
      assert.equal((await ask('203.0.113.9')).status, 200)
    })
  }

  test('cost the address its budget of failures, and the app none of its own', async (t) => {
    const limits = { tokensPerMinute: 5, apiCallsPerMinute: 0, failuresPerMinute: 3 }
    const { ask } = await setup(t, { allowedNetworks: NETWORKS }, { ...PROXY, limits })
    const seen: number[] = []
    for (let count = 0; count < 4; count++) seen.push((await ask('198.51.100.9')).status)
    assert.deepEqual(seen, [401, 401, 401, 429])
    for (let count = 0; count < 5; count++) assert.equal((await ask('203.0.113.9')).status, 200)
  })
})

suite('the assertions of an app', () => {
  test('may be good for as long as was set for it, and not longer', async (t) => {
    const { ask } = await setup(t, { maxAssertionLifetimeSeconds: 60 })
    assert.equal((await ask('203.0.113.9', { exp: NOW + 60 })).status, 200)
    const refused = await ask('203.0.113.9', { exp: NOW + 61 })
    assert.equal(refused.status, 401)
    assert.match(refused.text, /'exp' must be at most 60 seconds ahead/)
  })

  test('are never let be good for longer than in the profile', async (t) => {
    const { maxLifetimeSeconds } = STRICT_PROFILE
    const { ask } = await setup(t, { profile: 'strict', maxAssertionLifetimeSeconds: 3600 })
    assert.equal((await ask('203.0.113.9', { exp: NOW + maxLifetimeSeconds })).status, 200)
    assert.equal((await ask('203.0.113.9', { exp: NOW + maxLifetimeSeconds + 1 })).status, 401)
  })

  test('need a jti when that was set for it', async (t) => {
    const { ask } = await setup(t, { isJtiRequired: true })
    assert.equal((await ask('203.0.113.9', { jti: 'one' })).status, 200)
    const refused = await ask('203.0.113.9', { jti: undefined })
    assert.equal(refused.status, 401)
    assert.match(refused.text, /'jti' is required/)
  })

  test('are judged by the server for who did not prove to be the app', async (t) => {
    const { server, app } = await setup(t, { maxAssertionLifetimeSeconds: 60 })
    const assertion = await anAssertion(app, { exp: NOW + 61 })
    const [header, claims, signature = ''] = assertion.split('.')
    const forged = `${header}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    const refused = await postToken(server, tokenForm(forged))
    assert.equal(refused.text.includes('60 seconds'), false)
  })
})
