import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  generateKey,
  importPrivateJwk,
  importPrivateKey,
  importPublicJwk,
  importPublicKey,
  jwkThumbprint,
  KEY_KINDS,
  type KeyKind,
  type PrivateKey,
  supportedAlgorithms,
} from '@keygrant/core/keys'

const input = new TextEncoder().encode('signing input')
const KINDS = Object.entries(KEY_KINDS).filter(
  ([name]) => name !== 'RSA-3072' && name !== 'RSA-4096',
)

describe('a generated key', () => {
  for (const [name, kind] of KINDS) {
    const skip =
      kind.kty === 'AKP' && !supportedAlgorithms().includes(kind.alg)
        ? 'this runtime has no ML-DSA: run it on Node.js 24.7 or later'
        : false
    // Short scalars and coordinates come up once in 256 keys.
    const rounds = kind.kty === 'RSA' || kind.kty === 'AKP' ? 2 : 100

    test(`${name}: every export is read again as the same key`, { skip }, async () => {
      for (let round = 0; round < rounds; round++) await assertRoundTrips(kind)
    })
  }
})

async function assertRoundTrips(kind: KeyKind): Promise<void> {
  const key = await generateKey(kind)
  const jwk = exportPrivateJwk(key)
  const signature = await key.sign(input)
  assert.equal(key.kid, await jwkThumbprint(jwk))
  assert.deepEqual(exportPrivateJwk(await importPrivateJwk(jwk)), jwk)
  assert.deepEqual(exportPrivateJwk(await importPrivateKey(JSON.stringify(jwk))), jwk)
  assert.deepEqual((await importPublicJwk(key.publicKey.jwk)).jwk, key.publicKey.jwk)
  const pem = exportPkcs8Pem(key)
  const again = await importPrivateKey(pem)
  const { use: _use, ...bare } = jwk
  assert.deepEqual(exportPrivateJwk(again), bare)
  assert.equal(exportPkcs8Pem(again), pem)
  const spki = exportSpkiPem(key.publicKey)
  const publicKey = await importPublicKey(spki)
  assert.equal(exportSpkiPem(publicKey), spki)
  assert.ok(await publicKey.verify(algorithmOf(key), signature, input))
  // Node writes an ML-DSA key with its expanded form behind the seed; the seed is the same.
  const byNode = crypto.createPrivateKey(pem).export({ format: 'pem', type: 'pkcs8' })
  assert.equal(exportPkcs8Pem(await importPrivateKey(byNode.toString())), pem)
  if (kind.kty !== 'AKP') assert.equal(byNode, pem)
  assert.equal(crypto.createPublicKey(spki).export({ format: 'pem', type: 'spki' }), spki)
}

function algorithmOf(key: PrivateKey): Parameters<PrivateKey['publicKey']['verify']>[0] {
  const { alg, publicKey } = key
  const crv = publicKey.crv === undefined ? {} : { crv: publicKey.crv }
  const scheme = { RSA: 'RSASSA-PKCS1-v1_5', EC: 'ECDSA', OKP: 'Ed25519', AKP: 'ML-DSA' } as const
  const hash = { RS256: 'SHA-256', ES256: 'SHA-256', ES384: 'SHA-384', ES512: 'SHA-512' }[
    alg as 'ES256'
  ]
  return {
    alg,
    kty: publicKey.kty,
    ...crv,
    scheme: scheme[publicKey.kty],
    ...(hash === undefined ? {} : { hash: hash as 'SHA-256' }),
  }
}

test('[CLIE-001] a private key shows its kid and nothing else', async () => {
  const key = await generateKey({ kty: 'EC', crv: 'P-256' }, { kid: 'shown' })
  const { d } = exportPrivateJwk(key) as { d: string }
  for (const text of [
    String(key),
    key.toString(),
    JSON.stringify({ key }),
    inspect(key),
    inspect({ nested: [key] }, { depth: 9, showHidden: true }),
  ]) {
    assert.match(text, /\[private key kid=shown\]/)
    assert.ok(!text.includes(d))
  }
})

test('generateKey refuses an algorithm that is not for the kind of key', async () => {
  const wrong = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' }
  await assert.rejects(generateKey({ kty: 'EC', crv: 'P-256' }, { alg: 'ES384' }), wrong)
  await assert.rejects(generateKey({ kty: 'AKP', alg: 'ML-DSA-44' }, { alg: 'ML-DSA-65' }), wrong)
  await assert.rejects(
    generateKey({ kty: 'RSA', modulusBits: 2048 }, { alg: 'HS256' as never }),
    wrong,
  )
})

test('importPrivateJwk refuses a public key, and importPublicJwk a private one', async () => {
  const key = await generateKey({ kty: 'OKP', crv: 'Ed25519' })
  await assert.rejects(importPrivateJwk(key.publicKey.jwk), { code: 'ERR_KEY_WRONG_HALF' })
  await assert.rejects(importPublicJwk(exportPrivateJwk(key)), { code: 'ERR_KEY_WRONG_HALF' })
  await assert.rejects(importPrivateJwk('{}' as never), { code: 'ERR_INVALID_ARG_TYPE' })
})
