import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  generateKey,
  KEY_KINDS,
  type KeyKind,
} from '@keygrant/core/keys'
import { publicMembers, redactText, redactValue } from '../../src/inspector/redact.ts'

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi']

for (const name of ['P-256', 'Ed25519', 'RSA-2048']) {
  suite(`of a private ${name} key nothing private is left`, async () => {
    const key = await generateKey(KEY_KINDS[name] as KeyKind)
    const jwk = exportPrivateJwk(key) as unknown as Record<string, string>
    const secrets = PRIVATE.flatMap((member) => (jwk[member] === undefined ? [] : [jwk[member]]))
    const pem = exportPkcs8Pem(key)
    const body = pem.split('\n').slice(1, -2)
    const indented = JSON.stringify(jwk, undefined, 2)
    const script = `{ ${Object.entries(jwk)
      .map(([member, value]) => `${member}: '${value}'`)
      .join(', ')} }`
    const yaml = Object.entries(jwk)
      .map(([member, value]) => `${member}: ${value}`)
      .join('\n')
    for (const [what, text] of [
      ['a JWK', JSON.stringify(jwk)],
      ['an indented JWK', indented],
      ['a JWK Set', JSON.stringify({ keys: [jwk] })],
      ['a JWK in a string of JSON', JSON.stringify({ key: JSON.stringify(jwk) })],
      ['a JWK that is cut off', indented.slice(0, -2)],
      ['an object of JavaScript', script],
      ['YAML', yaml],
      ['a PEM', pem],
      ['a PEM that is cut off', pem.slice(0, -30)],
      ['a PEM on one line', JSON.stringify({ private_key: pem })],
    ] as const) {
      test(`in ${what}`, () => {
        const redacted = redactText(text)
        assert.ok(redacted.includes('[redacted]'))
        for (const secret of [...secrets, ...body]) assert.ok(!redacted.includes(secret))
        assert.equal(redactText(redacted), redacted)
      })
    }

    test('and the public half is as it was', () => {
      assert.deepEqual(publicMembers(jwk), { ...key.publicKey.jwk })
      const redacted = JSON.parse(redactText(JSON.stringify(jwk))) as Record<string, unknown>
      assert.deepEqual(publicMembers(redacted), { ...key.publicKey.jwk })
    })

    test('in a value for show', () => {
      const shown = JSON.stringify(redactValue({ alg: 'ES256', jwk, list: [jwk] }))
      for (const secret of secrets) assert.ok(!shown.includes(secret))
    })
  })
}

test('leaves everything else as it is', () => {
  for (const text of [
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl',
    '{"d":"x","p":1}',
    '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
    '{"kty":"EC","crv":"P-256","x":"abc","y":"def","kid":"d"}',
  ]) {
    assert.equal(redactText(text), text)
  }
})
