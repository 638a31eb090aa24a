import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportPrivateJwk, generateKey, lintJwkSet } from '@keygrant/core/keys'

const a = await generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES256' })
const b = await generateKey({ kty: 'OKP', crv: 'Ed25519' })
const { kid: _kid, ...withoutKid } = b.publicKey.jwk

for (const [what, input, rules] of [
  ['nothing in a good set', { keys: [a.publicKey.jwk, b.publicKey.jwk] }, ''],
  ['nothing in a good set as text', JSON.stringify({ keys: [a.publicKey.jwk] }), ''],
  ['a single key in place of a set', a.publicKey.jwk, 'set-malformed'],
  ['a text that is no JSON', 'hello', 'set-malformed'],
  ['keys that are no array', { keys: {} }, 'set-malformed'],
  ['an empty set', { keys: [] }, 'set-empty'],
  [
    'two keys of one kid',
    { keys: [a.publicKey.jwk, { ...b.publicKey.jwk, kid: a.kid }] },
    'kid-duplicate',
  ],
  ['a key without kid beside another', { keys: [a.publicKey.jwk, withoutKid] }, 'kid-absent'],
  ['an entry that is no object', { keys: ['x'] }, 'key-malformed'],
  ['a private key in a public place', { keys: [exportPrivateJwk(a)] }, 'private-key'],
] as const) {
  test(`lintJwkSet finds ${what}`, async () => {
    const findings = await lintJwkSet(input)
    assert.equal(findings.map(({ rule }) => rule).join(' '), rules)
  })
}

test('lintJwkSet names the key by its place and kid, and never a private member', async () => {
  const [finding] = await lintJwkSet({ keys: [b.publicKey.jwk, exportPrivateJwk(a)] })
  assert.match(finding?.sentence ?? '', new RegExp(`^key 2 \\(kid "${a.kid}"\\): `))
  const { d } = exportPrivateJwk(a) as { d: string }
  assert.equal(JSON.stringify(finding).includes(d), false)
})
