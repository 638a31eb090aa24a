import assert from 'node:assert/strict'
import { createVerify, type Verify } from 'node:crypto'
import { suite, test, type TestContext } from 'node:test'
import type { PrivateKey } from '@keygrant/core/keys'
import type { ServiceApp, Storage } from '@keygrant/server'
import {
  aJwt,
  aKey,
  anApp,
  anAssertion,
  aServer,
  claimsOf,
  newestEntries,
  postToken,
  someSigningKeys,
  type TestServer,
  type TestServerOptions,
  tokenForm,
} from '../a-server.ts'

/** The same for every request: the ID of the request is the one thing that differs. */
function withoutRequestId(text: string): string {
  return text.replace(/(?<=request=)[0-9a-f-]{36}(?=")/, 'ID')
}

const UNKNOWN = { clientId: '0oar95zt9zIpYuz6A0h7' }

interface World {
  readonly server: TestServer
  readonly app: ServiceApp
  readonly inactive: ServiceApp
  readonly twoKeys: ServiceApp
  readonly other: PrivateKey
}

async function world(t: TestContext, options: TestServerOptions = {}): Promise<World> {
  const server = await aServer(t, options)
  const other = await aKey('P-256', 'other')
  const old = await aKey('P-256', 'old')
  return {
    server,
    other,
    app: await anApp(server, { inactiveKeys: [old] }),
    inactive: await anApp(server, { status: 'INACTIVE' }),
    twoKeys: await anApp(server, { keys: [await aKey(), other] }),
  }
}

const CASES: readonly (readonly [what: string, assertion: (world: World) => Promise<string>])[] = [
  ['an unknown client', () => anAssertion(UNKNOWN)],
  ['an inactive app', ({ inactive }) => anAssertion(inactive)],
  ['an unknown kid', async ({ app }) => aJwt(claimsOf(app), undefined, { kid: 'nobody' })],
  [
    '[KID-006] an inactive key',
    async ({ app }) => anAssertion(app, {}, await aKey('P-256', 'old')),
  ],
  ['[KID-006] a key of another client', ({ app, other }) => anAssertion(app, {}, other)],
  [
    '[CONF-007] the key of the server',
    async ({ app }) => anAssertion(app, {}, (await someSigningKeys()).current),
  ],
  [
    'the wrong key under the right kid',
    async ({ app, other }) => aJwt(claimsOf(app), other, { kid: (await aKey()).kid }),
  ],
  [
    '[KID-007] no kid where there are several keys',
    ({ twoKeys }) => aJwt(claimsOf(twoKeys), undefined, { kid: undefined }),
  ],
  [
    'an algorithm that is not that of the key',
    async ({ app }) => aJwt(claimsOf(app), await aKey('RSA-2048'), { kid: (await aKey()).kid }),
  ],
  ...[7, ['k'], { $ne: null }, null].map(
    (kid) =>
      [
        `[KID-001] the kid ${JSON.stringify(kid)}`,
        ({ app }: World) => aJwt(claimsOf(app), undefined, { kid }),
      ] as const,
  ),
  ...(
    [
      ['KID-002', '__proto__'],
      ['KID-002', 'constructor'],
      ['KID-003', '../../../../dev/null'],
      ['KID-003', '..\\..\\key.json'],
      ['KID-004', "' UNION SELECT jwk FROM client_keys --"],
      ['KID-004', '|whoami'],
      ['KID-004', '${jndi:ldap://x}'],
      ['KID-005', 'a\r\nb'],
      ['KID-005', 'a\u0000'],
      ['KID-005', 'k'.repeat(8000)],
    ] as const
  ).map(
    ([id, kid]) =>
      [
        `[${id}] the kid ${JSON.stringify(kid.slice(0, 40))}`,
        ({ app }: World) => aJwt(claimsOf(app), undefined, { kid }),
      ] as const,
  ),
  ...['__proto__', 'constructor', 'toString'].map(
    (clientId) =>
      [`[CLAI-007] the client ID ${clientId}`, () => anAssertion({ clientId })] as const,
  ),
  ...[
    (id: string) => id.toLowerCase(),
    (id: string) => `${id} `,
    (id: string) => `${id}\u0000`,
    (id: string) => `${id}\u200b`,
    (id: string) => `${id}%`,
  ].map(
    (change, index) =>
      [
        `[CLAI-006] a variant of the client ID (${index})`,
        ({ app }: World) => anAssertion({ clientId: change(app.clientId) }),
      ] as const,
  ),
]

suite('[RESP-004] refusals that depend on what is registered are the same, byte by byte', () => {
  let first: string | undefined
  for (const [what, assertion] of CASES) {
    test(what, async (t) => {
      const at = await world(t)
      const { status, headers, text } = await postToken(at.server, tokenForm(await assertion(at)))
      const { 'x-request-id': _a, 'x-okta-request-id': _b, date: _c, ...same } = headers
      const all = JSON.stringify([status, same, withoutRequestId(text)])
      first ??= all
      assert.equal(all, first)
      assert.equal(status, 401)
    })
  }
})

suite('a claim that is wrong gets its sentence, whoever sends it', () => {
  for (const [what, changes] of [
    ['aud', { aud: 'https://other.example' }],
    ['exp', { exp: 1 }],
    ['jti', { jti: 77 }],
    ['nbf', { nbf: 4_000_000_000 }],
  ] as const) {
    test(`${what}: the same bytes for a known and an unknown client`, async (t) => {
      const { server, app } = await world(t)
      const known = await postToken(server, tokenForm(await anAssertion(app, changes)))
      const unknown = await postToken(server, tokenForm(await anAssertion(UNKNOWN, changes)))
      assert.equal(withoutRequestId(known.text), withoutRequestId(unknown.text))
      assert.doesNotMatch(known.text, /Either the client/)
    })
  }
})

suite('a refused request in the audit log', () => {
  test('has the whole report, with what was expected and what came', async (t) => {
    const { server, app } = await world(t)
    const assertion = await aJwt(claimsOf(app), undefined, { kid: 'nobody' })
    const answer = await postToken(server, tokenForm(assertion))
    const [entry] = await newestEntries(server)
    assert.equal(entry?.event, 'token.refused')
    assert.equal(entry.requestId, answer.headers['x-request-id'])
    const checks = entry.detail['checks'] as { check: string; status: string; actual?: string }[]
    assert.equal(checks.length, 15)
    const key = checks.find(({ check }) => check === 'key')
    assert.deepEqual([key?.status, key?.actual], ['fail', 'nobody'])
    assert.deepEqual(entry.detail['header'], { alg: 'ES256', kid: 'nobody' })
  })

  test('[AUDI-001] does not hold the assertion, its signature or a key that was sent', async (t) => {
    const { server, app } = await world(t)
    const canary = 'Q0FOQVJZLXByaXZhdGUtc2NhbGFy'
    const assertion = await aJwt(claimsOf(app, { exp: 1, secret: canary }), undefined, {
      jwk: { kty: 'EC', d: canary },
    })
    await postToken(server, tokenForm(assertion))
    const text = JSON.stringify(await newestEntries(server, 10))
    assert.ok(!text.includes(assertion.split('.')[2] as string))
    assert.ok(!text.includes(assertion.split('.')[0] as string))
    assert.ok(!text.includes(canary))
  })

  test('is of bounded size, whatever was sent', async (t) => {
    const { server, app } = await world(t)
    const long = 'x'.repeat(2400)
    const assertion = await anAssertion(app, { aud: [long, long], jti: [[[[long]]]], sub: long })
    await postToken(server, tokenForm(assertion), { 'user-agent': long })
    const [entry] = await newestEntries(server)
    assert.ok(entry?.detail['claims'])
    assert.ok(JSON.stringify(entry).length < 8192, JSON.stringify(entry))
  })

  test('[AUDI-002] holds control characters as data', async (t) => {
    const { server } = await world(t)
    await postToken(server, tokenForm(await anAssertion({ clientId: 'a\r\nb\u001b[31m\u2028' })))
    const [entry] = await newestEntries(server)
    assert.equal(entry?.actorId, 'a\r\nb\u001b[31m\u2028')
  })
})

suite('[RESP-005] refusals that depend on what is registered do the same work', () => {
  interface Work {
    verifications: number
    storeReads: number
    auditEntries: number
  }

  /** A server that counts what takes time: signatures that are verified, and calls of the store. */
  async function countingWorld(t: TestContext): Promise<{ at: World; work: Work }> {
    const work: Work = { verifications: 0, storeReads: 0, auditEntries: 0 }
    const wrap = (storage: Storage): Storage => ({
      ...storage,
      serviceApps: {
        ...storage.serviceApps,
        find(clientId) {
          work.storeReads++
          return storage.serviceApps.find(clientId)
        },
        exists(clientId) {
          work.storeReads++
          return storage.serviceApps.exists(clientId)
        },
      },
      audit: {
        ...storage.audit,
        append(entry) {
          work.auditEntries++
          storage.audit.append(entry)
        },
      },
    })
    const prototype = Object.getPrototypeOf(createVerify('sha256')) as Verify
    const { verify } = prototype
    prototype.verify = function (this: Verify, ...input: Parameters<Verify['verify']>) {
      work.verifications++
      return verify.apply(this, input)
    } as Verify['verify']
    t.after(() => {
      prototype.verify = verify
    })
    return { at: await world(t, { wrap }), work }
  }

  for (const kind of ['P-256', 'RSA-2048'] as const) {
    test(`with a key ${kind}: one verification, one question to the store, one audit entry`, async (t) => {
      const { at, work } = await countingWorld(t)
      const [key, stranger] = [await aKey(kind), await aKey(kind, 'stranger')]
      const app = await anApp(at.server, { keys: [key], inactiveKeys: [await aKey(kind, 'old')] })
      const off = await anApp(at.server, { keys: [key], status: 'INACTIVE' })
      const kinds: Readonly<Record<string, () => Promise<string>>> = {
        'an unknown client': () => anAssertion(UNKNOWN, {}, key),
        'an unknown key': () => anAssertion(app, {}, stranger),
        'an inactive key': async () => anAssertion(app, {}, await aKey(kind, 'old')),
        'an inactive app': () => anAssertion(off, {}, key),
        'a bad signature': () => aJwt(claimsOf(app), stranger, { kid: key.kid }),
      }
      // What is in memory and what is not makes no difference after the first time.
      for (const make of Object.values(kinds)) await postToken(at.server, tokenForm(await make()))
      for (const [what, make] of Object.entries(kinds)) {
        const form = tokenForm(await make())
        Object.assign(work, { verifications: 0, storeReads: 0, auditEntries: 0 })
        assert.equal((await postToken(at.server, form)).status, 401)
        assert.deepEqual(work, { verifications: 1, storeReads: 1, auditEntries: 1 }, what)
      }
    })
  }

  test('is counted where it differs: what is no JWT is not verified', async (t) => {
    const { at, work } = await countingWorld(t)
    await postToken(at.server, tokenForm('a.b.c'))
    assert.deepEqual(work, { verifications: 0, storeReads: 0, auditEntries: 1 })
  })
})
