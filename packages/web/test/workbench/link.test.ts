import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { signAssertion } from '@keygrant/core/assertion'
import { exportPkcs8Pem, exportPrivateJwk, generateKey } from '@keygrant/core/keys'
import { type LinkContent, readLink, writeLink } from '../../src/parts/workbench-link.ts'

const key = await generateKey({ kty: 'EC', crv: 'P-256' })
const jwk: Readonly<Record<string, unknown>> = { ...exportPrivateJwk(key) }
const jwt = await signAssertion({}, key, { clientId: 'app', audience: 'https://as.example' })
const CONTENT: LinkContent = {
  server: 'https://as.example',
  header: { alg: 'ES256', kid: 'prod-2026', typ: '' },
  claims: { aud: 'https://as.example', iss: 'app', sub: 'app', exp: 1_700_000_000_000, n: [1, 2] },
  lifetimeSeconds: 300,
  scope: 'okta.apps.read',
  fault: 'exp_ms',
  expected: ['exp-in-milliseconds'],
}
const textOf = (fragment: string | undefined): string =>
  Buffer.from(String(fragment).slice('#w1='.length), 'base64url').toString()
const fragmentOf = (value: unknown): string =>
  `#w1=${Buffer.from(JSON.stringify(value)).toString('base64url')}`

suite('a link to the workbench', () => {
  test('brings back what it was made of', () => {
    assert.deepEqual(readLink(String(writeLink(CONTENT))), CONTENT)
  })

  const SECRETS: Readonly<Record<string, unknown>> = {
    'a private JWK': jwk,
    'a private JWK as text': JSON.stringify(jwk),
    'a private JWK in text in JSON': JSON.stringify(JSON.stringify(jwk)),
    'a private JWK in a list': [{ keys: [jwk] }],
    'a private PEM': exportPkcs8Pem(key),
    'the body of a PEM': exportPkcs8Pem(key).split('\n').slice(1, -2).join(''),
    'a JWT': jwt,
    'a JWT after Bearer': `Bearer ${jwt}`,
  }
  for (const [what, secret] of Object.entries(SECRETS)) {
    test(`leaves out ${what}, wherever it stands`, () => {
      const text = typeof secret === 'string' ? secret : JSON.stringify(secret)
      const hostile = {
        server: `https://as.example/${text}`,
        header: { alg: 'ES256', kid: secret, typ: secret, jwk: secret },
        claims: { iss: 'app', note: secret, [text.slice(0, 300)]: 1 },
        scope: secret,
        fault: secret,
        expected: [secret, 'exp-expired'],
        key: secret,
        signature: secret,
      } as unknown as LinkContent
      const kept = { claims: { iss: 'app' }, header: { alg: 'ES256' }, expected: ['exp-expired'] }
      assert.deepEqual(JSON.parse(textOf(writeLink(hostile))), kept)
      // A link that somebody else made is read as strictly.
      const read = readLink(fragmentOf(hostile))
      assert.deepEqual(read === 'unreadable' ? kept : read, kept)
    })
  }

  test('never holds a jti', () => {
    assert.deepEqual(readLink(fragmentOf({ claims: { jti: 'a', iss: 'b' } })), {
      claims: { iss: 'b' },
    })
  })

  test('of 200 random ones none holds a secret that was at hand, in any spelling', () => {
    for (let index = 0; index < 200; index++) {
      const random = randomBytes(32).toString('base64url')
      const signature = jwt.split('.')[2] ?? ''
      const claims = Object.fromEntries(
        Array.from({ length: index % 7 }, (_each, at) => [
          ['iss', 'jti', 'note', 'd', 'ünï', 'nested', 'aud'][at] ?? '',
          [
            random,
            { d: jwk['d'], kty: 'EC' },
            exportPkcs8Pem(key),
            jwt,
            at,
            null,
            `x.${signature}`,
          ][(index + at) % 7],
        ]),
      )
      const fragment = writeLink({ ...CONTENT, claims: { jti: random, ...claims } })
      if (fragment === undefined) continue
      const text = fragment + textOf(fragment)
      const d = String(jwk['d'])
      for (const secret of [d, Buffer.from(d, 'base64url').toString('hex'), jwt, 'PRIVATE']) {
        assert.ok(!text.includes(secret))
      }
      assert.ok(!('jti' in ((readLink(fragment) as LinkContent).claims ?? {})))
    }
  })

  test('is at most 2 KB, or there is none', () => {
    const long = Array.from({ length: 60 }, (_each, index) => [
      `claim${index}`,
      'a value of it all',
    ])
    assert.equal(
      writeLink({ claims: Object.fromEntries(long) as Record<string, unknown> }),
      undefined,
    )
  })

  const BROKEN: Readonly<Record<string, string>> = {
    'of another version': '#w2=e30',
    'cut off': String(writeLink(CONTENT)).slice(0, -7),
    'of no JSON': '#w1=e3s',
    'of a list': fragmentOf([1]),
    'too long': `#w1=${'A'.repeat(3000)}`,
    'of octets that are no UTF-8': `#w1=${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}`,
  }
  for (const [what, fragment] of Object.entries(BROKEN)) {
    test(`${what} can't be read`, () => assert.equal(readLink(fragment), 'unreadable'))
  }

  test('is told from other fragments', () => {
    for (const fragment of ['', '#', '#sign-title', '#t=abc']) {
      assert.equal(readLink(fragment), undefined)
    }
  })

  test('takes nothing of another type or name', () => {
    assert.deepEqual(
      readLink(
        fragmentOf({
          server: 7,
          header: 'x',
          claims: [],
          lifetimeSeconds: -1,
          fault: 'A fault!',
          scope: {},
          more: 1,
          __proto__: { server: 'https://x.example' },
        }),
      ),
      {},
    )
  })
})
