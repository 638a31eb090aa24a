import assert from 'node:assert/strict'
import * as crypto from 'node:crypto'
import { describe, test } from 'node:test'
import {
  exportPkcs8Pem,
  exportPrivateJwk,
  exportSpkiPem,
  generateKey,
  importPrivateKey,
  importPublicKey,
  JWS_ALGORITHMS,
  jwkThumbprint,
  type JwsAlgorithm,
  jwsAlgorithm,
  type MlDsaName,
  supportedAlgorithms,
} from '@keygrant/core/keys'

const NAMES: readonly MlDsaName[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']
const PUB_OCTETS = { 'ML-DSA-44': 1312, 'ML-DSA-65': 1952, 'ML-DSA-87': 2592 } as const
const SIGNATURE_OCTETS = { 'ML-DSA-44': 2420, 'ML-DSA-65': 3309, 'ML-DSA-87': 4627 } as const
const isSupported = supportedAlgorithms().includes('ML-DSA-44')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

function aPublicJwk(alg: MlDsaName): Record<string, unknown> {
  return { kty: 'AKP', alg, pub: Buffer.alloc(PUB_OCTETS[alg], 1).toString('base64url') }
}

test('the algorithms that are supported are those of the table that this runtime has', () => {
  assert.equal(isSupported, major > 24 || (major === 24 && minor >= 7))
  assert.deepEqual(
    supportedAlgorithms(),
    JWS_ALGORITHMS.filter((alg) => isSupported || !alg.startsWith('ML-DSA')),
  )
})

describe('ML-DSA keys are judged everywhere', () => {
  for (const [what, jwk, message] of [
    ['no alg', { ...aPublicJwk('ML-DSA-44'), alg: undefined }, /has no "alg"/],
    ['another alg', { ...aPublicJwk('ML-DSA-44'), alg: 'ES256' }, /"alg" "ES256", which can not/],
    [
      "a parameter set that is not pub's",
      { ...aPublicJwk('ML-DSA-44'), alg: 'ML-DSA-65' },
      /"pub" of 1312 octets instead of 1952/,
    ],
    [
      'a seed of 31 octets',
      { ...aPublicJwk('ML-DSA-44'), priv: Buffer.alloc(31).toString('base64url') },
      /"priv" of 31 octets instead of 32/,
    ],
  ] as const) {
    test(`refuses ${what}`, async () => {
      const half = 'priv' in jwk ? importPrivateKey(jwk) : importPublicKey(jwk)
      await assert.rejects(half, { name: 'KeyError', message })
    })
  }

  test('computes the thumbprint over alg, kty and pub', async () => {
    const { kty, alg, pub } = aPublicJwk('ML-DSA-44')
    const expected = crypto.createHash('sha256').update(JSON.stringify({ alg, kty, pub }))
    const jwk = { kid: 'a', kty, pub, alg } as unknown as Parameters<typeof jwkThumbprint>[0]
    assert.equal(await jwkThumbprint(jwk), expected.digest('base64url'))
  })
})

describe('where the runtime has no ML-DSA', { skip: isSupported && 'this runtime has it' }, () => {
  const unsupported = {
    name: 'KeyError',
    code: 'ERR_KEY_UNSUPPORTED',
    message: /^this runtime has no ML-DSA-65; run it on Node\.js 24\.7 or later, or use a P-256/,
  }

  test('refuses a public key and says which runtime has it', async () => {
    await assert.rejects(importPublicKey(aPublicJwk('ML-DSA-65')), unsupported)
  })

  test('refuses a private key and says which runtime has it', async () => {
    const priv = Buffer.alloc(32).toString('base64url')
    await assert.rejects(importPrivateKey({ ...aPublicJwk('ML-DSA-65'), priv }), unsupported)
  })

  test('refuses a private PEM and says which runtime has it', async () => {
    const der = `3034020100300b060960864801650304031204228020${'00'.repeat(32)}`
    await assert.rejects(importPrivateKey(Buffer.from(der, 'hex')), unsupported)
  })

  test('refuses to generate a key and says which runtime has it', async () => {
    await assert.rejects(generateKey({ kty: 'AKP', alg: 'ML-DSA-65' }), unsupported)
  })
})

describe(
  'where the runtime has ML-DSA',
  { skip: !isSupported && 'this runtime has no ML-DSA: run it on Node.js 24.7 or later' },
  () => {
    for (const alg of NAMES) {
      const algorithm = jwsAlgorithm(alg) as JwsAlgorithm

      test(`${alg}: signs and verifies, and one changed bit is refused`, async () => {
        const key = await generateKey({ kty: 'AKP', alg })
        assert.equal(key.alg, alg)
        const input = new TextEncoder().encode('signing input')
        const signature = await key.sign(input)
        assert.equal(signature.length, SIGNATURE_OCTETS[alg])
        assert.ok(await key.publicKey.verify(algorithm, signature, input))
        const changed = Uint8Array.from(signature)
        changed[100] = (changed[100] as number) ^ 1
        assert.equal(await key.publicKey.verify(algorithm, changed, input), false)
        assert.equal(await key.publicKey.verify(algorithm, signature, input.subarray(1)), false)
      })

      test(`${alg}: every export is read again`, async () => {
        const key = await generateKey({ kty: 'AKP', alg }, { kid: 'mine' })
        const jwk = exportPrivateJwk(key)
        assert.deepEqual(exportPrivateJwk(await importPrivateKey(jwk)), jwk)
        const thumbprint = await jwkThumbprint(jwk)
        assert.equal((await importPrivateKey(exportPkcs8Pem(key))).kid, thumbprint)
        assert.equal((await importPublicKey(exportSpkiPem(key.publicKey))).kid, thumbprint)
      })

      test(`${alg}: Node and we read each other's keys`, async () => {
        const generate = crypto.generateKeyPairSync as unknown as (
          type: string,
        ) => crypto.KeyPairKeyObjectResult
        const pair = generate(alg.toLowerCase())
        const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' })
        const key = await importPrivateKey(pem)
        const spki = pair.publicKey.export({ format: 'pem', type: 'spki' })
        assert.equal((await importPublicKey(spki)).kid, key.kid)
        const input = new TextEncoder().encode('signing input')
        assert.ok(crypto.verify(null, input, spki, await key.sign(input)))
        crypto.createPrivateKey(exportPkcs8Pem(key))
      })

      test(`${alg}: halves of two keys are refused`, async () => {
        const [a, b] = [
          await generateKey({ kty: 'AKP', alg }),
          await generateKey({ kty: 'AKP', alg }),
        ]
        const mixed = { ...exportPrivateJwk(a), pub: (b.publicKey.jwk as { pub: string }).pub }
        await assert.rejects(importPrivateKey(mixed), {
          code: 'ERR_KEY_MALFORMED',
          message: /do not belong to the public ones/,
        })
      })
    }
  },
)
