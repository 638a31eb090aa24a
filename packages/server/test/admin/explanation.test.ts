/**
 * An assertion explained to an administrator, and to nobody else, without using it up.
 */

import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { ServiceApp } from '@keygrant/server'
import {
  aKey,
  anAccessToken,
  anApp,
  anAssertion,
  anOperator,
  apiAs,
  apiWith,
  aServer,
  ISSUER,
  type JsonAnswer,
  NOW,
  postToken,
  TOKEN_ENDPOINT,
  tokenForm,
} from '../a-server.ts'

async function setup(t: TestContext, options: Parameters<typeof aServer>[1] = {}) {
  const server = await aServer(t, options)
  const operator = await anOperator(server)
  const api = apiWith(server, await anAccessToken(server, operator))
  const explain = (assertion: string, more: object = {}): Promise<JsonAnswer> =>
    api('POST', '/api/v1/explain', { client_assertion: assertion, ...more })
  return { server, operator, api, explain }
}

const failuresOf = ({ body }: JsonAnswer): readonly string[] =>
  body.checks
    .filter(({ status }: { status: string }) => status === 'fail')
    .map(({ check, reason }: { check: string; reason: string }) => `${check} ${reason}`)
const rulesOf = ({ body }: JsonAnswer): readonly string[] =>
  body.causes.map(({ rule }: { rule: string }) => rule)

/** The same with its ECDSA signature as OpenSSL writes it. */
function withDerSignature(jwt: string): string {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const octets = Buffer.from(signature, 'base64url')
  const integers = [octets.subarray(0, 32), octets.subarray(32)].map((half) => {
    const digits = half.subarray(half.findIndex((octet) => octet !== 0))
    const content = digits.readUInt8(0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits])
    return Buffer.concat([Buffer.of(2, content.length), content])
  })
  const body = Buffer.concat(integers)
  const der = Buffer.concat([Buffer.of(0x30, body.length), body])
  return [header, claims, der.toString('base64url')].join('.')
}

suite('an explanation', () => {
  test('says that a good assertion would be taken, by which key it is signed, and uses nothing up', async (t) => {
    const { server, explain } = await setup(t)
    const app = await anApp(server, { label: 'billing' })
    const assertion = await anAssertion(app)
    for (let times = 0; times < 2; times++) {
      const answer = await explain(assertion)
      assert.equal(answer.status, 200, answer.text)
      const { body } = answer
      assert.equal(body.accepted, true)
      assert.deepEqual(body.causes, [])
      assert.deepEqual(body.app, {
        id: app.clientId,
        label: 'billing',
        status: 'ACTIVE',
        isDpopRequired: false,
      })
      assert.equal(body.signer.kid, (await aKey()).kid)
      assert.equal(body.signer.appId, app.clientId)
      assert.equal(body.signer.status, 'ACTIVE')
      assert.deepEqual([body.issuer, body.endpoint, body.profile], [ISSUER, TOKEN_ENDPOINT, 'okta'])
      assert.equal(body.checks.at(-1).check, 'replay')
      assert.equal(body.checks.at(-1).status, 'pass')
      assert.equal(body.scopes, null)
      assert.ok(!answer.text.includes(assertion.split('.')[2] ?? assert.fail()))
    }
    assert.equal((await postToken(server, tokenForm(assertion))).status, 200)
    const used = await explain(assertion)
    assert.equal(used.body.accepted, false)
    assert.deepEqual(failuresOf(used), ['replay replayed'])
    assert.deepEqual(rulesOf(used), ['replay-replayed'])
  })

  test('names the key that really signed: inactive, ended, revoked, or of another app', async (t) => {
    const { server, api, explain } = await setup(t)
    const [old, ended, gone, strange] = await Promise.all(
      ['old', 'ended', 'gone', 'strange'].map((name) => aKey('P-256', name)),
    )
    assert.ok(old && ended && gone && strange)
    const app = await anApp(server, {
      label: 'billing',
      keys: [await aKey(), gone],
      inactiveKeys: [old],
    })
    const keys = `/api/v1/apps/${app.clientId}/credentials/jwks`
    const soon = new Date((NOW + 30) * 1000).toISOString()
    const registered = await api('POST', keys, { ...ended.publicKey.jwk, expires_at: soon })
    assert.equal(registered.status, 201, registered.text)
    const { keys: list } = (await api('GET', keys)).body
    const goneId = list.find(({ kid }: { kid: string }) => kid === gone.kid).id
    const revoked = await api('POST', `${keys}/${goneId}/lifecycle/revoke`)
    assert.ok(revoked.status < 300, revoked.text)
    const other = await anApp(server, { label: 'invoices', keys: [strange] })
    server.clock.now += 40

    const signers = async (key: typeof old) => {
      const answer = await explain(await anAssertion(app, {}, key))
      assert.equal(answer.body.accepted, false)
      return [rulesOf(answer)[0], answer.body.signer.status, answer.body.signer.label] as const
    }
    assert.deepEqual(await signers(old), ['key-inactive', 'INACTIVE', 'billing'])
    assert.deepEqual(await signers(ended), ['key-expired', 'EXPIRED', 'billing'])
    assert.deepEqual(await signers(gone), ['key-revoked', 'REVOKED', 'billing'])
    assert.deepEqual(await signers(strange), ['key-of-another-app', 'ACTIVE', 'invoices'])
    const { body } = await explain(await anAssertion(app, {}, strange))
    assert.match(body.causes[0].sentence, /registered for the app invoices/)
    assert.equal(body.signer.appId, other.clientId)
    // Also of a signature in a form that no JWS may have.
    for (const [key, label, cause] of [
      [strange, 'invoices', 'key-of-another-app'],
      [await aKey(), 'billing', 'signature-in-der'],
    ] as const) {
      const inDer = await explain(withDerSignature(await anAssertion(app, {}, key)))
      assert.equal(inDer.body.accepted, false)
      assert.equal(inDer.body.signer?.kid, key.kid)
      assert.equal(inDer.body.signer?.label, label)
      assert.equal(rulesOf(inDer)[0], cause)
    }
    // Also when the header names an algorithm that no such key can have.
    const [, claims = ''] = (await anAssertion(app, {}, strange)).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'RS256' })).toString('base64url')
    const signature = await strange.sign(Buffer.from(`${header}.${claims}`))
    const mislabelled = await explain(
      [header, claims, Buffer.from(signature).toString('base64url')].join('.'),
    )
    assert.equal(mislabelled.body.signer?.kid, strange.kid)
    assert.equal(rulesOf(mislabelled)[0], 'key-of-another-app')
    const byRevoked = await explain(await anAssertion(app, {}, gone))
    assert.match(byRevoked.body.signer.lastChange.eventType, /revoke/)
    const nobody = await explain(await anAssertion(app, {}, await aKey('P-256', 'nobody')))
    assert.equal(nobody.body.signer, null)
    assert.equal(nobody.body.isEveryKeyTried, true)
  })

  test('says that there is no such app, or that it is inactive', async (t) => {
    const { server, explain } = await setup(t)
    const unknown = await explain(await anAssertion({ clientId: 'nobody' }))
    assert.equal(unknown.body.app, null)
    assert.equal(rulesOf(unknown)[0], 'client-unknown')
    const asleep = await anApp(server, { label: 'asleep', status: 'INACTIVE' })
    const inactive = await explain(await anAssertion(asleep))
    assert.equal(inactive.body.accepted, false)
    assert.deepEqual(rulesOf(inactive), ['client-inactive'])
    assert.equal(inactive.body.signer.label, 'asleep')
  })

  test('says from where alone the app may send it', async (t) => {
    const { server, explain } = await setup(t)
    const app = await anApp(server, { settings: { allowedNetworks: ['203.0.113.0/24'] } })
    const answer = await explain(await anAssertion(app))
    assert.equal(answer.body.accepted, true)
    assert.deepEqual(rulesOf(answer), ['client-networks'])
    assert.match(answer.body.causes[0].sentence, /203\.0\.113\.0\/24/)
  })

  test('judges the scopes asked for as the token endpoint does', async (t) => {
    const { server, explain } = await setup(t)
    const app = await anApp(server, { scopes: ['okta.apps.read'] })
    for (const scope of [
      'okta.apps.read',
      'okta.apps.read okta.logs.read',
      'okta.logs.read',
      'x',
    ]) {
      const { body } = await explain(await anAssertion(app), { scope })
      const answer = await postToken(server, tokenForm(await anAssertion(app), { scope }))
      assert.equal(body.scopes.error, answer.status === 200 ? null : answer.body.error, scope)
      if (answer.status === 200) assert.equal(body.scopes.granted.join(' '), answer.body.scope)
    }
    const { body } = await explain(await anAssertion(app), {
      scope: 'okta.apps.read okta.logs.read',
    })
    assert.deepEqual(body.scopes.notGranted, ['okta.logs.read'])
  })

  test('compares with what is expected of the app, and at the endpoint that is named', async (t) => {
    const { server, api, explain } = await setup(t)
    const strict = await anApp(server, { settings: { profile: 'strict' } })
    const { body } = await explain(await anAssertion(strict))
    assert.equal(body.profile, 'strict')
    assert.deepEqual(rulesOf(await explain(await anAssertion(strict))), ['aud-endpoint-for-issuer'])
    const made = await api('POST', '/api/v1/authorizationServers', {
      name: 'orders',
      audiences: ['https://orders.example'],
    })
    assert.equal(made.status, 201, made.text)
    const id = String(made.body.id)
    const endpoint = `${ISSUER}/oauth2/${id}/v1/token`
    const app = await anApp(server)
    const there = await explain(await anAssertion(app, { aud: endpoint }), { endpoint })
    assert.equal(there.body.accepted, true, there.text)
    assert.equal(there.body.issuer, `${ISSUER}/oauth2/${id}`)
    const elsewhere = 'https://other.example/oauth2/v1/token'
    assert.equal((await explain('x', { endpoint: elsewhere })).status, 400)
  })

  test('takes no member that it does not know, and nothing but text', async (t) => {
    const { api } = await setup(t)
    for (const body of [
      {},
      { client_assertion: 7 },
      { client_assertion: 'x', at: 'now' },
      { client_assertion: 'x', scope: ['a'] },
      [],
    ]) {
      assert.equal((await api('POST', '/api/v1/explain', body)).status, 400, JSON.stringify(body))
    }
    const wrong = await api('POST', '/api/v1/explain', { client_assertion: 7 })
    assert.deepEqual(wrong.body.errorCauses, [
      { errorSummary: "'client_assertion' must be a text." },
    ])
    const broken = await api('POST', '/api/v1/explain', { client_assertion: 'no jwt' })
    assert.equal(broken.status, 200)
    assert.equal(broken.body.app, null)
    assert.deepEqual(failuresOf(broken), ['format malformed'])
  })
})

suite('is told to administrators alone', () => {
  test('not without a token, nor with one without the scope or the role', async (t) => {
    const { server } = await setup(t)
    const app = await anApp(server)
    const ask = async (api: ReturnType<typeof apiWith>): Promise<number> => {
      const body = { client_assertion: await anAssertion(app) }
      return (await api('POST', '/api/v1/explain', body)).status
    }
    assert.equal(await ask(apiWith(server)), 401)
    const noScope = await apiAs(server, { scopes: ['okta.apps.manage'], roles: ['SUPER_ADMIN'] })
    assert.equal(await ask(noScope.api), 403)
    const noRole = await apiAs(server, { scopes: ['okta.logs.read'], roles: [] })
    assert.equal(await ask(noRole.api), 403)
    const reads = await apiAs(server, { scopes: ['okta.logs.read'], roles: ['READ_ONLY_ADMIN'] })
    assert.equal(await ask(reads.api), 200)
  })

  test('and no more than 30 times a minute each', async (t) => {
    const { server, explain } = await setup(t)
    const app: ServiceApp = await anApp(server)
    const assertion = await anAssertion(app)
    for (let times = 0; times < 30; times++) assert.equal((await explain(assertion)).status, 200)
    const refused = await explain(assertion)
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers['retry-after']) > 0)
    server.clock.now += 2
    assert.equal((await explain(assertion)).status, 200)
  })
})
